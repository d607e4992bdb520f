"""When a delivery that failed is tried again."""

from datetime import datetime, timedelta
from random import Random

DELAYS = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, 86400)
)  # fmt: skip
LONGEST_WAIT = timedelta(hours=24)
MOST_TRIES = len(DELAYS) + 1
# Whoever asks for a redelivery is looking on. It is over within minutes, or it would hold up the session's next event
# for days once more.
TRIES_OF_A_REDELIVERY = 3


def next_try(
    *, tries: int, most_tries: int = MOST_TRIES, retry_after_s: int | None, now: datetime, random: Random
) -> datetime | None:
    """When to send again after `tries` failures; None when that were all that there may be.

    A receiver may ask for more patience than the schedule has (Retry-After), up to a day. Up to a tenth is
    added so that deliveries that failed together do not come back together.
    """
    if tries >= min(most_tries, MOST_TRIES):
        return None
    delay = DELAYS[tries - 1] * (1 + random.random() / 10)
    asked = timedelta(seconds=min(retry_after_s or 0, LONGEST_WAIT.total_seconds()))
    return now + max(delay, asked)
