"""When a delivery that failed is tried again."""

from datetime import datetime, timedelta
from random import Random

DELAYS = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, 86400)
)  # fmt: skip
LONGEST_WAIT = timedelta(hours=24)


def next_try(*, tries: int, retry_after_s: int | None, now: datetime, random: Random) -> datetime | None:
    """When to send again after `tries` failures; None when the schedule is at its end.

    A receiver may ask for more patience than the schedule has (Retry-After), up to a day. Up to a tenth is
    added so that deliveries that failed together do not come back together.
    """
    if tries > len(DELAYS):
        return None
    delay = DELAYS[tries - 1] * (1 + random.random() / 10)
    asked = timedelta(seconds=min(retry_after_s or 0, LONGEST_WAIT.total_seconds()))
    return now + max(delay, asked)
