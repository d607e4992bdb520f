"""Forget what gateways' servers told us, once nobody will ask about it any more."""

from datetime import datetime

from app.payments.notifications import forget_old_notifications

AT_ONCE = 1000


def forget_notifications(*, now: datetime) -> int:
    """How many were forgotten; there may be more."""
    return forget_old_notifications(now=now, limit=AT_ONCE)
