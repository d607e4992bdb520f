"""Sending events again: once however often it is asked for, to where the shop receives now."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.database import db, transaction
from app.ids import new_id
from app.jobs.due_deliveries import claim_due
from app.payments.models import CheckoutSession
from app.payments.queries import locked_session
from app.payments.states import SessionState, move
from app.shops.models import Shop
from app.shops.queries import KeyHolder
from app.webhooks import redelivery
from app.webhooks.endpoints import enable_endpoint
from app.webhooks.models import Delivery
from app.webhooks.redelivery import (
    EndpointIsDisabled,
    NoWebhookUrl,
    Redelivered,
    redeliver_event,
    redeliver_failed,
)
from tests.payments.test_races import all_at_once
from tests.support.webhooks import HOOK, answer, answer_all, delivery_of, endpoints, event_of, owe
from tests.support.world import NOW, World, make_session, make_world

LATER = NOW + timedelta(days=40)
MINUTE = timedelta(minutes=1)


def holder(world: World, *, shop_id: str | None = None, livemode: bool = False) -> KeyHolder:
    return KeyHolder("key_1", world.merchant_id, livemode, shop_id, world.shop_id, None)


def all_failed(world: World, **changes: object) -> Redelivered:
    given = {"shop_id": None, "since": NOW, "now": LATER, **changes}
    return redeliver_failed(who=holder(world), **given)  # type: ignore[arg-type]  # as given


def given_up(world: World, *, url: str | None = HOOK) -> CheckoutSession:
    """A session whose one event was given up."""
    session = owe(world, url=url, now=NOW)
    with transaction():
        ended = {"state": "failed", "reason": "exhausted", "ended_at": NOW, "tries": 11}
        which = update(Delivery).where(Delivery.session_id == session.id)
        db.session.connection().execute(which.values(ended))
    return session


def set_url(world: World, url: str | None) -> None:
    with transaction():
        db.session.connection().execute(update(Shop).where(Shop.id == world.shop_id).values(webhook_url=url))


class TestOne:
    def test_it_goes_out_once_more_with_the_same_id(self, world: World) -> None:
        session = given_up(world)
        event = event_of(session)

        redeliver_event(event_id=event.id, now=LATER)
        [due] = claim_due(limit=10, now=LATER)
        answer(due, 200, now=LATER)

        assert (due.event_id, due.body, due.tries) == (event.id, event.body, 1)
        assert (delivery_of(session).state, delivery_of(session).reason) == ("delivered", None)

    def test_what_was_delivered_can_be_sent_again_too(self, world: World) -> None:
        session = owe(world, now=NOW)
        answer_all(200, now=NOW)

        redeliver_event(event_id=event_of(session).id, now=LATER)

        assert answer_all(200, now=LATER) == 1

    def test_asking_many_times_at_once_sends_it_once(self, app: Flask, world: World) -> None:
        event = event_of(given_up(world))

        all_at_once(app, [lambda: redeliver_event(event_id=event.id, now=LATER)] * 8)

        assert len(claim_due(limit=10, now=LATER)) == 1

    def test_one_without_an_address_at_the_time_gets_one_delivery_now(self, app: Flask, world: World) -> None:
        session = owe(world, url=None, now=NOW)
        set_url(world, HOOK)
        event = event_of(session)

        all_at_once(app, [lambda: redeliver_event(event_id=event.id, now=LATER)] * 8)

        assert [due.place.url for due in claim_due(limit=10, now=LATER)] == [HOOK]

    def test_it_is_tried_three_times_within_minutes(self, world: World) -> None:
        session = given_up(world)
        redeliver_event(event_id=event_of(session).id, now=LATER)

        tried = [answer_all(500, now=LATER + minutes * MINUTE) for minutes in (0, 1, 7, 60)]

        assert tried == [1, 1, 1, 0]
        assert (delivery_of(session).state, delivery_of(session).reason) == ("failed", "exhausted")

    def test_one_that_waits_is_sent_now_and_keeps_its_schedule(self, world: World) -> None:
        session = owe(world, now=NOW)
        for minutes in (0, 1):
            answer_all(500, now=NOW + minutes * MINUTE)

        redeliver_event(event_id=event_of(session).id, now=NOW + 2 * MINUTE)
        sent = answer_all(500, now=NOW + 2 * MINUTE)

        delivery = delivery_of(session)
        assert (sent, delivery.state, delivery.tries, delivery.most_tries) == (1, "waiting", 3, 11)
        assert delivery.send_at >= NOW + 32 * MINUTE

    def test_one_that_is_under_way_is_not_sent_beside_itself(self, world: World) -> None:
        session = owe(world, now=NOW)
        claim_due(limit=1, now=NOW)

        redeliver_event(event_id=event_of(session).id, now=NOW)

        assert claim_due(limit=1, now=NOW) == []

    def test_it_goes_to_the_shops_address_of_now(self, world: World) -> None:
        set_url(world, "https://old.example/hook")
        session = given_up(world, url=None)
        set_url(world, "https://new.example/hook")

        redeliver_event(event_id=event_of(session).id, now=LATER)

        [due] = claim_due(limit=10, now=LATER)
        assert (due.place.url, due.host) == ("https://new.example/hook", "new.example:443")

    def test_a_sessions_own_address_stays(self, world: World) -> None:
        session = given_up(world)
        set_url(world, "https://new.example/hook")

        redeliver_event(event_id=event_of(session).id, now=LATER)

        assert [due.place.url for due in claim_due(limit=10, now=LATER)] == [HOOK]

    @pytest.mark.parametrize("before", [None, "https://old.example/hook"])
    def test_without_any_address_it_is_refused(self, world: World, before: str | None) -> None:
        set_url(world, before)
        session = owe(world, url=None, now=NOW)
        answer_all(200, now=NOW)
        set_url(world, None)

        with pytest.raises(NoWebhookUrl):
            redeliver_event(event_id=event_of(session).id, now=LATER)

    def test_a_receiver_that_is_switched_off_is_enabled_first(self, world: World) -> None:
        session = owe(world, now=NOW)
        answer_all(410, now=NOW)
        event = event_of(session)

        with pytest.raises(EndpointIsDisabled):
            redeliver_event(event_id=event.id, now=LATER)
        enable_endpoint(endpoints()[0].id)
        redeliver_event(event_id=event.id, now=LATER)

        assert answer_all(200, now=LATER) == 1


class TestOrder:
    def test_a_sessions_redelivered_events_go_out_in_their_order(self, world: World) -> None:
        session = make_session(world, webhook_url=HOOK)
        with transaction():
            held = locked_session(session.id)
            for state in ("processing", "failed", "processing", "failed", "cancelled"):
                move(held, SessionState(state), now=NOW)
        for _ in range(3):
            assert answer_all(200, now=NOW) == 1
        events = list(db.session.scalars(select(Delivery.event_id).order_by(Delivery.sequence.desc())))
        for event_id in events:
            redeliver_event(event_id=event_id, now=LATER)

        sent = []
        for _ in range(3):
            [due] = claim_due(limit=10, now=LATER)
            sent.append(due.event_id)
            answer(due, 200, now=LATER)

        assert sent == events[::-1]


class TestAllFailed:
    def test_all_that_failed_since_are_sent_and_asking_again_asks_for_nothing(self, world: World) -> None:
        for _ in range(3):
            given_up(world)
        owe(world, now=NOW)
        answer_all(200, now=NOW)

        first, second = all_failed(world), all_failed(world)

        assert (first, second) == (Redelivered(3, 0, False), Redelivered(0, 0, False))
        assert answer_all(200, now=LATER) == 3

    def test_two_clicks_at_once_send_each_once(self, app: Flask, world: World) -> None:
        for _ in range(10):
            given_up(world)
        asked: list[int] = []

        all_at_once(app, [lambda: asked.append(all_failed(world).asked)] * 4)

        assert sum(asked) == 10
        assert len(claim_due(limit=100, now=LATER)) == 10

    def test_what_failed_before_stays(self, world: World) -> None:
        given_up(world)

        assert all_failed(world, since=NOW + MINUTE) == Redelivered(0, 0, False)

    def test_no_more_than_so_many_at_once(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(redelivery, "AT_ONCE", 2)
        for _ in range(5):
            given_up(world)

        assert [all_failed(world).asked for _ in range(4)] == [2, 2, 1, 0]
        assert [all_failed(world).has_more for _ in range(1)] == [False]

    def test_what_cannot_be_sent_is_counted_and_stands_in_nobodys_way(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A receiver that is switched off, and a shop that has taken its address away."""
        monkeypatch.setattr(redelivery, "AT_ONCE", 2)
        owe(world, url="https://gone.example/hook", now=NOW)
        answer_all(410, now=NOW)
        set_url(world, "https://old.example/hook")
        for _ in range(3):
            given_up(world, url=None)
        set_url(world, None)
        given_up(world)

        assert all_failed(world) == Redelivered(asked=1, skipped=4, has_more=False)

    def test_each_goes_to_the_address_that_counts_now(self, world: World) -> None:
        set_url(world, "https://old.example/hook")
        given_up(world, url=None)
        given_up(world)
        set_url(world, "https://new.example/hook")

        all_failed(world)

        found = {due.place.url for due in claim_due(limit=10, now=LATER)}
        assert found == {"https://new.example/hook", HOOK}

    def test_nobody_elses_are_touched(self, world: World) -> None:
        mine, other = given_up(world), given_up(make_world())

        redeliver_failed(who=holder(world, livemode=True), shop_id=None, since=NOW, now=LATER)
        redeliver_failed(who=holder(world, shop_id=new_id("shop")), shop_id=None, since=NOW, now=LATER)
        redeliver_failed(who=holder(world), shop_id=new_id("shop"), since=NOW, now=LATER)
        untouched = delivery_of(mine).state
        all_failed(world)

        assert (untouched, delivery_of(mine).state, delivery_of(other).state) == (
            "failed",
            "waiting",
            "failed",
        )
