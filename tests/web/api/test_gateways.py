"""Contracts with gateways over REST: credentials go in, are checked, and never come out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from app import clock
from app.database import db, transaction
from app.gateways.kcp.signing import self_made
from app.payments.models import Attempt
from app.payments.notifications import apply_notification, store_notification
from app.payments.outcomes import gateway_of
from app.shops.models import GatewayAccount
from app.shops.queries import account_at, accounts_at
from tests.gateways.kcp import CREDENTIALS as KCP_KEYS
from tests.support.acquirers import Acquirer, acquirers, contract_with
from tests.support.buyer import attempt_now, begin
from tests.support.world import NOW, make_session, make_world
from tests.web.api.shop_calls import changed, opened, patch, read
from tests.web.site import Site, assert_error

KEYS = {"shop_code": "test-shop1", "secret_key": "abcdefgh12345678"}
OTHER_KEYS = {**KEYS, "secret_key": "zyxwvuts87654321"}
LIVE_KEYS = {"shop_code": "live-shop1", "secret_key": "abcdefgh12345678"}


@pytest.fixture
def shop(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A merchant with one shop of both modes, and no contracts. There are two gateways more than usual."""
    with site.inside():
        own = Site(site.app, make_world())
        for livemode in (False, True):
            contract_with(own.world.shop_id, livemode=livemode)
    with acquirers("alpha", "beta", patch=monkeypatch):
        yield own


@pytest.fixture
def alpha(shop: Site, monkeypatch: pytest.MonkeyPatch) -> Acquirer:
    with acquirers("alpha", patch=monkeypatch) as made:
        return made["alpha"]


def path(shop: Site, gateway: str = "") -> str:
    return f"/api/shops/{shop.world.shop_id}/gateways" + (f"/{gateway}" if gateway else "")


def put(shop: Site, credentials: object = KEYS, *, gateway: str = "alpha", key: str = "test") -> TestResponse:
    return shop.send("PUT", path(shop, gateway), key=key, json={"credentials": credentials})


def listed(shop: Site, gateway: str = "alpha", *, key: str = "test") -> dict[str, Any]:
    answer = shop.send("GET", path(shop), key=key)
    assert answer.status_code == 200, answer.text
    [found] = [one for one in answer.get_json()["data"] if one["gateway"] == gateway]
    assert isinstance(found, dict)
    return found


def test_a_gateway_says_what_it_asks_for(shop: Site) -> None:
    found = listed(shop)

    assert (found["configured"], found["updated_at"], found["livemode"]) == (False, None, False)
    assert found["methods"] == ["card", "bank_transfer"]
    assert found["health"] == {"status": "well", "sick": []}
    assert [(one["name"], one["secret"], one["required"], one["is_set"]) for one in found["credentials"]] == [
        ("shop_code", False, True, False),
        ("secret_key", True, True, False),
        ("note", True, False, False),
    ]


def test_credentials_are_set_and_only_their_ends_are_told(shop: Site) -> None:
    answer = put(shop)

    assert answer.status_code == 200
    told = answer.get_json()
    assert told == listed(shop)
    assert told["configured"] is True
    assert told["updated_at"].endswith("Z")
    assert [one["last4"] for one in told["credentials"]] == [None, "5678", None]
    assert KEYS["secret_key"] not in answer.text
    assert KEYS["shop_code"] not in answer.text


def test_the_shop_takes_what_its_gateways_have(shop: Site) -> None:
    before = read(shop, shop.world.shop_id)["payment_methods"]

    put(shop)
    after = read(shop, shop.world.shop_id)["payment_methods"]
    shop.send("DELETE", path(shop, "alpha"))

    assert (before, after) == ([], ["card", "bank_transfer"])
    assert read(shop, shop.world.shop_id)["payment_methods"] == []


@pytest.mark.parametrize(
    ("credentials", "field"),
    [
        ({}, "credentials.shop_code"),
        ({"shop_code": "test-shop1"}, "credentials.secret_key"),
        ({**KEYS, "secretKey": "x"}, "credentials.secretKey"),
        ({**KEYS, "secret_key": "short"}, "credentials.secret_key"),
        ({**KEYS, "secret_key": "abcdefgh 12345678"}, "credentials.secret_key"),
        ({**KEYS, "secret_key": "ａｂｃｄｅｆｇｈ"}, "credentials.secret_key"),
        ({**KEYS, "note": "x" * 201}, "credentials.note"),
        (LIVE_KEYS, "credentials.shop_code"),
    ],
)
def test_what_the_gateway_does_not_ask_for_is_refused_without_repeating_it(
    shop: Site, credentials: dict[str, str], field: str
) -> None:
    put(shop)
    before = listed(shop)

    answer = put(shop, credentials)

    assert_error(answer, 400, "invalid_gateway_credentials", field)
    assert not [value for value in credentials.values() if len(value) > 4 and value in answer.text]
    assert listed(shop) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"private_key_password": "another"}, "credentials.private_key"),
        ({"certificate": self_made("other").certificate}, "credentials.certificate"),
    ],
)
def test_keys_that_do_not_belong_together_are_refused_before_anybody_pays_with_them(
    shop: Site, change: dict[str, str], field: str
) -> None:
    put(shop, KCP_KEYS, gateway="kcp")
    before = listed(shop, "kcp")

    answer = put(shop, {**KCP_KEYS, **change}, gateway="kcp")

    assert_error(answer, 400, "invalid_gateway_credentials", field)
    assert not [value for value in change.values() if value in answer.text]
    assert listed(shop, "kcp") == before


def test_it_is_told_when_a_certificate_ends(shop: Site) -> None:
    before = listed(shop, "kcp")["credentials_expire_at"]
    put(shop, KCP_KEYS, gateway="kcp")
    put(shop)
    with shop.inside(), transaction():  # an account from before it was noted
        db.session.execute(update(GatewayAccount).values(credentials_expire_at=None))
    put(shop, KCP_KEYS, gateway="kcp")

    assert before is None
    ends = datetime.fromisoformat(listed(shop, "kcp")["credentials_expire_at"])
    assert timedelta(days=4 * 365) < ends - clock.now() < timedelta(days=5 * 365)
    assert listed(shop, "alpha")["credentials_expire_at"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "credentials"),
        ({"credentials": None}, "credentials"),
        ({"credentials": {"secret_key": 7}}, "credentials.secret_key"),
        ({"credentials": KEYS, "mode": "live"}, "mode"),
        ({"credentials": {**KEYS, "note": "a\0b"}}, "credentials.note"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(shop: Site, body: object, field: str) -> None:
    answer = shop.send("PUT", path(shop, "alpha"), json=body)

    assert_error(answer, 400, "invalid_parameter", field)
    assert listed(shop)["configured"] is False


def test_an_unknown_gateway_is_told_with_those_that_there_are(shop: Site) -> None:
    details = assert_error(put(shop, gateway="nobody"), 404, "unknown_gateway", "gateway")

    assert {"alpha", "beta"} <= set(details["known"])
    assert_error(shop.send("DELETE", path(shop, "nobody")), 404, "unknown_gateway")


def test_each_mode_has_contracts_of_its_own(shop: Site) -> None:
    put(shop)
    assert_error(put(shop, KEYS, key="live"), 400, "invalid_gateway_credentials", "credentials.shop_code")
    assert listed(shop, key="live")["configured"] is False

    assert put(shop, LIVE_KEYS, key="live").status_code == 200
    shop.send("DELETE", path(shop, "alpha"))

    assert listed(shop, key="live")["configured"] is True
    assert listed(shop)["configured"] is False


def test_what_is_not_there_cannot_be_ended(shop: Site) -> None:
    put(shop)

    first, second = (shop.send("DELETE", path(shop, "alpha")) for _ in range(2))

    assert first.get_json() == {"success": True}
    assert_error(second, 404, "gateway_not_set", "gateway")


def accounts(shop: Site) -> list[str]:
    with shop.inside():
        found = accounts_at(shop.world.shop_id, livemode=False, gateway="alpha")
        return [account.id for account in found]


def test_the_same_credentials_again_change_nothing(shop: Site) -> None:
    put(shop)
    before = accounts(shop)

    put(shop)

    assert accounts(shop) == before


def test_payments_are_finished_with_what_they_began_with(shop: Site, alpha: Acquirer) -> None:
    put(shop)
    with shop.inside():
        attempt_id = begin(make_session(shop.world))
    put(shop, OTHER_KEYS)

    with shop.inside():
        gateway_of(attempt_now(attempt_id))
        assert alpha.opened["secret_key"] == KEYS["secret_key"]
        gateway_of(attempt_now(begin(make_session(shop.world))))
        assert alpha.opened["secret_key"] == OTHER_KEYS["secret_key"]


@pytest.mark.parametrize("then", ["other credentials", "none"])
def test_a_notification_is_read_with_what_its_payment_began_with(
    shop: Site, alpha: Acquirer, then: str
) -> None:
    put(shop)
    with shop.inside():
        attempt_id = begin(make_session(shop.world))
    if then == "none":
        shop.send("DELETE", path(shop, "alpha"))
    else:
        put(shop, OTHER_KEYS)
    alpha.taken[attempt_id] = [29000]

    states = [_notified(shop, attempt_id, key) for key in (OTHER_KEYS["secret_key"], KEYS["secret_key"])]

    assert states == ["launched", "approved"]


def _notified(shop: Site, attempt_id: str, key: str) -> str:
    """State of the attempt after a notification that this key proves."""
    with shop.inside():
        account = account_at(shop.world.shop_id, livemode=False, gateway="alpha")
        assert account is not None
        told = store_notification(
            account_id=account.id,
            content_type="text/plain",
            body=f"{attempt_id} {key}".encode(),
            source="",
            now=NOW,
        )
        apply_notification(told, now=NOW)
        attempt: Attempt = attempt_now(attempt_id)
        return attempt.state


# --- settings.routing ---


def routing(shop: Site, changes: object, **kwargs: Any) -> dict[str, Any]:
    body = {"settings": {"routing": changes}}
    told: dict[str, Any] = changed(shop, shop.world.shop_id, body, **kwargs)["settings"]["routing"]
    return told


DEFAULTS = {"priority": 1, "weight": 100, "enabled": True, "methods_off": []}


def test_routes_are_merged_by_gateway_and_field(shop: Site) -> None:
    routing(shop, {"alpha": {"priority": 2, "methods_off": ["card"]}})
    after = routing(shop, {"alpha": {"weight": 30}, "beta": {"enabled": False}})

    assert after["alpha"] == {"priority": 2, "weight": 30, "enabled": True, "methods_off": ["card"]}
    assert after["beta"] == {**DEFAULTS, "enabled": False}
    assert read(shop, shop.world.shop_id)["settings"]["routing"] == after
    assert listed(shop)["routing"] == after["alpha"]


@pytest.mark.parametrize(
    "change", [None, {"alpha": None}, {"alpha": {"priority": None, "weight": None, "methods_off": None}}]
)
def test_null_goes_back_to_the_defaults(shop: Site, change: object) -> None:
    routing(shop, {"alpha": {"priority": 2, "weight": 3, "methods_off": ["card"]}})

    assert routing(shop, change)["alpha"] == DEFAULTS


def test_what_is_switched_off_is_offered_no_more(shop: Site) -> None:
    put(shop)

    routing(shop, {"alpha": {"methods_off": ["card"]}})
    without_card = read(shop, shop.world.shop_id)["payment_methods"]
    routing(shop, {"alpha": {"enabled": False}})

    assert without_card == ["bank_transfer"]
    assert read(shop, shop.world.shop_id)["payment_methods"] == []


@pytest.mark.parametrize(
    ("routes", "field"),
    [
        ({"nobody": {"weight": 1}}, "settings.routing.nobody"),
        ({"nobody": None}, "settings.routing.nobody"),
        ({"alpha": {"weight": -1}}, "settings.routing.alpha.weight"),
        ({"alpha": {"weight": 1001}}, "settings.routing.alpha.weight"),
        ({"alpha": {"weight": 1.5}}, "settings.routing.alpha.weight"),
        ({"alpha": {"priority": 0}}, "settings.routing.alpha.priority"),
        ({"alpha": {"priority": True}}, "settings.routing.alpha.priority"),
        ({"alpha": {"enabled": "yes"}}, "settings.routing.alpha.enabled"),
        ({"alpha": {"methods_off": ["cash"]}}, "settings.routing.alpha.methods_off[0]"),
        ({"alpha": {"wieght": 1}}, "settings.routing.alpha.wieght"),
        ({"alpha": []}, "settings.routing.alpha"),
        ([], "settings.routing"),
    ],
)
def test_routes_that_make_no_sense_are_refused(shop: Site, routes: object, field: str) -> None:
    before = read(shop, shop.world.shop_id)

    answer = patch(shop, shop.world.shop_id, {"settings": {"routing": routes}})

    assert_error(answer, 400, "invalid_parameter", field)
    assert read(shop, shop.world.shop_id) == before


def test_the_modes_of_a_shop_have_routes_of_their_own(shop: Site) -> None:
    routing(shop, {"alpha": {"weight": 5}}, key="live")

    assert routing(shop, {"alpha": {"weight": 7}})["alpha"]["weight"] == 7
    assert read(shop, shop.world.shop_id, key="live")["settings"]["routing"]["alpha"]["weight"] == 5


def test_a_test_key_still_changes_nothing_else_of_a_shop_of_both_modes(shop: Site) -> None:
    body = {"settings": {"routing": {"alpha": {"weight": 7}}, "language": "en"}}

    assert_error(patch(shop, shop.world.shop_id, body), 403, "live_key_required")
    assert read(shop, shop.world.shop_id)["settings"]["routing"]["alpha"] == DEFAULTS


def test_a_new_shop_can_say_how_it_wants_them(shop: Site) -> None:
    made = opened(shop, {"name": "가게", "settings": {"routing": {"beta": {"priority": 9}}}})

    assert made["settings"]["routing"]["beta"] == {**DEFAULTS, "priority": 9}
