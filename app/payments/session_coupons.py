"""A session's coupon: put on, taken off, and what that does to the amount due."""

from datetime import datetime
from typing import Any

from app.coupons.coupons import coupon_by_code
from app.coupons.models import Coupon
from app.coupons.rules import Goods, check_time, discount_of
from app.coupons.uses import Customer, check_availability
from app.database import transaction
from app.errors import Conflict, NotFound, WrongState
from app.payments.models import CheckoutSession
from app.payments.queries import locked_session
from app.payments.sessions import SessionExpired, abandon_launched
from app.payments.states import OPEN_STATES


def apply_coupon(*, session_id: str, code: str, now: datetime) -> CheckoutSession:
    """Take a coupon's discount off what is due; it takes the place of another one. The use is reserved when the
    payment begins, not here.

    Raises CouponRefused, NotFound(coupon_not_found), PaymentInProgress, SessionExpired, WrongState. Nothing has changed
    then, and the coupon from before still holds.
    """
    with transaction():
        session = _changeable(session_id, now)
        coupon = coupon_by_code(code, shop_id=session.shop_id, livemode=session.livemode)
        if coupon is None:
            raise NotFound("coupon_not_found", field="couponCode")
        check_time(coupon, now)
        amount = discount_of(coupon, goods_of(session))
        # Letting an unconfirmed attempt go returns the use that this very session may hold.
        abandon_launched(session, now=now)
        check_availability(coupon, Customer(session.customer_email, session.customer_phone), now=now)
        _take_off(session)
        _put_on(session, coupon, amount)
    return session


def remove_coupon(*, session_id: str, now: datetime) -> CheckoutSession:
    """The amount due is what it was without a coupon. Removing none is no error.

    Raises PaymentInProgress, SessionExpired, WrongState.
    """
    with transaction():
        session = _changeable(session_id, now)
        if session.coupon_id:
            abandon_launched(session, now=now)
            _take_off(session)
    return session


def drop_coupon(*, session_id: str, now: datetime) -> None:
    """A coupon that could not be reserved is taken off, so that the buyer sees what is due without it. Where a payment
    is under way meanwhile nothing changes."""
    try:
        remove_coupon(session_id=session_id, now=now)
    except Conflict:
        return


def goods_of(session: CheckoutSession) -> Goods:
    return Goods(session.items, session.shipping_fee, session.discount_amount)


def _changeable(session_id: str, now: datetime) -> CheckoutSession:
    session = locked_session(session_id)
    if session.state not in OPEN_STATES:
        raise WrongState(status=session.state)
    if session.expires_at <= now:
        raise SessionExpired(status=session.state)
    return session


def _put_on(session: CheckoutSession, coupon: Coupon, amount: int) -> None:
    due = min(amount, session.total_amount)
    session.coupon_id = coupon.id
    session.coupon = _shown(coupon, due)
    session.coupon_discount = due
    session.total_amount -= due


def _take_off(session: CheckoutSession) -> None:
    session.total_amount += session.coupon_discount
    session.coupon_id, session.coupon, session.coupon_discount = None, None, 0


def _shown(coupon: Coupon, amount: int) -> dict[str, Any]:
    return {
        "id": coupon.id,
        "code": coupon.code,
        "nameKo": coupon.name_ko,
        "nameEn": coupon.name_en,
        "type": coupon.type,
        "value": coupon.discount_value,
        "amount": amount,
    }
