"""The same figures interval by interval. Intervals in which nothing happened are there as well."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from app.analytics.periods import Interval, bucket_of, bucket_starts
from app.analytics.scope import Scope
from app.analytics.sql import QUARTER_S, quarter_of
from app.clock import to_wire
from app.database import db
from app.payments.models import CheckoutSession, Refund

NOTHING = {"sessions": 0, "payments": 0, "amount": 0, "refunds": 0, "refunded_amount": 0}


def timeseries(scope: Scope, interval: Interval) -> list[dict[str, Any]]:
    """Raises TooManyBuckets."""
    starts = bucket_starts(scope.period, interval)
    buckets: list[dict[str, Any]] = [dict(NOTHING) for _ in starts]
    session = CheckoutSession
    _add(buckets, starts, ("sessions", None), session.created_at, None, scope.created)
    _add(buckets, starts, ("payments", "amount"), session.completed_at, session.total_amount, scope.paid)
    _add(buckets, starts, ("refunds", "refunded_amount"), Refund.ended_at, Refund.amount, scope.refunded)
    return [
        {
            "start": to_wire(start),
            "start_local": start.astimezone(scope.period.zone).isoformat(),
            **bucket,
            "net_amount": bucket["amount"] - bucket["refunded_amount"],
        }
        for start, bucket in zip(starts, buckets, strict=True)
    ]


def _add(
    buckets: list[dict[str, Any]],
    starts: Sequence[datetime],
    names: tuple[str, str | None],
    moment: Any,
    amount: Any,
    condition: ColumnElement[bool],
) -> None:
    """Count and sum by quarters of an hour, and add each quarter to the interval it lies in."""
    quarter = quarter_of(moment)
    total = func.sum(amount) if amount is not None else literal(0)
    rows = db.session.execute(select(quarter, func.count(), total).where(condition).group_by(quarter))
    count_name, amount_name = names
    for number, count, summed in rows:
        bucket = buckets[max(0, bucket_of(datetime.fromtimestamp(number * QUARTER_S, UTC), starts))]
        bucket[count_name] += count
        if amount_name:
            bucket[amount_name] += int(summed)
