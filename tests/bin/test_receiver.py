import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bin._setup import ROOT

SECRET = "whsec_test"
BODY = json.dumps(
    {
        "event": "payment.completed",
        "data": {"sessionId": "cs_1", "totalAmount": 29000, "customer": {"name": "홍길동"}},
    }
).encode()


@dataclass
class Shop:
    port: int
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, body: bytes | None = None, signature: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"x-korea-checkout-signature": signature} if signature else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = json.loads(self.ask("GET", "/events")[1])
        return events

    def printed(self) -> str:
        self.process.terminate()
        return self.process.communicate(timeout=5)[0]


@pytest.fixture
def shop(free_port: int) -> Iterator[Shop]:
    process = subprocess.Popen(
        [sys.executable, "-P", ROOT / "app" / "sandbox" / "receiver.py", str(free_port)],
        stdout=subprocess.PIPE,
        text=True,
        env={"WEBHOOK_SECRET": SECRET, "PYTHONUTF8": "1"},
    )
    shop = Shop(free_port, process)
    _wait_for(shop)
    yield shop
    process.kill()
    process.communicate()


def test_a_good_signature_is_called_valid(shop: Shop) -> None:
    assert shop.ask("POST", "/webhooks/checkout", BODY, _signature(BODY)) == (200, "OK")

    event = shop.events()[0]
    printed = shop.printed()
    assert event["signatureValid"] is True
    assert event["path"] == "/webhooks/checkout"
    assert "payment.completed" in printed
    assert "signature  valid" in printed
    assert "₩29,000" in printed
    assert "홍길동" in printed


def test_one_good_signature_among_several_is_enough(shop: Shop) -> None:
    stamp, _, good = _signature(BODY).partition(",")

    shop.ask("POST", "/", BODY, f"{stamp},v1={'0' * 64},{good}")

    assert shop.events()[0]["signatureValid"] is True


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        ("", "there is none"),
        ("v1=00", "it has no time"),
        ("t=NOW", "it does not match"),
        ("t=NOW,v1=" + "0" * 64, "it does not match"),
    ],
)
def test_a_bad_signature_is_called_not_valid(shop: Shop, signature: str, problem: str) -> None:
    assert shop.ask("POST", "/", BODY, signature.replace("NOW", str(int(time.time())))) == (200, "OK")

    assert shop.events()[0]["signatureProblem"] == problem
    assert f"signature  NOT VALID: {problem}" in shop.printed()


def test_a_changed_body_another_secret_and_an_old_signature_are_not_valid(shop: Shop) -> None:
    shop.ask("POST", "/", BODY + b" ", _signature(BODY))
    shop.ask("POST", "/", BODY, _signature(BODY, secret="whsec_other"))
    shop.ask("POST", "/", BODY, _signature(BODY, seconds_ago=301))

    assert [event["signatureValid"] for event in shop.events()] == [False, False, False]


def test_what_is_no_json_is_printed_as_it_is(shop: Shop) -> None:
    assert shop.ask("POST", "/", b"\xff not json", "t=1,v1=x") == (200, "OK")
    assert "not json" in shop.printed()


def test_the_pages_name_the_session_and_nothing_else_of_the_address(shop: Shop) -> None:
    status, page = shop.ask("GET", "/success?sessionId=cs_%3Cscript%3E&status=paid")

    assert status == 200
    assert "cs_&lt;script&gt;" in page
    assert "paid" not in page
    assert shop.ask("GET", "/cancel?sessionId=cs_1")[0] == 200
    assert shop.ask("GET", "/nowhere")[0] == 404


def _signature(body: bytes, *, secret: str = SECRET, seconds_ago: int = 0) -> str:
    stamp = int(time.time()) - seconds_ago
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _wait_for(shop: Shop) -> None:
    for _ in range(100):
        try:
            shop.ask("GET", "/events")
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("the receiver did not start")
