"""Signatures, verified by those who would verify them: the libraries of Standard Webhooks, and ten lines of Node."""

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.webhooks.signing import HEADER, new_secret, signature_headers

BODY = '{"id":"evt_1","event":"payment.completed","data":{"name":"홍길동 🎉"}}'


def signed(*secrets: str, body: str = BODY, age: timedelta = timedelta()) -> dict[str, str]:
    """age: how long ago it was signed; verifiers look at the clock."""
    now = datetime.now(UTC) - age
    return signature_headers(event_id="evt_1", body=body, whsecs=secrets, now=now)


def parts(header: str) -> tuple[str, list[str]]:
    """(t, every v1) of our own header."""
    pairs = [pair.split("=", 1) for pair in header.split(",")]
    [t] = [value for name, value in pairs if name == "t"]
    return t, [value for name, value in pairs if name == "v1"]


def test_a_secret_is_what_standard_webhooks_libraries_expect() -> None:
    prefix, _, encoded = new_secret().partition("_")

    assert prefix == "whsec"
    assert len(base64.b64decode(encoded, validate=True)) == 32
    assert len({new_secret() for _ in range(50)}) == 50


def test_our_own_header_is_an_hmac_of_time_and_body_with_the_whole_secret() -> None:
    secret = new_secret()

    t, [signature] = parts(signed(secret)[HEADER])

    assert abs(int(t) - datetime.now(UTC).timestamp()) < 60
    assert signature == hmac.new(secret.encode(), f"{t}.{BODY}".encode(), hashlib.sha256).hexdigest()


def test_standard_webhooks_verify_the_body() -> None:
    secret = new_secret()

    assert Webhook(secret).verify(BODY, signed(secret)) == json.loads(BODY)


@pytest.mark.parametrize(
    "spoilt", [BODY.replace("홍", "김"), BODY + " ", BODY.replace("completed", "failed")]
)
def test_a_changed_body_is_refused(spoilt: str) -> None:
    secret = new_secret()

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(spoilt, signed(secret))


def test_another_shops_secret_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, signed(new_secret()))


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_or_future_signature_is_refused(age: timedelta) -> None:
    secret = new_secret()

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, signed(secret, age=age))


def test_every_secret_signs_while_one_is_rotated() -> None:
    old, new = new_secret(), new_secret()

    headers = signed(new, old)

    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers)
        t, signatures = parts(headers[HEADER])
        assert hmac.new(secret.encode(), f"{t}.{BODY}".encode(), hashlib.sha256).hexdigest() in signatures


VERIFY = """
const { createHmac, timingSafeEqual } = require("node:crypto");
function isSigned(header, rawBody, secret) {
  const pairs = header.split(",").map((pair) => pair.split("="));
  const t = pairs.find(([name]) => name === "t")[1];
  if (Math.abs(Date.now() / 1000 - t) > 300) return false;
  const wanted = createHmac("sha256", secret).update(`${t}.${rawBody}`).digest();
  const given = pairs.filter(([name]) => name === "v1").map(([, hex]) => Buffer.from(hex, "hex"));
  return given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}
const input = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
console.log(isSigned(input.header, input.body, input.secret));
"""


@pytest.mark.parametrize("secrets", [1, 2])
@pytest.mark.parametrize(("change", "verdict"), [("", "true"), (" ", "false")])
def test_a_shop_on_node_verifies_our_own_header(
    tmp_path: Path, secrets: int, change: str, verdict: str
) -> None:
    known = [new_secret() for _ in range(secrets)]
    given = {"header": signed(*known)[HEADER], "body": BODY + change, "secret": known[-1]}

    assert run_node(tmp_path, VERIFY, given) == verdict


def run_node(folder: Path, source: str, given: dict[str, Any]) -> str:
    node = shutil.which("node")
    assert node, "these tests need node"
    script = folder / "verify.js"
    script.write_text(source)
    done = subprocess.run(
        [node, str(script)], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=20
    )
    return done.stdout.strip()
