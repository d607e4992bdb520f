"""Virtual accounts: has the money come, has the bank taken it back, and how an account is closed that nobody is to pay
into any more."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from app.database import db, end_reading, transaction
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import (
    Approved,
    Cancellation,
    Cancelled,
    CannotTell,
    Declined,
    Issued,
    Notification,
    Unpaid,
)
from app.payments import people
from app.payments.closings import begin_closing, end_closing, hold_account, record_waiting
from app.payments.models import Attempt
from app.payments.outcomes import (
    FIRST_LOOK_AT_ACCOUNT,
    LOOKS_AT_DEPOSIT,
    call_person,
    gateway_of,
    record_approval,
    record_closed,
    record_refusal,
    record_reversal,
)
from app.payments.patience import patience
from app.payments.queries import attempt_by_id, locked_session, notifications_of_attempt
from app.payments.states import AttemptState

LONGEST_PAUSE = timedelta(hours=1)
EARLIEST = datetime.min.replace(tzinfo=UTC)

log = structlog.get_logger()


def watch_account(attempt_id: str, *, now: datetime) -> None:
    """Ask the gateway about an account, and write down what has changed.

    A notification is the quick way; this is the sure one. Raises GatewayError; while the account is being closed, too.
    """
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    if attempt.close_asked_at is not None:
        _watch_closing(attempt, attempt.close_asked_at, now)
        return
    state, approved_at, tries = attempt.state, attempt.ended_at, attempt.check_tries
    gateway, returned, transaction_id = gateway_of(attempt), attempt.returned, attempt.transaction_id
    told = told_last(attempt)
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id, transaction_id=transaction_id, told=told)
    if state == AttemptState.ISSUED and isinstance(found, Approved):
        record_approval(attempt_id=attempt_id, approved=found, now=now)
    elif state == AttemptState.ISSUED and isinstance(found, Declined):
        record_refusal(attempt_id=attempt_id, declined=found, now=now)
    elif state == AttemptState.APPROVED and isinstance(found, Issued):
        record_reversal(attempt_id=attempt_id, approved_at=approved_at, now=now)
    else:
        _look_later(attempt_id, state, _next_look(state, tries, now))


def _watch_closing(attempt: Attempt, asked_at: datetime, now: datetime) -> None:
    """Of an account whose closing was asked for without an answer only what the gateway itself says of it is believed:
    a deposit that was told may have gone back with the closing. Raises GatewayError."""
    attempt_id, tries, told = attempt.id, attempt.check_tries, told_last(attempt)
    gateway, returned, transaction_id = gateway_of(attempt), attempt.returned, attempt.transaction_id
    end_reading()
    if now < asked_at + patience():  # it may be done at this very moment
        raise GatewayOutcomeUnknown()
    found = gateway.lookup(returned=returned, order_id=attempt_id, transaction_id=transaction_id)
    if isinstance(found, Approved):
        record_approval(attempt_id=attempt_id, approved=found, now=now, asked_at=asked_at)
    elif isinstance(found, Declined):
        record_refusal(attempt_id=attempt_id, declined=found, now=now)
        if has_come(told):
            call_person(attempt_id=attempt_id, why=people.DEPOSIT_AT_CLOSING)
    elif isinstance(found, Issued):
        record_waiting(attempt_id=attempt_id, now=now)
    elif has_come(told):
        hold_account(attempt_id=attempt_id)
    else:
        _look_later(attempt_id, AttemptState.ISSUED, _next_look(AttemptState.ISSUED, tries, now))


def has_come(told: Notification | None) -> bool:
    """told: what stands of all that was told, see told_last()."""
    return told is not None and told.deposit is not None and not told.deposit.reversed


def told_last(attempt: Attempt) -> Notification | None:
    """What the gateway's server has told of this attempt's deposit and stands: a deposit and its reversal may arrive in
    either order, twice, or at once."""
    gateway = gateway_of(attempt)
    told = [
        gateway.read_notification(body=row.body, content_type=row.content_type, source=row.source)
        for row in notifications_of_attempt(attempt.id)
    ]
    return standing(
        [
            one
            for one in told
            if one and one.deposit and one.deposit.amount == attempt.amount and is_about(attempt, one)
        ]
    )


def standing(told: Sequence[Notification]) -> Notification | None:
    """Of notifications of deposits the one that stands: the newest by the gateway's own time. What came and went within
    one second is counted, where each notification has a name; else the reversal is the later one."""
    moments = sorted({_moment_of(one) for one in told})
    if not moments:
        return None
    newest = [one for one in told if _moment_of(one) == moments[-1]]
    came, went = ([one for one in newest if _went(one) is back] for back in (False, True))
    if not came or not went:
        return newest[-1]
    names = [{one.deposit.notice for one in some if one.deposit} for some in (came, went)]
    if "" in names[0] | names[1]:
        return went[-1]
    before = standing([one for one in told if _moment_of(one) != moments[-1]])
    had_come = before is not None and not _went(before)
    return came[-1] if had_come + len(names[0]) > len(names[1]) else went[-1]


def _moment_of(told: Notification) -> datetime:
    return (told.deposit.at if told.deposit else None) or EARLIEST


def _went(told: Notification) -> bool:
    return told.deposit is not None and told.deposit.reversed


def is_about(attempt: Attempt, told: Notification) -> bool:
    """Not one that tells of another payment or another account than ours."""
    account = (attempt.virtual_account or {}).get("number")
    if told.transaction_id and attempt.transaction_id and told.transaction_id != attempt.transaction_id:
        return False
    return not (told.deposit and account and digits_of(told.deposit.account) != digits_of(account))


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter in "0123456789")


def close_account(*, attempt_id: str, now: datetime) -> bool:
    """Have the gateway close an account that no money has come to; the session then waits to be paid in another way.

    False: money has come and the session is completed, or the gateway will not close it now.
    Raises GatewayError when it is not known; the session stays as it is then.
    """
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    asked_before, what = attempt.close_asked_at, _closing(attempt)
    found = _look_at(attempt)
    if isinstance(found, Issued | CannotTell):
        if not begin_closing(attempt_id=attempt_id, now=now):
            return False
        if _is_closed_by(attempt, what, asked_at=now, before=asked_before):
            return _record_closed(attempt_id, now)
        found, asked_before = _look_at(attempt), None
    if isinstance(found, Approved):
        if asked_before and now < asked_before + patience():  # that closing may be done at this very moment
            raise GatewayOutcomeUnknown()
        record_approval(attempt_id=attempt_id, approved=found, now=now, asked_at=asked_before)
        return False
    return isinstance(found, Declined) and _record_closed(attempt_id, now)


def _look_at(attempt: Attempt) -> Approved | Issued | Declined | Unpaid | CannotTell:
    """What is told counts as long as no closing was asked for before; then it is for a person. Raises GatewayError."""
    attempt_id, asked_at, told = attempt.id, attempt.close_asked_at, told_last(attempt)
    gateway, returned, transaction_id = gateway_of(attempt), attempt.returned, attempt.transaction_id
    end_reading()
    believed = None if asked_at else told
    found = gateway.lookup(
        returned=returned, order_id=attempt_id, transaction_id=transaction_id, told=believed
    )
    if asked_at and has_come(told) and isinstance(found, CannotTell):
        raise GatewayOutcomeUnknown()
    return found


def _is_closed_by(
    attempt: Attempt, what: Cancellation, *, asked_at: datetime, before: datetime | None
) -> bool:
    """Ask the gateway to close the account, after that intent was committed. Raises GatewayError."""
    attempt_id, gateway = attempt.id, gateway_of(attempt)
    end_reading()
    try:
        answer = gateway.cancel(what)
    except GatewayOutcomeUnknown as error:
        _count_error(attempt_id, int(error.answered))
        raise
    except (GatewayUnreachable, GatewayMisconfigured):  # nothing was done
        end_closing(attempt_id=attempt_id, asked_at=asked_at, before=before)
        raise
    if isinstance(answer, Cancelled):
        return True
    end_closing(attempt_id=attempt_id, asked_at=asked_at)
    _count_error(attempt_id, 1)
    return False


def _record_closed(attempt_id: str, now: datetime) -> bool:
    """Whether money that was told meanwhile went back with the closing, a person has to see."""
    is_closed = record_closed(attempt_id=attempt_id, now=now)
    attempt = attempt_by_id(attempt_id)
    if is_closed and attempt and has_come(told_last(attempt)):
        call_person(attempt_id=attempt_id, why=people.DEPOSIT_AT_CLOSING)
    return is_closed


def _closing(attempt: Attempt) -> Cancellation:
    assert attempt.transaction_id is not None
    return Cancellation(
        transaction_id=attempt.transaction_id,
        key=f"close-{attempt.id}",
        method=attempt.method,
        reason="입금 대기 취소",
        earlier_errors=attempt.error_answers,
    )


def _next_look(state: str, tries: int, now: datetime) -> datetime | None:
    """tries: looks so far, this one included."""
    if state == AttemptState.APPROVED:
        return now + LOOKS_AT_DEPOSIT[tries] if tries < len(LOOKS_AT_DEPOSIT) else None
    pause: timedelta = FIRST_LOOK_AT_ACCOUNT * 2 ** min(tries, 8)
    return now + min(pause, LONGEST_PAUSE)


def _look_later(attempt_id: str, state: str, at: datetime | None) -> None:
    """Nothing happens to an attempt that somebody moved meanwhile."""
    with transaction():
        found = db.session.get_one(Attempt, attempt_id)
        locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        if attempt and attempt.state == state:
            attempt.check_at = at


def _count_error(attempt_id: str, errors: int) -> None:
    """A gateway that replays its answers needs another key for the next try."""
    with transaction():
        found = db.session.get_one(Attempt, attempt_id)
        locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        if attempt:
            attempt.error_answers += errors
