"""The documentation's calls that are written as a line and a body, sent as they stand by curl."""

import json
import re
import shlex
from typing import Any

import pytest

from tests.spec.documentation import Call, Documentation, lacks
from tests.spec.live import Answered, Live
from tests.web.site import CREATE

SESSION, SHOP = "/api/checkout/session/{sessionId}", "/api/shops/{shopId}"
# Run here, or by test_sessions.py, which has their curl commands.
RUN = {
    ("POST", CREATE),
    ("GET", SESSION),
    ("PATCH", SESSION),
    ("POST", f"{SESSION}/refund"),
    ("POST", "/api/shops"),
    ("GET", SHOP),
    ("PATCH", SHOP),
}
NOT_BUILT_YET = {
    ("PATCH", f"{SHOP}/custom-domain"),
    ("POST", "/api/coupons/create"),
    ("POST", "/api/coupons/apply"),
}


def test_every_call_is_known(documentation: Documentation) -> None:
    assert {(call.method, call.path) for call in documentation.calls()} == RUN | NOT_BUILT_YET


def call_of(documentation: Documentation, method: str, path: str) -> Call:
    return next(call for call in documentation.calls() if (call.method, call.path) == (method, path))


def send(live: Live, call: Call, **ids: str) -> Answered:
    path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], call.path)
    command = ["curl", "-X", call.method, live.url + path, "-H", f"x-api-key: {live.world.test_key}"]
    if call.body is not None:
        command += ["-H", "Content-Type: application/json", "-d", json.dumps(call.body)]
    return live.curl(shlex.join(command))


def created(live: Live, documentation: Documentation, *, paid: bool) -> str:
    session_id: str = live.curl(documentation.commands(CREATE)[0]).json["sessionId"]
    if paid:
        live.pay(session_id)
    return session_id


def test_a_session_is_changed(live: Live, documentation: Documentation) -> None:
    call = call_of(documentation, "PATCH", SESSION)
    session_id = created(live, documentation, paid=False)

    answer = send(live, call, sessionId=session_id)

    assert call.body is not None
    assert answer.status == 200
    assert lacks(call.body, answer.json["data"]) == []
    assert answer.json["data"]["customer"]["name"] == call.body["customer"]["name"]
    assert answer.json["data"]["metadata"] == call.body["metadata"]


def test_a_payment_is_refunded_in_part(live: Live, documentation: Documentation) -> None:
    call = call_of(documentation, "POST", f"{SESSION}/refund")
    session_id = created(live, documentation, paid=True)

    answer = send(live, call, sessionId=session_id)

    [documented] = documentation.answers("refundId")
    assert call.body is not None
    assert answer.status == 200
    assert set(answer.json) == set(documented)
    assert lacks(documented, answer.json) == []
    told = {name: answer.json[name] for name in ("status", "amount", "reason")}
    assert told == {"status": "processing", "amount": call.body["amount"], "reason": call.body["reason"]}


@pytest.fixture
def shop(live: Live, documentation: Documentation) -> dict[str, Any]:
    answer = send(live, call_of(documentation, "POST", "/api/shops"))
    assert answer.status == 201, answer.json
    return answer.json


def test_a_shop_is_opened_and_read(live: Live, documentation: Documentation, shop: dict[str, Any]) -> None:
    answer = send(live, call_of(documentation, "GET", SHOP), shopId=shop["id"])

    body = call_of(documentation, "POST", "/api/shops").body
    documented = next(one for one in documentation.answers("payment_methods") if "status" in one)
    assert body is not None
    assert answer.status == 200
    assert lacks(documented, {**answer.json, "payment_methods": documented["payment_methods"]}) == []
    assert answer.json["payment_methods"]
    assert lacks(body, answer.json) == []
    assert answer.json["business_info"]["business_number"] == body["business_info"]["business_number"]


def test_a_shop_is_changed(live: Live, documentation: Documentation, shop: dict[str, Any]) -> None:
    call = call_of(documentation, "PATCH", SHOP)

    answer = send(live, call, shopId=shop["id"])

    assert call.body is not None
    assert answer.status == 200
    settings = answer.json["settings"]
    assert {name: settings[name] for name in call.body["settings"]} == call.body["settings"]
