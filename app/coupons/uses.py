"""Reserve, take and return the uses of a coupon.

A use is reserved when a payment begins, taken when it is completed, and returned when nothing was taken or all of it
was given back. Whoever calls holds the session; the coupon's row is held after it, never before, so no two wait for one
another. While the outcome of a payment is not known its use stays reserved, so a late approval never finds it gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.clock import to_wire
from app.coupons.models import COUNTED_STATES, Coupon, CouponUse
from app.coupons.rules import CouponRefused, check_time
from app.coupons.states import UseState, move_use
from app.database import db
from app.ids import new_id

# What others hold is free again, or used, about when a buyer has finished or left the gateway's window.
USUAL_HOLD = timedelta(minutes=10)
SHORTEST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Customer:
    """email: in any writing. phone: E.164. Whoever has the same of either is the same customer."""

    email: str | None
    phone: str | None

    @property
    def address(self) -> str | None:
        return self.email.casefold() if self.email else None


def check_availability(coupon: Coupon, customer: Customer, *, now: datetime) -> None:
    """Raises CouponRefused: coupon_usage_limit_reached, coupon_customer_limit_reached, or
    coupon_temporarily_reserved when the last uses may still come back."""
    _check_limit(coupon, coupon.usage_limit, coupon.used, coupon.reserved, "coupon_usage_limit_reached", now)
    limit = coupon.usage_limit_per_customer
    if limit is not None and (customer.address or customer.phone):
        used, reserved = _uses_of(coupon, customer)
        _check_limit(coupon, limit, used, reserved, "coupon_customer_limit_reached", now)


def reserve(*, coupon_id: str, session_id: str, customer: Customer, amount: int, now: datetime) -> None:
    """Hold a use for a session whose payment begins, or is awaited again. Raises CouponRefused; nothing is held
    then."""
    coupon, counted = _locked(coupon_id), _counted_use(session_id)
    if counted is not None:
        if counted.state == UseState.USED:
            move_use(coupon, counted, UseState.RESERVED, now=now)
        return
    check_time(coupon, now)
    check_availability(coupon, customer, now=now)
    if coupon.usage_limit_per_customer is not None and not (customer.address or customer.phone):
        raise CouponRefused("coupon_customer_unknown")
    db.session.add(
        CouponUse(
            id=new_id("use"),
            coupon_id=coupon_id,
            session_id=session_id,
            state=UseState.RESERVED.value,
            email=customer.address,
            phone=customer.phone,
            amount=amount,
            reserved_at=now,
        )
    )
    coupon.reserved += 1
    db.session.flush()


def take(*, coupon_id: str, session_id: str, now: datetime) -> None:
    """The payment was completed: what was reserved is used."""
    coupon = _locked(coupon_id)
    use = _counted_use(session_id)
    assert use is not None, session_id
    if use.state == UseState.RESERVED:
        move_use(coupon, use, UseState.USED, now=now)


def give_back(*, coupon_id: str, session_id: str, now: datetime) -> None:
    """Nothing was taken, or all of it was given back: the use counts no more. Twice is no error."""
    coupon = _locked(coupon_id)
    use = _counted_use(session_id)
    if use is not None:
        move_use(coupon, use, UseState.RETURNED, now=now)


def _check_limit(
    coupon: Coupon, limit: int | None, used: int, reserved: int, code: str, now: datetime
) -> None:
    if limit is None or used + reserved < limit:
        return
    if used >= limit:
        raise CouponRefused(code, limit=limit)
    again = _retry_at(coupon, now)
    wait = int((again - now).total_seconds())
    raise CouponRefused("coupon_temporarily_reserved", retryAfter=wait, retryAt=to_wire(again))


def _retry_at(coupon: Coupon, now: datetime) -> datetime:
    oldest = db.session.scalar(
        select(CouponUse.reserved_at)
        .where(CouponUse.coupon_id == coupon.id, CouponUse.state == UseState.RESERVED.value)
        .order_by(CouponUse.reserved_at)
        .limit(1)
    )
    return max((oldest or now) + USUAL_HOLD, now + SHORTEST_WAIT)


def _uses_of(coupon: Coupon, customer: Customer) -> tuple[int, int]:
    """(used, reserved) by this customer."""
    same = [
        column == value
        for column, value in ((CouponUse.email, customer.address), (CouponUse.phone, customer.phone))
        if value
    ]
    states = list(
        db.session.scalars(
            select(CouponUse.state).where(
                CouponUse.coupon_id == coupon.id, CouponUse.state.in_(COUNTED_STATES), or_(*same)
            )
        )
    )
    return states.count(UseState.USED), states.count(UseState.RESERVED)


def _locked(coupon_id: str) -> Coupon:
    found = select(Coupon).where(Coupon.id == coupon_id).with_for_update()
    coupon = db.session.scalar(found.execution_options(populate_existing=True))
    assert coupon is not None, coupon_id
    return coupon


def _counted_use(session_id: str) -> CouponUse | None:
    found = select(CouponUse).where(CouponUse.session_id == session_id, CouponUse.state.in_(COUNTED_STATES))
    return db.session.scalar(found.execution_options(populate_existing=True))
