from typing import Any

import pytest

from app import errors
from app.web.api import sessions
from app.web.api.codes import CODES, by_status
from tests.support.world import order_body
from tests.web.site import CREATE, READ, Site, assert_error


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "/api", "/api/", "/api/unknown", "/api/checkout", "/api/checkout/sessions2", "/api/checkout/create-session/",
        "/api/checkout/create-session/x", "/api/%00", "/api/%ff", "/api/" + "x" * 5000,
        "/api/checkout/create-session%0a",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["test", None])
def test_an_unknown_path_is_told_in_the_form_of_the_api(
    site: Site, method: str, path: str, key: str | None
) -> None:
    before = site.rows()

    answer = site.send(method, path, key=key, json=order_body())

    assert_error(answer, 404, "not_found")
    assert site.rows() == before


METHODS = [
    *((method, CREATE) for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")),
    *((method, READ + "cs_" + "0" * 32) for method in ("POST", "PUT", "DELETE", "TRACE")),
]


@pytest.mark.parametrize(("method", "path"), METHODS)
def test_a_method_that_is_not_served_is_told_with_those_that_are(site: Site, method: str, path: str) -> None:
    before = site.rows()

    answer = site.send(method, path, json=order_body())

    assert_error(answer, 405, "method_not_allowed")
    assert ("POST" if path == CREATE else "GET") in answer.headers["Allow"]
    assert site.rows() == before


def test_head_of_an_unknown_path_has_no_body(site: Site) -> None:
    answer = site.send("HEAD", "/api/unknown")

    assert (answer.status_code, answer.data) == (404, b"")
    assert answer.headers["X-Request-Id"]


def test_options_tells_the_methods_and_writes_nothing(site: Site) -> None:
    before = site.rows()

    answer = site.send("OPTIONS", CREATE)

    assert answer.status_code in (200, 204)
    assert "POST" in answer.headers["Allow"]
    assert site.rows() == before


def test_no_page_of_another_site_may_call(site: Site) -> None:
    answer = site.create(headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_every_answer_has_its_own_request_id(site: Site) -> None:
    answers = [site.create(), site.create(), site.send("GET", "/api/unknown"), site.create(key=None)]

    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(ids)) == 4
    assert all(ids)


def test_a_callers_own_request_id_is_not_believed(site: Site) -> None:
    answer = site.create(headers={"X-Request-Id": "mine"})

    assert answer.headers["X-Request-Id"] != "mine"


@pytest.mark.parametrize(
    ("languages", "korean"),
    [
        ("ko", True), ("ko-KR,ko;q=0.9,en;q=0.8", True), ("KO", True), ("en;q=0.5,ko;q=0.9", True),
        ("en", False), ("en-US,en;q=0.9,ko;q=0.8", False), ("fr", False), ("", False), ("*", False),
        ("\x7f;;q=,,", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("path", "code"), [("/api/unknown", "not_found"), (READ + "cs_x", "invalid_session"), (CREATE, "amount_mismatch")]
)  # fmt: skip
def test_messages_are_korean_for_those_who_ask(
    site: Site, languages: str, korean: bool, path: str, code: str
) -> None:
    method = "POST" if path == CREATE else "GET"
    body: dict[str, Any] | None = order_body(totalAmount=1) if path == CREATE else None

    answer = site.send(method, path, json=body, headers={"Accept-Language": languages})

    error = answer.get_json()["error"]
    assert error["code"] == code
    assert error["message"].startswith(CODES[code].ko if korean else CODES[code].en)


def test_a_bad_field_is_named_in_korean_too(site: Site) -> None:
    answer = site.create(order_body(platform=""), headers={"Accept-Language": "ko"})

    message = answer.get_json()["error"]["message"]
    assert message.startswith(CODES["invalid_parameter"].ko)
    assert "platform" in message


@pytest.mark.parametrize(
    "failure", [RuntimeError("secret detail"), KeyError("secret detail"), errors.AppError()]
)
def test_a_crash_is_told_without_its_cause(
    site: Site, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def crash(**_: object) -> None:
        raise failure

    monkeypatch.setattr(sessions, "create_session", crash)
    before = site.rows()

    answer = site.create()

    assert_error(answer, 500, "internal_error")
    assert "secret detail" not in answer.text
    assert site.rows() == before


def every_error(kind: type[errors.AppError] = errors.AppError) -> list[type[errors.AppError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in every_error(below))]


def test_every_error_that_may_be_raised_has_its_sentences() -> None:
    missing = {kind.code for kind in every_error()} - set(CODES)

    assert missing == set()


def test_every_code_has_the_status_of_its_error() -> None:
    wrong = [
        kind.code for kind in every_error() if kind.code in CODES and CODES[kind.code].status != kind.status
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "status", [400, 404, 405, 408, 411, 413, 414, 415, 417, 429, 431, 500, 501, 503, 504]
)
def test_every_status_of_the_server_has_a_code(status: int) -> None:
    assert by_status(status) in CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_speaks_both_languages(code: str) -> None:
    known = CODES[code]

    assert known.en.isascii()
    assert any("가" <= letter <= "힣" for letter in known.ko)


def test_answers_of_the_api_are_not_cached(site: Site) -> None:
    answer = site.create()

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
