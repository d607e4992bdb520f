from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.webhooks.schedule import DELAYS, LONGEST_WAIT, next_try

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def wait(tries: int, *, retry_after_s: int | None = None, seed: int = 1) -> timedelta:
    at = next_try(tries=tries, retry_after_s=retry_after_s, now=NOW, random=Random(seed))
    assert at is not None
    return at - NOW


def test_the_pauses_are_those_that_merchants_were_told() -> None:
    hours = [delay.total_seconds() / 3600 for delay in DELAYS[2:]]

    assert DELAYS[:2] == (timedelta(seconds=5), timedelta(minutes=5))
    assert hours == [0.5, 2, 5, 10, 14, 20, 24, 24]


@pytest.mark.parametrize("tries", range(1, len(DELAYS) + 1))
def test_each_failure_waits_its_pause_and_up_to_a_tenth_more(tries: int) -> None:
    waits = [wait(tries, seed=seed) for seed in range(50)]

    assert min(waits) >= DELAYS[tries - 1]
    assert max(waits) <= DELAYS[tries - 1] * 1.1
    assert len(set(waits)) > 40  # those that failed together do not come back together


def test_after_the_last_pause_it_is_given_up() -> None:
    assert next_try(tries=len(DELAYS) + 1, retry_after_s=60, now=NOW, random=Random(1)) is None


def test_a_receiver_may_ask_for_more_patience_and_not_for_less() -> None:
    assert wait(1, retry_after_s=3600) == timedelta(hours=1)
    assert wait(2, retry_after_s=1) >= timedelta(minutes=5)


def test_no_receiver_puts_us_off_for_more_than_a_day() -> None:
    assert wait(1, retry_after_s=99_999_999) == LONGEST_WAIT == timedelta(hours=24)


def test_we_try_for_longer_than_the_gateways_do() -> None:
    assert sum(DELAYS, timedelta()) > timedelta(days=3, hours=19)
