"""Forget Idempotency-Keys once their day is over."""

from datetime import datetime

from app.shops.repeats import forget_old_keys

AT_ONCE = 1000


def forget_old_idempotency_keys(*, now: datetime) -> int:
    """How many were forgotten; there may be more."""
    return forget_old_keys(now=now, limit=AT_ONCE)
