"""The documentation's calls that are written as a line and a body, sent as they stand by curl."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app import clock
from app.coupons.coupons import coupon_by_code, update_coupon
from app.domains.domains import record_check, remove_domain
from app.domains.queries import domain_of_shop
from app.domains.states import Diagnosis
from tests.spec.documentation import Call, Documentation, lacks
from tests.spec.live import Answered, Live
from tests.support.coupons import make_coupon
from tests.support.world import make_session
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
    ("PATCH", f"{SHOP}/custom-domain"),
    ("POST", "/api/coupons/create"),
    ("POST", "/api/coupons/apply"),
}


def test_every_call_is_known(documentation: Documentation) -> None:
    assert {(call.method, call.path) for call in documentation.calls()} == RUN


def test_every_command_is_run(documentation: Documentation) -> None:
    """By test_sessions.py, or here."""
    commands = [
        *documentation.commands(CREATE),
        *documentation.commands(SESSION.partition("{")[0].rstrip("/")),
    ]

    assert sorted(documentation.commands("/api")) == sorted([*commands, *documentation.commands(COUPONS)])


def test_every_script_is_run(documentation: Documentation) -> None:
    """By test_sessions.py, test_webhooks.py and test_polling.py, or here."""
    words = ("window.location.href", "updateOrderStatus", "monitorPayment", "verifySignature", "applyCoupon")

    assert sorted(documentation.scripts()) == sorted(documentation.script(word) for word in words)


def call_of(documentation: Documentation, method: str, path: str) -> Call:
    return next(call for call in documentation.calls() if (call.method, call.path) == (method, path))


def send(live: Live, call: Call, *, key: str | None = None, **ids: str) -> Answered:
    path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], call.path)
    command = ["curl", "-X", call.method, live.url + path, "-H", f"x-api-key: {key or live.world.test_key}"]
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


def test_a_shop_gets_a_domain_of_its_own(
    live: Live, documentation: Documentation, shop: dict[str, Any]
) -> None:
    call = call_of(documentation, "PATCH", f"{SHOP}/custom-domain")
    documented = next(one for one in documentation.answers("verification_records"))

    answer = send(live, call, shopId=shop["id"])

    told = send(live, call_of(documentation, "GET", SHOP), shopId=shop["id"])
    assert answer.status == 200, answer.json
    assert lacks(documented, answer.json) == []
    [record] = answer.json["verification_records"]
    [sample] = documented["verification_records"]
    assert (answer.json["domain"], record["type"], record["name"]) == (
        documented["domain"],
        sample["type"],
        sample["name"],
    )
    assert record["value"].startswith("vc-domain-verify-")
    documented = next(one for one in documentation.answers("domain_verification_status"))
    assert lacks(documented, told.json) == []
    assert told.json["custom_domain"] == documented["custom_domain"]
    assert (told.json["domain_verification_status"], told.json["domain_configuration_status"]) == (
        "pending",
        "pending",
    )


@pytest.fixture
def verified_domain(live: Live, documentation: Documentation) -> Iterator[str]:
    """The documented name, set by the documented call on the shop that calls without a shop mean."""
    shop_id, key = live.world.shop_id, live.world.live_key
    answer = send(live, call_of(documentation, "PATCH", f"{SHOP}/custom-domain"), key=key, shopId=shop_id)
    assert answer.status == 200, answer.json
    with live.inside():
        domain, now = domain_of_shop(shop_id), clock.now()
        assert domain is not None
        seen = Diagnosis(owned=True, points_here=True, secure=True)
        record_check(domain_id=domain.id, seen=seen, held_by=(), began_at=now, now=now)
    yield answer.json["domain"]
    with live.inside():
        remove_domain(shop_id=shop_id, by_live_key=True)


@pytest.mark.parametrize("number", range(2))
def test_sessions_are_at_the_domain_once_it_is_verified(
    live: Live, documentation: Documentation, verified_domain: str, number: int
) -> None:
    """Nothing changes in the merchant's call."""
    answer = live.curl(documentation.commands(CREATE)[number])

    documented = documentation.answers("checkoutUrl")[1]
    assert lacks(documented, answer.json) == []
    session_id = answer.json["sessionId"]
    assert answer.json["checkoutUrl"] == f"https://{verified_domain}/checkout/{session_id}"
    sample = documented["checkoutUrl"].replace(documented["sessionId"], session_id)
    assert answer.json["checkoutUrl"] == sample
    told = send(live, call_of(documentation, "GET", SHOP), shopId=live.world.shop_id)
    status = next(one for one in documentation.answers("domain_verification_status"))
    for name in ("custom_domain", "domain_verification_status", "domain_configuration_status"):
        assert told.json[name] == status[name]


COUPONS = "/api/coupons/create"
# Prints what the two snippets of the coupon chapter were answered.
APPLY = """
(async () => {
  console.log(JSON.stringify(await welcomeCoupon.json()));
  console.log(JSON.stringify(await applyCoupon(process.env.SESSION_ID, "welcome15")));
})();
"""


def test_a_coupon_is_made(live: Live, documentation: Documentation) -> None:
    [command] = documentation.commands(COUPONS)

    answer = live.curl(command)

    assert answer.status == 201, answer.json
    assert (answer.json["code"], answer.json["discount_value"], answer.json["usage_limit"]) == (
        "WELCOME10",
        10,
        1000,
    )


def test_a_coupon_is_applied(live: Live, documentation: Documentation) -> None:
    """The documented coupon ended with 2024, so one of the same code that has not is in its place."""
    call = call_of(documentation, "POST", "/api/coupons/apply")
    documented = next(one for one in documentation.answers("newTotal"))
    with live.inside():
        offer_welcome(live)
    session_id = created(live, documentation, paid=False)
    assert call.body is not None

    answer = send(live, replace(call, body={**call.body, "sessionId": session_id}))

    assert answer.status == 200, answer.json
    assert answer.json == documented


def offer_welcome(live: Live) -> None:
    found = coupon_by_code("WELCOME10", shop_id=live.world.shop_id, livemode=False)
    if found is None:
        make_coupon(live.world)
        return
    unlimited = {"valid_until": None, "usage_limit_per_customer": None, "minimum_order_amount": 0}
    update_coupon(coupon_id=found.id, changes=unlimited)


def test_the_integration_in_node_makes_and_applies_a_coupon(live: Live, documentation: Documentation) -> None:
    script = documentation.script("applyCoupon")
    items = [{"name": "텀블러", "price": 40_000, "quantity": 1}]
    with live.inside():
        session_id = make_session(
            live.world, now=clock.now(), subtotal=40_000, total_amount=40_000, items=items
        ).id

    wrapped = f"(async () => {{ {live.adapt(script)} {APPLY} }})();"
    with live.node(wrapped, SESSION_ID=session_id, KOREA_CHECKOUT_API_KEY=live.world.test_key) as node:
        made, applied = (json.loads(node.next()["with"][0]) for _ in range(2))

    assert (made["success"], made["code"], made["usage_limit_per_customer"]) == (True, "WELCOME15", 1)
    assert applied == {
        "success": True,
        "discount": {"type": "percentage", "value": 15, "amount": 6000},
        "newTotal": 34_000,
    }
