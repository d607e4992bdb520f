"""Many refunds at once, and many workers on them."""

import time
from collections.abc import Callable

import pytest
from flask import Flask

from app import clock
from app.database import db
from app.jobs.process_refunds import process_due_refunds
from app.payments.models import CheckoutSession
from app.payments.queries import given_back
from tests.payments.test_races import all_at_once
from tests.support.buyer import events_of, session_now
from tests.support.refunds import ask, ask_for, cancels_at_gateway, left_at_gateway, paid_session, refund_now
from tests.support.sandbox import Sandbox
from tests.support.world import World

CROWD = 50


def asking(session: CheckoutSession, amount: int | None, **order: object) -> Callable[[], object]:
    session_id = session.id  # here: were it to be loaded again, then by this thread and not by fifty at once
    return lambda: ask_for(session_id, amount, **order)


def promised(session: CheckoutSession) -> int:
    db.session.rollback()
    sums = given_back(session.id)
    return sums.refunded + sums.processing


def test_of_two_refunds_of_most_of_it_one_fits(app: Flask, world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)

    outcomes = all_at_once(app, [asking(session, 17_400)] * 2)

    assert outcomes == {"ok": 1, "refund_exceeds_balance": 1}
    assert promised(session) == 17_400


@pytest.mark.parametrize(
    ("amount", "order", "outcomes"),
    [
        (1_000, {}, {"ok": 29, "refund_exceeds_balance": 21}),
        (None, {}, {"ok": 1, "nothing_to_refund": 49}),
        (1_000, {"expected_refundable": 29_000}, {"ok": 1, "refund_balance_changed": 49}),
    ],
    ids=["parts", "all", "expected"],
)
def test_of_a_crowd_of_refunds_exactly_those_fit_that_may(
    app: Flask,
    world: World,
    sandbox: Sandbox,
    amount: int | None,
    order: dict[str, int],
    outcomes: dict[str, int],
) -> None:
    session = paid_session(world, sandbox)

    found = all_at_once(app, [asking(session, amount, **order)] * CROWD)

    assert found == outcomes
    assert promised(session) == found["ok"] * (amount or 29_000)


def test_many_workers_on_many_refunds_do_each_once(app: Flask, world: World, sandbox: Sandbox) -> None:
    sessions = [paid_session(world, sandbox) for _ in range(3)]
    refunds = [ask(session, 5_000, notify_customer=True) for session in sessions for _ in range(4)]
    sandbox.arm("cancel", "answer_lost", times=3)

    def work() -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            process_due_refunds(now=clock.now(), limit=2)
            if all(refund_now(refund).state == "succeeded" for refund in refunds):
                return
            time.sleep(0.05)

    all_at_once(app, [work] * 4)

    assert {refund_now(refund).state for refund in refunds} == {"succeeded"}
    for session in sessions:
        assert left_at_gateway(sandbox, session) == 9_000
        assert cancels_at_gateway(sandbox, session) == 4
        assert session_now(session).refunded_amount == 20_000
        assert events_of(session) == ["payment.completed", *["payment.refunded"] * 4]
