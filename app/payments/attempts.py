"""One try to pay: begin it, send the buyer to the gateway, and take the money when the buyer is back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.coupons.rules import CouponRefused
from app.database import db, end_reading, transaction
from app.errors import (
    Conflict,
    GatewayMisconfigured,
    GatewayOutcomeUnknown,
    GatewayUnreachable,
    WrongState,
)
from app.gateways import GATEWAYS
from app.gateways.base import (
    Approved,
    Authorised,
    Declined,
    Gateway,
    Order,
    Reason,
    ScriptLaunch,
    WindowClosed,
)
from app.ids import new_id, shortened
from app.payments.methods import METHODS, Method
from app.payments.models import Attempt, CheckoutSession
from app.payments.outcomes import (
    gateway_of,
    record_approval,
    record_doubt,
    record_refusal,
    take_over,
)
from app.payments.queries import attempt_by_id, live_attempt, locked_session, session_by_id
from app.payments.sessions import SessionExpired, abandon_launched
from app.payments.states import OPEN_STATES, AttemptState, SessionState, move, move_attempt
from app.shops.accounts import open_account
from app.shops.models import GatewayAccount
from app.shops.queries import accounts_of_shop, gateways_of_shop

# After this the worker asks what became of a confirm whose process has not written anything down. Longer than
# the web server waits for the gateway, so the two seldom meet; when they do, nothing bad follows.
CONFIRM_PATIENCE = timedelta(seconds=28)

log = structlog.get_logger()


class MethodNotAvailable(Conflict):
    code = "payment_method_unavailable"


@dataclass(frozen=True)
class Buyer:
    """What the page asked for because the session lacked it. phone: E.164."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


def methods_offered(session: CheckoutSession) -> list[Method]:
    """The ways to pay that one of the shop's gateways has and the merchant did not exclude."""
    names = gateways_of_shop(session.shop_id, livemode=session.livemode)
    available = frozenset().union(*(GATEWAYS[name].methods for name in names))
    wanted = session.payment_methods or list(METHODS)
    return [method for key, method in METHODS.items() if key in wanted and key in available]


def start_attempt(*, session_id: str, method: str, buyer: Buyer, now: datetime) -> str | None:
    """Begin to pay; an attempt whose buyer is still at the gateway, unconfirmed, is let go.

    Returns the new attempt's id, or None when nothing was left to pay and the session is completed.
    Raises SessionExpired, MethodNotAvailable, PaymentInProgress, WrongState (already paid or ended), CouponRefused
    when the session's coupon is not to be had any more: nothing has begun then, the coupon is to be dropped and the
    buyer told.
    """
    with transaction():
        session = locked_session(session_id)
        if session.state not in OPEN_STATES:
            raise WrongState(status=session.state)
        if session.expires_at <= now:
            raise SessionExpired(status=session.state)
        abandon_launched(session, now=now)
        _remember(session, buyer)
        if session.total_amount == 0:
            _complete_free(session, now)
            return None
        attempt = _add_attempt(session, method, now)
        if session.state != SessionState.PROCESSING:
            move(session, SessionState.PROCESSING, now=now)
    return attempt.id


def launch_of(*, attempt_id: str, return_base: str) -> ScriptLaunch:
    """How to send the buyer to the gateway. return_base: address of our return pages for this attempt,
    without the outcome.

    Raises WrongState when the attempt is no longer waiting for its buyer.
    """
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.state != AttemptState.LAUNCHED:
        raise WrongState()
    session = session_by_id(attempt.session_id)
    assert session is not None
    return gateway_of(attempt).launch(_order(session, attempt, return_base))


def take_return(*, attempt_id: str, outcome: str, fields: Mapping[str, str], now: datetime) -> None:
    """The buyer is back. What the browser says proves nothing; at most it lets us ask the gateway.

    May come twice, in two tabs, late, or forged: then nothing happens, and the session's page tells the buyer
    where things stand.
    """
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.state not in (AttemptState.LAUNCHED, AttemptState.ABANDONED):
        return
    amount = attempt.amount
    read = gateway_of(attempt).read_return(outcome=outcome, fields=fields, order_id=attempt_id, amount=amount)
    if isinstance(read, Authorised):
        confirm_attempt(attempt_id=attempt_id, returned=read.fields, now=now)
    elif isinstance(read, WindowClosed):
        close_attempt(attempt_id=attempt_id, now=now)
    elif isinstance(read, Declined):
        record_refusal(attempt_id=attempt_id, declined=read, now=now)
    else:
        log.warning("return.ignored", attempt=attempt_id, outcome=outcome)


def confirm_attempt(*, attempt_id: str, returned: dict[str, str], now: datetime) -> None:
    """Take the money of an attempt whose buyer has authorised it.

    The intent is committed before the gateway is asked. Whatever happens after that, the answer is written
    down, or the worker finds it out.
    """
    try:
        may_ask = _begin_confirm(attempt_id, returned, now)
    except CouponRefused as error:  # its use was let go when the buyer left, and went to others
        log.info("attempt.not_confirmed", attempt=attempt_id, reason=error.code)
        return
    if may_ask:
        ask_and_record(attempt_id, now=now)


def ask_and_record(attempt_id: str, *, now: datetime) -> None:
    """Send the confirm of an attempt that is `confirming`, and write the answer down."""
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    gateway, amount, returned = gateway_of(attempt), attempt.amount, attempt.returned or {}
    earlier, is_first = attempt.error_answers, attempt.check_tries == 0
    end_reading()
    try:
        answer = gateway.confirm(
            returned=returned, order_id=attempt_id, amount=amount, earlier_errors=earlier
        )
    except GatewayUnreachable:
        record_doubt(attempt_id=attempt_id, answered=False, gateway_code="UNREACHABLE", now=now)
    except GatewayOutcomeUnknown as error:
        record_doubt(attempt_id=attempt_id, answered=error.answered, gateway_code=error.gateway_code, now=now)
    except GatewayMisconfigured as error:
        _record_misconfigured(attempt_id, error.gateway_code, is_first=is_first, now=now)
    else:
        record_answer(attempt_id, answer, now=now)


def _record_misconfigured(attempt_id: str, gateway_code: str, *, is_first: bool, now: datetime) -> None:
    """The gateway does not know our keys. That proves nothing about an earlier confirm that it may have
    accepted, so only the very first is called declined."""
    if is_first:
        declined = Declined(Reason.CONFIGURATION, gateway_code, "")
        record_refusal(attempt_id=attempt_id, declined=declined, now=now)
    else:
        record_doubt(attempt_id=attempt_id, answered=True, gateway_code=gateway_code, now=now)


def record_answer(attempt_id: str, answer: Approved | Declined, *, now: datetime) -> None:
    if isinstance(answer, Approved):
        record_approval(attempt_id=attempt_id, approved=answer, now=now)
    else:
        record_refusal(attempt_id=attempt_id, declined=answer, now=now)


def close_attempt(*, attempt_id: str, now: datetime) -> None:
    """The buyer closed the gateway's window: the session waits again. Closing twice is no error."""
    found = attempt_by_id(attempt_id)
    if found is None:
        return
    with transaction():
        session = locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        if attempt and attempt.state == AttemptState.LAUNCHED:
            abandon_launched(session, now=now)


def refuse_launch(*, attempt_id: str, gateway_code: str, now: datetime) -> None:
    """The gateway's script would not even open its window. Nothing was taken."""
    declined = Declined(Reason.METHOD, gateway_code, "")
    record_refusal(attempt_id=attempt_id, declined=declined, now=now)


def _begin_confirm(attempt_id: str, returned: dict[str, str], now: datetime) -> bool:
    """Commit the intent to take money. False when this attempt may not: the session has ended or expired, its
    amount is another, or another attempt is being confirmed or has paid. Raises CouponRefused."""
    found = attempt_by_id(attempt_id)
    assert found is not None
    with transaction():
        session = locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        assert attempt is not None
        if not _may_confirm(session, attempt, now):
            return False
        take_over(session, attempt, now=now)
        attempt.returned, attempt.confirmed_at = returned, now
        attempt.check_at = now + CONFIRM_PATIENCE
        move_attempt(attempt, AttemptState.CONFIRMING)
    log.info("attempt.confirming", session=shortened(found.session_id), attempt=attempt_id)
    return True


def _may_confirm(session: CheckoutSession, attempt: Attempt, now: datetime) -> bool:
    if session.state not in OPEN_STATES or session.expires_at <= now:
        return False
    if attempt.state not in (AttemptState.LAUNCHED, AttemptState.ABANDONED):
        return False
    if attempt.amount != session.total_amount:  # a coupon came or went since it was launched
        return False
    other = live_attempt(session.id)
    return other is None or other.id == attempt.id or other.state == AttemptState.LAUNCHED


def _remember(session: CheckoutSession, buyer: Buyer) -> None:
    session.customer_name = session.customer_name or buyer.name
    session.customer_email = session.customer_email or buyer.email
    session.customer_phone = session.customer_phone or buyer.phone


def _complete_free(session: CheckoutSession, now: datetime) -> None:
    if session.state != SessionState.PROCESSING:
        move(session, SessionState.PROCESSING, now=now)
    session.completed_at = session.ended_at = now
    move(session, SessionState.COMPLETED, now=now)


def _add_attempt(session: CheckoutSession, method: str, now: datetime) -> Attempt:
    account, gateway = _route(session, method)
    attempt = Attempt(
        id=new_id("pay"),
        session_id=session.id,
        gateway_account_id=account.id,
        gateway=gateway.name,
        method=method,
        amount=session.total_amount,
        state=AttemptState.LAUNCHED.value,
        created_at=now,
        check_at=now + gateway.launch_window,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _route(session: CheckoutSession, method: str) -> tuple[GatewayAccount, Gateway]:
    if method in (session.payment_methods or METHODS):
        for account in accounts_of_shop(session.shop_id, livemode=session.livemode):
            gateway = open_account(account)
            if method in gateway.methods:
                return account, gateway
    raise MethodNotAvailable(method=method)


def _order(session: CheckoutSession, attempt: Attempt, return_base: str) -> Order:
    return Order(
        order_id=attempt.id,
        name=order_name(session.items),
        amount=attempt.amount,
        tax_free_amount=session.tax_free_due,
        method=attempt.method,
        customer_name=session.customer_name or "",
        customer_email=session.customer_email or "",
        customer_phone=session.customer_phone or "",
        approved_url=f"{return_base}/approved",
        failed_url=f"{return_base}/failed",
    )


def order_name(items: list[dict[str, object]]) -> str:
    """`텀블러 외 1건`: the first item and how many more, short enough for every gateway (100 characters)."""
    first = str(items[0]["name"])
    rest = f" 외 {len(items) - 1}건" if len(items) > 1 else ""
    return first[: 100 - len(rest)] + rest
