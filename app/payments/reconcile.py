"""Find out what became of attempts that are not settled. Asked by the worker until every one is known."""

from datetime import datetime

import structlog

from app.database import db, end_reading, transaction
from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import Approved, Cancellation, Cancelled, CancelPostponed, Declined, Reason, Unpaid
from app.payments.attempts import ask_and_record, close_attempt, record_answer
from app.payments.models import Attempt
from app.payments.outcomes import PAUSE_WHEN_POSTPONED, gateway_of, pause_after
from app.payments.queries import attempt_by_id, locked_session
from app.payments.states import AttemptState, move_attempt

log = structlog.get_logger()


def settle_attempt(attempt_id: str, *, now: datetime) -> None:
    """Ask the gateway once and act on the answer. Where there is none, a later call asks again, the pauses
    growing."""
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    state, tries = attempt.state, attempt.check_tries
    try:
        if state == AttemptState.CONFIRMING:
            _settle_confirm(attempt_id, attempt, now)
        elif state == AttemptState.CANCELLING:
            _give_back(attempt_id, attempt, now)
        elif state == AttemptState.LAUNCHED:
            _settle_launch(attempt_id, attempt, now)
    except GatewayError as error:
        log.warning("attempt.unsettled", attempt=attempt_id, state=state, tries=tries, error=error.code)
        _look_again(attempt_id, error, now + pause_after(tries))


def _settle_confirm(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    gateway, returned, confirmed_at = gateway_of(attempt), attempt.returned, attempt.confirmed_at
    assert confirmed_at is not None
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id)
    if not isinstance(found, Unpaid):
        record_answer(attempt_id, found, now=now)
    elif now - confirmed_at < gateway.confirm_window:
        ask_and_record(attempt_id, now=now)
    else:
        late = Declined(Reason.EXPIRED, found.gateway_status, "")
        record_answer(attempt_id, late, now=now)


def _settle_launch(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    """The buyer went to the gateway and can no longer come back from there."""
    gateway, returned = gateway_of(attempt), attempt.returned
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id)
    if isinstance(found, Approved):
        record_answer(attempt_id, found, now=now)
    else:
        close_attempt(attempt_id=attempt_id, now=now)


def _give_back(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    gateway, session_id, transaction_id = gateway_of(attempt), attempt.session_id, attempt.transaction_id
    assert transaction_id is not None
    all_of_it = Cancellation(
        transaction_id=transaction_id,
        key=attempt_id,
        method=attempt.method,
        reason="결제 확인 불일치로 인한 자동 취소",
        earlier_errors=attempt.error_answers,
    )
    end_reading()
    answer = gateway.cancel(all_of_it)
    with transaction():
        locked_session(session_id)
        held = attempt_by_id(attempt_id)
        if held is None or held.state != AttemptState.CANCELLING:
            return
        held.check_at = None
        if isinstance(answer, Cancelled):
            move_attempt(held, AttemptState.CANCELLED)
            held.ended_at = now
        elif isinstance(answer, CancelPostponed):
            held.check_at, held.error_answers = now + PAUSE_WHEN_POSTPONED, held.error_answers + 1
        else:
            held.needs_person = f"cancel_refused:{answer.gateway_code}"[:60]


def _look_again(attempt_id: str, error: GatewayError, at: datetime) -> None:
    with transaction():
        found = db.session.get_one(Attempt, attempt_id)
        locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        assert attempt is not None
        if attempt.check_at is not None:
            attempt.check_at = at
        # The error of a mere lookup must not change the idempotency key of a confirm that may still be running.
        if isinstance(error, GatewayOutcomeUnknown) and attempt.state == AttemptState.CANCELLING:
            attempt.error_answers += int(error.answered)
        if isinstance(error, GatewayMisconfigured):
            attempt.needs_person = f"gateway_misconfigured:{error.gateway_code}"[:60]
