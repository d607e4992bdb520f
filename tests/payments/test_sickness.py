"""When a gateway is sick: counts go in, a verdict comes out."""

from datetime import datetime, timedelta

import pytest

from app.payments.sickness import (
    BUCKET,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    WINDOW,
    Counts,
    bucket_of,
    next_pause,
    severity_of,
    severity_of_all,
)
from tests.support.world import NOW

Told = tuple[int, int]


def buckets(*newest_first: Told) -> dict[datetime, Counts]:
    """(good, bad) of the bucket that runs, of the one before it, and so on."""
    return {
        bucket_of(NOW) - number * BUCKET: Counts(good + bad, bad)
        for number, (good, bad) in enumerate(newest_first)
    }


@pytest.mark.parametrize(
    "newest_first",
    [
        [(0, 4)],
        [(1, 4)],
        [(0, 4), (500, 0)],
        [(0, 1), (0, 1), (0, 1), (0, 1), (9, 0)],
        [(5, 5)],
        [(3, 2), (2, 3)],
        [(0, 1), (0, 0), (0, 3)],
    ],
)
def test_it_is_sick_when_nearly_nothing_is_answered_or_half_of_many(newest_first: list[Told]) -> None:
    severity = severity_of(buckets(*newest_first), now=NOW)

    assert severity is not None
    assert 0.5 <= severity <= 1


@pytest.mark.parametrize(
    "newest_first",
    [
        [],
        [(0, 0)],
        [(0, 3)],
        [(1, 3)],
        [(20, 5)],
        [(6, 4)],
        [(0, 2), (90, 1)],
        [(0, 0)] * 13 + [(0, 50)],
    ],
)
def test_it_is_well_when_too_little_is_known_or_most_is_answered(newest_first: list[Told]) -> None:
    assert severity_of(buckets(*newest_first), now=NOW) is None


def test_what_is_older_than_the_window_counts_no_more() -> None:
    dead = buckets((0, 50))

    assert severity_of(dead, now=NOW + WINDOW) is not None
    assert severity_of(dead, now=NOW + WINDOW + BUCKET) is None


def test_a_gateway_is_sick_as_a_whole_when_several_methods_fail_and_none_works() -> None:
    failing = buckets((0, 3))

    assert severity_of_all({"card": failing, "payco": failing}, now=NOW) == 1
    assert severity_of_all({"card": buckets((0, 50))}, now=NOW) is None
    assert severity_of_all({"card": failing, "payco": failing, "kakao_pay": buckets((4, 0))}, now=NOW) is None
    assert severity_of_all({"card": failing, "payco": buckets((0, 2))}, now=NOW) is None


def test_pauses_between_probes_grow_up_to_a_limit() -> None:
    pauses = [FIRST_PAUSE]
    while pauses[-1] != next_pause(pauses[-1]):
        pauses.append(next_pause(pauses[-1]))

    assert pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(set(pauses))


@pytest.mark.parametrize("seconds", [0, 3, 9.999])
def test_a_bucket_begins_at_whole_tens_of_seconds(seconds: float) -> None:
    assert bucket_of(NOW + timedelta(seconds=seconds)) == NOW
    assert bucket_of(NOW + timedelta(seconds=10)) == NOW + BUCKET
