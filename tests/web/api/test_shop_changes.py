"""Change shops, as in the documentation; what settings do."""

from datetime import datetime
from typing import Any

import pytest

from tests.support.world import make_world, order_body
from tests.web.api.shop_calls import CHANGES, GOOD_NUMBER, NEW_SHOP, changed, opened, patch, post, read
from tests.web.site import Site, assert_error


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test."""
    with site.inside():
        return Site(site.app, make_world())


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
    ({"business_info": {"terms_url": "javascript:alert(1)"}}, "business_info.terms_url"),
    ({"business_info": {"refund_policy_url": "/refunds"}}, "business_info.refund_policy_url"),
    ({"business_info": {"mail_order_number": "x" * 61}}, "business_info.mail_order_number"),
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
