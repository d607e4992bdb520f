"""Time as the product keeps it: aware UTC datetimes inside, RFC 3339 with `Z` on the wire."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """Whole seconds are too coarse for queues; microseconds are what both databases keep."""
    return datetime.now(UTC)


def to_wire(moment: datetime) -> str:
    """2024-01-01T12:00:00Z; fractions of a second are dropped."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_wire_if_any(moment: datetime | None) -> str | None:
    return to_wire(moment) if moment else None
