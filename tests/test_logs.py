"""What reaches a log, and what never does."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from app.logs import MASK, masked
from tests.support.logs import production_log

SECRETS = {
    "an API key of ours": "sk_live_" + "0a" * 32,
    "a gateway's secret key": "live_sk_zXLkKEypNArWmo50nX3lmeaxYG5R",
    "a gateway's widget key": "test_gsk_docs_OaPz8L5KdmQXkzRz3y47BMw6",
    "a webhook secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "basic authentication": "Basic dGVzdF9za196WExrS0V5cDo=",
    "an e-mail address": "gildong.hong+shop@example.co.kr",
    "a mobile number": "010-1234-5678",
    "a mobile number in one": "01012345678",
    "an international number": "+821012345678",
    "a card": "4330-1234-5678-1234",
    "a card in one": "4330123456781234",
    "a card that the gateway masked": "43301234****123*",
}
HARMLESS = [
    "payment.completed",
    "2026-03-02T09:00:00.123456Z",
    "pay_" + "1234567890abcdef" * 2,
    "req_" + "1234567890ab" * 2,
    "tviva20260105101500Ab3dE",
    "confirm-pay_00000000000000000000000000000000-0",
    "29000",
    "1767575702",
    "https://shop.example/success?order=12345678",
    "홍길동",
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a process in production writes to its log."""
    with production_log(secret_fields={"paymentSecret"}) as stream:
        yield stream


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_known_by_its_shape_wherever_it_stands(secret: str) -> None:
    value = {"text": f"refused for {secret}, sorry", "deep": [{"body": secret}], "raw": secret.encode()}

    told = json.dumps(masked(value), ensure_ascii=False)

    assert secret not in told
    assert "refused for" in told
    assert told.count(MASK) == 3


@pytest.mark.parametrize("name", ["Authorization", "secret_key", "secretKey", "X-Api-Key", "EMAIL", "phone"])
def test_a_secret_is_known_by_its_name_however_it_is_written(name: str) -> None:
    assert masked({name: "anything"}) == {name: MASK}
    assert masked({"deep": [{name: {"a": 1}}]}) == {"deep": [{name: MASK}]}


def test_nothing_is_masked_where_there_is_nothing() -> None:
    assert masked({"secret": None, "n": 1, "yes": True, "f": 1.5}) == {
        "secret": None,
        "n": 1,
        "yes": True,
        "f": 1.5,
    }


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert masked(text) == text


def test_the_id_of_a_session_is_never_whole() -> None:
    session_id = "cs_" + "0123456789abcdef" * 2

    assert masked(f"/checkout/{session_id}/status") == "/checkout/cs_01234567…/status"


def test_production_writes_one_json_object_a_line(written: io.StringIO) -> None:
    structlog.get_logger().info("payment.completed", attempt="pay_1", name="홍길동", paymentsecret="x")

    [line] = lines(written)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "payment.completed",
        "level": "info",
        "attempt": "pay_1",
        "name": MASK,
        "paymentsecret": MASK,
    }


def test_the_text_of_an_exception_is_masked_too(written: io.StringIO) -> None:
    try:
        raise ValueError("no such buyer: customer@example.com")
    except ValueError:
        structlog.get_logger().exception("page.crashed")

    [line] = lines(written)
    assert "ValueError: no such buyer: ***" in line["exception"]
    assert "customer@example.com" not in written.getvalue()


def test_every_line_of_a_request_carries_the_id_that_its_answer_names(
    app: Flask, written: io.StringIO
) -> None:
    @app.get("/noisy")
    def noisy() -> str:
        structlog.get_logger().info("noise")
        return "done"

    first, second = (app.test_client().get("/noisy") for _ in range(2))

    told = [line["request_id"] for line in lines(written)]
    assert told == [first.headers["X-Request-Id"], second.headers["X-Request-Id"]]
    assert told[0] != told[1]


@pytest.mark.parametrize("path", ["/api/crash", "/crash"])
def test_a_crash_is_logged_once_with_its_trace_and_without_the_buyer(
    app: Flask, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for module in ("app.web.api.errors", "app.web.checkout.errors"):
        monkeypatch.setattr(f"{module}.log", structlog.get_logger())
    monkeypatch.setattr("app.web.surfaces.authenticate", lambda: None)

    @app.get(path)
    def crash() -> str:
        raise RuntimeError("cannot read 010-1234-5678")

    answer = app.test_client().get(path)

    [line] = lines(written)
    assert answer.status_code == 500
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "RuntimeError: cannot read ***" in line["exception"]
    assert "010-1234-5678" not in answer.text
