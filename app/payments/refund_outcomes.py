"""Bring a refund to its end: ask the gateway until it is known, and write down what it said."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from app.database import end_reading, transaction
from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import (
    BankAccount,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    Gateway,
)
from app.gateways.reasons import (
    RefundReason,
)
from app.ids import shortened
from app.metrics import note_unmapped
from app.payments.cash_receipts import recheck_receipt
from app.payments.models import Attempt, CheckoutSession, Refund
from app.payments.notices import mail_refund
from app.payments.outcomes import PAUSE_WHEN_POSTPONED, gateway_of, pause_after
from app.payments.queries import (
    attempt_by_id,
    locked_session,
    refund_by_id,
    refunds_of_session,
    session_by_id,
)
from app.payments.states import RefundState, SessionState, move, move_refund, tell
from app.services import services

NO_REASON = "상점 요청에 따른 환불"
# A refund that takes longer is shown to a person; it is tried on all the same.
PATIENCE = timedelta(hours=24)

log = structlog.get_logger()


def settle_refund(refund_id: str, *, now: datetime) -> None:
    """Ask the gateway once and act on the answer. Where there is none, a later call asks again, the pauses
    growing. Called for a refund that no earlier one of its session waits before."""
    refund = refund_by_id(refund_id)
    if refund is None or refund.state != RefundState.PROCESSING:
        return
    attempt = attempt_by_id(refund.attempt_id)
    assert attempt is not None
    gateway, what = gateway_of(attempt), _cancellation(refund, attempt)
    end_reading()
    try:
        answer = _find_or_cancel(gateway, what)
    except GatewayError as error:
        _record_doubt(refund_id, error, was_sent=what.balance is not None, now=now)
    else:
        _record(refund_id, answer, now)


def _find_or_cancel(gateway: Gateway, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
    """Ask first whether it is done: an earlier try may have died, or its answer may have been lost.

    The gateway's balance before the first try is kept and goes with every try: where one was done after all,
    the next no longer fits. It may be less than by our books, when the merchant cancelled a part in the
    gateway's console.
    """
    found = gateway.find_cancel(what)
    if isinstance(found, Cancelled):
        return found
    if what.balance is None:
        what = replace(what, balance=_keep_balance(what.key, found.balance))
    return gateway.cancel(what)


def _keep_balance(refund_id: str, balance: int) -> int:
    with transaction():
        _session, refund = _held(refund_id)
        if refund.gateway_balance is None:
            refund.gateway_balance = balance
        return refund.gateway_balance


def _cancellation(refund: Refund, attempt: Attempt) -> Cancellation:
    assert attempt.transaction_id is not None
    return Cancellation(
        transaction_id=attempt.transaction_id,
        key=refund.id,
        method=attempt.method,
        reason=refund.reason or NO_REASON,
        amount=refund.amount,
        balance=refund.gateway_balance,
        tax_free_amount=refund.tax_free_amount,
        tax_free_balance=_tax_free_balance(refund),
        account=_opened(refund),
        earlier_errors=refund.error_answers,
    )


def _tax_free_balance(refund: Refund) -> int | None:
    """Before this refund; earlier ones of the session are settled, later ones have not begun."""
    session = session_by_id(refund.session_id)
    assert session is not None
    if not session.tax_free_due:
        return None
    earlier = [one for one in refunds_of_session(session.id) if one.number < refund.number]
    succeeded = [one for one in earlier if one.state == RefundState.SUCCEEDED]
    return session.tax_free_due - sum(one.tax_free_amount for one in succeeded)


def _opened(refund: Refund) -> BankAccount | None:
    if refund.account is None:
        return None
    return BankAccount(**json.loads(services().vault.open(refund.account, row=refund.id)))


def _record(refund_id: str, answer: Cancelled | CancelRefused | CancelPostponed, now: datetime) -> None:
    if isinstance(answer, Cancelled):
        record_refund(refund_id, answer, now=now)
    elif isinstance(answer, CancelRefused):
        record_refund_refusal(refund_id, answer, now=now)
    else:
        _postpone(refund_id, answer, now)


def record_refund(refund_id: str, cancelled: Cancelled, *, now: datetime) -> None:
    """The gateway has given the money back. Told twice, the second is without effect."""
    with transaction():
        session, refund = _held(refund_id)
        if refund.state != RefundState.PROCESSING:
            return
        refund.transaction_id = cancelled.transaction_id
        _end(refund, RefundState.SUCCEEDED, now)
        attempt = attempt_by_id(refund.attempt_id)
        assert attempt is not None
        session.refunded_amount += refund.amount
        recheck_receipt(attempt.id, now=now)
        whole = session.refunded_amount == attempt.amount
        to = SessionState.REFUNDED if whole else SessionState.PARTIALLY_REFUNDED
        move(session, to, attempt=attempt, refund=refund, now=now)
        if refund.notify_customer:
            mail_refund(session, attempt, refund, now=now)
    log.info("refund.succeeded", session=shortened(session.id), refund=refund_id, amount=refund.amount)


def record_refund_refusal(refund_id: str, refused: CancelRefused, *, now: datetime) -> None:
    """The gateway proved that nothing was given back. Told twice, the second is without effect."""
    with transaction():
        session, refund = _held(refund_id)
        if refund.state != RefundState.PROCESSING:
            return
        refund.failure_reason = refused.reason.value
        refund.gateway_code, refund.gateway_message = refused.gateway_code, refused.gateway_message
        _end(refund, RefundState.FAILED, now)
        attempt = attempt_by_id(refund.attempt_id)
        if attempt and not refused.is_mapped:
            note_unmapped(gateway=attempt.gateway, operation="refund")
            log.warning("gateway.code_unmapped", refund=refund_id, code=refused.gateway_code)
        tell(session, "refund.failed", attempt=attempt, refund=refund, previous=session.state, now=now)
    log.warning("refund.failed", session=shortened(session.id), refund=refund_id, reason=refused.reason)


def _end(refund: Refund, to: RefundState, now: datetime) -> None:
    move_refund(refund, to)
    refund.ended_at, refund.check_at, refund.needs_person = now, None, None
    refund.account = None  # a buyer's account is kept no longer than it is needed


def _postpone(refund_id: str, postponed: CancelPostponed, now: datetime) -> None:
    with transaction():
        _session, refund = _held(refund_id)
        if refund.state == RefundState.PROCESSING:
            refund.check_at, refund.gateway_code = now + PAUSE_WHEN_POSTPONED, postponed.gateway_code
            refund.error_answers += 1  # else the gateway would only repeat this answer
            _call_a_person(refund, now)


def _record_doubt(refund_id: str, error: GatewayError, *, was_sent: bool, now: datetime) -> None:
    """No usable answer. was_sent: in an earlier round; then even a gateway that does not know our keys proves
    nothing."""
    if isinstance(error, GatewayMisconfigured) and not was_sent:
        refused = CancelRefused(RefundReason.CONFIGURATION, error.gateway_code, "")
        return record_refund_refusal(refund_id, refused, now=now)
    log.warning("refund.unsettled", refund=refund_id, error=error.code)
    with transaction():
        _session, refund = _held(refund_id)
        if refund.state != RefundState.PROCESSING:
            return
        refund.check_at = now + pause_after(refund.check_tries)
        _call_a_person(refund, now)
        if isinstance(error, GatewayOutcomeUnknown):
            refund.error_answers += int(error.answered)
            refund.gateway_code = error.gateway_code or refund.gateway_code
        if isinstance(error, GatewayMisconfigured):
            refund.needs_person = f"gateway_misconfigured:{error.gateway_code}"[:60]


def _call_a_person(refund: Refund, now: datetime) -> None:
    if now - refund.created_at > PATIENCE:
        refund.needs_person = "refund_unsettled"


def _held(refund_id: str) -> tuple[CheckoutSession, Refund]:
    """The refund as it is now, with its session locked first."""
    found = refund_by_id(refund_id)
    assert found is not None, refund_id
    session = locked_session(found.session_id)
    refund = refund_by_id(refund_id)
    assert refund is not None
    return session, refund
