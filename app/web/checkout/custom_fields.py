"""What a shop asks of its buyers beside the usual: the session's customFields, and what the buyer answers."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.core import Field
from wtforms.form import BaseForm

PREFIX = "custom-"
LONGEST = {"text": 200, "textarea": 1000}
Value = str | bool | None


def name_of(asked: Mapping[str, Any]) -> str:
    """Of the form's field: no key of a shop is taken for one of our own fields."""
    return f"{PREFIX}{asked['key']}"


def fields_for(custom_fields: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(name_of(asked), _field(asked)) for asked in custom_fields]


def values_of(form: BaseForm, custom_fields: list[dict[str, Any]]) -> dict[str, Value]:
    """By key, after validate(). A checkbox is true or false; what was left empty is None."""
    answers = {asked["key"]: form[name_of(asked)].data for asked in custom_fields}
    return {key: value if isinstance(value, bool) else value or None for key, value in answers.items()}


def filled_in(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}{key}": value for key, value in values.items()}


def _field(asked: Mapping[str, Any]) -> Any:
    label, checks = asked["label"], [_answered(asked)]
    if asked["type"] == "checkbox":
        return BooleanField(label, checks)
    if asked["type"] == "select":
        return SelectField(label, checks, choices=list(asked["options"]), validate_choice=False)
    kind = TextAreaField if asked["type"] == "textarea" else StringField
    return kind(label, checks, filters=[_tidy])


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _answered(asked: Mapping[str, Any]) -> Any:
    longest = LONGEST.get(asked["type"])

    def check(_form: BaseForm, field: Field) -> None:
        text = field.data or ""
        if asked.get("required") and not text:
            raise ValidationError(gettext("Please answer “%(question)s”.", question=asked["label"]))
        if asked["type"] == "select" and text and text not in asked["options"]:
            raise ValidationError(gettext("Please answer “%(question)s”.", question=asked["label"]))
        if longest and len(text) > longest:
            raise ValidationError(gettext("Write at most %(num)s characters.", num=longest))
        lines = text.replace("\t", " ").split("\n") if asked["type"] == "textarea" else [text]
        if longest and not all(line.isprintable() for line in lines):
            raise ValidationError(gettext("Some characters cannot be used."))

    return check
