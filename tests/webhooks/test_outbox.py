"""An event is written with the change that it tells of, or not at all."""

import json

import pytest
from sqlalchemy import select

from app import clock
from app.database import db, transaction
from app.payments.queries import locked_session
from app.payments.sessions import cancel_session, expire_session
from app.payments.states import SessionState, move
from app.webhooks.models import Delivery, Event
from tests.support.buyer import events_of, session_now
from tests.support.world import NOW, World, make_session, make_world

HOOK = "https://shop.example/hook"


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def only_event() -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event)).one()


def test_the_body_tells_what_happened_as_it_was_then(world: World) -> None:
    session = make_session(world, webhook_url=HOOK)

    cancel_session(session_id=session.id, now=NOW)

    event = only_event()
    body = json.loads(event.body)
    assert set(body) == {"id", "event", "createdAt", "livemode", "data"}
    assert (body["id"], body["event"], body["livemode"]) == (event.id, "session.cancelled", False)
    assert body["createdAt"] == "2026-03-02T09:00:00Z"
    assert body["data"]["sessionId"] == session.id
    assert (body["data"]["status"], body["data"]["previousStatus"]) == ("cancelled", "pending")
    assert body["data"]["sequence"] == 1


def test_what_is_rolled_back_tells_nobody(world: World) -> None:
    session = make_session(world, webhook_url=HOOK)

    def fail_after_the_change() -> None:
        with transaction():
            move(locked_session(session.id), SessionState.CANCELLED, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_the_change()

    assert session_now(session).state == "pending"
    assert events_of(session) == []
    assert deliveries() == []


def test_a_sessions_own_address_takes_the_place_of_the_shops(app: object) -> None:
    world = make_world(webhook_url="https://shop.example/all")
    own, shops = make_session(world, webhook_url=HOOK), make_session(world)

    cancel_session(session_id=own.id, now=NOW)
    cancel_session(session_id=shops.id, now=NOW)

    assert [delivery.url for delivery in deliveries()] == [HOOK, "https://shop.example/all"]


def test_a_shop_without_an_address_still_has_its_events(world: World) -> None:
    session = make_session(world)

    cancel_session(session_id=session.id, now=NOW)

    assert events_of(session) == ["session.cancelled"]
    assert deliveries() == []


def test_an_end_that_comes_twice_is_told_once(world: World) -> None:
    session = make_session(world, webhook_url=HOOK)

    cancel_session(session_id=session.id, now=NOW)
    cancel_session(session_id=session.id, now=NOW)
    expire_session(session_id=session.id, now=session.expires_at)

    assert len(deliveries()) == 1


def test_the_sequence_of_a_session_has_no_gaps(world: World) -> None:
    session = make_session(world, webhook_url=HOOK)
    with transaction():
        held = locked_session(session.id)
        move(held, SessionState.PROCESSING, now=NOW)
        move(held, SessionState.FAILED, now=NOW)
        move(held, SessionState.PROCESSING, now=NOW)
        move(held, SessionState.FAILED, now=NOW)
        move(held, SessionState.CANCELLED, now=NOW)

    db.session.rollback()
    found = db.session.execute(select(Event.sequence, Event.name).order_by(Event.sequence))
    assert [tuple(row) for row in found] == [
        (1, "payment.failed"), (2, "payment.failed"), (3, "session.cancelled"),
    ]  # fmt: skip


def test_hangul_and_emoji_stay_as_they_are(world: World) -> None:
    session = make_session(world, webhook_url=HOOK, customer_name="홍길동 🎉")

    cancel_session(session_id=session.id, now=clock.now())

    assert "홍길동 🎉" in only_event().body
