"""Answers of the API, held against its own document."""

import re
from functools import cache
from typing import Any, cast

from flask import Response, current_app, request
from flask_openapi import OpenAPI
from jsonschema import Draft202012Validator

from app.web.api.document import document_of
from app.web.hosts import is_our_host

# What the document does not say and an answer was all the same; every test begins with none.
SURPRISES: list[str] = []

Document = dict[str, Any]


def note_what_the_document_does_not_say(response: Response) -> Response:
    rule = request.url_rule
    if (
        rule is None
        or not is_our_host()
        or not request.path.startswith("/api/")
        or request.method in ("HEAD", "OPTIONS")
    ):
        return response
    view = current_app.view_functions[rule.endpoint]
    is_ours = view.__module__.startswith("app.")  # and none that a test has added
    if is_ours and rule.endpoint != "api_document.show" and request.routing_exception is None:
        app = cast(OpenAPI, current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy
        place = f"{request.method} {rule.rule}"
        SURPRISES.extend(f"{place} {told}" for told in surprises(document(app.import_name), response, place))
    return response


@cache
def document(_name: str) -> Document:
    """One for all applications of a run: they differ in settings alone."""
    return document_of(cast(OpenAPI, current_app._get_current_object()))  # type: ignore[attr-defined]  # a proxy


def path_of(rule: str) -> str:
    """Flask's `/x/<kind:name>` as the document writes it, `/x/{name}`."""
    return re.sub("<(?:[^:<>]*:)?([^<>]*)>", r"{\1}", rule)


def surprises(document: Document, response: Response, place: str) -> list[str]:
    method, rule = place.split(" ", 1)
    path = path_of(rule)
    operation = document["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return ["is not in the document"]
    answer = operation["responses"].get(str(response.status_code))
    if answer is None:
        return [f"answers {response.status_code}, which the document does not say"]
    missing = [name for name in ("X-Request-Id", "X-RateLimit-Limit") if name not in response.headers]
    validator = _validator(path, method.lower(), str(response.status_code))
    wrong = [
        f"{response.status_code} {error.json_path}: {error.message[:300]}"
        for error in validator.iter_errors(response.get_json())
    ]
    return [f"has no {name}" for name in missing] + wrong


@cache
def _validator(path: str, method: str, status: str) -> Draft202012Validator:
    whole = document(current_app.import_name)
    answer = whole["paths"][path][method]["responses"][status]
    schema = answer["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": whole["components"]})
