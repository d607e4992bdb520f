"""What a coupon takes off, to the won."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coupons.models import Coupon
from app.coupons.rules import CouponRefused, Goods, check_time, discount_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUMBLER = {"name": "텀블러", "price": 19_900, "quantity": 2, "productId": "tumbler"}
STICKER = {"name": "스티커", "price": 333, "quantity": 1, "productId": "sticker"}
GIFT = {"name": "사은품", "price": 0, "quantity": 1}


def coupon(**values: Any) -> Coupon:
    fields: dict[str, Any] = {
        "type": "percentage", "discount_value": 10, "minimum_order_amount": 0, "product_ids": [], "active": True,
    }  # fmt: skip
    return Coupon(**{**fields, **values})


def goods(*items: dict[str, Any], shipping_fee: int = 3000, discount: int = 0) -> Goods:
    return Goods(items or (TUMBLER, STICKER, GIFT), shipping_fee, discount)


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"discount_value": 10}, 4013),  # of 40 133, rounded down; the shipping fee is not goods
        ({"discount_value": 100}, 40_133),
        ({"discount_value": 1}, 401),
        ({"discount_value": 50, "maximum_discount_amount": 5000}, 5000),
        ({"discount_value": 5, "maximum_discount_amount": 5000}, 2006),
        ({"type": "fixed_amount", "discount_value": 5000}, 5000),
        ({"type": "fixed_amount", "discount_value": 1_000_000}, 40_133),
        ({"type": "free_shipping", "discount_value": 0}, 3000),
    ],
)
def test_each_type_takes_off_its_part(values: dict[str, Any], amount: int) -> None:
    assert discount_of(coupon(**values), goods()) == amount


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"discount_type": "percentage", "discount_value": 50}, 166),
        ({"discount_type": "fixed_amount", "discount_value": 5000}, 333),
        ({"discount_type": "percentage", "discount_value": 50, "maximum_discount_amount": 100}, 100),
    ],
)
def test_a_product_coupon_applies_to_its_products_alone(values: dict[str, Any], amount: int) -> None:
    found = coupon(type="product_specific", product_ids=["sticker", "mug"], **values)

    assert discount_of(found, goods()) == amount


def test_what_the_shop_took_off_already_is_not_taken_off_twice() -> None:
    assert discount_of(coupon(discount_value=10), goods(discount=133)) == 4000
    assert discount_of(coupon(type="fixed_amount", discount_value=50_000), goods(discount=40_000)) == 133


def test_an_order_that_is_too_small_is_told_by_how_much() -> None:
    with pytest.raises(CouponRefused) as told:
        discount_of(coupon(minimum_order_amount=50_000), goods())

    assert told.value.code == "coupon_minimum_not_met"
    assert told.value.details == {"minimumOrderAmount": 50_000, "orderAmount": 40_133, "shortBy": 9867}


def test_an_order_of_just_the_minimum_is_enough() -> None:
    assert discount_of(coupon(minimum_order_amount=40_133), goods()) == 4013


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ({"type": "free_shipping", "discount_value": 0}, goods(shipping_fee=0)),
        ({"type": "product_specific", "discount_type": "percentage", "product_ids": ["mug"]}, goods()),
        ({"type": "product_specific", "discount_type": "percentage", "product_ids": ["mug"]}, goods(GIFT)),
        ({"discount_value": 1}, goods({**STICKER, "price": 99})),
        ({}, goods(GIFT)),
    ],
    ids=["no shipping", "other products", "no product id", "less than a won", "nothing to pay"],
)
def test_a_coupon_that_takes_nothing_off_does_not_apply(values: dict[str, Any], order: Goods) -> None:
    with pytest.raises(CouponRefused) as told:
        discount_of(coupon(**values), order)

    assert told.value.code == "coupon_not_applicable"


ITEM = st.fixed_dictionaries(
    {
        "price": st.integers(0, 10**8),
        "quantity": st.integers(1, 9999),
        "productId": st.sampled_from(["a", "b", "c"]),
    }
)
VALUES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("percentage"), "discount_value": st.integers(1, 100),
         "maximum_discount_amount": st.none() | st.integers(1, 10**9)}
    ),
    st.fixed_dictionaries({"type": st.just("fixed_amount"), "discount_value": st.integers(1, 10**9)}),
    st.just({"type": "free_shipping", "discount_value": 0}),
    st.fixed_dictionaries(
        {"type": st.just("product_specific"), "product_ids": st.just(["a", "b"]),
         "discount_type": st.sampled_from(["percentage", "fixed_amount"]), "discount_value": st.integers(1, 100)}
    ),
)  # fmt: skip


@given(VALUES, st.lists(ITEM, min_size=1, max_size=5), st.integers(0, 10**6), st.integers(0, 10**9))
def test_never_negative_and_never_more_than_what_is_to_be_paid(
    values: dict[str, Any], items: list[dict[str, Any]], shipping_fee: int, discount: int
) -> None:
    order = Goods(items, shipping_fee, discount)
    try:
        amount = discount_of(coupon(**values), order)
    except CouponRefused:
        return
    assert 0 < amount <= (shipping_fee if values["type"] == "free_shipping" else order.price_of_goods)
    assert amount <= (values.get("maximum_discount_amount") or amount)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"active": False}, "coupon_disabled"),
        ({"valid_from": NOW + timedelta(seconds=1)}, "coupon_not_started"),
        ({"valid_until": NOW - timedelta(seconds=1)}, "coupon_expired"),
    ],
)
def test_outside_of_its_time_it_is_refused(values: dict[str, Any], code: str) -> None:
    assert refusal_at(NOW, coupon(**values)) == code


def test_its_first_and_last_moment_are_in_time() -> None:
    assert refusal_at(NOW, coupon(valid_from=NOW, valid_until=NOW)) is None


def refusal_at(moment: datetime, found: Coupon) -> str | None:
    try:
        check_time(found, moment)
    except CouponRefused as error:
        return error.code
    return None
