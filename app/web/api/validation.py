"""Turn what pydantic found into our error: the path of each bad field and a sentence, never the bad value."""

from collections.abc import Sequence

from pydantic import ValidationError

from app.errors import Invalid

_SENTENCES = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_pattern_mismatch": "does not have the expected form",
    "string_unicode": "must not contain control characters",
}
# Errors that a whole object raises name their field in the error's type.
_FIELDS_BY_TYPE = frozenset({"paymentMethods", "expiresAt", "appearance", "customFields", "options"})
MOST_FIELDS_TOLD = 20


def invalid_from(error: ValidationError) -> Invalid:
    """details.field is the first bad field, details.fields all of them when there are several."""
    problems: dict[str, str] = {}
    for found in error.errors(include_input=False, include_url=False, include_context=True):
        kind = found["type"]
        path = [*found["loc"], kind] if kind in _FIELDS_BY_TYPE else list(found["loc"])
        problems.setdefault(path_of(path), _SENTENCES.get(kind) or _sentence(found["msg"]))
    return invalid_fields(problems)


def invalid_fields(problems: dict[str, str], *, code: str = "invalid_parameter") -> Invalid:
    """problems: path of the field -> what is wrong with it."""
    field, sentence = next(iter(problems.items()))
    details: dict[str, object] = {"field": field, "reason": sentence}
    if len(problems) > 1:
        details["fields"] = dict(list(problems.items())[:MOST_FIELDS_TOLD])
    return Invalid(code, **details)


def path_of(location: Sequence[object]) -> str:
    """("items", 0, "price") is told as items[0].price. A name from outside is cut and cleaned."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            name = "".join(letter for letter in str(part)[:60] if letter.isprintable())
            path += f".{name}" if path else name
    return path or "body"


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]
