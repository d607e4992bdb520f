"""`GET /docs`: the reference of the API, for people. Made from the same document as /api/openapi.json."""

import json
import re
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, current_app, g, render_template, request
from flask_openapi import OpenAPI

from app.domains.findings import SENTENCES, told
from app.gateways.reasons import retry_after
from app.web.api.codes import CODES
from app.web.api.document import document_text, operations
from app.web.docs.failures import FAILURES, REFUND_FAILURES
from app.web.docs.remedies import REMEDIES
from app.web.docs.samples import CALLS, VERIFY, VERIFY_BY_LIBRARY, samples_of
from app.web.docs.texts import EVENTS_KO, SUMMARIES_KO, TAGS_KO, WORDS
from app.webhooks.events import EVENTS

LANGUAGES = ("ko", "en")
# What the sentences about a domain are filled in with.
EXAMPLE = {
    "name": "checkout.yourstore.com",
    "record": "A",
    "seen": ["…"],
    "expected": "…",
    "seconds": 1800,
}

blueprint = Blueprint("docs", __name__)


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """parameters: path and query. body, answer: fields at the top of the JSON."""

    method: str
    path: str
    summary: str
    keyless: bool
    parameters: list[Field]
    body: list[Field]
    status: str
    answer: list[Field]


@blueprint.get("/docs")
def show() -> str:
    """In Korean, or in English with `?lang=en` or where the browser prefers it."""
    asked = request.args.get("lang")
    language = asked if asked in LANGUAGES else _preferred()
    g.language = language
    g.cache_control = "no-cache"
    korean = language == "ko"
    app = cast(OpenAPI, current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy
    document = json.loads(document_text(app))
    host = request.host_url.rstrip("/")
    return render_template(
        "docs/reference.html",
        words={name: text[korean] for name, text in WORDS.items()},
        groups=groups_of(document, korean=korean),
        objects=objects_of(document),
        calls=[(call.title[korean], samples_of(call, host)) for call in CALLS],
        events=[(name, EVENTS_KO[name] if korean else text) for name, text in EVENTS.items()],
        verify=VERIFY,
        verify_by_library=VERIFY_BY_LIBRARY,
        **_what_goes_wrong(language),
    )


def _what_goes_wrong(language: str) -> dict[str, list[Any]]:
    """Every code that we say, with its cause and what to do about it."""
    korean = language == "ko"
    return {
        "failures": [(code, retry_after(code).value, text[korean]) for code, text in FAILURES.items()],
        "refund_failures": [(code, text[korean]) for code, text in REFUND_FAILURES.items()],
        "findings": [(code, *told({**EXAMPLE, "code": code}, language)) for code in SENTENCES],
        "errors": [
            (code, known.status, known.ko if korean else known.en, REMEDIES[code][korean])
            for code, known in CODES.items()
        ],
    }


def _preferred() -> str:
    """The first of the browser's languages that is ours, whatever its country."""
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((name for name in wanted if name in LANGUAGES), "ko")


def groups_of(document: dict[str, Any], *, korean: bool) -> dict[str, list[Operation]]:
    """Operations by what they are about."""
    groups: dict[str, list[Operation]] = {}
    for path, method, operation in operations(document):
        tag, summary = operation["tags"][0], operation["summary"]
        name = TAGS_KO[tag] if korean else tag
        told = SUMMARIES_KO[summary] if korean else summary
        groups.setdefault(name, []).append(_operation(document, path, method, operation, told))
    return groups


def objects_of(document: dict[str, Any]) -> dict[str, list[Field]]:
    """The objects that fields are made of, by name; bodies and answers are told with their operations."""
    schemas = document["components"]["schemas"]
    named = set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', json.dumps(schemas)))
    return {name: _rows(schemas[name]) for name in sorted(named) if schemas[name].get("properties")}


def _operation(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any], summary: str
) -> Operation:
    status = next(one for one in operation["responses"] if one.startswith("2"))
    body = operation.get("requestBody", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=summary,
        keyless={} in operation["security"],
        parameters=[
            Field(one["name"], _kind(one["schema"]), one.get("required", False))
            for one in operation.get("parameters", [])
            if one["in"] != "header"
        ],
        body=_fields(document, body),
        status=status,
        answer=_fields(document, operation["responses"][status], answer=True),
    )


def _fields(document: dict[str, Any], part: dict[str, Any], *, answer: bool = False) -> list[Field]:
    reference = part.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return _rows(document["components"]["schemas"].get(reference.rpartition("/")[2], {}), answer=answer)


def _rows(schema: dict[str, Any], *, answer: bool = False) -> list[Field]:
    """An answer has all its fields always, so that goes without saying."""
    required = [] if answer else schema.get("required", [])
    fields = schema.get("properties", {})
    return [Field(name, _kind(about), name in required) for name, about in fields.items()]


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"]).lower()
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]{_limits(schema, 'minItems', 'maxItems')}"
    limits = _limits(schema, "minimum", "maximum") or _limits(schema, "minLength", "maxLength")
    return f"{schema.get('format') or schema.get('type', 'any')}{limits}"


def _limits(schema: dict[str, Any], least: str, most: str) -> str:
    """Of a number itself, of a text's letters, of a list's entries."""
    low, high = (f"{round(schema[name]):,}" if name in schema else "" for name in (least, most))
    if low and high:
        return f" {low}–{high}"
    return f" ≤ {high}" if high else f" ≥ {low}" if low else ""
