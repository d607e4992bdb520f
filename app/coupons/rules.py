"""What a coupon takes off an order, or why it does not. Nothing here is asked of a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import to_wire
from app.coupons.models import Coupon
from app.errors import Conflict


class CouponRefused(Conflict):
    """The code tells which rule, details what would satisfy it."""

    code = "coupon_not_applicable"


@dataclass(frozen=True)
class Goods:
    """What a coupon can take something off. Amounts are whole won.

    items: {price, quantity, productId?} each. discount: what the shop has taken off already.
    """

    items: Sequence[Mapping[str, Any]]
    shipping_fee: int
    discount: int

    @property
    def subtotal(self) -> int:
        return sum(item["price"] * item["quantity"] for item in self.items)

    @property
    def price_of_goods(self) -> int:
        return max(0, self.subtotal - self.discount)


def discount_of(coupon: Coupon, goods: Goods) -> int:
    """Whole won that the coupon takes off, rounded down, never more than what it applies to.

    Raises CouponRefused when the order is too small, or has nothing in it that the coupon applies to.
    """
    if goods.subtotal < coupon.minimum_order_amount:
        raise CouponRefused(
            "coupon_minimum_not_met",
            minimumOrderAmount=coupon.minimum_order_amount,
            orderAmount=goods.subtotal,
            shortBy=coupon.minimum_order_amount - goods.subtotal,
        )
    whole = _what_it_applies_to(coupon, goods)
    amount = min(_reduction(coupon, whole), whole)
    if amount <= 0:
        raise CouponRefused()
    return amount


def check_time(coupon: Coupon, now: datetime) -> None:
    """Raises CouponRefused outside of the time in which the coupon can be used."""
    if not coupon.active:
        raise CouponRefused("coupon_disabled")
    if coupon.valid_from and now < coupon.valid_from:
        raise CouponRefused("coupon_not_started", validFrom=to_wire(coupon.valid_from))
    if coupon.valid_until and now > coupon.valid_until:
        raise CouponRefused("coupon_expired", validUntil=to_wire(coupon.valid_until))


def _what_it_applies_to(coupon: Coupon, goods: Goods) -> int:
    if coupon.type == "free_shipping":
        return goods.shipping_fee
    if coupon.type != "product_specific":
        return goods.price_of_goods
    wanted = set(coupon.product_ids)
    named = [item for item in goods.items if item.get("productId") in wanted]
    return min(Goods(named, 0, 0).subtotal, goods.price_of_goods)


def _reduction(coupon: Coupon, whole: int) -> int:
    """Before it is capped at what it applies to."""
    kind = coupon.discount_type if coupon.type == "product_specific" else coupon.type
    if kind == "free_shipping":
        return whole
    if kind == "fixed_amount":
        return coupon.discount_value
    part = whole * coupon.discount_value // 100
    most = coupon.maximum_discount_amount
    return part if most is None else min(part, most)
