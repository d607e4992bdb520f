"""Coupons over REST, as merchants and buyers' browsers call them."""

from typing import Any

import pytest

from tests.support.world import make_world
from tests.web.site import Site, assert_error

SAMPLE = {
    "code": "WELCOME10",
    "name_ko": "신규 고객 할인",
    "name_en": "New Customer Discount",
    "type": "percentage",
    "discount_value": 10,
    "valid_from": "2024-01-01T00:00:00Z",
    "valid_until": "2099-12-31T23:59:59Z",
    "usage_limit": 1000,
    "usage_limit_per_customer": 1,
    "minimum_order_amount": 20000,
    "applies_to": "cart_total",
}


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test."""
    with site.inside():
        return Site(site.app, make_world())


def create(shop: Site, **changes: Any) -> dict[str, Any]:
    answer = shop.send("POST", "/api/coupons/create", json={**SAMPLE, **changes})
    assert answer.status_code == 201, answer.text
    coupon: dict[str, Any] = answer.get_json()
    return coupon


def post(shop: Site, what: str, body: dict[str, Any], *, key: str | None = None) -> Any:
    return shop.send("POST", f"/api/coupons/{what}", key=key, json=body)


def test_a_coupon_is_made_as_documented_and_found_again(shop: Site) -> None:
    made = create(shop)

    read = shop.send("GET", f"/api/coupons/{made['id']}").get_json()

    assert made.pop("success") is True
    assert read == made
    assert {name: read[name] for name in SAMPLE} == SAMPLE
    assert (read["used_count"], read["reserved_count"], read["active"], read["livemode"]) == (
        0,
        0,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "A B"}, "code"),
        ({"code": "A" * 41}, "code"),
        ({"code": None}, "code"),
        ({"type": "gift"}, "type"),
        ({"discount_value": 0}, "discount_value"),
        ({"discount_value": 101}, "discount_value"),
        ({"discount_value": 9.5}, "discount_value"),
        ({"discount_value": "10"}, "discount_value"),
        ({"discount_value": -1}, "discount_value"),
        ({"type": "free_shipping", "applies_to": None}, "discount_value"),
        ({"type": "product_specific", "applies_to": None}, "product_ids"),
        ({"type": "product_specific", "applies_to": None, "product_ids": ["a"]}, "discount_type"),
        ({"product_ids": ["a"]}, "product_ids"),
        ({"type": "fixed_amount", "maximum_discount_amount": 5}, "maximum_discount_amount"),
        ({"valid_until": "2023-01-01T00:00:00Z"}, "valid_until"),
        ({"valid_until": "2025-01-01"}, "valid_until"),
        ({"usage_limit": 0}, "usage_limit"),
        ({"usage_limit": True}, "usage_limit"),
        ({"applies_to": "shipping"}, "applies_to"),
        ({"minimum_order": 5}, "minimum_order"),
        ({"name_ko": "가\u0000나"}, "name_ko"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_field(shop: Site, changes: dict[str, Any], field: str) -> None:
    answer = shop.send("POST", "/api/coupons/create", json={**SAMPLE, **changes})

    assert_error(answer, 400, "invalid_parameter", field)
    assert shop.send("GET", "/api/coupons").get_json()["data"] == []


def test_a_code_is_one_of_its_kind_whatever_its_letters(shop: Site) -> None:
    create(shop)

    again = shop.send("POST", "/api/coupons/create", json={**SAMPLE, "code": "welcome10"})

    assert_error(again, 409, "coupon_code_taken")


def test_a_list_has_the_newest_first_and_turns_pages(shop: Site) -> None:
    codes = [create(shop, code=f"C{number}")["code"] for number in range(5)]

    first = shop.send("GET", "/api/coupons?limit=3").get_json()
    rest = shop.send("GET", f"/api/coupons?limit=3&cursor={first['next_cursor']}").get_json()

    assert [coupon["code"] for coupon in first["data"] + rest["data"]] == codes[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


@pytest.mark.parametrize(
    ("query", "found"), [("code=c1", ["C1"]), ("active=false", ["C0"]), ("active=true", ["C2", "C1"])]
)
def test_a_list_can_be_narrowed(shop: Site, query: str, found: list[str]) -> None:
    ids = [create(shop, code=f"C{number}")["id"] for number in range(3)]
    shop.send("DELETE", f"/api/coupons/{ids[0]}")

    answer = shop.send("GET", f"/api/coupons?{query}").get_json()

    assert [coupon["code"] for coupon in answer["data"]] == found


def test_a_change_names_what_it_changes_and_the_rest_stays(shop: Site) -> None:
    made = create(shop)
    path = f"/api/coupons/{made['id']}"

    changed = shop.send("PATCH", path, json={"usage_limit": None, "discount_value": 20}).get_json()
    refused = shop.send("PATCH", path, json={"code": "OTHER"})

    assert (changed["usage_limit"], changed["discount_value"], changed["name_ko"]) == (
        None,
        20,
        "신규 고객 할인",
    )
    assert_error(refused, 400, "invalid_parameter")


@pytest.mark.parametrize("change", [{"discount_value": 101}, {"valid_until": "2023-01-01T00:00:00Z"}])
def test_a_change_that_makes_no_sense_changes_nothing(shop: Site, change: dict[str, Any]) -> None:
    made = create(shop)
    path = f"/api/coupons/{made['id']}"

    assert_error(shop.send("PATCH", path, json=change), 400, "invalid_parameter")

    assert shop.send("GET", path).get_json()["discount_value"] == 10


@pytest.mark.parametrize("by_key", [True, False], ids=["with a key", "without a key"])
def test_a_coupon_is_applied_and_removed_as_documented(shop: Site, by_key: bool) -> None:
    create(shop)
    session_id = shop.created()["sessionId"]
    key = shop.world.test_key if by_key else None

    applied = post(shop, "apply", {"sessionId": session_id, "couponCode": "WELCOME10"}, key=key).get_json()
    data = shop.data_of(session_id)
    removed = post(shop, "remove", {"sessionId": session_id}, key=key).get_json()

    assert applied == {
        "success": True,
        "discount": {"type": "percentage", "value": 10, "amount": 2900},
        "newTotal": 26100,
    }
    assert (data["totalAmount"], data["amounts"]["couponDiscount"], data["coupon"]["code"]) == (
        26100,
        2900,
        "WELCOME10",
    )
    assert removed == {"success": True, "newTotal": 29000}
    assert shop.data_of(session_id)["coupon"] is None


@pytest.mark.parametrize(
    ("values", "code", "details"),
    [
        ({"minimum_order_amount": 50000}, "coupon_minimum_not_met",
         {"minimumOrderAmount": 50000, "orderAmount": 29000, "shortBy": 21000}),
        ({"valid_until": "2024-12-31T23:59:59Z"}, "coupon_expired", {"validUntil": "2024-12-31T23:59:59Z"}),
        ({"valid_from": "2098-01-01T00:00:00Z"}, "coupon_not_started", {"validFrom": "2098-01-01T00:00:00Z"}),
        ({"active": False}, "coupon_disabled", {}),
        ({"type": "free_shipping", "discount_value": 0, "applies_to": "shipping"}, "coupon_not_applicable", {}),
    ],
)  # fmt: skip
def test_a_refusal_says_which_rule_and_by_how_much(
    shop: Site, values: dict[str, Any], code: str, details: dict[str, Any]
) -> None:
    create(shop, **values)
    session_id = shop.created()["sessionId"]

    refused = post(shop, "apply", {"sessionId": session_id, "couponCode": "WELCOME10"})
    asked = shop.send(
        "POST", "/api/coupons/validate", json={"sessionId": session_id, "couponCode": "WELCOME10"}
    )

    error = assert_error(refused, 409, code)
    told = asked.get_json()
    assert {name: error[name] for name in details} == details
    assert (told["valid"], told["reason"]["code"], told["reason"]["details"]) == (False, code, details)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"couponCode": "NOBODYS"}, 404, "coupon_not_found"),
        ({"sessionId": "cs_" + "0" * 32, "couponCode": "WELCOME10"}, 404, "invalid_session"),
        ({"sessionId": "x\u0000", "couponCode": "WELCOME10"}, 404, "invalid_session"),
        ({"couponCode": ""}, 400, "invalid_parameter"),
        ({"couponCode": 5}, 400, "invalid_parameter"),
        ({"couponCode": "A", "code": "B"}, 400, "invalid_parameter"),
    ],
)
def test_bad_input_is_told(shop: Site, body: dict[str, Any], status: int, code: str) -> None:
    create(shop)

    answer = post(shop, "apply", {"sessionId": shop.created()["sessionId"], **body})

    assert_error(answer, status, code)


def test_a_bad_key_opens_nothing_although_none_is_needed(shop: Site) -> None:
    create(shop)
    body = {"sessionId": shop.created()["sessionId"], "couponCode": "WELCOME10"}

    assert_error(post(shop, "apply", body, key="sk_test_" + "0" * 64), 401, "invalid_api_key")
    assert_error(post(shop, "apply", body, key=shop.world.live_key), 404, "invalid_session")


def test_an_order_without_a_session_is_checked_too(shop: Site) -> None:
    create(shop)
    order = {
        "couponCode": "welcome10",
        "items": [{"price": 25000, "quantity": 2, "productId": "a"}],
        "shippingFee": 3000,
        "customer": {"email": "new@example.com"},
    }

    told = shop.send("POST", "/api/coupons/validate", json=order).get_json()

    assert told == {
        "success": True,
        "valid": True,
        "discount": {"type": "percentage", "value": 10, "amount": 5000},
        "newTotal": 48000,
        "reason": None,
    }


@pytest.mark.parametrize("body", [{}, {"sessionId": "cs_1", "items": [{"price": 1, "quantity": 1}]}])
def test_what_is_to_be_checked_is_named_once(shop: Site, body: dict[str, Any]) -> None:
    create(shop)

    answer = shop.send("POST", "/api/coupons/validate", json={"couponCode": "WELCOME10", **body})

    assert_error(answer, 400, "invalid_parameter")
