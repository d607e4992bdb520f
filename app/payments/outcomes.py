"""Write down what a gateway said. The only code that turns an answer into a state."""

from datetime import datetime, timedelta

import structlog

from app.coupons.rules import CouponRefused
from app.database import db, transaction
from app.gateways.base import Approved, Card, Declined, Gateway
from app.ids import shortened
from app.payments.models import Attempt, CheckoutSession
from app.payments.queries import account_of_attempt, attempt_by_id, live_attempt, locked_session
from app.payments.states import OPEN_STATES, AttemptState, SessionState, move, move_attempt
from app.shops.accounts import open_account
from app.shops.models import Shop

LONGEST_PAUSE_S = 20
PAUSE_WHEN_POSTPONED = timedelta(minutes=5)

log = structlog.get_logger()


def gateway_of(attempt: Attempt) -> Gateway:
    return open_account(account_of_attempt(attempt))


def record_approval(*, attempt_id: str, approved: Approved, now: datetime) -> None:
    """The gateway has taken money for this attempt: complete the session, or see that it is given back.

    May be told twice, and late: the session may have ended meanwhile, or been paid by another attempt.
    """
    with transaction():
        session, attempt = _held(attempt_id)
        if attempt.state not in (AttemptState.LAUNCHED, AttemptState.ABANDONED, AttemptState.CONFIRMING):
            return
        if approved.order_id != attempt.id:
            _call_person(session, attempt)
            return
        attempt.transaction_id = approved.transaction_id
        attempt.card = _card_json(approved.card)
        attempt.receipt_url = approved.receipt_url
        refusal = _why_not(session, attempt, approved) or _take_over_late(session, attempt, now)
        if refusal:
            _give_back(session, attempt, refusal, now)
        else:
            _complete(session, attempt, now)


def record_refusal(*, attempt_id: str, declined: Declined, now: datetime) -> None:
    """The gateway proved that nothing was taken. Told twice, the second is without effect."""
    with transaction():
        session, attempt = _held(attempt_id)
        if attempt.state not in (AttemptState.LAUNCHED, AttemptState.CONFIRMING):
            return
        _fail(session, attempt, declined, now)


def record_doubt(*, attempt_id: str, answered: bool, gateway_code: str, now: datetime) -> None:
    """No usable answer to a confirm: the worker looks it up."""
    with transaction():
        _session, attempt = _held(attempt_id)
        if attempt.state == AttemptState.CONFIRMING:
            attempt.check_at = now + pause_after(attempt.check_tries)
            attempt.error_answers += int(answered)
            attempt.gateway_code = gateway_code or attempt.gateway_code


def pause_after(tries: int) -> timedelta:
    """How long to wait before asking again: 1 s, 2 s, 4 s … never so long that a session stays unknown for a
    minute once the gateway answers again."""
    return timedelta(seconds=min(2**tries, LONGEST_PAUSE_S))


def _held(attempt_id: str) -> tuple[CheckoutSession, Attempt]:
    """The attempt as it is now, with its session locked first."""
    found = attempt_by_id(attempt_id)
    assert found is not None, attempt_id
    session = locked_session(found.session_id)
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    return session, attempt


def _why_not(session: CheckoutSession, attempt: Attempt, approved: Approved) -> str | None:
    """Why an approval cannot be kept; None when it pays the session."""
    if approved.amount != attempt.amount:
        return "amount_mismatch"
    if attempt.amount != session.total_amount:
        return "amount_mismatch"
    if session.state not in OPEN_STATES:
        return "already_paid" if session.completed_at else "session_ended"
    other = live_attempt(session.id)
    if other and other.id != attempt.id and other.state != AttemptState.LAUNCHED:
        return "already_paid"
    return None


def _take_over_late(session: CheckoutSession, attempt: Attempt, now: datetime) -> str | None:
    """Why the session cannot be paid by this attempt, None when it now is the one that pays. An approval that nobody
    waited for may find that the use of the coupon went to others."""
    try:
        take_over(session, attempt, now=now)
    except CouponRefused as error:
        return error.code
    return None


def _call_person(session: CheckoutSession, attempt: Attempt) -> None:
    """The gateway told of a payment of another order, which a forged return can bring about. It is not ours to
    keep, and above all not ours to give back: this order's own outcome is still looked up in its time."""
    attempt.needs_person = "payment_of_another_order"
    log.error("payment.of_another_order", session=shortened(session.id), attempt=attempt.id)


def _complete(session: CheckoutSession, attempt: Attempt, now: datetime) -> None:
    if attempt.state != AttemptState.CONFIRMING:
        move_attempt(attempt, AttemptState.CONFIRMING)
    move_attempt(attempt, AttemptState.APPROVED)
    attempt.ended_at, attempt.check_at = now, None
    session.completed_at = session.ended_at = now
    move(session, SessionState.COMPLETED, attempt=attempt, now=now)
    log.info("payment.completed", session=shortened(session.id), attempt=attempt.id, gateway=attempt.gateway)


def _card_json(card: Card | None) -> dict[str, str | int] | None:
    if card is None:
        return None
    return {"issuer": card.issuer, "number": card.number, "installmentMonths": card.installment_months}


def take_over(session: CheckoutSession, attempt: Attempt, *, now: datetime) -> None:
    """Make this attempt the session's live one: an other that was only launched is let go, and the session
    is processing. The caller has checked that no other is being confirmed."""
    other = live_attempt(session.id)
    if other and other.id != attempt.id:
        move_attempt(other, AttemptState.ABANDONED)
        other.ended_at = now
        db.session.flush()
    if session.state != SessionState.PROCESSING:
        move(session, SessionState.PROCESSING, now=now)


def _give_back(session: CheckoutSession, attempt: Attempt, why: str, now: datetime) -> None:
    """Money that may not be kept. The worker cancels it at the gateway, or a person is called."""
    move_attempt(attempt, AttemptState.CANCELLING)
    attempt.failure_reason = why
    shop = db.session.get_one(Shop, session.shop_id)
    if shop.auto_refund_enabled or why == "amount_mismatch":
        attempt.check_at = now
    else:
        attempt.check_at, attempt.needs_person = None, why
    if session.state == SessionState.PROCESSING and live_attempt(session.id) is None:
        move(session, SessionState.FAILED, attempt=attempt, now=now)
    log.error("payment.not_kept", session=shortened(session.id), attempt=attempt.id, reason=why)


def _fail(session: CheckoutSession, attempt: Attempt, declined: Declined, now: datetime) -> None:
    move_attempt(attempt, AttemptState.DECLINED)
    attempt.failure_reason = declined.reason.value
    attempt.gateway_code = declined.gateway_code
    attempt.gateway_message = declined.gateway_message
    attempt.ended_at, attempt.check_at = now, None
    if session.state == SessionState.PROCESSING:
        move(session, SessionState.FAILED, attempt=attempt, now=now)
    log.info("payment.failed", session=shortened(session.id), attempt=attempt.id, reason=declined.reason)
