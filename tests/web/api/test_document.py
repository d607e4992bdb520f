"""The document of the API: whole, valid, and what the answers are held against."""

from typing import Any, cast

import pytest
from flask import Response
from flask.testing import FlaskClient
from flask_openapi import OpenAPI

from app.web.api.document import document_of, operations
from tests.support.answers import path_of, surprises
from tests.web.api.test_key_matrix import KEYLESS, ROUTES
from tests.web.site import Site

ITSELF = "GET /api/openapi.json"


@pytest.fixture
def document(site: Site) -> dict[str, Any]:
    answer = site.send("GET", "/api/openapi.json", key=None)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    told = {f"{method.upper()} {path}" for path, method, _operation in operations(document)}

    assert told == {path_of(route) for route in ROUTES} - {ITSELF}


def test_every_operation_says_what_it_does_and_answers(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        place = f"{method} {path}"
        assert operation["summary"], place
        assert operation["tags"], place
        assert any(status.startswith("2") for status in operation["responses"]), place
        assert {"400", "401", "404", "429", "500", "503"} <= set(operation["responses"]), place
        names = [one["name"] for one in operation.get("parameters", [])]
        assert ("Idempotency-Key" in names) == (method == "post"), place
        assert ("Accept-Language" in names) == ("custom-domain" in path and method != "delete"), place
        keyless = f"{method.upper()} {path}" in KEYLESS
        assert operation["security"] == ([{"apiKey": []}, {}] if keyless else [{"apiKey": []}]), place


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(document)]

    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def check(part: object) -> None:
        if isinstance(part, dict):
            reference = part.get("$ref")
            if isinstance(reference, str):
                _hash, _components, kind, name = reference.split("/")
                assert name in document["components"][kind], reference
            for value in part.values():
                check(value)
        elif isinstance(part, list):
            for value in part:
                check(value)

    assert document["openapi"] == "3.1.0"
    check(document)


def test_it_may_be_kept_and_is_asked_for_again_by_its_tag(site: Site) -> None:
    first = site.send("GET", "/api/openapi.json", key=None)

    again = site.send("GET", "/api/openapi.json", key=None, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert "max-age" in first.headers["Cache-Control"]


GOOD = {"success": True, "newTotal": 29000}


@pytest.mark.parametrize(
    ("status", "body", "fits"),
    [
        (200, GOOD, True),
        (200, {**GOOD, "secret": "x"}, False),
        (200, {"success": True}, False),
        (200, {**GOOD, "newTotal": "29000"}, False),
        (418, GOOD, False),
        (404, {"error": {"code": "not_found", "message": "x", "details": {"requestId": "r"}}}, True),
        (404, {"error": {"code": "never_heard_of", "message": "x", "details": {"requestId": "r"}}}, False),
        (404, {"error": {"code": "not_found", "message": "x", "details": {}}}, False),
    ],
)
def test_an_answer_that_does_not_fit_is_found(
    client: FlaskClient, status: int, body: dict[str, Any], fits: bool
) -> None:
    app = cast(OpenAPI, client.application)
    with app.app_context():
        response = app.json.response(body)
        response.status_code = status
        response.headers.update({"X-Request-Id": "r", "X-RateLimit-Limit": "1"})

        found = surprises(document_of(app), cast(Response, response), "POST /api/coupons/remove")

    assert (found == []) is fits
