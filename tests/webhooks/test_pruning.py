"""What is forgotten after thirty days, and what never is while it is owed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.database import db
from app.jobs.webhook_events import forget_events
from app.payments.models import CheckoutSession
from app.webhooks.models import Delivery, DeliveryTry, Event
from app.webhooks.pruning import KEPT, forget_old_events
from app.webhooks.redelivery import redeliver_event
from tests.support.buyer import session_now
from tests.support.webhooks import answer_all, endpoints, event_of, owe
from tests.support.world import NOW, World, make_session

HOUR = timedelta(hours=1)


def rows() -> list[int]:
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(one)) or 0
        for one in (Event, Delivery, DeliveryTry)
    ]


def done(world: World) -> CheckoutSession:
    session = owe(world, now=NOW)
    answer_all(200, now=NOW)
    return session


def test_events_go_with_their_deliveries_and_tries_after_thirty_days(world: World) -> None:
    session = done(world)
    before = rows()

    too_soon = forget_old_events(now=NOW + KEPT - HOUR, limit=10)
    forgotten = forget_old_events(now=NOW + KEPT, limit=10)

    assert before == [1, 1, 1]
    assert (too_soon, forgotten, rows()) == (0, 1, [0, 0, 0])
    assert session_now(session).state == "cancelled"


def test_events_that_were_never_to_be_sent_go_too(world: World) -> None:
    owe(world, url=None, now=NOW)

    assert forget_events(now=NOW + KEPT) == 1


def test_what_waits_to_be_sent_is_kept_however_old_it_is(world: World) -> None:
    owe(world, now=NOW)

    assert forget_old_events(now=NOW + 10 * KEPT, limit=10) == 0
    assert rows() == [1, 1, 0]


def test_what_was_asked_for_again_is_kept(world: World) -> None:
    event = event_of(done(world))
    redeliver_event(event_id=event.id, now=NOW + KEPT)

    assert forget_old_events(now=NOW + 2 * KEPT, limit=10) == 0


def test_what_has_ended_just_now_is_kept_for_a_while(world: World) -> None:
    owe(world, now=NOW)
    answer_all(200, now=NOW + KEPT)

    assert forget_old_events(now=NOW + KEPT, limit=10) == 0
    assert forget_old_events(now=NOW + KEPT + 2 * HOUR, limit=10) == 1


@pytest.mark.parametrize(("limit", "left"), [(1, 2), (2, 1), (9, 0)])
def test_no_more_than_asked_for_at_once(world: World, limit: int, left: int) -> None:
    for _ in range(3):
        done(world)

    assert forget_old_events(now=NOW + KEPT, limit=limit) == 3 - left
    assert rows() == [left] * 3


def test_receivers_that_nothing_was_sent_to_are_forgotten_and_those_switched_off_are_not(
    world: World,
) -> None:
    owe(world, url="https://a.example/hook", now=NOW)
    answer_all(200, now=NOW)
    owe(world, url="https://b.example/hook", now=NOW)
    answer_all(410, now=NOW)
    owe(world, url="https://c.example/hook", now=NOW)
    answer_all(200, now=NOW)
    owe(world, url="https://c.example/hook", now=NOW + KEPT - HOUR)
    answer_all(200, now=NOW + KEPT - HOUR)

    forget_old_events(now=NOW + KEPT, limit=10)

    assert [endpoint.url[8] for endpoint in endpoints()] == ["b", "c"]


def test_the_next_event_of_an_old_session_is_told_as_ever(world: World) -> None:
    old = done(world)
    forget_old_events(now=NOW + KEPT, limit=10)

    make_session(world, now=NOW + KEPT)
    new = owe(world, now=NOW + KEPT)

    assert event_of(new).session_id != old.id
    assert answer_all(200, now=NOW + KEPT) == 1
