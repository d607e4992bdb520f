"""Every route of the API against every kind of key that must not open it.

The routes are found in the application itself. A new one fails here until CALLS says how it is called.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import clock
from app.coupons.coupons import create_coupon
from app.database import transaction
from app.domains.domains import claim_domain
from app.gateways import GATEWAYS
from app.gateways.base import Approved
from app.payments.models import CheckoutSession
from app.payments.outcomes import record_approval
from app.settings import ROOT
from app.shops.keys import issue_key, revoke_key, rotate_key
from app.shops.shops import create_shop
from app.webhooks.endpoints import Place, held_endpoints
from app.webhooks.gym.runs import ask_for_test, end_test
from tests.conftest import app_on
from tests.support.buyer import begin
from tests.support.webhooks import event_of
from tests.support.world import World, make_session, make_world, order_body
from tests.web.site import READ, Site, assert_error

# Routes that need no key, "METHOD rule" each.
KEYLESS = frozenset({"POST /api/coupons/apply", "POST /api/coupons/remove", "GET /api/openapi.json"})

# A word in everything that the owner's objects hold, so that a leak is seen whatever it leaks.
MARK = "비밀Zq7x"
MARKED_URL = f"https://{MARK.encode().hex()}.example/hook"
MARKED_EMAIL = f"{MARK.encode().hex()}@example.com"
MARKS = (MARK, MARK.encode().hex(), json.dumps(MARK)[1:-1], "+821098765432")


@dataclass(frozen=True)
class Call:
    """How a route is called with everything right, by the key of the owner of all that it names.

    status: of the owner's answer. refused: the code of the 404 that others get. None where the route names no
    object: others then get `others`, about what is their own. body, query: `{shop_id}` and the like stand for
    ids. named: names in the rule that stand for another id than the one of their name. fixed: those that are no id.
    """

    status: int = 200
    refused: str | None = None
    body: dict[str, Any] | None = None
    query: str = ""
    named: dict[str, str] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)


SESSION, SHOP, REFUND, COUPON = "invalid_session", "invalid_shop", "invalid_refund", "coupon_not_found"
PAID = {"session_id": "paid_session_id"}
OUTSIDERS = ("another merchant's", "the other mode's", "another shop's")

GATEWAY = next(iter(GATEWAYS))
KEYS = GATEWAYS[GATEWAY].sandbox_credentials("0" * 32)

CALLS = {
    "POST /api/checkout/create-session": Call(201, SHOP, order_body(shopId="{shop_id}")),
    "GET /api/checkout/session/<session_id>": Call(refused=SESSION),
    "GET /api/checkout/sessions": Call(),
    "PATCH /api/checkout/session/<session_id>": Call(refused=SESSION, body={"metadata": {"a": "b"}}),
    "POST /api/checkout/session/<session_id>/cancel": Call(refused=SESSION, body={}),
    "POST /api/checkout/session/<session_id>/expire": Call(refused=SESSION, body={}),
    "POST /api/checkout/session/<session_id>/refund": Call(refused=SESSION, body={}, named=PAID),
    "POST /api/checkout/session/<session_id>/refund/preview": Call(refused=SESSION, body={}, named=PAID),
    "GET /api/refunds": Call(),
    "GET /api/refunds/<refund_id>": Call(refused=REFUND),
    "POST /api/coupons/create": Call(
        201,
        SHOP,
        {"code": "WELCOME10", "type": "percentage", "discount_value": 10, "shop_id": "{shop_id}"},
    ),
    "GET /api/coupons": Call(),
    "GET /api/coupons/<coupon:coupon_id>": Call(refused=COUPON),
    "PATCH /api/coupons/<coupon:coupon_id>": Call(refused=COUPON, body={"name_ko": "새 이름"}),
    "DELETE /api/coupons/<coupon:coupon_id>": Call(refused=COUPON),
    "POST /api/coupons/validate": Call(
        refused=SESSION, body={"couponCode": "MARKED", "sessionId": "{session_id}"}
    ),
    "GET /api/analytics/summary": Call(refused=SHOP, query="shop_id={shop_id}"),
    "GET /api/analytics/timeseries": Call(refused=SHOP, query="shop_id={shop_id}"),
    "GET /api/analytics/methods": Call(refused=SHOP, query="shop_id={shop_id}"),
    "GET /api/analytics/coupons": Call(refused=SHOP, query="shop_id={shop_id}"),
    "GET /api/analytics/funnel": Call(refused=SHOP, query="shop_id={shop_id}"),
    "POST /api/shops": Call(
        201,
        body={"name": "새 상점"},
        others={"another merchant's": 201, "the other mode's": 201, "another shop's": 403},
    ),
    "GET /api/shops": Call(),
    "GET /api/shops/<shop_id>": Call(refused=SHOP),
    "GET /api/webhooks/endpoints": Call(),
    "POST /api/webhooks/endpoints/<endpoint_id>/enable": Call(refused="endpoint_not_found", body={}),
    "POST /api/webhooks/secret/rotate": Call(refused=SHOP, body={"shopId": "{shop_id}"}),
    # No sandbox listens here: the owner's call gets as far as asking it.
    "POST /api/sandbox/advance-clock": Call(502, SHOP, {"seconds": 60, "shopId": "{shop_id}"}),
    "POST /api/webhooks/test": Call(202, SHOP, {"shopId": "{shop_id}"}),
    "GET /api/webhooks/test/<test_id>": Call(refused="webhook_test_not_found"),
    "GET /api/webhooks/events": Call(),
    "GET /api/webhooks/events/<event:event_id>": Call(refused="event_not_found"),
    "POST /api/webhooks/events/<event:event_id>/redeliver": Call(refused="event_not_found", body={}),
    "POST /api/webhooks/events/redeliver": Call(body={"since": "2026-01-01T00:00:00Z"}),
    "PATCH /api/shops/<shop_id>": Call(refused=SHOP, body={"name": "새 이름"}),
    "PATCH /api/shops/<shop_id>/custom-domain": Call(refused=SHOP, body={"domain": "pay.other-store.com"}),
    "GET /api/shops/<shop_id>/custom-domain": Call(refused=SHOP),
    "POST /api/shops/<shop_id>/custom-domain/verify": Call(refused=SHOP, body={}),
    "DELETE /api/shops/<shop_id>/custom-domain": Call(refused=SHOP),
    "GET /api/shops/<shop_id>/gateways": Call(refused=SHOP),
    "PUT /api/shops/<shop_id>/gateways/<gateway>": Call(
        refused=SHOP, body={"credentials": KEYS}, fixed={"gateway": GATEWAY}
    ),
    "DELETE /api/shops/<shop_id>/gateways/<gateway>": Call(refused=SHOP, fixed={"gateway": GATEWAY}),
}


def routes() -> list[str]:
    """ "METHOD rule" of everything below /api, but what Flask answers by itself."""
    rules = app_on(f"sqlite:///{ROOT / 'var' / 'never-opened.db'}").url_map.iter_rules()
    return sorted(
        f"{method} {rule.rule}"
        for rule in rules
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


ROUTES = routes()
NEED_A_KEY = [route for route in ROUTES if route not in KEYLESS]
CALLED = [route for route in NEED_A_KEY if route in CALLS]


@dataclass(frozen=True)
class Stage:
    """ids: of the owner's objects, by the name that rules give them. keys: by what they are."""

    site: Site
    ids: dict[str, str]
    keys: dict[str, str | None]

    def call(self, route: str, key: str | None) -> TestResponse:
        method, rule = route.split(" ", 1)
        how = CALLS.get(route, Call())
        path = re.sub("<(?:[^:<>]*:)?([^<>]*)>", lambda found: self._id(found[1], how), rule)
        body = self._filled(json.dumps(how.body)) if how.body is not None else None
        kwargs = {"data": body, "content_type": "application/json"} if body else {}
        return self.site.send(method, f"{path}?{self._filled(how.query)}", key=key, **kwargs)

    def _id(self, name: str, how: Call) -> str:
        return how.fixed.get(name) or self.ids.get(how.named.get(name, name), "unknown")

    def _filled(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def owned(self) -> list[Any]:
        """The owner's objects as the owner sees them."""
        paths = [f"/api/shops/{self.ids['shop_id']}", f"/api/checkout/session/{self.ids['session_id']}"]
        return [self.site.send("GET", path, key=self.keys["the owner's"]).get_json() for path in paths]


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    """One for all that is refused: nothing of it may change."""
    return new_stage(site)


def new_stage(site: Site) -> Stage:
    with site.inside():
        world, stranger = make_world(), make_world()
        ids = _marked_objects(world)
        keys = _keys(world, stranger)
    owner = Site(site.app, world)
    return Stage(owner, ids | _refund(owner, ids["paid_session_id"]), keys)


def _marked_objects(world: World) -> dict[str, str]:
    """A second shop of the merchant in test mode, and what belongs to it."""
    now = clock.now()
    business = {"business_number": "1234567890", "business_name": MARK, "ceo_name": MARK, "address": MARK}
    profile = {
        "name": MARK,
        "description": MARK,
        "business": business,
        "contact": {"email": MARKED_EMAIL, "phone": "+821098765432"},
        "webhook_url": MARKED_URL,
        "notification_email": MARKED_EMAIL,
    }
    shop = create_shop(merchant_id=world.merchant_id, livemode=False, profile=profile, now=now)
    domain = f"{MARK.encode().hex()}.yourstore.com"
    claim_domain(shop_id=shop.id, by_live_key=False, text=domain, ours=(), now=now)
    owner = World(world.merchant_id, shop.id, world.test_key, world.live_key, world.webhook_secret)
    session, paid = (_marked_session(owner, now) for _ in range(2))
    attempt_id = begin(paid, now=now)
    record_approval(attempt_id=attempt_id, approved=Approved("tviva_1", attempt_id, 29000), now=now)
    values = {"code": "MARKED", "name_ko": MARK, "type": "percentage", "discount_value": 10}
    coupon = create_coupon(
        merchant_id=world.merchant_id, shop_id=shop.id, livemode=False, values=values, now=now
    )
    with transaction():
        place = Place(shop.id, False, MARKED_URL)
        held_endpoints([place], failed=[place.endpoint_id], now=now)
    return {
        "test_id": _ended_test(shop.id, now),
        "endpoint_id": place.endpoint_id,
        "event_id": event_of(paid).id,
        "shop_id": shop.id,
        "session_id": session.id,
        "paid_session_id": paid.id,
        "coupon_id": coupon.id,
    }


def _ended_test(shop_id: str, now: datetime) -> str:
    test = ask_for_test(shop_id=shop_id, test_id=None, now=now)
    end_test(test.id, results=[], now=now)
    return test.id


def _marked_session(owner: World, now: datetime) -> CheckoutSession:
    return make_session(
        owner,
        now=now,
        platform_order_id=MARK,
        items=[{"name": MARK, "price": 29000, "quantity": 1}],
        customer_name=MARK,
        customer_email=MARKED_EMAIL,
        customer_phone="+821098765432",
        webhook_url=MARKED_URL,
        order_metadata={"a": MARK},
    )


def _refund(site: Site, session_id: str) -> dict[str, str]:
    path, body = f"{READ}{session_id}/refund", {"amount": 1000, "reason": MARK}
    answer = site.send("POST", path, json=body)
    return {"refund_id": answer.get_json()["refundId"]} if answer.status_code == 200 else {}


def _keys(world: World, stranger: World) -> dict[str, str | None]:
    now = clock.now()

    def new(shop_id: str | None = None) -> tuple[str, str]:
        issued = issue_key(merchant_id=world.merchant_id, livemode=False, shop_id=shop_id, now=now)
        return issued.key_id, issued.secret

    revoked_id, revoked = new()
    revoke_key(key_id=revoked_id, now=now)
    rotated_id, rotated = new()
    rotate_key(key_id=rotated_id, grace=timedelta(), now=now)
    return {
        "the owner's": world.test_key,
        "none": None,
        "a malformed": world.test_key[:-1],
        "an unknown": "sk_test_" + "0" * 64,
        "a revoked": revoked,
        "a rotated": rotated,
        "another merchant's": stranger.test_key,
        "the other mode's": world.live_key,
        "another shop's": new(world.shop_id)[1],
    }


def assert_leaks_nothing(answer: TestResponse) -> None:
    told = answer.text + str(answer.headers)
    assert not [mark for mark in MARKS if mark in told]


def test_every_route_says_how_it_is_called() -> None:
    unknown = [route for route in NEED_A_KEY if route not in CALLS]

    assert unknown == [], "say in CALLS how these are called, or in KEYLESS that they need no key"


def test_routes_without_a_key_are_there() -> None:
    assert set(ROUTES) >= KEYLESS


@pytest.mark.parametrize("route", CALLED)
def test_the_owner_is_answered(site: Site, route: str) -> None:
    """Or all that follows would prove nothing."""
    stage = new_stage(site)

    answer = stage.call(route, stage.keys["the owner's"])

    assert answer.status_code == CALLS[route].status, answer.text


@pytest.mark.parametrize("route", NEED_A_KEY)
def test_a_key_that_is_none_opens_nothing(stage: Stage, route: str) -> None:
    before, rows = stage.owned(), stage.site.rows()

    for kind in ("none", "a malformed", "an unknown", "a revoked", "a rotated"):
        answer = stage.call(route, stage.keys[kind])

        assert_error(answer, 401, "invalid_api_key")
        assert_leaks_nothing(answer)
    assert (stage.owned(), stage.site.rows()) == (before, rows)


@pytest.mark.parametrize("kind", OUTSIDERS)
@pytest.mark.parametrize("route", [route for route in CALLED if CALLS[route].refused])
def test_what_a_key_may_not_see_is_not_there(stage: Stage, route: str, kind: str) -> None:
    before, rows = stage.owned(), stage.site.rows()

    answer = stage.call(route, stage.keys[kind])

    assert_error(answer, 404, CALLS[route].refused or "")
    assert_leaks_nothing(answer)
    assert (stage.owned(), stage.site.rows()) == (before, rows)


@pytest.mark.parametrize("kind", OUTSIDERS)
@pytest.mark.parametrize("route", [route for route in CALLED if CALLS[route].refused])
def test_it_is_told_like_what_does_not_exist(stage: Stage, route: str, kind: str) -> None:
    key = stage.keys[kind]
    nowhere = Stage(
        stage.site,
        {name: re.sub("_.*", f"_{'0' * 32}", value) for name, value in stage.ids.items()},
        stage.keys,
    )

    hidden, missing = (one.call(route, key).get_json()["error"] for one in (stage, nowhere))

    for error in (hidden, missing):
        del error["details"]["requestId"]
    known = json.dumps(hidden)
    for name, value in stage.ids.items():
        known = known.replace(value, nowhere.ids[name])
    assert json.loads(known) == missing


@pytest.mark.parametrize("kind", OUTSIDERS)
@pytest.mark.parametrize("route", [route for route in CALLED if CALLS[route].refused is None])
def test_a_route_that_names_nothing_tells_others_nothing(stage: Stage, route: str, kind: str) -> None:
    before = stage.owned()

    answer = stage.call(route, stage.keys[kind])

    assert answer.status_code == CALLS[route].others.get(kind, 200), answer.text
    assert_leaks_nothing(answer)
    assert not [value for value in stage.ids.values() if value in answer.text]
    assert stage.owned() == before
