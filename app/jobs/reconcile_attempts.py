"""Settle attempts whose outcome nobody has written down."""

from datetime import datetime

from app import clock
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.payments.models import Attempt
from app.payments.patience import patience
from app.payments.reconcile import settle_attempt


def reconcile_due_attempts(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    attempts = claim_unsettled(now=now, limit=limit)
    in_parallel(_settle, attempts)
    return len(attempts)


def claim_unsettled(*, now: datetime, limit: int) -> list[str]:
    """Take attempts that are due to be looked at. Their time is moved forward, so no other worker has them
    until this one has had its chance; an attempt whose worker dies comes back by itself. Two that look at once do no
    harm: every call they make can be repeated, and only one of them can move the attempt."""
    table = Attempt.__table__
    states = ("launched", "confirming", "undoing", "issued", "approved", "declined", "cancelling")
    due = table.c.state.in_(states) & (table.c.check_at <= now)
    values = {"check_at": now + patience(), "check_tries": table.c.check_tries + 1}
    rows = claim(table, due=due, order=table.c.check_at, values=values, limit=limit)
    return [row.id for row in rows]


def _settle(attempt_id: str) -> None:
    settle_attempt(attempt_id, now=clock.now())
