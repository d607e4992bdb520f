"""Nobody who reads events by their position ever misses one, whatever order transactions commit in."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.database import db, transaction
from app.payments.models import CheckoutSession
from app.payments.queries import locked_session
from app.payments.sessions import cancel_session
from app.payments.states import SessionState, move
from app.webhooks.feed import bring_up_to_date, number_new_events
from app.webhooks.models import Event, EventFeed
from tests.payments.test_races import all_at_once
from tests.support.webhooks import event_of, owe
from tests.support.world import NOW, World, make_session

SECOND = timedelta(seconds=1)


def positions() -> dict[str, int | None]:
    """By event."""
    db.session.rollback()
    return {row.id: row.position for row in db.session.execute(select(Event.id, Event.position))}


def read_after(position: int) -> list[tuple[int, str]]:
    """(position, event) of everything that a reader is shown."""
    bring_up_to_date()
    found = select(Event.position, Event.id).where(Event.position > position).order_by(Event.position)
    return [(place or 0, event) for place, event in db.session.execute(found)]


@contextmanager
def cancelling(app: Flask, session: CheckoutSession, *, now: datetime) -> Iterator[None]:
    """A transaction that has recorded its event, and is committed at the end of the block."""
    recorded, may_commit = threading.Event(), threading.Event()

    def work() -> None:
        with app.app_context():
            with transaction():
                move(locked_session(session.id), SessionState.CANCELLED, now=now)
                db.session.flush()
                recorded.set()
                may_commit.wait(20)
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert recorded.wait(20)
        yield
    finally:
        may_commit.set()
        thread.join(20)


def test_an_event_that_commits_later_is_read_later(app: Flask, world: World) -> None:
    """It was begun, and is dated, before one that is read already."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, so there nothing commits out of order")
    early, late = make_session(world), make_session(world)

    with cancelling(app, early, now=NOW):
        cancel_session(session_id=late.id, now=NOW + SECOND)
        [(place, first)] = read_after(0)
    [(_place, second)] = read_after(place)

    assert (first, second) == (event_of(late).id, event_of(early).id)
    assert event_of(early).created_at < event_of(late).created_at


def test_a_reader_that_follows_many_writers_misses_nothing(app: Flask, world: World) -> None:
    names = [make_session(world).id for _ in range(40)]
    seen: list[str] = []
    unfinished = [names[start::4] for start in range(4)]

    def write(some: list[str]) -> Callable[[], object]:
        def work() -> None:
            try:
                for name in some:
                    cancel_session(session_id=name, now=NOW)
            finally:
                unfinished.remove(some)

        return work

    def follow() -> None:
        place, is_last = 0, False
        while not is_last:
            is_last = not unfinished  # all is committed, so one more look has to show the rest
            for position, event in read_after(place):
                place = position
                seen.append(event)

    outcomes = all_at_once(app, [*(write(some) for some in list(unfinished)), follow])

    assert outcomes == {"ok": 5}
    assert sorted(seen) == sorted(positions())
    assert len(seen) == len(names)


def test_many_that_number_at_once_give_each_event_one_place(app: Flask, world: World) -> None:
    for _ in range(20):
        owe(world, now=NOW)

    all_at_once(app, [lambda: number_new_events(limit=3)] * 8)
    bring_up_to_date()

    places = [place for place in positions().values() if place is not None]
    assert sorted(places) == list(range(1, 21))


def test_places_are_never_given_twice_although_all_events_were_forgotten(world: World) -> None:
    owe(world, now=NOW)
    bring_up_to_date()
    with transaction():
        db.session.connection().execute(update(Event).values(position=None))

    [(place, _event)] = read_after(0)

    assert place == 2


def test_a_lost_row_of_the_feed_is_made_anew(world: World) -> None:
    with transaction():
        db.session.connection().execute(delete(EventFeed))
    event = event_of(owe(world, now=NOW))

    bring_up_to_date()

    assert positions() == {event.id: 1}


def test_the_events_of_a_session_keep_their_sequence_whatever_the_clocks_say(world: World) -> None:
    session = make_session(world)
    with transaction():
        held = locked_session(session.id)
        for second, state in enumerate(("processing", "failed", "processing", "failed", "cancelled")):
            move(held, SessionState(state), now=NOW - second * SECOND)

    bring_up_to_date()

    db.session.rollback()
    found = select(Event.sequence, Event.name).order_by(Event.position)
    assert [sequence for sequence, _name in db.session.execute(found)] == [1, 2, 3]


def test_nothing_new_is_no_work(world: World) -> None:
    owe(world, now=NOW)

    assert [number_new_events(limit=10) for _ in range(2)] == [1, 0]
