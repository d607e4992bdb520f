"""Coupons to test with."""

from typing import Any

from app.coupons.coupons import coupon_by_id, create_coupon
from app.coupons.models import Coupon
from app.database import db
from tests.support.world import NOW, World


def make_coupon(world: World, **values: Any) -> Coupon:
    """10 % off, without limits. values: columns of Coupon."""
    columns = {"code": "WELCOME10", "type": "percentage", "discount_value": 10}
    return create_coupon(
        merchant_id=world.merchant_id,
        shop_id=world.shop_id,
        livemode=False,
        values={**columns, **values},
        now=NOW,
    )


def counts(coupon: Coupon) -> tuple[int, int]:
    """(used, reserved) as the database has them."""
    db.session.rollback()
    found = coupon_by_id(coupon.id)
    assert found is not None
    return found.used, found.reserved
