"""When a gateway is sick, and how it is tried until it is well. Pure arithmetic; every threshold stands here.

Answers are counted for each gateway, way to pay and phase, in buckets. A buyer who is declined is a healthy answer;
that no answer came, or came late, is not. It takes few outcomes to see that a gateway is dead, more to see that it
limps, and several successes in a row to trust it again, so it does not swing to and fro.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

BUCKET = timedelta(seconds=10)
ALL_METHODS = "*"

# An answer that comes later is as bad as none: most buyers do not wait so long.
SLOW = timedelta(seconds=10)

# What happened before counts no more.
WINDOW = timedelta(minutes=2)
# Dead: of the newest outcomes, so many at least, nearly none was an answer.
DEAD_SAMPLE, DEAD_SHARE = 4, 0.8
# Limping: half of what was asked in the whole window was not answered.
LIMPING_SAMPLE, LIMPING_SHARE = 10, 0.5
# All ways to pay at once are called sick only when several of them fail, and nearly nothing is answered by any.
ALL_SAMPLE, ALL_SHARE, ALL_FAILING = 6, 0.9, 2

# One payment at a time tries a sick gateway. The pauses grow while it stays sick.
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=2)
# So many successes in a row, of payments that began after it fell sick, and it is well.
SUCCESSES_NEEDED = 3


class Phase(StrEnum):
    """launch: asked before the buyer is sent there. confirm: asked for the money."""

    LAUNCH = "launch"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Counts:
    """Outcomes of some time. bad: without an answer, or with a late one."""

    total: int = 0
    bad: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.total + other.total, self.bad + other.bad)

    @property
    def share(self) -> float:
        return self.bad / self.total if self.total else 0.0


Buckets = Mapping[datetime, Counts]


def bucket_of(moment: datetime) -> datetime:
    """When the bucket began that this moment falls into."""
    length = int(BUCKET.total_seconds())
    second = int(moment.timestamp())
    return datetime.fromtimestamp(second - second % length, UTC)


def severity_of(buckets: Buckets, *, now: datetime) -> float | None:
    """Share of bad outcomes of one way to pay, where that makes it sick; None while it is well.

    buckets: by their beginning; older ones than the window may be among them.
    """
    recent = _recent(buckets, now)
    newest = _newest(recent, DEAD_SAMPLE)
    if newest.total >= DEAD_SAMPLE and newest.share >= DEAD_SHARE:
        return newest.share
    whole = sum(recent.values(), Counts())
    if whole.total >= LIMPING_SAMPLE and whole.share >= LIMPING_SHARE:
        return whole.share
    return None


def severity_of_all(methods: Mapping[str, Buckets], *, now: datetime) -> float | None:
    """The same of a gateway as a whole, by what each way to pay has seen."""
    together: dict[datetime, Counts] = {}
    for buckets in methods.values():
        for begun, counts in _recent(buckets, now).items():
            together[begun] = together.get(begun, Counts()) + counts
    newest = _newest(together, ALL_SAMPLE)
    failing = [name for name, buckets in methods.items() if _newest(_recent(buckets, now), 1).bad]
    is_dead = newest.total >= ALL_SAMPLE and newest.share >= ALL_SHARE
    return newest.share if is_dead and len(failing) >= ALL_FAILING else None


def next_pause(pause: timedelta) -> timedelta:
    """After a try that failed."""
    return min(pause * 2, LONGEST_PAUSE)


def _recent(buckets: Buckets, now: datetime) -> Buckets:
    return {begun: counts for begun, counts in buckets.items() if begun + BUCKET > now - WINDOW}


def _newest(buckets: Buckets, sample: int) -> Counts:
    """The newest whole buckets that hold so many outcomes together, or all where they do not."""
    taken = Counts()
    for begun in sorted(buckets, reverse=True):
        if taken.total >= sample:
            break
        taken += buckets[begun]
    return taken
