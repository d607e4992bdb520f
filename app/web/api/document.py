"""`GET /api/openapi.json`: OpenAPI 3.1, made from the schemas that the views themselves declare.

A new route is in it by itself: it is registered with `register_api`, takes pydantic models and names the model of its
answer in `responses`. Added here is what all of them share: errors, limits, keys, and the Idempotency-Key.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_openapi import APIBlueprint, OpenAPI

from app.web.api.auth import KEYLESS
from app.web.api.codes import CODES

blueprint = Blueprint("api_document", __name__)

METHODS = ("get", "post", "patch", "delete", "put")
TAGS = {
    "/api/checkout/session/{session_id}/refund": "Refunds",
    "/api/checkout": "Checkout sessions",
    "/api/refunds": "Refunds",
    "/api/coupons": "Coupons",
    "/api/shops": "Shops",
    "/api/analytics": "Analytics",
    "/api/webhooks": "Webhooks",
    "/api/sandbox": "Sandbox",
}
ALWAYS = (400, 401, 404, 429, 500, 503)
WITH_BODY = (403, 409, 413, 415, 502)
LIMIT_HEADERS = {
    "X-RateLimit-Limit": "Requests a minute that are allowed",
    "X-RateLimit-Remaining": "How many of them are left in this minute",
    "X-RateLimit-Reset": "Unix time in seconds at which all of them are there again",
}


@blueprint.get("/api/openapi.json")
def show() -> Response:
    """The document. It changes with the program alone, so it may be kept."""
    body = document_text(cast(OpenAPI, current_app._get_current_object()))  # type: ignore[attr-defined]  # a proxy
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    g.cache_control = "public, max-age=300"
    response.make_conditional(request)
    return response


@cache
def document_text(app: OpenAPI) -> str:
    return json.dumps(document_of(app), ensure_ascii=False, separators=(",", ":"))


def document_of(app: OpenAPI) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(app.api_doc)
    document["paths"] = _paths(app)
    document["openapi"] = "3.1.0"
    document["info"] = {
        "title": "Korea Checkout API",
        "version": "1",
        "description": "Amounts are whole won. Times are RFC 3339 UTC.",
    }
    document["servers"] = [{"url": "/"}]
    document["tags"] = [{"name": name} for name in dict.fromkeys(TAGS.values())]
    keyless = _keyless_paths(app)
    for path, method, operation in operations(document):
        _complete(operation, path, method, keyless=(method, path) in keyless)
    components = document["components"]
    components["schemas"].pop("ValidationErrorModel", None)
    components["schemas"]["Error"] = _error_schema()
    components["headers"] = {name: _header(text) for name, text in LIMIT_HEADERS.items()} | {
        "X-Request-Id": {"description": "Name this to us", "schema": {"type": "string"}},
        "Retry-After": _header("Seconds to wait"),
        "Idempotent-Replayed": {
            "description": "true: the first answer to this Idempotency-Key again",
            "schema": {"type": "string", "enum": ["true"]},
        },
    }
    components["securitySchemes"] = {"apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    _close_answers(document)
    return document


def _paths(app: OpenAPI) -> dict[str, Any]:
    """Of two blueprints that share a path the library's own document knows only the one registered last."""
    paths: dict[str, Any] = {}
    for api in app.blueprints.values():
        if isinstance(api, APIBlueprint):
            for path, item in api.paths.items():
                told = item.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)
                paths.setdefault(path, {}).update(told)
    return paths


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method in small letters, operation) of everything."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _keyless_paths(app: Flask) -> set[tuple[str, str]]:
    return {
        (method.lower(), rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint in KEYLESS
        for method in rule.methods or ()
    }


def _complete(operation: dict[str, Any], path: str, method: str, *, keyless: bool) -> None:
    operation["tags"] = [next(tag for prefix, tag in TAGS.items() if path.startswith(prefix))]
    operation["security"] = [{"apiKey": []}, {}] if keyless else [{"apiKey": []}]
    operation.pop("deprecated", None)
    answers = operation["responses"]
    answers.pop("400", None)
    for status in ALWAYS + (WITH_BODY if method != "get" else ()):
        answers[str(status)] = _error_answer(status)
    for status, answer in answers.items():
        answer["headers"] = _headers(status, method)
    if method == "post":
        operation.setdefault("parameters", []).append(_idempotency_key())
    if "custom-domain" in path and method != "delete":
        operation.setdefault("parameters", []).append(_language())


def _headers(status: str, method: str) -> dict[str, Any]:
    names = ["X-Request-Id", *LIMIT_HEADERS]
    if status == "429":
        names.append("Retry-After")
    if method == "post":
        names.append("Idempotent-Replayed")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _error_answer(status: int) -> dict[str, Any]:
    codes = [code for code, known in CODES.items() if known.status == status]
    return {
        "description": ", ".join(codes),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def _error_schema() -> dict[str, Any]:
    details = {
        "type": "object",
        "properties": {
            "requestId": {"type": "string"},
            "field": {"type": "string", "description": "Path of the bad field, such as items[0].price"},
            "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["requestId"],
    }
    error = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": list(CODES)},
            "message": {"type": "string"},
            "details": details,
        },
        "required": ["code", "message", "details"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"error": error},
        "required": ["error"],
        "additionalProperties": False,
    }


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "integer"}}


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key with the same request within 24 hours gets the first answer again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x20-\\x7e]+$"},
    }


def _language() -> dict[str, Any]:
    """Errors are told in it everywhere; here the answer itself is."""
    return {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "description": "Of the sentences in findings: en, or ko.",
        "schema": {"type": "string", "pattern": "^[\\x20-\\x7e]+$"},
    }


def _close_answers(document: dict[str, Any]) -> None:
    """An answer has what its schema says and nothing else, so nothing gets out unsaid."""
    schemas = document["components"]["schemas"]
    waiting = [operation["responses"] for _path, _method, operation in operations(document)]
    seen: set[str] = set()
    while waiting:
        for name in _references(waiting.pop()):
            if name in schemas and name not in seen:
                seen.add(name)
                waiting.append(schemas[name])
    for name in seen:
        schema = schemas[name]
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
            # A default says what we fill in; an answer has it always.
            schema["required"] = list(schema["properties"])


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
