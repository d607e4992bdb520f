"""Who gets which delivery when: claims, leases, order, and the worker that sends them."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.database import db, transaction
from app.jobs.deliver_webhooks import Deliverer, record_results
from app.jobs.due_deliveries import LEASE, claim_due
from app.payments.models import CheckoutSession
from app.payments.queries import locked_session
from app.payments.sessions import cancel_session
from app.payments.states import SessionState, move
from app.webhooks.models import Delivery, DeliveryTry, WebhookSecret
from app.webhooks.results import Due, Result
from app.webhooks.sender import Answer
from tests.gateways.line import Line, hangs, open_line, says
from tests.payments.test_races import all_at_once
from tests.support.processes import Process, wait_until
from tests.support.world import World, make_session, make_world

HOOK = "https://shop.example/hook"


@pytest.fixture
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened


def owe(world: World, *, url: str = HOOK, now: datetime | None = None) -> CheckoutSession:
    """A session whose one event is to be delivered to `url`."""
    session = make_session(world, webhook_url=url)
    cancel_session(session_id=session.id, now=now or clock.now())
    return session


def owe_three(world: World, *, url: str = HOOK) -> CheckoutSession:
    """A session of three events."""
    session, now = make_session(world, webhook_url=url), clock.now()
    with transaction():
        held = locked_session(session.id)
        for state in ("processing", "failed", "processing", "failed", "cancelled"):
            move(held, SessionState(state), now=now)
    return session


def sequences(dues: list[Due]) -> list[int]:
    return [json.loads(due.body)["data"]["sequence"] for due in dues]


def take(due: Due, status: int = 200) -> None:
    record_results([Result(due, clock.now(), Answer(status, None, "", None, 3))])


def states() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Delivery.state)))


def given_back(url: str) -> int:
    """How many are due as if nobody had ever had them."""
    db.session.rollback()
    untouched = (Delivery.url == url, Delivery.leased_until.is_(None), Delivery.tries == 0)
    return len(db.session.scalars(select(Delivery.id).where(*untouched)).all())


def deliver_until(done: int, *, concurrency: int = 4, within_s: float = 20) -> None:
    """Work until so many deliveries have ended."""
    deliverer = Deliverer(concurrency=concurrency)
    end = time.monotonic() + within_s
    while states()["waiting"] + deliverer.is_busy and time.monotonic() < end:
        deliverer.step()
        if sum(states().values()) - states()["waiting"] >= done:
            break
        time.sleep(0.005)
    deliverer.finish()


class TestClaims:
    def test_what_one_worker_has_no_other_gets(self, world: World) -> None:
        owe(world)
        now = clock.now()

        assert [len(claim_due(limit=10, now=now)) for _ in range(3)] == [1, 0, 0]

    def test_many_workers_share_without_a_twin(self, app: Flask, world: World) -> None:
        for _ in range(30):
            owe(world)
        now = clock.now()
        taken: list[int] = []

        def work() -> None:
            for _ in range(10):
                taken.extend(due.delivery_id for due in claim_due(limit=3, now=now))

        all_at_once(app, [work] * 6)

        assert len(taken) == len(set(taken)) == 30

    def test_a_dead_workers_rows_come_back_when_its_lease_is_over(self, world: World) -> None:
        owe(world)
        start = clock.now()

        [first] = claim_due(limit=10, now=start)
        too_soon = claim_due(limit=10, now=start + LEASE - timedelta(seconds=1))
        [second] = claim_due(limit=10, now=start + LEASE)

        assert too_soon == []
        assert (first.delivery_id, first.tries, second.tries) == (second.delivery_id, 1, 1)

    def test_what_is_not_due_yet_waits(self, world: World) -> None:
        later = clock.now() + timedelta(minutes=5)
        owe(world, now=later)

        assert claim_due(limit=10, now=later - timedelta(seconds=1)) == []
        assert len(claim_due(limit=10, now=later)) == 1

    def test_a_lease_is_longer_than_a_delivery_can_take(self) -> None:
        assert timedelta(seconds=15 + 5) * 2 < LEASE


class TestOrder:
    def test_a_sessions_next_event_waits_for_its_earlier_one(self, world: World) -> None:
        owe_three(world)
        seen = []
        for _ in range(3):
            dues = claim_due(limit=10, now=clock.now())
            seen.append(sequences(dues))
            take(dues[0])

        assert seen == [[1], [2], [3]]

    def test_it_waits_while_the_earlier_one_is_under_way_and_while_it_is_put_off(self, world: World) -> None:
        owe_three(world)
        [first] = claim_due(limit=10, now=clock.now())

        under_way = claim_due(limit=10, now=clock.now())
        take(first, 500)
        put_off = claim_due(limit=10, now=clock.now() + timedelta(seconds=4))
        again = claim_due(limit=10, now=clock.now() + timedelta(seconds=6))

        assert (under_way, put_off) == ([], [])
        assert sequences(again) == [1]

    def test_it_goes_on_when_the_earlier_one_is_given_up(self, world: World) -> None:
        owe_three(world)
        for _ in range(11):
            [due] = claim_due(limit=10, now=clock.now() + timedelta(days=30))
            take(due, 500)

        assert sequences(claim_due(limit=10, now=clock.now() + timedelta(days=30))) == [2]

    def test_one_session_never_waits_for_another(self, world: World) -> None:
        owe_three(world)
        [hanging] = claim_due(limit=10, now=clock.now())
        other = owe(world)

        [due] = claim_due(limit=10, now=clock.now())

        assert other.id in due.body
        assert hanging.delivery_id != due.delivery_id


class TestResults:
    def test_every_try_is_stored(self, world: World) -> None:
        owe(world)
        for status in (500, 200):
            [due] = claim_due(limit=10, now=clock.now() + timedelta(minutes=1))
            take(due, status)

        db.session.rollback()
        tries = db.session.scalars(select(DeliveryTry.status).order_by(DeliveryTry.id))
        assert list(tries) == [500, 200]
        assert states() == {"delivered": 1}

    def test_what_another_worker_has_ended_meanwhile_stays_ended(self, world: World) -> None:
        """The lease ran out, a second worker delivered, and only then the first one hears of its failure."""
        owe(world)
        [slow] = claim_due(limit=10, now=clock.now())
        [second] = claim_due(limit=10, now=clock.now() + LEASE)
        take(second)

        take(slow, 500)

        assert states() == {"delivered": 1}

    def test_after_the_whole_schedule_it_is_given_up(self, world: World) -> None:
        owe(world)
        for _ in range(11):
            [due] = claim_due(limit=10, now=clock.now() + timedelta(days=30))
            take(due, 503)

        assert states() == {"failed": 1}
        assert claim_due(limit=10, now=clock.now() + timedelta(days=60)) == []


class TestSending:
    def test_a_shop_gets_a_signed_body(self, world: World, line: Line) -> None:
        line.will(says(200))
        owe(world, url=f"{line.url}/hook")

        deliver_until(1)

        [call] = line.calls
        assert json.loads(call.body)["id"] == call.headers["webhook-id"]
        assert {"x-korea-checkout-signature", "webhook-signature", "webhook-timestamp"} <= set(call.headers)
        assert states() == {"delivered": 1}

    def test_a_shop_that_hangs_holds_up_no_other(self, world: World, line: Line) -> None:
        over = threading.Event()

        def wait(_connection: socket.socket, _over: threading.Event) -> None:
            over.wait(20)

        with open_line() as slow:
            slow.will(wait)
            owe(world, url=slow.url)
            line.will(*[says(200)] * 6)
            for _ in range(6):
                owe(world, url=line.url)
            started = time.monotonic()

            deliverer = Deliverer(concurrency=4)
            while states()["delivered"] < 6 and time.monotonic() < started + 10:
                deliverer.step()
                time.sleep(0.005)
            took = time.monotonic() - started
            over.set()
            deliverer.finish()

        assert took < 5

    def test_a_shop_that_hangs_holds_up_no_other_even_with_a_backlog(self, world: World, line: Line) -> None:
        """More hanging deliveries than there are slots; they are given back, and their tries with them."""
        over = threading.Event()

        def wait(_connection: socket.socket, _over: threading.Event) -> None:
            over.wait(20)

        with open_line() as slow:
            slow.will(wait, wait)  # half of the slots
            for _ in range(6):
                owe(world, url=slow.url)
            for _ in range(12):
                owe(world, url=line.url)
            line.will(*[says(200)] * 12)

            deliverer = Deliverer(concurrency=4)
            end = time.monotonic() + 20
            while (states()["delivered"] < 12 or given_back(slow.url) < 4) and time.monotonic() < end:
                deliverer.step()
                deliverer.wait(0.05)
            counted = (states()["delivered"], given_back(slow.url))
            over.set()
            deliverer.finish()

        assert counted == (12, 4)

    def test_the_sequence_arrives_in_order(self, world: World, line: Line) -> None:
        line.will(*[says(200)] * 9)
        for _ in range(3):
            owe_three(world, url=line.url)

        deliver_until(9)

        arrived: dict[str, list[int]] = {}
        for call in line.calls:
            data = json.loads(call.body)["data"]
            arrived.setdefault(data["sessionId"], []).append(data["sequence"])
        assert list(arrived.values()) == [[1, 2, 3]] * 3

    def test_a_secret_that_does_not_open_stops_its_own_shop_alone(self, app: Flask, line: Line) -> None:
        broken, sound = make_world(), make_world()
        line.will(says(200))
        with transaction():
            spoilt = update(WebhookSecret).where(WebhookSecret.shop_id == broken.shop_id)
            db.session.connection().execute(spoilt.values(secret="gone:AAAA"))
        owe(broken, url=line.url)
        owe(sound, url=line.url)

        deliver_until(1)

        db.session.rollback()
        found = db.session.execute(select(DeliveryTry.status, DeliveryTry.error))
        assert {tuple(row) for row in found} == {(200, None), (None, "no_secret")}
        assert states() == {"delivered": 1, "waiting": 1}
        assert len(line.calls) == 1


class TestTheWorker:
    def test_it_ends_on_sigterm_when_what_is_under_way_is_stored(
        self, world: World, database_url: str, line: Line, tmp_path: Path
    ) -> None:
        line.will(lambda connection, over: (over.wait(1.0), says(200)(connection, over))[1])
        owe(world, url=line.url)

        with running_worker(database_url, tmp_path) as worker:
            wait_until(lambda: len(line.calls) == 1, "the delivery has begun")
            assert worker.stop() == 0

        assert states() == {"delivered": 1}

    def test_what_a_killed_worker_had_is_delivered_by_the_next(
        self, world: World, database_url: str, line: Line, tmp_path: Path
    ) -> None:
        line.will(hangs, says(200))
        owe(world, url=line.url)
        with running_worker(database_url, tmp_path) as worker:
            wait_until(lambda: len(line.calls) == 1, "the delivery has begun")
            worker.kill()
        with transaction():  # instead of waiting for the lease
            db.session.connection().execute(update(Delivery).values(leased_until=clock.now()))

        with running_worker(database_url, tmp_path):
            wait_until(lambda: states() == {"delivered": 1}, "the next worker has delivered")

        assert line.calls[0].body == line.calls[1].body


@contextmanager
def running_worker(database_url: str, folder: Path) -> Iterator[Process]:
    environ = {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "WEBHOOK_ALLOW_PRIVATE": "1",
        "SMTP_URL": f"file://{folder / 'mails'}",
    }
    worker = Process("flask", "--app", "app.wsgi", "worker", environ=environ, log=folder / "worker.log")
    try:
        yield worker
    finally:
        if worker.is_running:
            worker.kill()
