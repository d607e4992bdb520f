"""Sessions whose time is up, and those that must not end yet."""

from datetime import timedelta

from flask import Flask

from app.jobs.expire_sessions import PAUSE, expire_due_sessions
from app.payments.models import CheckoutSession
from tests.payments.test_races import all_at_once
from tests.support.buyer import begin, events_of, session_now
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session


def due_session(world: World) -> CheckoutSession:
    return make_session(world, expires_at=NOW + timedelta(minutes=5))


def test_time_is_up(world: World) -> None:
    session, later = due_session(world), make_session(world)

    looked_at = expire_due_sessions(now=NOW + timedelta(minutes=5), limit=10)

    assert looked_at == 1
    assert (session_now(session).state, session_now(later).state) == ("expired", "pending")
    assert events_of(session) == ["session.expired"]


def test_a_moment_before_it_is_not(world: World) -> None:
    session = due_session(world)

    assert expire_due_sessions(now=NOW + timedelta(minutes=5, microseconds=-1), limit=10) == 0
    assert session_now(session).state == "pending"


def test_many_workers_end_each_session_once(app: Flask, world: World) -> None:
    sessions = [due_session(world) for _ in range(8)]
    now = NOW + timedelta(hours=1)

    all_at_once(app, [lambda: [expire_due_sessions(now=now, limit=3) for _ in range(4)]] * 4)

    assert [events_of(session) for session in sessions] == [["session.expired"]] * 8


def test_a_gateway_in_trouble_is_asked_again_after_a_pause(world: World, sandbox: Sandbox) -> None:
    """Whether the buyer has paid there is not known."""
    session = due_session(world)
    begin(session)
    sandbox.arm("lookup", "outage")
    now = NOW + timedelta(hours=1)

    counts = [
        expire_due_sessions(now=at, limit=10) for at in (now, now + PAUSE - timedelta(seconds=1), now + PAUSE)
    ]

    sandbox.arm("lookup", "outage", times=0)
    assert counts == [1, 0, 1]
    assert session_now(session).state == "processing"
    assert events_of(session) == []


def test_the_gateway_is_asked_before_a_session_ends(world: World, sandbox: Sandbox) -> None:
    session = due_session(world)
    begin(session)

    expire_due_sessions(now=NOW + timedelta(hours=1), limit=10)

    assert session_now(session).state == "expired"
    assert events_of(session) == ["session.expired"]
