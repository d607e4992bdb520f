"""Deliver due webhooks: claim rows, post them from a pool of threads, store every try."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import structlog
from sqlalchemy import and_, exists, insert, or_, select, update

from app import clock
from app.database import db, transaction
from app.jobs.queue import claim
from app.services import services
from app.vault import CannotOpen, Vault
from app.webhooks.models import Delivery, DeliveryTry, Event
from app.webhooks.schedule import next_try
from app.webhooks.secrets import secrets_of_shop
from app.webhooks.sender import Answer, Sender
from app.webhooks.signing import signature_headers

# Longer than a delivery can take, so a row that comes back belongs to a worker that died.
LEASE = timedelta(seconds=60)
GONE = 410
NO_SECRET = "no_secret"  # noqa: S105  # why there was no answer

log = structlog.get_logger()
_random = Random()  # noqa: S311  # spreads retries; nothing secret


@dataclass(frozen=True)
class Due:
    """A claimed delivery with everything that sending needs. whsecs: empty when there is none that opens."""

    delivery_id: int
    event_id: str
    url: str
    body: str
    tries: int
    whsecs: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    due: Due
    started_at: datetime
    answer: Answer


class Deliverer:
    """concurrency: how many are under way at once."""

    def __init__(self, *, concurrency: int) -> None:
        self._concurrency = concurrency
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="deliver")
        self._sender = Sender(allow_private=services().settings.webhook_allow_private)
        self._running: set[Future[Result]] = set()

    def step(self) -> bool:
        """Store what has come back, start what is due. False: there was nothing to do."""
        done = [future for future in self._running if future.done()]
        if done:
            self._running.difference_update(done)
            record_results([future.result() for future in done])
        room = self._concurrency * 2 - len(self._running)
        started = claim_due(limit=room, now=clock.now()) if room >= self._concurrency else []
        for due in started:
            self._running.add(self._pool.submit(_send, self._sender, due))
        return bool(done or started)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    def finish(self) -> None:
        """Wait for what is under way and store it. Nothing new is started."""
        self._pool.shutdown(wait=True)
        record_results([future.result() for future in self._running])
        self._running.clear()


def claim_due(*, limit: int, now: datetime) -> list[Due]:
    """Lease due deliveries. A session's next event waits until its earlier one is delivered or given up."""
    table = Delivery.__table__
    values = {"leased_until": now + LEASE, "tries": table.c.tries + 1}
    rows = claim(table, due=_is_due(now), order=table.c.send_at, values=values, limit=limit)
    return _with_bodies(rows, now) if rows else []


def record_results(results: Sequence[Result]) -> None:
    """Store tries and what follows from them, many in one commit."""
    if not results:
        return
    accepted = [result for result in results if result.answer.accepted]
    with transaction():
        db.session.connection().execute(insert(DeliveryTry), [_try_row(result) for result in results])
        _update([result.due.delivery_id for result in accepted], state="delivered", ended_at=clock.now())
        for result in results:
            if not result.answer.accepted:
                _update([result.due.delivery_id], **_after_failure(result))


def _update(ids: Sequence[int], **values: object) -> None:
    """Rows that somebody else has ended meanwhile stay as they are."""
    if ids:
        still_waiting = and_(Delivery.id.in_(ids), Delivery.state == "waiting")
        change = update(Delivery).where(still_waiting).values(leased_until=None, **values)
        db.session.connection().execute(change)


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


def _with_bodies(rows: Sequence[Any], now: datetime) -> list[Due]:
    """The claimed rows with their events and secrets, in two queries and one per shop."""
    ids = [row.event_id for row in rows]
    events = {
        event.id: event
        for event in db.session.execute(
            select(Event.id, Event.body, Event.shop_id, Event.livemode).where(Event.id.in_(ids))
        )
    }
    owners = {(event.shop_id, event.livemode) for event in events.values()}
    whsecs = {owner: _whsecs(*owner, now=now) for owner in owners}
    return [
        Due(
            delivery_id=row.id,
            event_id=row.event_id,
            url=row.url,
            body=events[row.event_id].body,
            tries=row.tries,
            whsecs=whsecs[events[row.event_id].shop_id, events[row.event_id].livemode],
        )
        for row in rows
    ]


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
    answer = sender.send(url=due.url, body=due.body.encode(), headers=headers)
    return Result(due, started_at, answer)


def _try_row(result: Result) -> dict[str, object]:
    return {
        "delivery_id": result.due.delivery_id,
        "started_at": result.started_at,
        "duration_ms": result.answer.duration_ms,
        "status": result.answer.status,
        "error": result.answer.error,
        "answer": result.answer.text,
    }


def _after_failure(result: Result) -> dict[str, object]:
    """The columns of the delivery after a try that was not accepted."""
    now, answer = clock.now(), result.answer
    log.info("webhook.not_delivered", webhook=result.due.event_id, status=answer.status, error=answer.error)
    again = next_try(tries=result.due.tries, retry_after_s=answer.retry_after_s, now=now, random=_random)
    if again is None or answer.status == GONE:
        return {"state": "failed", "ended_at": now}
    return {"send_at": again}
