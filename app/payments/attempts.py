"""One try to pay: begin it, send the buyer to the gateway, and take the money when the buyer is back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog

from app.coupons.rules import CouponRefused
from app.database import db, end_reading, transaction
from app.errors import (
    GatewayError,
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
    Issued,
    WindowClosed,
)
from app.gateways.orders import (
    Choice,
)
from app.gateways.reasons import (
    Reason,
)
from app.ids import new_id, shortened
from app.payments.deposits import close_account
from app.payments.gateway_choice import choose_gateway
from app.payments.health import asking, note_answer, note_failure
from app.payments.models import Attempt, CheckoutSession
from app.payments.outcomes import (
    UNREACHABLE,
    gateway_of,
    record_approval,
    record_doubt,
    record_issue,
    record_refusal,
    take_over,
)
from app.payments.patience import patience
from app.payments.queries import (
    attempt_by_id,
    live_attempt,
    locked_session,
)
from app.payments.routing import Decision
from app.payments.sessions import SessionExpired, abandon_launched
from app.payments.sickness import Phase
from app.payments.states import OPEN_STATES, AttemptState, SessionState, move, move_attempt
from app.shops.queries import Contract

log = structlog.get_logger()


@dataclass(frozen=True)
class Buyer:
    """What the page asked for because the session lacked it. phone: E.164.

    shipping_address, custom_field_values: as the session keeps them; None where nobody was asked.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    shipping_address: dict[str, Any] | None = None
    custom_field_values: dict[str, Any] | None = None


def start_attempt(
    *, session_id: str, method: str, buyer: Buyer, now: datetime, choice: Choice | None = None
) -> str | None:
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
        routed = choose_gateway(session, method, now=now)
        attempt = add_attempt(session, routed, method, _choice_json(choice or Choice()), now)
        if session.state != SessionState.PROCESSING:
            move(session, SessionState.PROCESSING, now=now)
    return attempt.id


def take_return(*, attempt_id: str, outcome: str, fields: Mapping[str, str], now: datetime) -> None:
    """The buyer is back. What the browser says proves nothing; at most it lets us ask the gateway.

    May come twice, in two tabs, late, or forged: then nothing happens, and the session's page tells the buyer
    where things stand.
    """
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.state not in (AttemptState.LAUNCHED, AttemptState.ABANDONED):
        return
    read = gateway_of(attempt).read_return(
        outcome=outcome, fields=fields, order_id=attempt_id, amount=attempt.amount, method=attempt.method
    )
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
    asked = asking(attempt, Phase.CONFIRM)
    end_reading()
    try:
        answer = gateway.confirm(
            returned=returned, order_id=attempt_id, amount=amount, earlier_errors=earlier
        )
    except GatewayError as error:
        _record_no_answer(attempt_id, error, is_first=is_first, now=now)
        if is_first:  # the repeats of one payment are no further signs that the gateway is sick
            note_failure(asked, error, now=now)
    else:
        took = asked.took
        record_answer(attempt_id, answer, now=now)
        note_answer(asked, took=took, now=now)


def _record_no_answer(attempt_id: str, error: GatewayError, *, is_first: bool, now: datetime) -> None:
    if isinstance(error, GatewayUnreachable):
        record_doubt(attempt_id=attempt_id, answered=False, gateway_code=UNREACHABLE, now=now)
    elif isinstance(error, GatewayOutcomeUnknown):
        record_doubt(attempt_id=attempt_id, answered=error.answered, gateway_code=error.gateway_code, now=now)
    elif isinstance(error, GatewayMisconfigured):
        _record_misconfigured(attempt_id, error.gateway_code, is_first=is_first, now=now)
    else:
        raise error


def _record_misconfigured(attempt_id: str, gateway_code: str, *, is_first: bool, now: datetime) -> None:
    """The gateway does not know our keys. That proves nothing about an earlier confirm that it may have
    accepted, so only the very first is called declined."""
    if is_first:
        declined = Declined(Reason.CONFIGURATION, gateway_code, "")
        record_refusal(attempt_id=attempt_id, declined=declined, now=now)
    else:
        record_doubt(attempt_id=attempt_id, answered=True, gateway_code=gateway_code, now=now)


def record_answer(
    attempt_id: str, answer: Approved | Issued | Declined, *, now: datetime, undone: bool = False
) -> None:
    if isinstance(answer, Approved):
        record_approval(attempt_id=attempt_id, approved=answer, now=now, undone=undone)
    elif isinstance(answer, Issued):
        record_issue(attempt_id=attempt_id, issued=answer, now=now, undone=undone)
    else:
        record_refusal(attempt_id=attempt_id, declined=answer, now=now)


def close_attempt(*, attempt_id: str, now: datetime) -> None:
    """The buyer closed the gateway's window, or wants to pay in another way than by the account that was issued: the
    session waits again. Closing twice is no error. Raises GatewayError when an account may still take money."""
    found = attempt_by_id(attempt_id)
    if found is None:
        return
    if found.state == AttemptState.ISSUED:
        close_account(attempt_id=attempt_id, now=now)
        return
    with transaction():
        session = locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        if attempt and attempt.state == AttemptState.LAUNCHED:
            abandon_launched(session, now=now)


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
        # Should this process die, the worker asks. The two seldom meet; when they do, nothing bad follows.
        attempt.check_at = now + patience()
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
    if buyer.shipping_address is not None:
        session.shipping_address = buyer.shipping_address
    if buyer.custom_field_values is not None:
        session.custom_field_values = buyer.custom_field_values


def _complete_free(session: CheckoutSession, now: datetime) -> None:
    if session.state != SessionState.PROCESSING:
        move(session, SessionState.PROCESSING, now=now)
    session.completed_at = session.ended_at = now
    move(session, SessionState.COMPLETED, now=now)


def add_attempt(
    session: CheckoutSession,
    routed: tuple[Contract, Decision],
    method: str,
    choice: dict[str, Any] | None,
    now: datetime,
) -> Attempt:
    """choice: JSON of a Choice. The caller holds the session, and has seen that it has no live attempt."""
    contract, decision = routed
    attempt = Attempt(
        id=new_id("pay"),
        session_id=session.id,
        gateway_account_id=contract.account_id,
        gateway=contract.gateway,
        method=method,
        amount=session.total_amount,
        choice=choice,
        routing=decision.as_json(),
        state=AttemptState.LAUNCHED.value,
        created_at=now,
        check_at=now + GATEWAYS[contract.gateway].launch_window,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _choice_json(choice: Choice) -> dict[str, Any] | None:
    return asdict(choice) if choice != Choice() else None
