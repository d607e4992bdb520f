"""Issue the cash receipts that no buyer asked for, and take back what was refunded."""

from datetime import datetime, timedelta

from app import clock
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.payments.models import CashReceipt
from app.payments.receipt_outcomes import settle_receipt

# How long one step may take before another worker takes it as well. Two at once do no harm: they carry the same key.
WORK_TIME = timedelta(seconds=30)


def issue_due_receipts(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    receipts = claim_receipts(now=now, limit=limit)
    in_parallel(_settle, receipts)
    return len(receipts)


def claim_receipts(*, now: datetime, limit: int) -> list[str]:
    table = CashReceipt.__table__
    values = {"check_at": now + WORK_TIME, "check_tries": table.c.check_tries + 1}
    due = table.c.check_at <= now
    rows = claim(table, due=due, order=table.c.check_at, values=values, limit=limit)
    return [row.id for row in rows]


def _settle(receipt_id: str) -> None:
    settle_receipt(receipt_id, now=clock.now())
