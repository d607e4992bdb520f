"""The custom domain of a shop over REST."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.domains.domains import claim_domain
from app.jobs.check_domains import check_due_domains
from app.web.api import domains
from tests.conftest import app_on, empty, let_go
from tests.support.dns import Internet, running_internet
from tests.support.domains import NAME, domain_settings, set_up
from tests.support.world import NOW, make_world
from tests.web.api.shop_calls import SHOPS
from tests.web.site import Site, assert_error


@pytest.fixture
def net() -> Iterator[Internet]:
    with running_internet() as net:
        yield net


@pytest.fixture
def shop(database_url: str, net: Internet) -> Iterator[Site]:
    app = app_on(database_url, **domain_settings(net), CHECKOUT_URL="https://checkout.pay.test")
    with app.app_context():
        empty()
        world = make_world()
    yield Site(app, world)
    close(app)


def close(app: Flask) -> None:
    with app.app_context():
        let_go()


def call(shop: Site, method: str, more: str = "", *, key: str = "live", **kwargs: Any) -> Any:
    path = f"{SHOPS}/{shop.world.shop_id}/custom-domain{more}"
    return shop.send(method, path, key=key, base_url="https://checkout.pay.test", **kwargs)


def set_domain(shop: Site, name: str = NAME, **kwargs: Any) -> Any:
    return call(shop, "PATCH", json={"domain": name}, **kwargs)


def test_setting_a_domain_tells_what_to_enter(shop: Site) -> None:
    answer = set_domain(shop)

    assert answer.status_code == 200
    body = answer.get_json()
    [record] = body["verification_records"]
    assert (body["success"], body["domain"]) == (True, NAME)
    assert (record["type"], record["name"]) == ("TXT", "_vercel-challenge.checkout")
    assert body["configuration_records"] == [
        {"type": "CNAME", "name": "checkout", "value": "edge.pay.test"},
        {"type": "A", "name": "checkout", "value": "203.0.113.10"},
    ]
    assert (body["domain_verification_status"], body["domain_configuration_status"]) == ("pending", "pending")
    assert (body["findings"], body["seen"]) == ([], None)
    assert body == call(shop, "GET").get_json()


def test_a_check_tells_what_is_missing_in_the_language_of_the_caller(shop: Site, net: Internet) -> None:
    token = set_domain(shop).get_json()["verification_records"][0]["value"]

    korean = call(shop, "POST", "/verify", json={}, headers={"Accept-Language": "ko"}).get_json()
    english = call(shop, "POST", "/verify", json={}).get_json()
    set_up(net, token)
    after = call(shop, "POST", "/verify", json={}).get_json()

    assert [finding["code"] for finding in korean["findings"]] == ["txt_missing", "address_missing"]
    assert korean["findings"][0]["message"] == f"_vercel-challenge.{NAME}에 TXT 레코드가 없어요."
    assert english["findings"][0]["message"] == f"There is no TXT record at _vercel-challenge.{NAME}."
    assert english["findings"][0]["advice"].endswith(f"Value: {token}")
    assert (after["domain_verification_status"], after["findings"]) == ("verified", [])
    seen = after["seen"]
    assert (seen["zone"], seen["txt"], seen["cname"], seen["addresses"]) == (
        "yourstore.test",
        [token],
        ["edge.pay.test"],
        [],
    )
    assert [(server["name"], server["address"], server["status"]) for server in seen["servers"]] == [
        ("ns1.provider.test", "127.0.0.1", "NOERROR"),
        ("ns2.provider.test", "127.0.0.2", "NOERROR"),
    ]


def test_while_another_domain_is_looked_at_it_is_left_to_the_worker(shop: Site, net: Internet) -> None:
    """Or name servers that never answer could keep every thread from the buyers."""
    set_domain(shop)
    with domains._looking:
        before = call(shop, "POST", "/verify", json={}).get_json()
        asked = list(net.ns1.asked)
    with shop.inside():
        looked = check_due_domains(now=clock.now(), limit=10)

    assert (before["checked_at"], asked) == (None, [])
    assert before["next_check_at"] is not None
    assert looked == 1
    assert call(shop, "GET").get_json()["checked_at"] is not None


def test_the_shop_tells_of_its_domain(shop: Site) -> None:
    set_domain(shop)

    told = shop.send("GET", f"{SHOPS}/{shop.world.shop_id}", base_url="https://checkout.pay.test").get_json()

    assert (told["custom_domain"], told["domain_verification_status"]) == (NAME, "pending")


def test_a_domain_is_given_up(shop: Site) -> None:
    set_domain(shop)

    answers = [call(shop, "DELETE") for _ in range(2)]

    assert [answer.get_json() for answer in answers] == [{"success": True}] * 2
    assert_error(call(shop, "GET"), 404, "domain_not_set")
    assert_error(call(shop, "POST", "/verify", json={}), 404, "domain_not_set")
    told = shop.send("GET", f"{SHOPS}/{shop.world.shop_id}", base_url="https://checkout.pay.test").get_json()
    assert (told["custom_domain"], told["domain_verification_status"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("https://checkout.yourstore.test", "invalid_domain"),
        ("127.0.0.1", "invalid_domain"),
        ("a\nb.yourstore.test", "invalid_parameter"),
        ("yourstore.test", "domain_not_subdomain"),
        ("shop.checkout.pay.test", "domain_reserved"),
        ("other.pay.test", "domain_reserved"),
        ("edge.pay.test", "domain_reserved"),
    ],
)
def test_a_name_that_cannot_be_is_refused_at_its_field(shop: Site, name: str, code: str) -> None:
    answer = set_domain(shop, name)

    assert_error(answer, 400, code)
    assert answer.get_json()["error"]["details"]["field"] == "domain"
    assert_error(call(shop, "GET"), 404, "domain_not_set")


@pytest.mark.parametrize(
    "body", [{}, {"domain": None}, {"domain": 1}, {"domain": NAME, "name": "x"}, {"domain": ""}]
)
def test_a_body_that_is_none_is_refused(shop: Site, body: dict[str, Any]) -> None:
    assert_error(call(shop, "PATCH", json=body), 400, "invalid_parameter")


def test_a_test_key_does_not_move_the_domain_of_real_payments(shop: Site) -> None:
    assert_error(set_domain(shop, key="test"), 403, "live_key_required")


def test_two_shops_may_claim_one_name(shop: Site) -> None:
    with shop.inside():
        other = make_world()
        claim_domain(shop_id=other.shop_id, by_live_key=True, text=NAME, ours=(), now=NOW)

    assert set_domain(shop).status_code == 200


def test_an_installation_without_an_edge_offers_no_domains(database_url: str) -> None:
    app = app_on(
        database_url, APP_ENV="production", SECRET_KEY="s" * 32, MASTER_KEYS=f"a:{'A' * 43}=", DOMAIN_CNAME=""
    )
    with app.app_context():
        empty()
        site = Site(app, make_world())

    answer = site.send(
        "PATCH", f"{SHOPS}/{site.world.shop_id}/custom-domain", key="live", json={"domain": NAME}
    )

    close(app)
    assert_error(answer, 409, "custom_domains_unavailable")
