"""The samples of /docs, run as they stand: by curl, node, python and, where it is installed, php."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.web.docs.samples import CALLS, VERIFY, Call, samples_of
from tests.spec.live import Live, tool
from tests.support.coupons import make_coupon

ENDINGS = {"curl": "sh", "Node.js": "js", "Python": "py", "PHP": "php"}
PROGRAMS = {"curl": "sh", "Node.js": "node", "PHP": "php"}
BODY = '{"event":"payment.completed","data":{"name":"홍길동"}}'
CHECKS = {
    "Node.js": "console.log(verifySignature({body}, {header}, {secret}));",
    "Python": "print(str(verify_signature({body}.encode(), {header}, {secret})).lower())",
    "PHP": "echo verify_signature({body}, {header}, {secret}) ? 'true' : 'false';",
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


@pytest.mark.parametrize("language", list(ENDINGS))
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title[0])
def test_a_sample_runs_as_it_stands(live: Live, call: Call, language: str, tmp_path: Path) -> None:
    program(language)
    text = samples_of(call, live.url)[language].replace("YOUR_KEY", live.world.test_key)
    session_id = session_for(live, call)
    code = f"SAMPLE-{time.monotonic_ns()}"
    if call.path.endswith("/apply"):
        with live.inside():
            make_coupon(live.world, code=code)

    told = json.loads(
        run(language, text.replace("SESSION_ID", session_id).replace("WELCOME10", code), tmp_path)
    )

    assert "error" not in told, told
    assert told.get("success", True) is True
    assert set(told) & {"sessionId", "status", "refundId", "code", "newTotal"}


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
