"""Find out what became of attempts that are not settled. Asked by the worker until every one is known."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from app.database import db, end_reading, transaction
from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import (
    Approved,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CannotTell,
    Declined,
    Issued,
    Unpaid,
    WhenUnknown,
)
from app.gateways.reasons import (
    Reason,
)
from app.payments import people
from app.payments.attempts import ask_and_record, close_attempt, record_answer
from app.payments.deposits import has_come, told_last, watch_account
from app.payments.models import Attempt
from app.payments.outcomes import (
    PAUSE_WHEN_POSTPONED,
    UNREACHABLE,
    begin_again,
    begin_undo,
    dismiss,
    gateway_of,
    hold_for_person,
    locked_attempt,
    pause_after,
    record_refusal,
)
from app.payments.queries import attempt_by_id, locked_session
from app.payments.states import UNANSWERED, AttemptState, move_attempt

# A confirm that nothing came of for so long is on its way no more. Longer than any gateway's own client waits.
UNDER_WAY = timedelta(seconds=40)

log = structlog.get_logger()


def settle_attempt(attempt_id: str, *, now: datetime) -> None:
    """Ask the gateway once and act on the answer. Where there is none, a later call asks again, the pauses
    growing."""
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    state, tries, was_refused = attempt.state, attempt.check_tries, people.is_misconfigured(attempt)
    try:
        if state in UNANSWERED:
            SETTLES[gateway_of(attempt).when_unknown](attempt_id, attempt, now)
        elif state == AttemptState.CANCELLING:
            _give_back(attempt_id, attempt, now)
        elif state == AttemptState.LAUNCHED:
            _settle_launch(attempt_id, attempt, now)
        elif state in (AttemptState.ISSUED, AttemptState.APPROVED):
            watch_account(attempt_id, now=now)
        elif state == AttemptState.DECLINED:
            _look_once_more(attempt_id, attempt, now)
    except GatewayError as error:
        log.warning("attempt.unsettled", attempt=attempt_id, state=state, tries=tries, error=error.code)
        _look_again(attempt_id, error, now + pause_after(tries))
    else:
        if was_refused:
            _note_answered(attempt_id)


def _look_up(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    """The gateway says what became of a confirm. One that took nothing is sent again while it still can be."""
    gateway, returned, confirmed_at = gateway_of(attempt), attempt.returned, attempt.confirmed_at
    assert confirmed_at is not None
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id)
    if isinstance(found, CannotTell):
        hold_for_person(attempt_id=attempt_id, why=people.OUTCOME_UNKNOWN)
    elif not isinstance(found, Unpaid):
        record_answer(attempt_id, found, now=now)
    elif now - confirmed_at < gateway.confirm_window:
        ask_and_record(attempt_id, now=now)
    else:
        late = Declined(Reason.EXPIRED, found.gateway_status, "")
        record_answer(attempt_id, late, now=now)


def _undo(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    """The gateway takes back whatever came of a confirm, unless that was never sent.

    Where it finds nothing, the confirm may still be on its way to it: that is waited for, and looked for once more
    when the gateway would not take it any more.
    """
    if _was_never_sent(attempt):
        _send_again(attempt_id, attempt, now)
        return
    gateway, returned, amount = gateway_of(attempt), attempt.returned or {}, attempt.amount
    confirmed_at = attempt.confirmed_at
    assert confirmed_at is not None
    end_reading()
    if not begin_undo(attempt_id=attempt_id):
        return
    found = gateway.undo(returned=returned, order_id=attempt_id, amount=amount)
    if isinstance(found, CannotTell):
        hold_for_person(attempt_id=attempt_id, why=people.OUTCOME_UNKNOWN)
    elif isinstance(found, Unpaid):
        if now - confirmed_at < UNDER_WAY:
            doubt = GatewayOutcomeUnknown(gateway_code=found.gateway_status)
            _look_again(attempt_id, doubt, confirmed_at + UNDER_WAY)
            return
        nothing = Declined(Reason.NOT_CONFIRMED, found.gateway_status, "")
        last_look = confirmed_at + gateway.confirm_window + UNDER_WAY
        record_refusal(attempt_id=attempt_id, declined=nothing, now=now, look_at=last_look)
    else:
        record_answer(attempt_id, found, now=now, undone=True)


def _look_once_more(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    """An attempt was declined because nothing was found. What came after all is given back."""
    gateway, returned = gateway_of(attempt), attempt.returned
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id)
    if isinstance(found, Approved | Issued):
        record_answer(attempt_id, found, now=now)
    else:
        dismiss(attempt_id=attempt_id)


def _hold(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    if _was_never_sent(attempt):
        _send_again(attempt_id, attempt, now)
    else:
        hold_for_person(attempt_id=attempt_id, why=people.OUTCOME_UNKNOWN)


SETTLES: dict[WhenUnknown, Callable[[str, Attempt, datetime], None]] = {
    WhenUnknown.LOOK_UP: _look_up,
    WhenUnknown.UNDO: _undo,
    WhenUnknown.HOLD: _hold,
}


def _was_never_sent(attempt: Attempt) -> bool:
    """begin_again() takes the word away before a confirm is sent once more, so it never speaks of an earlier try."""
    return attempt.state == AttemptState.CONFIRMING and attempt.gateway_code == UNREACHABLE


def _send_again(attempt_id: str, attempt: Attempt, now: datetime) -> None:
    gateway, confirmed_at = gateway_of(attempt), attempt.confirmed_at
    assert confirmed_at is not None
    end_reading()
    if now - confirmed_at >= gateway.confirm_window:
        record_answer(attempt_id, Declined(Reason.EXPIRED, UNREACHABLE, ""), now=now)
    elif begin_again(attempt_id=attempt_id):
        ask_and_record(attempt_id, now=now)


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
            people.dismiss(held)
            if held.virtual_account and has_come(told_last(held)):  # what came while it was being closed
                people.call(held, people.DEPOSIT_AT_CLOSING)
        elif isinstance(answer, CancelPostponed):
            held.check_at, held.error_answers = now + PAUSE_WHEN_POSTPONED, held.error_answers + 1
        else:
            people.call(held, people.CANCEL_REFUSED, answer.gateway_code)


def _note_answered(attempt_id: str) -> None:
    """The gateway accepts our credentials again, where it did not before."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if people.is_misconfigured(attempt):
            people.dismiss(attempt)


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
            people.call(attempt, people.MISCONFIGURED, error.gateway_code)
