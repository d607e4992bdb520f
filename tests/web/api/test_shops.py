"""Open, read, list and change shops, as in the documentation."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import clock
from app.database import db, transaction
from app.ids import new_id
from app.services import services
from app.shops.keys import add_key
from app.shops.models import Shop
from app.webhooks.secrets import secrets_of_shop
from tests.support.world import NOW, make_world, order_body
from tests.web.site import Site, assert_error

SHOPS = "/api/shops"

# To the letter as in the documentation.
NEW_SHOP: dict[str, Any] = {
    "name": "My Korean Store",
    "description": "Premium Korean products",
    "website": "https://mystore.com",
    "business_info": {
        "business_number": "123-45-67890",
        "business_name": "My Store Co., Ltd.",
        "ceo_name": "김철수",
        "address": "Seoul, Gangnam-gu, Teheran-ro 123",
    },
    "contact": {"email": "contact@mystore.com", "phone": "+82-2-1234-5678"},
    "settings": {"currency": "KRW", "timezone": "Asia/Seoul", "language": "ko"},
}
CHANGES: dict[str, Any] = {
    "settings": {
        "webhook_url": "https://mystore.com/webhooks",
        "notification_email": "admin@mystore.com",
        "auto_refund_enabled": True,
        "payment_timeout": 1800,
    }
}
GOOD_NUMBER = "120-88-00767"


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test."""
    with site.inside():
        return Site(site.app, make_world())


def post(site: Site, body: object = NEW_SHOP, **kwargs: Any) -> TestResponse:
    return site.send("POST", SHOPS, json=body, **kwargs)


def opened(site: Site, body: object = NEW_SHOP, **kwargs: Any) -> dict[str, Any]:
    answer = post(site, body, **kwargs)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def patch(site: Site, shop_id: str, body: object, **kwargs: Any) -> TestResponse:
    return site.send("PATCH", f"{SHOPS}/{shop_id}", json=body, **kwargs)


def changed(site: Site, shop_id: str, body: object, **kwargs: Any) -> dict[str, Any]:
    answer = patch(site, shop_id, body, **kwargs)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def read(site: Site, shop_id: str, **kwargs: Any) -> dict[str, Any]:
    answer = site.send("GET", f"{SHOPS}/{shop_id}", **kwargs)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def restricted_key(site: Site, shop_id: str, *, livemode: bool = False) -> str:
    with site.inside(), transaction():
        return add_key(merchant_id=site.world.merchant_id, livemode=livemode, shop_id=shop_id, now=NOW)


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


# --- changes ---


def test_the_sample_of_a_change_changes_what_it_names(shop: Site) -> None:
    made = opened(shop)

    after = changed(shop, made["id"], CHANGES)

    assert after["settings"] == {**made["settings"], **CHANGES["settings"]}
    assert {name: after[name] for name in made if name != "settings"} == {
        name: made[name] for name in made if name != "settings"
    }
    assert read(shop, made["id"]) == after


def test_settings_are_merged(shop: Site) -> None:
    made = changed(shop, opened(shop)["id"], CHANGES)

    after = changed(shop, made["id"], {"settings": {"language": "en", "auto_refund_enabled": False}})

    assert after["settings"] == {**made["settings"], "language": "en", "auto_refund_enabled": False}


def test_business_contact_and_branding_are_merged_by_field(shop: Site) -> None:
    branding = {"primary_color": "#123456", "button_radius": "4px"}
    made = opened(shop, {**NEW_SHOP, "settings": {"branding": branding}})

    after = changed(
        shop,
        made["id"],
        {
            "business_info": {"business_name": "새 이름"},
            "contact": {"phone": None},
            "settings": {"branding": {"primary_color": "#fff", "button_radius": None}},
        },
    )

    assert after["business_info"] == {**made["business_info"], "business_name": "새 이름"}
    assert after["contact"] == {"email": "contact@mystore.com", "phone": None}
    assert after["settings"]["branding"] == {"primary_color": "#fff"}


def test_null_takes_away_what_may_be_missing(shop: Site) -> None:
    made = changed(shop, opened(shop)["id"], CHANGES)
    nothing = {"webhook_url": None, "notification_email": None, "branding": None}

    after = changed(
        shop,
        made["id"],
        {
            "description": None,
            "website": None,
            "business_info": None,
            "contact": None,
            "settings": nothing,
        },
    )

    assert after["description"] is after["website"] is after["business_info"] is None
    assert after["contact"] == {"email": None, "phone": None}
    assert after["settings"] == {**made["settings"], **nothing, "branding": {}}


def test_an_empty_change_changes_nothing(shop: Site) -> None:
    made = opened(shop)

    assert changed(shop, made["id"], {}) == changed(shop, made["id"], {"settings": {}}) == made


BAD = [
    ({"name": ""}, "name"),
    ({"name": " "}, "name"),
    ({"name": None}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": "a\nb"}, "name"),
    ({"name": 7}, "name"),
    ({"description": "x" * 2001}, "description"),
    ({"description": "a\0b"}, "description"),
    ({"website": "mystore.com"}, "website"),
    ({"website": "javascript:alert(1)"}, "website"),
    ({"status": "active"}, "status"),
    ({"livemode": True}, "livemode"),
    ({"business_info": {"verified": True}}, "business_info.verified"),
    ({"business_info": {"business_number": "123-45-6789"}}, "business_info.business_number"),
    ({"business_info": {"business_number": "12-345-67890"}}, "business_info.business_number"),
    ({"business_info": {"business_number": "000-00-00000"}}, "business_info.business_number"),
    ({"business_info": {"business_number": "111-11-11111"}}, "business_info.business_number"),
    ({"business_info": {"business_number": 1234567890}}, "business_info.business_number"),
    ({"business_info": {"business_number": "abc"}}, "business_info.business_number"),
    ({"business_info": {"opening_date": "2020-02-30"}}, "business_info.opening_date"),
    ({"business_info": {"opening_date": "20200101"}}, "business_info.opening_date"),
    ({"business_info": {"opening_date": "1899-12-31"}}, "business_info.opening_date"),
    ({"business_info": {"ceo_name": "x" * 101}}, "business_info.ceo_name"),
    ({"business_info": []}, "business_info"),
    ({"contact": {"email": "nobody"}}, "contact.email"),
    ({"contact": {"phone": "12"}}, "contact.phone"),
    ({"contact": {"fax": "1"}}, "contact.fax"),
    ({"settings": None}, "settings"),
    ({"settings": {"webhookUrl": "https://mystore.com"}}, "settings.webhookUrl"),
    ({"settings": {"payment_timeouts": 1800}}, "settings.payment_timeouts"),
    ({"settings": {"payment_timeout": 299}}, "settings.payment_timeout"),
    ({"settings": {"payment_timeout": 604801}}, "settings.payment_timeout"),
    ({"settings": {"payment_timeout": "1800"}}, "settings.payment_timeout"),
    ({"settings": {"payment_timeout": None}}, "settings.payment_timeout"),
    ({"settings": {"payment_timeout": True}}, "settings.payment_timeout"),
    ({"settings": {"auto_refund_enabled": "yes"}}, "settings.auto_refund_enabled"),
    ({"settings": {"auto_refund_enabled": None}}, "settings.auto_refund_enabled"),
    ({"settings": {"language": "fr"}}, "settings.language"),
    ({"settings": {"timezone": "Seoul"}}, "settings.timezone"),
    ({"settings": {"timezone": "../etc/passwd"}}, "settings.timezone"),
    ({"settings": {"timezone": "localtime"}}, "settings.timezone"),
    ({"settings": {"notification_email": "x"}}, "settings.notification_email"),
    ({"settings": {"webhook_url": "ftp://mystore.com"}}, "settings.webhook_url"),
    ({"settings": {"webhook_url": "https://u:p@mystore.com"}}, "settings.webhook_url"),
    ({"settings": {"branding": {"colour": "#fff"}}}, "settings.branding.colour"),
    ({"settings": {"branding": {"primary_color": "red"}}}, "settings.branding.primary_color"),
    ({"settings": {"branding": {"primary_color": "#fff;}"}}}, "settings.branding.primary_color"),
    ({"settings": {"branding": {"button_radius": "8"}}}, "settings.branding.button_radius"),
    ({"settings": {"branding": {"logo_url": "http://mystore.com/l.png"}}}, "settings.branding.logo_url"),
    ({"settings": {"branding": {"logo_url": "data:image/png;base64,"}}}, "settings.branding.logo_url"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_what_makes_no_sense_is_refused_and_nothing_is_changed(
    shop: Site, body: dict[str, Any], field: str
) -> None:
    made = opened(shop)

    refused = patch(shop, made["id"], body)
    not_made = post(shop, {**NEW_SHOP, **body})

    assert_error(refused, 400, "invalid_parameter", field)
    assert_error(not_made, 400, "invalid_parameter", field)
    assert read(shop, made["id"]) == made


@pytest.mark.parametrize("currency", ["USD", "krw", ""])
def test_another_currency_is_not_supported(shop: Site, currency: str) -> None:
    made = opened(shop)

    body = {"settings": {"currency": currency}}

    assert_error(patch(shop, made["id"], body), 400, "unsupported_currency", "settings.currency")


def test_a_shop_needs_a_name(shop: Site) -> None:
    assert_error(post(shop, {"settings": {}}), 400, "invalid_parameter", "name")


def test_a_business_keeps_its_number_while_there_is_anything_else_of_it(shop: Site) -> None:
    made = opened(shop)

    answer = patch(shop, made["id"], {"business_info": {"business_number": None}})

    assert_error(answer, 400, "invalid_parameter", "business_info.business_number")
    assert read(shop, made["id"]) == made


def test_a_half_of_a_bad_change_is_not_kept(shop: Site) -> None:
    made = opened(shop, {"name": "가게"})

    answer = patch(shop, made["id"], {"name": "새 가게", "business_info": {"ceo_name": "김철수"}})

    assert_error(answer, 400, "invalid_parameter", "business_info.business_number")
    assert read(shop, made["id"]) == made


@pytest.mark.parametrize("number", ["123-45-67890", "1234567890", "１２３-４５-６７８９０", " 123-45-67890 "])
def test_a_number_may_be_written_as_people_write_it(shop: Site, number: str) -> None:
    made = opened(shop, {"name": "가게", "business_info": {"business_number": number}})

    assert made["business_info"]["business_number"] == "123-45-67890"


def test_a_live_shop_needs_a_number_that_adds_up(shop: Site) -> None:
    wrong = {"name": "가게", "business_info": {"business_number": "123-45-67890"}}
    right = {"name": "가게", "business_info": {"business_number": GOOD_NUMBER}}

    assert_error(post(shop, wrong, key="live"), 400, "invalid_parameter", "business_info.business_number")
    assert opened(shop, right, key="live")["business_info"]["business_number"] == GOOD_NUMBER


def test_a_live_shop_hears_webhooks_by_https_only(shop: Site) -> None:
    plain = {"settings": {"webhook_url": "http://mystore.com/webhooks"}}
    live = opened(shop, {"name": "가게"}, key="live")
    test = opened(shop, {"name": "가게"})

    refused = patch(shop, live["id"], plain, key="live")

    assert_error(refused, 400, "invalid_parameter", "settings.webhook_url")
    assert changed(shop, test["id"], plain)["settings"]["webhook_url"] == "http://mystore.com/webhooks"


def test_every_problem_of_a_live_shop_is_told_at_once(shop: Site) -> None:
    body = {
        "name": "가게",
        "business_info": {"business_number": "123-45-67890"},
        "settings": {"webhook_url": "http://mystore.com"},
    }

    details = assert_error(post(shop, body, key="live"), 400, "invalid_parameter")

    assert set(details["fields"]) == {"business_info.business_number", "settings.webhook_url"}


# --- what settings do ---


def test_payment_timeout_is_the_life_of_new_sessions(shop: Site) -> None:
    made = changed(shop, opened(shop)["id"], CHANGES)

    data = shop.created(order_body(shopId=made["id"]))
    own = shop.created(order_body(shopId=made["id"], expiresIn=600))

    assert _life_s(data) == 1800
    assert _life_s(own) == 600


def test_payment_timeout_of_the_default_shop_acts_where_no_shop_is_named(shop: Site) -> None:
    changed(shop, shop.world.shop_id, {"settings": {"payment_timeout": 3600}}, key="live")

    assert _life_s(shop.created()) == 3600


def _life_s(data: dict[str, Any]) -> int:
    life = datetime.fromisoformat(data["expiresAt"]) - datetime.fromisoformat(data["createdAt"])
    return round(life.total_seconds())


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
