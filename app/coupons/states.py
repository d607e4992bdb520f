"""The life of one use of a coupon: a table of edges, and the function that walks them."""

from datetime import datetime
from enum import StrEnum

from app.coupons.models import Coupon, CouponUse
from app.database import db


class UseState(StrEnum):
    """reserved: a payment is under way. used: it was taken. returned: it was not, or all of it was given back."""

    RESERVED = "reserved"
    USED = "used"
    RETURNED = "returned"


# from, to -> what it does to the coupon's counters `reserved` and `used`
EDGES = {
    (UseState.RESERVED, UseState.USED): (-1, +1),
    (UseState.RESERVED, UseState.RETURNED): (-1, 0),
    (UseState.USED, UseState.RETURNED): (0, -1),
    (UseState.USED, UseState.RESERVED): (+1, -1),  # the bank took a deposit back, and it is waited for again
}


def move_use(coupon: Coupon, use: CouponUse, to: UseState, *, now: datetime) -> None:
    """The caller holds the coupon's row, so nobody moves the use at the same time."""
    reserved, used = EDGES[UseState(use.state), to]
    use.state, use.ended_at = to.value, None if to == UseState.RESERVED else now
    coupon.reserved += reserved
    coupon.used += used
    db.session.flush()
