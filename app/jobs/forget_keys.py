"""Forget Idempotency-Keys once their day is over."""

from datetime import datetime

from app.shops.repeats import forget_old_keys


def forget_old_idempotency_keys(*, now: datetime) -> int:
    """0: there is never more to do at once."""
    forget_old_keys(now=now)
    return 0
