from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.periods import Interval, Period, TooManyBuckets, bucket_of, bucket_starts

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = [SEOUL, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def local_starts(period: Period, interval: Interval) -> list[str]:
    return [
        start.astimezone(period.zone).strftime("%m-%d %H:%M") for start in bucket_starts(period, interval)
    ]


def test_a_day_begins_at_midnight_where_the_shop_is() -> None:
    period = Period(moment("2026-03-01T00:00+09:00"), moment("2026-03-03T00:00+09:00"), SEOUL)

    assert bucket_starts(period, Interval.DAY) == [moment("2026-02-28T15:00Z"), moment("2026-03-01T15:00Z")]


def test_a_day_without_its_hour_and_one_with_an_hour_twice() -> None:
    spring = Period(moment("2026-03-08T00:00-05:00"), moment("2026-03-09T00:00-04:00"), NEW_YORK)
    autumn = Period(moment("2026-11-01T00:00-04:00"), moment("2026-11-02T00:00-05:00"), NEW_YORK)

    assert len(bucket_starts(spring, Interval.DAY)) == len(bucket_starts(autumn, Interval.DAY)) == 1
    assert len(bucket_starts(spring, Interval.HOUR)) == 23
    assert len(bucket_starts(autumn, Interval.HOUR)) == 25


def test_weeks_begin_on_monday_and_months_on_their_first() -> None:
    period = Period(moment("2026-01-30T12:00+09:00"), moment("2026-03-02T00:00+09:00"), SEOUL)

    assert local_starts(period, Interval.WEEK)[:2] == ["01-26 00:00", "02-02 00:00"]
    assert local_starts(period, Interval.MONTH) == ["01-01 00:00", "02-01 00:00", "03-01 00:00"]


def test_too_many_intervals_are_refused() -> None:
    period = Period(moment("2026-01-01T00:00Z"), moment("2026-06-01T00:00Z"), SEOUL)

    with pytest.raises(TooManyBuckets):
        bucket_starts(period, Interval.HOUR)


@given(
    start=st.integers(0, 99 * 365 * 24 * 60),
    hours=st.floats(0.1, 900),
    zone=st.sampled_from(ZONES),
    interval=st.sampled_from(Interval),
    share=st.floats(0, 0.999),
)
def test_each_moment_of_a_period_lies_in_one_interval(
    start: int, hours: float, zone: ZoneInfo, interval: Interval, share: float
) -> None:
    begin = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    period = Period(begin, begin + timedelta(hours=hours), zone)
    inside = begin + (period.end - begin) * share

    starts = bucket_starts(period, interval)

    assert all(earlier < later for earlier, later in pairwise(starts))
    assert starts[0] <= begin
    index = bucket_of(inside, starts)
    assert starts[index] <= inside
    assert index == len(starts) - 1 or inside < starts[index + 1]
