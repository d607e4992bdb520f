"""Answers that never came, at KG Inicis' simulator: the money goes back and the buyer may try again, however much is
lost on the way."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.database import db
from app.gateways.orders import Device
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments.models import CheckoutSession
from app.payments.reconcile import UNDER_WAY, settle_attempt
from tests.payments.test_refund_deaths import Death, doomed
from tests.support.buyer import attempt_now, begin, events_of, session_now
from tests.support.inicis import DEVICES, Inicis, come_back, only_inicis, pay
from tests.support.sandbox import Sandbox
from tests.support.world import World

devices = pytest.mark.parametrize("device", DEVICES)
impatient = pytest.mark.parametrize("gateway_timeout_s", ["1"])  # less than a slow answer takes
MOST_POINTS = 40


@pytest.fixture
def inicis(world: World, sandbox: Sandbox) -> Iterator[Inicis]:
    only_inicis(world)
    inicis = Inicis(sandbox)
    yield inicis
    inicis.sim(
        "switches",
        net_cancel_unapproved="refused",
        net_cancel_failure="coded",
        net_cancelled_inquiry="cancelled",
    )


def settle_until_known(attempt_id: str, *, within_s: int = 80) -> None:
    """What the worker does, by a clock of our own that runs ahead of the simulator's."""
    start = clock.now()
    for second in range(within_s + 1):
        now = start + timedelta(seconds=second)
        for due in claim_unsettled(now=now, limit=10):
            settle_attempt(due, now=now)
        if attempt_now(attempt_id).state not in ("confirming", "undoing", "cancelling"):
            return
    raise AssertionError(f"not settled within {within_s} s")


def look_once_more(attempt_id: str) -> None:
    """At the last time that anything may come after all, and until what came is given back."""
    for _ in range(3):
        at = attempt_now(attempt_id).check_at
        if at is not None:
            settle_attempt(attempt_id, now=at)


def check_that_it_may_be_paid_again(
    session: CheckoutSession, attempt_id: str, inicis: Inicis, device: Device = Device.DESKTOP
) -> None:
    assert (session_now(session).state, attempt_now(attempt_id).state) == ("failed", "declined")
    assert inicis.taken(attempt_id) == 0
    again = begin(session_now(session), now=clock.now())
    come_back(inicis, again, device=device)
    assert session_now(session).state == "completed"
    assert inicis.taken(again) == 29_000
    assert events_of(session) == ["payment.failed", "payment.completed"]


@devices
@pytest.mark.parametrize(
    "choice",
    [
        {"fault": "answer_lost"},
        {"fault": "error_500_after"},
        {"fault": "garbled"},
        {"lie": "amount"},
        {"lie": "oid"},
        {"lie": "mid"},
        {"lie": "tid"},
        {"fault": "answer_lost", "cancel_fault": "answer_lost"},
        {"fault": "answer_lost", "cancel_fault": "request_lost"},
        {"fault": "answer_lost", "cancel_fault": "system_error_before"},
        {"fault": "answer_lost", "cancel_fault": "error_500_after"},
        {"fault": "answer_lost", "cancel_fault": "garbled"},
    ],
    ids=lambda choice: "-".join(choice.values()),
)
def test_money_behind_a_lost_answer_goes_back(
    world: World, inicis: Inicis, device: Device, choice: dict[str, str]
) -> None:
    session, attempt_id = pay(world, inicis, device=device, **choice)
    assert session_now(session).state == "processing"

    settle_until_known(attempt_id)

    check_that_it_may_be_paid_again(session, attempt_id, inicis, device)


@devices
@pytest.mark.parametrize("fault", ["request_lost", "error_500_before"])
@pytest.mark.parametrize("unapproved", ["refused", "accepted"])
def test_a_confirm_that_took_nothing_is_declined_once_it_can_be_on_its_way_no_more(
    world: World, inicis: Inicis, device: Device, fault: str, unapproved: str
) -> None:
    inicis.sim("switches", net_cancel_unapproved=unapproved)
    session, attempt_id = pay(world, inicis, device=device, fault=fault)

    settle_until_known(attempt_id)
    declined = attempt_now(attempt_id)
    assert declined.confirmed_at is not None
    assert declined.ended_at is not None
    assert declined.ended_at - declined.confirmed_at >= UNDER_WAY
    look_once_more(attempt_id)

    check_that_it_may_be_paid_again(session, attempt_id, inicis, device)


def test_an_answer_that_says_no_although_it_took_the_money_is_not_believed(
    world: World, inicis: Inicis
) -> None:
    session, attempt_id = pay(world, inicis, fault="system_error_after")

    assert session_now(session).state == "completed"
    assert inicis.taken(attempt_id) == 29_000


@devices
@pytest.mark.parametrize("fault", ["wrong_charset", "system_error_before"])
def test_an_answer_that_can_be_read_needs_no_undo(
    world: World, inicis: Inicis, device: Device, fault: str
) -> None:
    session, attempt_id = pay(world, inicis, device=device, fault=fault)

    took = fault == "wrong_charset"
    assert session_now(session).state == ("completed" if took else "failed")
    assert inicis.taken(attempt_id) == (29_000 if took else 0)


@pytest.mark.parametrize(
    "switches",
    [{"net_cancel_failure": "empty"}, {"net_cancel_failure": "html"}, {"net_cancelled_inquiry": "not_found"}],
    ids=lambda switches: "-".join(switches.values()),
)
def test_a_repeated_undo_does_no_harm_whatever_it_is_answered(
    world: World, inicis: Inicis, switches: dict[str, str]
) -> None:
    """The net-cancel's own answer is lost, so that it is asked for a second time."""
    inicis.sim("switches", **switches)
    session, attempt_id = pay(world, inicis, fault="answer_lost", cancel_fault="answer_lost")

    settle_until_known(attempt_id)

    check_that_it_may_be_paid_again(session, attempt_id, inicis)


@devices
def test_an_account_whose_issue_was_not_answered_is_closed(
    world: World, inicis: Inicis, device: Device
) -> None:
    session, attempt_id = pay(world, inicis, device=device, method="virtual_account", fault="answer_lost")

    settle_until_known(attempt_id)

    assert (session_now(session).state, attempt_now(attempt_id).state) == ("failed", "declined")
    assert inicis.payments(attempt_id)[0]["status"] == "CLOSED"


@pytest.mark.parametrize("target", ["net_cancel", "inquiry"])
def test_while_nobody_answers_nothing_is_claimed(world: World, inicis: Inicis, target: str) -> None:
    session, attempt_id = pay(world, inicis, fault="answer_lost")
    for one in {"net_cancel", "inquiry", target}:
        inicis.sim("faults", target=one, fault="error_500_before", times=2)

    settle_attempt(attempt_id, now=clock.now())
    between = (session_now(session).state, attempt_now(attempt_id).state)
    settle_until_known(attempt_id)

    assert between == ("processing", "undoing")
    check_that_it_may_be_paid_again(session, attempt_id, inicis)


def test_a_net_cancel_that_is_out_of_order_is_replaced_by_a_cancel(world: World, inicis: Inicis) -> None:
    session, attempt_id = pay(world, inicis, fault="answer_lost")
    inicis.sim("faults", target="net_cancel", fault="error_500_before", times=9)

    settle_until_known(attempt_id)
    inicis.sim("faults", target="net_cancel", fault="error_500_before", times=0)

    check_that_it_may_be_paid_again(session, attempt_id, inicis)


@impatient
def test_an_approval_that_comes_after_the_undo_has_begun_never_completes(
    world: World, inicis: Inicis
) -> None:
    """Our confirm hangs at the gateway; we give up, and undo what is not there yet; then it is carried out."""
    session, attempt_id = pay(world, inicis, fault="slow", delay_s="2")
    early = clock.now()
    settle_attempt(attempt_id, now=early)
    between = (session_now(session).state, attempt_now(attempt_id).state, inicis.taken(attempt_id))
    wait_until_taken(inicis, attempt_id)

    settle_until_known(attempt_id)

    assert between == ("processing", "undoing", 0)
    check_that_it_may_be_paid_again(session, attempt_id, inicis)


@impatient
def test_an_approval_that_comes_when_all_was_given_up_goes_back_too(world: World, inicis: Inicis) -> None:
    session, attempt_id = pay(world, inicis, fault="slow", delay_s="2")
    settle_attempt(attempt_id, now=clock.now() + UNDER_WAY)  # by a clock that is far ahead
    declined = attempt_now(attempt_id).state
    wait_until_taken(inicis, attempt_id)

    look_once_more(attempt_id)

    assert declined == "declined"
    assert (session_now(session).state, attempt_now(attempt_id).state) == ("failed", "cancelled")
    assert inicis.taken(attempt_id) == 0


def wait_until_taken(inicis: Inicis, attempt_id: str) -> None:
    end = time.monotonic() + 20
    while not inicis.taken(attempt_id):
        assert time.monotonic() < end, "the slow confirm was never carried out"
        time.sleep(0.05)


def test_a_process_that_dies_at_any_point_of_an_undo_loses_nothing(
    app: Flask, world: World, inicis: Inicis
) -> None:
    for die_at in range(1, MOST_POINTS):
        session, attempt_id = pay(world, inicis, fault="answer_lost")
        lived, points = lives_through(attempt_id, die_at)
        settle_until_known(attempt_id)
        assert (session_now(session).state, attempt_now(attempt_id).state) == ("failed", "declined"), points
        assert inicis.taken(attempt_id) == 0, points
        assert events_of(session) == ["payment.failed"], points
        if lived:
            break

    assert lived
    assert "before gateway call" in points


def lives_through(attempt_id: str, die_at: int) -> tuple[bool, list[str]]:
    """What the worker does, until it dies; its lease runs out afterwards."""
    with doomed(die_at) as fate:
        try:
            settle_attempt(attempt_id, now=clock.now())
        except Death:
            db.session.rollback()
            return False, fate.points
    return True, fate.points


def test_two_workers_undo_the_same_attempt_once(app: Flask, world: World, inicis: Inicis) -> None:
    session, attempt_id = pay(world, inicis, fault="answer_lost")
    now: datetime = clock.now()
    db.session.rollback()

    def settle() -> None:
        with app.app_context():
            settle_attempt(attempt_id, now=now)
            db.session.remove()

    workers = [threading.Thread(target=settle) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    settle_until_known(attempt_id)

    check_that_it_may_be_paid_again(session, attempt_id, inicis)
