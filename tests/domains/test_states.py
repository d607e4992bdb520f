"""What follows from a check: the first day, the daily look, three days of patience."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from app.domains.states import (
    DAILY,
    FIRST_TIME,
    PATIENCE,
    WARN_AFTER,
    WHILE_FAILING,
    Diagnosis,
    Mailed,
    Standing,
    after_check,
    retried,
    taken_over,
)
from tests.support.world import NOW

NEW = Standing("pending", "pending", False, claimed_at=NOW, check_at=NOW)
IN_USE = Standing("verified", "configured", True, claimed_at=NOW, verified_at=NOW, check_at=NOW)
GOOD = Diagnosis(True, True, secure=True)
NOTHING = Diagnosis(False, False)
ONLY_OWNED = Diagnosis(True, False)
NOT_SECURE = Diagnosis(True, True, secure=False)
UNTRIED = Diagnosis(True, True)
BLIND = Diagnosis(False, False, blind=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def statuses(standing: Standing) -> tuple[str, str]:
    return standing.verification, standing.configuration


def checked_until_rest(standing: Standing, seen: Diagnosis) -> list[Standing]:
    """Every standing, checked each time when it is due, until it is not looked at any more."""
    row = [standing]
    while row[-1].check_at and len(row) < 500:
        row.append(after_check(row[-1], seen, now=row[-1].check_at))
    return row


def test_a_domain_that_is_right_is_in_use_at_once() -> None:
    after = after_check(NEW, GOOD, now=NOW)

    assert after.in_use
    assert (after.verified_at, after.check_at, after.mail) == (NOW, NOW + DAILY, Mailed.READY)


def test_a_domain_without_a_certificate_is_not_in_use() -> None:
    tried, untried = after_check(NEW, NOT_SECURE, now=NOW), after_check(NEW, UNTRIED, now=NOW)
    trying = after_check(NEW, replace(UNTRIED, trying=True), now=NOW)

    assert statuses(tried) == statuses(untried) == statuses(trying) == ("verified", "pending")
    assert tried.points_here
    assert tried.check_at == NOW + MINUTE
    assert untried.check_at == NOW
    assert trying.check_at == NOW + 2 * MINUTE


def test_a_new_domain_is_looked_at_ever_less_for_a_day() -> None:
    row = checked_until_rest(NEW, NOTHING)

    times = [one.check_at for one in row if one.check_at]
    pauses = [after - before for before, after in pairwise(times)]
    assert pauses[:-1] == sorted(pauses[:-1])
    assert (pauses[0], max(pauses)) == (MINUTE, HOUR)
    assert times[-1] == NOW + FIRST_TIME
    assert statuses(row[-1]) == ("failed", "failed")
    assert [one.mail for one in row if one.mail] == [Mailed.FAILED]
    assert len(row) < 50


def test_a_domain_that_is_owned_but_points_elsewhere_fails_for_that_alone() -> None:
    last = checked_until_rest(NEW, ONLY_OWNED)[-1]

    assert statuses(last) == ("verified", "failed")
    assert not last.points_here


def test_a_record_that_goes_away_before_all_is_set_up_verifies_no_longer() -> None:
    owned = after_check(NEW, ONLY_OWNED, now=NOW)

    after = after_check(owned, NOTHING, now=NOW + MINUTE)

    assert statuses(owned) == ("verified", "pending")
    assert statuses(after) == ("pending", "pending")
    assert after.verified_at is None


def test_a_domain_in_use_is_looked_at_every_day() -> None:
    after = after_check(IN_USE, GOOD, now=NOW)

    assert (after.in_use, after.check_at, after.mail) == (True, NOW + DAILY, None)


def test_a_domain_in_use_is_given_three_days() -> None:
    row = checked_until_rest(IN_USE, NOTHING)

    failed_at = row[-2].check_at
    assert failed_at == NOW + PATIENCE
    assert all(one.in_use for one in row[:-1])
    assert statuses(row[-1]) == ("failed", "failed")
    told = [(one.mail, one.warned_at) for one in row if one.mail]
    assert told == [(Mailed.WARNING, NOW + WARN_AFTER), (Mailed.FAILED, NOW + WARN_AFTER)]


def test_only_what_is_gone_fails() -> None:
    assert statuses(checked_until_rest(IN_USE, ONLY_OWNED)[-1]) == ("verified", "failed")
    assert statuses(checked_until_rest(IN_USE, NOT_SECURE)[-1]) == ("verified", "failed")


def test_one_good_day_forgives_all() -> None:
    bad = after_check(IN_USE, NOTHING, now=NOW)

    good = after_check(bad, GOOD, now=NOW + 2 * DAILY)
    again = after_check(good, NOTHING, now=NOW + 3 * DAILY)

    assert (bad.failing_since, bad.check_at) == (NOW, NOW + WHILE_FAILING)
    assert (good.failing_since, good.warned_at) == (None, None)
    assert again.in_use
    assert again.failing_since == NOW + 3 * DAILY


def test_a_look_without_a_handshake_forgives_nothing() -> None:
    bad = after_check(IN_USE, NOT_SECURE, now=NOW)

    looked = after_check(bad, UNTRIED, now=NOW + HOUR)

    assert (looked.failing_since, looked.check_at) == (NOW, NOW + HOUR)


def test_when_we_cannot_see_nothing_is_held_against_a_domain() -> None:
    for standing in (NEW, IN_USE, replace(IN_USE, failing_since=NOW - PATIENCE)):
        after = after_check(standing, BLIND, now=NOW + 2 * FIRST_TIME)

        assert replace(after, check_at=standing.check_at) == standing
        assert after.check_at == NOW + 2 * FIRST_TIME + 5 * MINUTE


def test_a_domain_that_failed_can_be_tried_again() -> None:
    later = NOW + timedelta(days=9)
    failed = checked_until_rest(NEW, NOTHING)[-1]

    again = retried(failed, now=later)

    assert statuses(again) == ("pending", "pending")
    assert (again.claimed_at, again.check_at, again.tries) == (later, later, 0)
    assert statuses(checked_until_rest(again, NOTHING)[-1]) == ("failed", "failed")


def test_what_failed_in_use_keeps_its_proof() -> None:
    failed = checked_until_rest(IN_USE, ONLY_OWNED)[-1]

    assert statuses(retried(failed, now=NOW)) == ("verified", "pending")


def test_a_try_while_it_runs_is_only_a_look() -> None:
    later = NOW + HOUR

    assert retried(NEW, now=later) == replace(NEW, check_at=later)
    assert retried(IN_USE, now=later) == replace(IN_USE, check_at=later)


def test_a_name_that_changed_hands_is_given_up_for_good() -> None:
    after = taken_over(IN_USE)

    assert statuses(after) == ("failed", "failed")
    assert (after.points_here, after.check_at, after.mail) == (False, None, Mailed.TAKEN_OVER)
