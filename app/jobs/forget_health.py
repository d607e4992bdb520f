"""Forget how gateways answered, once routing no longer looks at it."""

from datetime import datetime

from app.payments.health import forget_old_health


def forget_health(*, now: datetime) -> int:
    """How many buckets were forgotten."""
    return forget_old_health(now=now)
