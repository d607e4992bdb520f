from datetime import UTC, datetime, timedelta, timezone

import pytest

from app import clock


def test_now_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)

    assert before <= clock.now() <= before + timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 1, 1, 12, tzinfo=UTC), "2024-01-01T12:00:00Z"),
        (datetime(2024, 1, 1, 12, 0, 0, 999_999, tzinfo=UTC), "2024-01-01T12:00:00Z"),
        (datetime(2024, 1, 1, 0, 30, tzinfo=clock.KST), "2023-12-31T15:30:00Z"),
        (datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=-5))), "2024-01-01T17:00:00Z"),
    ],
)
def test_times_on_the_wire_are_utc_to_the_second(moment: datetime, text: str) -> None:
    assert clock.to_wire(moment) == text


def test_korea_is_nine_hours_ahead_all_year() -> None:
    for month in (1, 7):
        assert datetime(2026, month, 1, tzinfo=clock.KST).utcoffset() == timedelta(hours=9)
