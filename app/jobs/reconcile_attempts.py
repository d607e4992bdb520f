"""Settle attempts whose outcome nobody has written down."""

from datetime import datetime

from app import clock
from app.jobs.parallel import in_parallel
from app.payments.reconcile import claim_unsettled, settle_attempt


def reconcile_due_attempts(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    attempts = claim_unsettled(now=now, limit=limit)
    in_parallel(_settle, attempts)
    return len(attempts)


def _settle(attempt_id: str) -> None:
    settle_attempt(attempt_id, now=clock.now())
