from collections import Counter

from app.chaos.plan import BACKS, CANCEL_FAULTS, DEPOSITS, FAULTS, FORGERIES, LIES, NOTICE_FAULTS, draw


def test_the_same_seed_draws_the_same_plans() -> None:
    assert [draw(7, number) for number in range(50)] == [draw(7, number) for number in range(50)]


def test_another_seed_or_number_draws_another_plan() -> None:
    assert draw(7, 1) != draw(8, 1)
    assert draw(7, 1) != draw(7, 2)


def test_everything_that_can_happen_happens() -> None:
    plans = [draw(1, number) for number in range(2000)]

    outcomes = Counter(one.outcome.partition(":")[0] for plan in plans for one in plan.tries)
    assert set(outcomes) == {"approve", "decline", "abort", "reject_in_window", "close", "leave"}
    accounts = [one for plan in plans for one in plan.tries if one.method == "virtual_account"]
    assert {one.deposit for one in accounts} == set(DEPOSITS)
    assert {plan.ending for plan in plans} == {"none", "cancel", "expire"}
    assert {len(plan.refunds) for plan in plans} == {0, 1, 2}


def test_every_lie_of_the_simulators_is_told() -> None:
    plans = [draw(1, number) for number in range(2000)]

    tries = [one for plan in plans for one in plan.tries]

    assert {one.fault for one in tries} == {"none", *FAULTS}
    assert {one.back for one in tries} == {"normal", *BACKS}
    assert {one.lie for one in tries} == {"none", *LIES}
    assert {one.cancel_fault for one in tries} == {"none", *CANCEL_FAULTS}
    assert {one.notice for one in tries} == {"none", *NOTICE_FAULTS}
    assert {one.forged for one in tries} == {"none", *FORGERIES}
    assert {plan.refund_fault for plan in plans} == {"none", *CANCEL_FAULTS}


def test_amounts_are_whole_won_and_refunds_more_than_nothing() -> None:
    for plan in (draw(3, number) for number in range(500)):
        assert type(plan.amount) is int
        assert plan.amount > 0
        assert all(0 < amount <= plan.amount for amount in plan.refunds)
