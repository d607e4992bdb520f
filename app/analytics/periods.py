"""A stretch of time as a shop sees it: its days begin at midnight where the shop is."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_BUCKETS = 1000


class Interval(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class TooManyBuckets(ValueError):
    """The period has more than MOST_BUCKETS of these intervals."""


@dataclass(frozen=True)
class Period:
    """From start up to, but not at, end. Both are aware UTC moments; zone is the shop's."""

    start: datetime
    end: datetime
    zone: ZoneInfo


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def bucket_starts(period: Period, interval: Interval) -> list[datetime]:
    """When each interval of the period begins, in UTC; the first may begin before the period does.

    Weeks begin on Monday. Raises TooManyBuckets.
    """
    starts: list[datetime] = []
    for moment in _boundaries(period, interval):
        if moment >= period.end:
            return starts
        if len(starts) == MOST_BUCKETS:
            raise TooManyBuckets
        starts.append(moment)
    return starts


def bucket_of(moment: datetime, starts: Sequence[datetime]) -> int:
    """The index of the interval that a moment of the period lies in."""
    return bisect_right(starts, moment) - 1


def _boundaries(period: Period, interval: Interval) -> Iterator[datetime]:
    local = period.start.astimezone(period.zone)
    if interval == Interval.HOUR:
        moment = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        while True:
            yield moment
            moment += timedelta(hours=1)
    day = _first_day(local.date(), interval)
    while True:
        yield midnight(day, period.zone)
        day = _next_day(day, interval)


def _first_day(day: date, interval: Interval) -> date:
    if interval == Interval.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == Interval.MONTH else day


def _next_day(day: date, interval: Interval) -> date:
    if interval == Interval.MONTH:
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if interval == Interval.WEEK else 1)
