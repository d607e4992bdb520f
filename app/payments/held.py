"""Attempts that wait for a person: what became of them nobody here can find out (see WhenUnknown.HOLD), or something is
to be done in the gateway's console."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from app.database import db, end_reading, transaction
from app.gateways.base import Approved, CannotTell, Declined, Deposit, Issued, Notification, Unpaid
from app.gateways.reasons import Reason
from app.payments import people
from app.payments.attempts import record_answer
from app.payments.closings import record_waiting
from app.payments.models import Attempt, Refund
from app.payments.outcomes import gateway_of, locked_attempt
from app.payments.queries import attempt_by_id
from app.payments.states import AttemptState, move_attempt

NOT_PAID = "NOT_PAID"  # our own word: a person saw that nothing was taken

log = structlog.get_logger()


class CannotResolve(Exception):
    """What a person said changes nothing. No error of the API: only the command line asks."""


class NotHeld(CannotResolve):
    """There is no such attempt, its outcome is known, or the worker is still finding it out."""


class KnownAlready(CannotResolve):
    """A person is called for something else than to tell what became of the attempt."""


class NotKnownYet(CannotResolve):
    """What became of the attempt is to be told first."""


class StillAsked(CannotResolve):
    """The worker asks the gateway again by itself."""


class NotGivenBack(CannotResolve):
    """The gateway says that the money is still there, or that the account still takes some."""


class NotThisPayment(CannotResolve):
    """The gateway says that the payment of that name did not pay this attempt."""


class CannotBeChecked(CannotResolve):
    """The gateway does not say what the payment of that name is."""


def held_attempts() -> Sequence[Attempt]:
    """The oldest first."""
    held = select(Attempt).where(Attempt.needs_person.is_not(None))
    return db.session.scalars(held.order_by(Attempt.created_at)).all()


def held_refunds() -> Sequence[Refund]:
    """The oldest first. They go on by themselves once the gateway answers."""
    held = select(Refund).where(Refund.needs_person.is_not(None))
    return db.session.scalars(held.order_by(Refund.created_at)).all()


def resolve_as_paid(*, attempt_id: str, transaction_id: str, unchecked: bool, now: datetime) -> None:
    """A person found the payment in the gateway's console. The gateway is asked about it first.

    unchecked: where the gateway cannot be asked even by its own name for the payment, the person is believed, and has
    compared the amount.
    Raises NotHeld, KnownAlready, NotThisPayment, CannotBeChecked, GatewayError.
    """
    attempt = _held(attempt_id)
    gateway, returned, amount = gateway_of(attempt), attempt.returned, attempt.amount
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id, transaction_id=transaction_id)
    if isinstance(found, CannotTell):
        if not unchecked:
            raise CannotBeChecked()
        found = Approved(transaction_id, attempt_id, amount)
    if isinstance(found, Declined | Unpaid) or found.order_id != attempt_id:
        raise NotThisPayment()
    log.warning("attempt.resolved_by_person", attempt=attempt_id, paid=True)
    record_answer(attempt_id, found, now=now, undone=True)


def resolve_as_issued(*, attempt_id: str, transaction_id: str, now: datetime) -> None:
    """A person found a virtual account in the gateway's console, and no money on it. The gateway is asked about it
    first; where it does not say whether money has come, the person is believed.

    Raises NotHeld, KnownAlready, NotThisPayment, CannotBeChecked, GatewayError.
    """
    attempt = _held(attempt_id)
    gateway, returned, is_known = gateway_of(attempt), attempt.returned, attempt.state == AttemptState.ISSUED
    nothing_there = Deposit(attempt.amount, "", reversed=True)
    told = Notification(attempt_id, transaction_id=transaction_id, deposit=nothing_there)
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id, transaction_id=transaction_id, told=told)
    if isinstance(found, CannotTell) or (isinstance(found, Issued) and not found.account.number):
        raise CannotBeChecked()
    if isinstance(found, Declined | Unpaid) or found.order_id != attempt_id:
        raise NotThisPayment()
    log.warning("attempt.resolved_by_person", attempt=attempt_id, paid=isinstance(found, Approved))
    if is_known and isinstance(found, Issued):
        record_waiting(attempt_id=attempt_id, now=now)
    else:
        record_answer(attempt_id, found, now=now, undone=True)


def resolve_as_unpaid(*, attempt_id: str, now: datetime) -> None:
    """A person saw in the gateway's console that nothing was taken: the buyer may try again. Raises NotHeld,
    KnownAlready."""
    _held(attempt_id)
    log.warning("attempt.resolved_by_person", attempt=attempt_id, paid=False)
    record_answer(attempt_id, Declined(Reason.NOT_CONFIRMED, NOT_PAID, ""), now=now)


def resolve_as_seen_to(*, attempt_id: str, unchecked: bool, now: datetime) -> None:
    """A person has done in the gateway's console what they were called for: no money of this attempt is where it should
    not be. Where it was to go back, the gateway is asked first.

    unchecked: as of resolve_as_paid(). Raises NotHeld, NotKnownYet, StillAsked, NotGivenBack, CannotBeChecked,
    GatewayError.
    """
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.needs_person is None:
        raise NotHeld()
    if people.is_unknown(attempt):
        raise NotKnownYet()
    if people.is_misconfigured(attempt) and attempt.check_at is not None:
        raise StillAsked()
    why = attempt.needs_person
    if _is_to_go_back(attempt):
        _check_gone(attempt, unchecked)
    _record_seen_to(attempt_id, why, now)
    log.warning("attempt.seen_to_by_person", attempt=attempt_id, reason=why)


def _is_to_go_back(attempt: Attempt) -> bool:
    """While it is given back by the worker, a person is called for something else."""
    waits = attempt.state == AttemptState.CANCELLING and attempt.check_at is None
    return waits or attempt.needs_person == people.DEPOSIT_AT_CLOSING


def _check_gone(attempt: Attempt, unchecked: bool) -> None:
    attempt_id, gateway = attempt.id, gateway_of(attempt)
    returned, transaction_id = attempt.returned, attempt.transaction_id
    end_reading()
    found = gateway.lookup(returned=returned, order_id=attempt_id, transaction_id=transaction_id)
    if isinstance(found, Approved | Issued):
        raise NotGivenBack()
    if isinstance(found, CannotTell) and not unchecked:
        raise CannotBeChecked()


def _record_seen_to(attempt_id: str, why: str, now: datetime) -> None:
    """Nothing happens when a person was called for something else meanwhile."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.needs_person != why:
            raise NotHeld()
        if attempt.state == AttemptState.CANCELLING and attempt.check_at is None:
            move_attempt(attempt, AttemptState.CANCELLED)
            attempt.ended_at = now
        attempt.needs_person = None


def _held(attempt_id: str) -> Attempt:
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.needs_person is None:
        raise NotHeld()
    if not people.is_unknown(attempt):
        raise KnownAlready()
    return attempt
