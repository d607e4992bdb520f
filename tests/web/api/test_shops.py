"""Open, read and list shops, as in the documentation; who sees which."""

import pytest
from sqlalchemy import select, update

from app import clock
from app.database import db, transaction
from app.gateways import GATEWAYS
from app.ids import new_id
from app.services import services
from app.shops.models import Shop
from app.webhooks.secrets import secrets_of_shop
from tests.support.world import NOW, make_world, order_body
from tests.web.api.shop_calls import (
    CHANGES,
    GOOD_NUMBER,
    NEW_SHOP,
    SHOPS,
    changed,
    opened,
    patch,
    post,
    read,
    restricted_key,
)
from tests.web.site import Site, assert_error


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test."""
    with site.inside():
        return Site(site.app, make_world())


def test_the_sample_of_the_documentation_opens_a_shop(shop: Site) -> None:
    made = opened(shop)

    assert made["id"].startswith("shop_")
    assert (made["name"], made["status"]) == ("My Korean Store", "active")
    assert made["description"] == "Premium Korean products"
    assert made["website"] == "https://mystore.com"
    assert made["business_info"] == {
        "business_number": "123-45-67890",
        "business_name": "My Store Co., Ltd.",
        "ceo_name": "김철수",
        "address": "Seoul, Gangnam-gu, Teheran-ro 123",
        "opening_date": None,
        "mail_order_number": None,
        "terms_url": None,
        "refund_policy_url": None,
        "verified": False,
        "verification": {"status": "pending", "checked_at": None},
    }
    assert made["contact"] == {"email": "contact@mystore.com", "phone": "+82212345678"}
    assert made["settings"] == {
        "currency": "KRW",
        "timezone": "Asia/Seoul",
        "language": "ko",
        "webhook_url": None,
        "notification_email": None,
        "auto_refund_enabled": True,
        "payment_timeout": 86400,
        "branding": {},
        "routing": {
            name: {"priority": 1, "weight": 100, "enabled": True, "methods_off": []} for name in GATEWAYS
        },
        "interest_free_installments": {},
    }
    assert (made["livemode"], made["is_default"]) == (False, False)
    assert made["created_at"].endswith("Z")


def test_a_shop_is_read_as_it_was_made(shop: Site) -> None:
    made = opened(shop)

    assert read(shop, made["id"]) == made


def test_a_shop_has_every_field_of_the_documentation(shop: Site) -> None:
    made = opened(shop)

    documented = {"id", "name", "status", "business_info", "payment_methods", "created_at", "custom_domain"}
    documented |= {"domain_verification_status", "domain_configuration_status"}
    assert set(made) >= documented
    assert made["custom_domain"] is None


def test_a_name_is_enough(shop: Site) -> None:
    made = opened(shop, {"name": "가게"})

    assert made["business_info"] is None
    assert made["contact"] == {"email": None, "phone": None}


def test_a_test_shop_takes_payments_at_once(shop: Site) -> None:
    made = opened(shop)

    data = shop.created(order_body(shopId=made["id"]))
    page = shop.send("GET", f"/{data['sessionId']}", key=None)

    assert {"card", "kakao_pay", "naver_pay"} <= set(made["payment_methods"])
    assert data["shopId"] == made["id"]
    assert 'name="method"' in page.text


def test_a_live_shop_waits_for_the_merchants_own_contracts(shop: Site) -> None:
    body = {**NEW_SHOP, "business_info": {"business_number": GOOD_NUMBER}}

    assert opened(shop, body, key="live")["payment_methods"] == []


def test_a_new_shop_can_sign_its_webhooks(shop: Site) -> None:
    made = opened(shop)

    with shop.inside():
        vault = services().vault
        secrets = secrets_of_shop(made["id"], livemode=False, vault=vault, now=clock.now())
    assert [secret.startswith("whsec_") for secret in secrets] == [True]


# --- modes ---


def test_a_shop_lives_in_the_mode_of_its_key(shop: Site) -> None:
    test, live = opened(shop, {"name": "가게"}), opened(shop, {"name": "가게"}, key="live")

    for made, other in ((test, "live"), (live, "test")):
        assert_error(shop.send("GET", f"{SHOPS}/{made['id']}", key=other), 404, "invalid_shop", "shopId")
        assert_error(patch(shop, made["id"], {}, key=other), 404, "invalid_shop", "shopId")
        assert_error(shop.create(order_body(shopId=made["id"]), key=other), 404, "invalid_shop", "shopId")
    assert (test["livemode"], live["livemode"]) == (False, True)


def test_the_shop_that_came_with_the_account_serves_both_modes(shop: Site) -> None:
    test, live = read(shop, shop.world.shop_id), read(shop, shop.world.shop_id, key="live")

    assert test == live
    assert (test["livemode"], test["is_default"]) == (None, True)


def test_a_test_key_changes_nothing_that_live_payments_use(shop: Site) -> None:
    before = read(shop, shop.world.shop_id)

    answer = patch(shop, shop.world.shop_id, CHANGES)

    assert_error(answer, 403, "live_key_required")
    assert read(shop, shop.world.shop_id) == before
    assert changed(shop, shop.world.shop_id, CHANGES, key="live") != before


def test_the_first_shop_of_a_mode_is_its_default(shop: Site) -> None:
    with shop.inside(), transaction():
        db.session.execute(update(Shop).where(Shop.id == shop.world.shop_id).values(livemode=True))

    first, second = opened(shop), opened(shop)

    assert (first["is_default"], second["is_default"]) == (True, False)
    assert shop.created()["shopId"] == first["id"]
    assert shop.created(key="live")["shopId"] == shop.world.shop_id


def test_without_a_default_shop_one_must_be_named(shop: Site) -> None:
    with shop.inside(), transaction():
        db.session.execute(update(Shop).where(Shop.id == shop.world.shop_id).values(livemode=True))

    assert_error(shop.create(), 404, "invalid_shop", "shopId")


# --- keys of one shop, other merchants ---


def test_a_key_of_one_shop_sees_and_changes_that_one_only(shop: Site) -> None:
    mine, other = opened(shop), opened(shop)
    key = restricted_key(shop, mine["id"])

    assert changed(shop, mine["id"], {"name": "새 이름"}, key=key)["name"] == "새 이름"
    assert_error(patch(shop, other["id"], {"name": "x"}, key=key), 404, "invalid_shop")
    assert_error(shop.send("GET", f"{SHOPS}/{other['id']}", key=key), 404, "invalid_shop")
    listed = shop.send("GET", SHOPS, key=key).get_json()["data"]
    assert [found["id"] for found in listed] == [mine["id"]]


def test_a_key_of_one_shop_opens_no_others(shop: Site) -> None:
    key = restricted_key(shop, opened(shop)["id"])
    before = shop.rows()

    assert_error(post(shop, key=key), 403, "key_restricted")
    assert shop.rows() == before


@pytest.mark.parametrize(
    "shop_id", ["shop_1234567890abcdef", "shop_" + "0" * 32, "cs_" + "0" * 32, "%00", "x" * 300]
)
def test_an_unknown_shop_is_told(shop: Site, shop_id: str) -> None:
    details = assert_error(shop.send("GET", f"{SHOPS}/{shop_id}"), 404, "invalid_shop", "shopId")

    assert len(details["shopId"]) <= 100


def test_a_strangers_shop_is_told_like_one_that_does_not_exist(shop: Site) -> None:
    with shop.inside():
        stranger = Site(shop.app, make_world())
    theirs = opened(stranger)["id"]

    answers = [shop.send("GET", f"{SHOPS}/{name}") for name in (theirs, "shop_" + "0" * 32)]

    assert len({answer.get_json()["error"]["message"] for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [404, 404]


# --- lists ---


def test_shops_are_listed_the_newest_first(shop: Site) -> None:
    made = [opened(shop) for _ in range(3)]

    content = shop.send("GET", SHOPS).get_json()

    assert set(content) == {"success", "data", "has_more", "next_cursor"}
    assert content["data"][:3] == made[::-1]
    assert [found["id"] for found in content["data"]][3:] == [shop.world.shop_id]
    assert (content["has_more"], content["next_cursor"]) == (False, None)


def test_pages_follow_each_other_without_gap_or_repeat(shop: Site) -> None:
    made = [opened(shop)["id"] for _ in range(5)]

    seen: list[str] = []
    query = "?limit=2"
    while query:
        content = shop.send("GET", SHOPS + query).get_json()
        seen += [found["id"] for found in content["data"]]
        query = f"?limit=2&cursor={content['next_cursor']}" if content["has_more"] else ""

    assert seen == [*made[::-1], shop.world.shop_id]


def test_the_other_modes_shops_are_not_listed(shop: Site) -> None:
    test, live = opened(shop, {"name": "가게"}), opened(shop, {"name": "가게"}, key="live")

    listed = {
        key: {found["id"] for found in shop.send("GET", SHOPS, key=key).get_json()["data"]}
        for key in ("test", "live")
    }

    assert listed == {
        "test": {test["id"], shop.world.shop_id},
        "live": {live["id"], shop.world.shop_id},
    }


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=abc", "page=2"])
def test_a_question_that_makes_no_sense_is_refused(shop: Site, query: str) -> None:
    assert_error(shop.send("GET", f"{SHOPS}?{query}"), 400, "invalid_parameter", query.partition("=")[0])


def test_two_first_shops_at_once_cannot_both_be_the_default(shop: Site) -> None:
    """The database refuses it, whatever the code does."""
    with shop.inside(), pytest.raises(Exception, match=r"(?i)unique"), transaction():
        db.session.add(
            Shop(
                id=new_id("shop"),
                merchant_id=shop.world.merchant_id,
                livemode=False,
                is_default=True,
                name="둘째",
                created_at=NOW,
            )
        )
    with shop.inside():
        defaults = select(Shop.id).where(Shop.merchant_id == shop.world.merchant_id, Shop.is_default)
        assert list(db.session.scalars(defaults)) == [shop.world.shop_id]
