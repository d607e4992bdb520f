"""Deliver due webhooks: claim rows, post them from a pool of threads, store every try."""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all

from app import clock
from app.database import db, end_reading
from app.jobs.lanes import Lanes
from app.jobs.queue import claim
from app.metrics import note_attempt
from app.services import services
from app.vault import CannotOpen, Vault
from app.webhooks.endpoints import Place, disabled_among
from app.webhooks.models import Delivery, Event
from app.webhooks.results import NO_SECRET, Due, Result, end_undeliverable, give_back, store_results
from app.webhooks.secrets import secrets_of_shop
from app.webhooks.sender import Answer, Sender, sender_of
from app.webhooks.signing import signature_headers

# Longer than a delivery can take, so a row that comes back belongs to a worker that died.
LEASE = timedelta(seconds=60)
LONGEST_SEND = timedelta(seconds=20)
SLOW_HOSTS_EVERY_S = 0.25
OTHERS_EVERY_S = 0.05
MOST_HOSTS = 50  # of one question

log = structlog.get_logger()
_random = Random()  # noqa: S311  # spreads retries; nothing secret


class Deliverer:
    """concurrency: how many are under way at once, those of slow hosts not counted (see lanes.py).

    Whoever steps speaks with the database, many rows at a time; a thread that has sent one goes on with the next that
    was claimed. Both hold the lock when they ask the lanes.
    """

    def __init__(self, *, concurrency: int) -> None:
        self._lanes = Lanes(concurrency)
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(self._lanes.widest, thread_name_prefix="deliver")
        self._sender = sender_of(allow_private=services().settings.webhook_allow_private)
        self._ended: list[Result] = []
        self._something_ended = threading.Event()
        self._slow_looked_at = self._others_looked_at = 0.0
        self._left_out: set[str] = set()

    def step(self) -> int:
        """Store what has come back, claim and start what is due. How many these were."""
        done = self._store_ended()
        with self._lock:
            room, left_out = self._lanes.room, self._lanes.not_claimed_for
        claimed = self._claim(room, left_out) if room else []
        self._start(claimed)
        self._look_after_slow_hosts()
        return done + len(claimed)

    def wait(self, seconds: float) -> None:
        """For the next answer, but not for longer."""
        self._something_ended.wait(seconds)

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return self._lanes.is_busy or bool(self._ended)

    def finish(self) -> None:
        """Wait for what is under way and store it. Nothing new is started; others may have what has not begun."""
        with self._lock:
            waiting = self._lanes.take_waiting()
        give_back([due.delivery_id for due in waiting])
        self._pool.shutdown(wait=True)
        self._store_ended()

    def _store_ended(self) -> int:
        self._something_ended.clear()
        with self._lock:
            results, self._ended = self._ended, []
        record_results(results)
        for result in results:
            _measure(result)
        return len(results)

    def _start(self, claimed: Sequence[Due] = ()) -> None:
        with self._lock:
            self._lanes.add(claimed)
            self._begin_waiting()

    def _begin_waiting(self) -> None:
        """The lock is held."""
        now = clock.now()
        for due in self._lanes.start(now=time.monotonic()):
            if (
                due.leased_until - now < LONGEST_SEND
            ):  # this machine slept; another worker may be at it by now
                self._lanes.end(due, now=time.monotonic())
                continue
            self._pool.submit(self._work, due)

    def _work(self, due: Due) -> None:
        """In a thread of the pool."""
        result: Result | None = None
        try:
            result = _send(self._sender, due)
        except Exception:  # it comes back when its lease is over
            log.exception("webhook.not_sent", webhook=due.event_id)
        with self._lock:
            if result is not None:
                self._ended.append(result)
            self._lanes.end(due, now=time.monotonic())
            self._begin_waiting()
        self._something_ended.set()

    def _claim(self, room: int, left_out: set[str]) -> list[Due]:
        """Where nobody is left out, whatever is due first; else what is due for the others."""
        if not left_out:
            return claim_due(limit=room, now=clock.now())
        now = time.monotonic()
        if left_out == self._left_out and now < self._others_looked_at + OTHERS_EVERY_S:
            return []
        found = claim_due_of(hosts_due(now=clock.now()) - left_out, limit=room, now=clock.now())
        self._left_out, self._others_looked_at = left_out, (0.0 if found else now)
        return found

    def _look_after_slow_hosts(self) -> None:
        now = time.monotonic()
        if now - self._slow_looked_at < SLOW_HOSTS_EVERY_S:
            return
        self._slow_looked_at = now
        with self._lock:
            unbegun, rooms = self._lanes.note_slow(now=now), self._lanes.room_of_slow_hosts()
        give_back([due.delivery_id for due in unbegun])
        for host in hosts_due(now=clock.now()) & rooms.keys() if rooms else ():
            self._start(claim_due_of([host], limit=rooms[host], now=clock.now()))


def claim_due(*, limit: int, now: datetime) -> list[Due]:
    """Lease what is due first. A session's next event waits until its earlier one is delivered or given up."""
    return _claim(_is_due(now), limit=limit, now=now)


def claim_due_of(hosts: Collection[str], *, limit: int, now: datetime) -> list[Due]:
    """Lease what is due for these hosts, of each about as much as of the others.

    Each host's first ones are looked up by themselves: behind the backlog of one that is left out they would be a long
    way to go.
    """
    if not hosts:
        return []
    table, chosen = Delivery.__table__, sorted(hosts)[:MOST_HOSTS]
    share = -(-limit // len(chosen))
    first = [
        select(
            select(table.c.id)
            .where(_is_due(now), table.c.host == host)
            .order_by(table.c.send_at)
            .limit(share)
            .subquery()
            .c.id
        )
        for host in chosen
    ]
    ids = list(db.session.scalars(union_all(*first)))
    end_reading()
    return _claim(_is_due(now) & table.c.id.in_(ids), limit=limit, now=now) if ids else []


def hosts_due(*, now: datetime) -> set[str]:
    """Hosts that something is due for, or was and is in somebody's hands. From host to host through the index."""
    table = Delivery.__table__
    waits = table.c.state == "waiting"
    host = select(func.min(table.c.host).label("host")).where(waits).cte("host", recursive=True)
    next_host = select(func.min(table.c.host)).where(waits, table.c.host > host.c.host).scalar_subquery()
    host = host.union_all(select(next_host).where(host.c.host.is_not(None)))
    earliest = select(func.min(table.c.send_at)).where(waits, table.c.host == host.c.host).scalar_subquery()
    found = set(db.session.scalars(select(host.c.host).where(earliest <= now)))
    end_reading()
    return found


def _claim(due: ColumnElement[bool], *, limit: int, now: datetime) -> list[Due]:
    table = Delivery.__table__
    values = {"leased_until": now + LEASE, "tries": table.c.tries + 1}
    rows = claim(table, due=due, order=table.c.send_at, values=values, limit=limit)
    rows = _sendable(rows, now)
    return _with_bodies(rows, now) if rows else []


def record_results(results: Sequence[Result]) -> None:
    store_results(results, now=clock.now(), random=_random)


def _measure(result: Result) -> None:
    due, answer = result.due, result.answer
    note_attempt(
        outcome=f"{answer.status // 100}xx" if answer.status is not None else str(answer.error),
        accepted=answer.accepted,
        seconds=answer.duration_ms / 1000,
        waited_s=(result.started_at - due.due_at).total_seconds(),
        is_first=due.tries == 1,
    )


def _is_due(now: datetime):  # type: ignore[no-untyped-def]  # a condition; its SQLAlchemy type says nothing
    earlier = Delivery.__table__.alias("earlier")
    waits_for_earlier = exists().where(
        earlier.c.session_id == Delivery.session_id,
        earlier.c.state == "waiting",
        earlier.c.sequence < Delivery.sequence,
    )
    return and_(
        Delivery.state == "waiting",
        Delivery.send_at <= now,
        or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now),
        ~waits_for_earlier,
    )


def _sendable(rows: Sequence[Any], now: datetime) -> Sequence[Any]:
    """Without those whose endpoint is disabled. An event that was just being recorded when that happened has a
    delivery that waits all the same: recording locks nothing of ours, so that no payment ever waits for a webhook."""
    disabled = disabled_among({row.endpoint_id for row in rows}) if rows else set()
    if disabled:
        end_undeliverable([row.id for row in rows if row.endpoint_id in disabled], now=now)
    return [row for row in rows if row.endpoint_id not in disabled]


def _with_bodies(rows: Sequence[Any], now: datetime) -> list[Due]:
    """The claimed rows with their events and secrets, in two queries and one per shop."""
    ids = [row.event_id for row in rows]
    columns = (Event.id, Event.name, Event.body, Event.shop_id, Event.livemode)
    events = {event.id: event for event in db.session.execute(select(*columns).where(Event.id.in_(ids)))}
    owners = {(event.shop_id, event.livemode) for event in events.values()}
    whsecs = {owner: _whsecs(*owner, now=now) for owner in owners}
    return [_due(row, events[row.event_id], whsecs) for row in rows]


def _due(row: Any, event: Any, whsecs: Mapping[tuple[str, bool], tuple[str, ...]]) -> Due:
    return Due(
        delivery_id=row.id,
        event_id=row.event_id,
        event=event.name,
        place=Place(event.shop_id, event.livemode, row.url),
        host=row.host,
        body=event.body,
        tries=row.tries,
        most_tries=row.most_tries,
        whsecs=whsecs[event.shop_id, event.livemode],
        due_at=row.send_at,
        leased_until=row.leased_until,
    )


def _whsecs(shop_id: str, livemode: bool, *, now: datetime) -> tuple[str, ...]:
    """One shop's secrets that do not open are that shop's trouble alone."""
    vault: Vault = services().vault
    try:
        return tuple(secrets_of_shop(shop_id, livemode=livemode, vault=vault, now=now))
    except CannotOpen as error:
        log.error("webhook.secret_does_not_open", shop=shop_id, error=str(error))
        return ()


def _send(sender: Sender, due: Due) -> Result:
    started_at = clock.now()
    if not due.whsecs:  # what is not signed must not be believed, so it is not sent
        return Result(due, started_at, Answer(None, NO_SECRET, "", None, 0))
    headers = signature_headers(event_id=due.event_id, body=due.body, whsecs=due.whsecs, now=started_at)
    answer = sender.send(
        url=due.place.url, body=due.body.encode(), headers=headers, https_only=due.place.livemode
    )
    return Result(due, started_at, answer)
