"""Make, change and find coupons."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, tuple_
from sqlalchemy.exc import IntegrityError

from app.coupons.models import Coupon
from app.database import db, transaction
from app.errors import Conflict, Invalid
from app.ids import is_id, new_id


class CouponCodeTaken(Conflict):
    """The shop has a coupon of this code already, perhaps one that was disabled."""

    code = "coupon_code_taken"


def canonical(code: str) -> str:
    """A code as it is stored and compared: in capitals, Hangul in one piece."""
    return unicodedata.normalize("NFC", code).strip().upper()


def create_coupon(
    *,
    merchant_id: str,
    shop_id: str,
    livemode: bool,
    values: Mapping[str, Any],
    now: datetime,
    coupon_id: str | None = None,
) -> Coupon:
    """values: columns of Coupon, checked each for itself. coupon_id: where the caller may come twice with the same.

    Raises CouponCodeTaken, Invalid where the values do not fit together.
    """
    coupon = Coupon(
        id=coupon_id or new_id("cpn"),
        merchant_id=merchant_id,
        shop_id=shop_id,
        livemode=livemode,
        created_at=now,
        **{**values, "code": canonical(values["code"])},
    )
    _check(coupon)
    try:
        with transaction():
            earlier = db.session.get(Coupon, coupon_id) if coupon_id else None
            if earlier is not None:
                return earlier
            db.session.add(coupon)
    except IntegrityError:
        raise CouponCodeTaken(field="code") from None
    return coupon


def update_coupon(*, coupon_id: str, changes: Mapping[str, Any]) -> Coupon:
    """changes: columns of Coupon. What sessions were promised already stays. Raises Invalid."""
    with transaction():
        coupon = db.session.get_one(Coupon, coupon_id, with_for_update=True, populate_existing=True)
        for name, value in changes.items():
            setattr(coupon, name, value)
        _check(coupon)
    return coupon


def coupon_by_id(coupon_id: str) -> Coupon | None:
    if not is_id("cpn", coupon_id):
        return None
    return db.session.get(Coupon, coupon_id, populate_existing=True)


def coupon_by_code(code: str, *, shop_id: str, livemode: bool) -> Coupon | None:
    found = select(Coupon).where(
        Coupon.shop_id == shop_id, Coupon.livemode == livemode, Coupon.code == canonical(code)
    )
    return db.session.scalar(found.execution_options(populate_existing=True))


def coupons_of_merchant(
    *,
    merchant_id: str,
    livemode: bool,
    shop_id: str | None,
    code: str | None,
    active: bool | None,
    before_row: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[Coupon]:
    """The newest first. None: no such limit. before_row: created_at and id of the last one seen."""
    found = select(Coupon).where(Coupon.merchant_id == merchant_id, Coupon.livemode == livemode)
    wanted = (
        (Coupon.shop_id, shop_id),
        (Coupon.code, canonical(code) if code else None),
        (Coupon.active, active),
    )
    for column, value in wanted:
        if value is not None:
            found = found.where(column == value)
    if before_row is not None:
        found = found.where(tuple_(Coupon.created_at, Coupon.id) < tuple_(*map(literal, before_row)))
    return db.session.scalars(found.order_by(Coupon.created_at.desc(), Coupon.id.desc()).limit(limit)).all()


def _check(coupon: Coupon) -> None:
    """Values that are each right may still not fit together. Raises Invalid."""
    kind = coupon.discount_type if coupon.type == "product_specific" else coupon.type
    if coupon.type == "product_specific" and not coupon.product_ids:
        raise _invalid("product_ids", "names the products of a product_specific coupon")
    if coupon.type == "product_specific" and kind is None:
        raise _invalid(
            "discount_type", "says whether a product_specific coupon is percentage or fixed_amount"
        )
    if coupon.type != "product_specific" and (coupon.product_ids or coupon.discount_type):
        raise _invalid("product_ids", "and discount_type are for product_specific coupons")
    if kind != "free_shipping" and not (coupon.discount_value or 0) >= 1:
        raise _invalid("discount_value", "must be 1 or more")
    if kind == "free_shipping" and coupon.discount_value:
        raise _invalid("discount_value", "means nothing for free_shipping")
    if kind == "percentage" and coupon.discount_value > 100:
        raise _invalid("discount_value", "of a percentage must be 100 or less")
    if kind != "percentage" and coupon.maximum_discount_amount is not None:
        raise _invalid("maximum_discount_amount", "is for percentages")
    if coupon.valid_from and coupon.valid_until and coupon.valid_from >= coupon.valid_until:
        raise _invalid("valid_until", "must be after valid_from")


def _invalid(field: str, reason: str) -> Invalid:
    return Invalid(field=field, reason=reason)
