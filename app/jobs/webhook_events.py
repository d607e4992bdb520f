"""Give new events their place in the order that shops read them in, and forget old ones."""

from datetime import datetime

from app.webhooks.feed import number_new_events
from app.webhooks.pruning import forget_old_events

AT_ONCE = 500


def number_events() -> int:
    """How many got their place; there may be more."""
    return number_new_events(limit=AT_ONCE)


def forget_events(*, now: datetime) -> int:
    """How many were forgotten; there may be more."""
    return forget_old_events(now=now, limit=AT_ONCE)
