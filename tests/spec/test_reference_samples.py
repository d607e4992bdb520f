"""The samples of /docs, run as they stand: by curl, node, python and, where it is installed, php."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.web.docs.samples import CALLS, VERIFY, VERIFY_BY_LIBRARY, Call, samples_of
from app.webhooks.signing import new_secret, signature_headers
from tests.spec.live import Live, tool
from tests.support.coupons import make_coupon

ENDINGS = {"curl": "sh", "Node.js": "js", "Python": "py", "PHP": "php", "Ruby": "rb"}
PROGRAMS = {"curl": "sh", "Node.js": "node", "PHP": "php", "Ruby": "ruby"}
OF_CALLS = ("curl", "Node.js", "Python", "PHP")
BODY = '{"event":"payment.completed","data":{"name":"홍길동"}}'
CHECKS = {
    "Node.js": "console.log(verifySignature({body}, {header}, {secret}));",
    "Python": "print(str(verify_signature({body}.encode(), {header}, {secret})).lower())",
    "PHP": "echo verify_signature({body}, {header}, {secret}) ? 'true' : 'false';",
    "Ruby": "puts signature_genuine?({body}, {header}, {secret})",
}


def program(language: str) -> str:
    """Skips, or fails on CI, where the program is not installed."""
    return sys.executable if language == "Python" else tool(PROGRAMS[language])


def run(language: str, text: str, folder: Path) -> str:
    file = folder / f"sample.{ENDINGS[language]}"
    file.write_text(text)
    ran = subprocess.run([program(language), str(file)], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("language", OF_CALLS)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title[0])
def test_a_sample_runs_as_it_stands(live: Live, call: Call, language: str, tmp_path: Path) -> None:
    program(language)
    text = samples_of(call, live.url)[language].replace("YOUR_KEY", live.world.test_key)
    ids = {"SESSION_ID": session_for(live, call), "SHOP_ID": shop_for(live, call)}
    code = f"SAMPLE-{time.monotonic_ns()}"
    if call.path.endswith("/apply"):
        with live.inside():
            make_coupon(live.world, code=code)

    for name, value in {**ids, "WELCOME10": code}.items():
        text = text.replace(name, value)

    told = json.loads(run(language, text, tmp_path))

    assert "error" not in told, told
    assert told.get("success", True) is True
    assert set(told) & {"sessionId", "status", "refundId", "code", "newTotal", "settings", "domain"}


def shop_for(live: Live, call: Call) -> str:
    if "SHOP_ID" not in call.path:
        return ""
    with live.inside():
        answer = live.app.test_client().post(
            "/api/shops", json={"name": "상점"}, headers={"x-api-key": live.world.test_key}
        )
    shop_id: str = answer.get_json()["id"]
    return shop_id


def session_for(live: Live, call: Call) -> str:
    if "SESSION_ID" not in f"{call.path}{call.body}":
        return ""
    made = CALLS[0]
    with live.inside():
        answer = live.app.test_client().post(
            made.path, json=made.body, headers={"x-api-key": live.world.test_key}
        )
    session_id: str = answer.get_json()["sessionId"]
    if call.path.endswith("/refund"):
        live.pay(session_id)
    return session_id


@pytest.mark.parametrize("language", list(VERIFY))
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "true"),
        ({"body": BODY + " "}, "false"),
        ({"secret": "whsec_other"}, "false"),
        ({"age": 400}, "false"),
    ],
    ids=["genuine", "another body", "another secret", "too old"],
)
def test_the_check_of_a_signature_believes_the_genuine_alone(
    language: str, change: dict[str, Any], verdict: str, tmp_path: Path
) -> None:
    t = int(time.time()) - change.get("age", 0)
    signature = hmac.new(b"whsec_mine", f"{t}.{BODY}".encode(), hashlib.sha256).hexdigest()
    header = f"t={t},v1={'0' * 64},v1={signature}"
    given = {
        "body": change.get("body", BODY),
        "header": header,
        "secret": change.get("secret", "whsec_mine"),
    }
    quoted = {name: f"'{value}'" for name, value in given.items()}

    assert (
        run(language, f"{VERIFY[language]}\n{CHECKS[language].format(**quoted)}\n", tmp_path).strip()
        == verdict
    )


READERS = {
    "Node.js": "try { console.log(readEvent(BODY, HEADERS, SECRET).event); } catch (e) { console.log(e.name); }",
    "Python": """\
try:
    print(read_event(BODY.encode(), HEADERS, SECRET)["event"])
except Exception as error:
    print(type(error).__name__)""",
}
REFUSED = {"Node.js": "WebhookVerificationError", "Python": "WebhookVerificationError"}


@pytest.mark.parametrize("language", list(VERIFY_BY_LIBRARY))
@pytest.mark.parametrize(
    ("change", "is_believed"),
    [
        ({}, True),
        ({"secrets": 2}, True),
        ({"body": BODY + " "}, False),
        ({"secret": new_secret()}, False),
        ({"age": timedelta(minutes=6)}, False),
    ],
    ids=["genuine", "while a secret rotates", "another body", "another secret", "too old"],
)
def test_the_libraries_of_standard_webhooks_believe_the_genuine_alone(
    language: str, change: dict[str, Any], is_believed: bool, tmp_path: Path
) -> None:
    if language == "Node.js":
        needs_node_packages()
    secrets = [new_secret() for _ in range(change.get("secrets", 1))]
    signed_at = datetime.now(UTC) - change.get("age", timedelta())
    headers = signature_headers(event_id="evt_1", body=BODY, whsecs=secrets, now=signed_at)
    given = {
        "BODY": change.get("body", BODY),
        "HEADERS": headers,
        "SECRET": change.get("secret", secrets[-1]),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]

    told = run(language, "\n".join([VERIFY_BY_LIBRARY[language], *lines, READERS[language]]), tmp_path)

    assert told.strip() == ("payment.completed" if is_believed else REFUSED[language])


def needs_node_packages() -> None:
    """bin/test installs them and sets NODE_PATH. Their absence is a failure on CI only."""
    folder = os.environ.get("NODE_PATH", "")
    if folder and (Path(folder) / "standardwebhooks").is_dir():
        return
    if os.environ.get("CI"):
        pytest.fail("CI needs the npm package standardwebhooks, and it is not installed")
    pytest.skip("the npm package standardwebhooks is not installed: run bin/test where npm is")
