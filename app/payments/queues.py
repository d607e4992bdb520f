"""What waits in the tables that are queues, or for a person: how much, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db, end_reading
from app.mails.models import Mail
from app.payments.models import Attempt, CashReceipt, Notification, Refund
from app.webhooks.models import Delivery

UNSETTLED = ("confirming", "cancelling")


@dataclass(frozen=True)
class Queue:
    """waiting: everything that has not ended. due: what should have been begun. oldest_due_s: for how long the
    longest of these has been waiting, 0 where none is."""

    name: str
    waiting: int
    due: int
    oldest_due_s: float


def queues(*, now: datetime) -> Sequence[Queue]:
    webhooks = _queue("webhooks", Delivery.state == "waiting", Delivery.send_at, now, Delivery.leased_until)
    mails = _queue("mails", Mail.state == "waiting", Mail.send_at, now, Mail.leased_until)
    refunds = _queue("refunds", Refund.state == "processing", Refund.check_at, now)
    attempts = _queue("attempts", Attempt.state.in_(UNSETTLED), Attempt.check_at, now)
    told = _queue("notifications", Notification.state == "received", Notification.check_at, now)
    receipts = _queue("receipts", CashReceipt.check_at.is_not(None), CashReceipt.check_at, now)
    end_reading()
    return (webhooks, mails, refunds, attempts, told, receipts)


@dataclass(frozen=True)
class Held:
    """What waits for a person. oldest_s: since when the longest of these was begun, 0 where none is."""

    name: str
    waiting: int
    oldest_s: float


def held(*, now: datetime) -> Sequence[Held]:
    found = (_held("attempts", Attempt, now), _held("refunds", Refund, now))
    end_reading()
    return found


def _held(name: str, table: type[Attempt | Refund], now: datetime) -> Held:
    waits = select(func.count(), func.min(table.created_at)).where(table.needs_person.is_not(None))
    waiting, oldest = db.session.execute(waits).one()
    return Held(name, waiting, (now - oldest).total_seconds() if oldest else 0.0)


def _queue(
    name: str,
    waits: ColumnElement[bool],
    due_at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    now: datetime,
    leased_until: InstrumentedAttribute[datetime | None] | None = None,
) -> Queue:
    """What a worker has in its hands is not due."""
    is_due = due_at <= now
    if leased_until is not None:
        is_due = is_due & (leased_until.is_(None) | (leased_until <= now))
    found = select(func.count(), func.count(case((is_due, 1))), func.min(case((is_due, due_at)))).where(waits)
    waiting, due, oldest = db.session.execute(found).one()
    return Queue(name, waiting, due, (now - oldest).total_seconds() if oldest else 0.0)
