"""Bring refunds to their end."""

from datetime import datetime

from sqlalchemy import exists

from app import clock
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.payments.models import Refund
from app.payments.patience import patience
from app.payments.refund_outcomes import settle_refund


def process_due_refunds(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    refunds = claim_refunds(now=now, limit=limit)
    in_parallel(_settle, refunds)
    return len(refunds)


def claim_refunds(*, now: datetime, limit: int) -> list[str]:
    """Take refunds that are due, of each session only the first that is not settled: what the gateway still
    holds would else be anybody's guess. Two workers at one refund do no harm: what they ask carries the same key and
    the same balance, and only one of them can move it."""
    table = Refund.__table__
    earlier = table.alias("earlier")
    waits_for_earlier = exists().where(
        earlier.c.session_id == table.c.session_id,
        earlier.c.state == "processing",
        earlier.c.number < table.c.number,
    )
    due = (table.c.state == "processing") & (table.c.check_at <= now) & ~waits_for_earlier
    values = {"check_at": now + patience(), "check_tries": table.c.check_tries + 1}
    rows = claim(table, due=due, order=table.c.check_at, values=values, limit=limit)
    return [row.id for row in rows]


def _settle(refund_id: str) -> None:
    settle_refund(refund_id, now=clock.now())
