"""Which deliveries are due, and how a worker takes them, with all that sending them needs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)

from app.database import UtcDateTime, db, end_reading
from app.jobs.queue import Claim
from app.services import services
from app.vault import CannotOpen
from app.webhooks.endpoints import DISABLED, Place
from app.webhooks.models import Delivery, Event, WebhookEndpoint
from app.webhooks.results import Due, end_undeliverable
from app.webhooks.secrets import Sealed, Secrets, open_secrets, sealed_secrets

# Longer than a delivery can take, so a row that comes back belongs to a worker that died.
LEASE = timedelta(seconds=60)
MOST_OF_EACH = 16  # of one host, when only some are asked for

log = structlog.get_logger()


def claim_due(*, limit: int, now: datetime) -> list[Due]:
    """Lease what is due first. A session's next event waits until its earlier one is delivered or given up."""
    rows = _FIRST.take(limit=limit, now=now, lease=now + LEASE)
    return _with_all(rows, now) if rows else []


def claim_due_elsewhere(hosts: Collection[str], *, limit: int, now: datetime) -> list[Due]:
    """Lease what is due for all other hosts, what waits longest first."""
    given = {"hosts": sorted(hosts), "of_each": MOST_OF_EACH, "limit": limit, "now": now}
    return _claim_first(_first_of_each(db.engine.dialect.name, but_given=True), given)


def claim_one_of_each(hosts: Collection[str], *, now: datetime) -> list[Due]:
    """Lease what has been due longest for each of these hosts."""
    given = {"hosts": sorted(hosts), "of_each": 1, "limit": len(hosts), "now": now}
    return _claim_first(_first_of_each(db.engine.dialect.name, but_given=False), given)


def _claim_first(statement: Select[int], given: dict[str, Any]) -> list[Due]:
    ids, now = list(db.session.scalars(statement, given)), given["now"]
    end_reading()
    rows = _THESE.take(ids=ids, limit=len(ids), now=now, lease=now + LEASE) if ids else []
    return _with_all(rows, now) if rows else []


def _with_all(rows: Sequence[Any], now: datetime) -> list[Due]:
    """The claimed rows with their events and secrets.

    Without those whose endpoint is disabled. An event that was just being recorded when that happened has a delivery
    that waits all the same: recording locks nothing of ours, so that no payment ever waits for a webhook.
    """
    events = {
        event.delivery_id: event for event in db.session.execute(_EVENTS, {"ids": [row.id for row in rows]})
    }
    disabled = [row.id for row in rows if events[row.id].endpoint_state == DISABLED]
    end_undeliverable(disabled, now=now)
    sendable = [row for row in rows if row.id not in disabled]
    secrets = _secrets({events[row.id].shop_id for row in sendable}, now)
    return [_due(row, events[row.id], secrets) for row in sendable]


def _due(row: Any, event: Any, secrets: Mapping[tuple[str, bool], tuple[str, ...]]) -> Due:
    return Due(
        delivery_id=row.id,
        event_id=row.event_id,
        event=event.name,
        place=Place(event.shop_id, event.livemode, row.url),
        host=row.host,
        body=event.body,
        tries=row.tries,
        most_tries=row.most_tries,
        whsecs=secrets.get((event.shop_id, event.livemode), ()),
        due_at=row.send_at,
        leased_until=row.leased_until,
    )


def _secrets(shop_ids: Collection[str], now: datetime) -> Secrets:
    """One shop's secrets that do not open are that shop's trouble alone."""
    return {owner: _opened(owner[0], sealed) for owner, sealed in sealed_secrets(shop_ids, now=now).items()}


def _opened(shop_id: str, sealed: Sequence[Sealed]) -> tuple[str, ...]:
    try:
        return open_secrets(sealed, vault=services().vault)
    except CannotOpen as error:
        log.error("webhook.secret_does_not_open", shop=shop_id, error=str(error))
        return ()


# The statements are built once: putting one together costs as much as sending it.


def _is_due() -> ColumnElement[bool]:
    earlier = Delivery.__table__.alias("earlier")
    waits_for_earlier = exists().where(
        earlier.c.session_id == _TABLE.c.session_id,
        earlier.c.state == "waiting",
        earlier.c.sequence < _TABLE.c.sequence,
    )
    return and_(
        _TABLE.c.state == "waiting",
        _TABLE.c.send_at <= _NOW,
        or_(_TABLE.c.leased_until.is_(None), _TABLE.c.leased_until <= _NOW),
        ~waits_for_earlier,
    )


def _claim(due: ColumnElement[bool], *, look_first: bool) -> Claim:
    """What a dead worker left behind is not counted again: its try came to no end."""
    tries = case((_TABLE.c.leased_until.is_(None), _TABLE.c.tries + 1), else_=_TABLE.c.tries)
    values = {"leased_until": bindparam("lease", type_=UtcDateTime), "tries": tries}
    return Claim(_TABLE, due=due, order=_TABLE.c.send_at, values=values, look_first=look_first)


@lru_cache
def _first_of_each(database: str, *, but_given: bool) -> Select[int]:
    """Ids of the first `:of_each` of each of the given `:hosts`, or of all others; together not more than `:limit`."""
    by_host = _first_by_host if database == "postgresql" else _first_among_all
    first = by_host(but_given).subquery()
    return select(first.c.id).order_by(first.c.send_at).limit(bindparam("limit", type_=Integer))


def _first_by_host(but_given: bool) -> Select[int, datetime]:
    """From host to host through the index: the backlog of one that is not meant would be a long way to go."""
    waits = _TABLE.c.state == "waiting"
    host = select(func.min(_TABLE.c.host).label("host")).where(waits).cte("host", recursive=True)
    next_host = select(func.min(_TABLE.c.host)).where(waits, _TABLE.c.host > host.c.host).scalar_subquery()
    host = host.union_all(select(next_host).where(host.c.host.is_not(None)))
    due = (
        select(_TABLE.c.id, _TABLE.c.send_at)
        .where(_is_due(), _TABLE.c.host == host.c.host)
        .order_by(_TABLE.c.send_at)
        .limit(_OF_EACH)
        .lateral("due")
    )
    found = select(due.c.id, due.c.send_at).select_from(host.join(due, true()))
    return found.where(_is_meant(host.c.host, but_given))


def _first_among_all(but_given: bool) -> Select[int, datetime]:
    """SQLite cannot look up each by itself."""
    place = func.row_number().over(partition_by=_TABLE.c.host, order_by=_TABLE.c.send_at).label("place")
    meant = _is_meant(_TABLE.c.host, but_given)
    due = select(_TABLE.c.id, _TABLE.c.send_at, place).where(_is_due(), meant).subquery()
    return select(due.c.id, due.c.send_at).where(due.c.place <= _OF_EACH)


def _is_meant(host: ColumnElement[str], but_given: bool) -> ColumnElement[bool]:
    given: BindParameter[str] = bindparam("hosts", expanding=True)
    return host.not_in(given) if but_given else host.in_(given)


_TABLE = Delivery.__table__
_NOW = bindparam("now", type_=UtcDateTime)
_OF_EACH = bindparam("of_each", type_=Integer)
_FIRST = _claim(_is_due(), look_first=True)
_THESE = _claim(_is_due() & _TABLE.c.id.in_(bindparam("ids", expanding=True)), look_first=False)
_EVENTS = (
    select(
        Delivery.id.label("delivery_id"),
        Event.name,
        Event.body,
        Event.shop_id,
        Event.livemode,
        WebhookEndpoint.state.label("endpoint_state"),
    )
    .join(Event, Event.id == Delivery.event_id)
    .outerjoin(WebhookEndpoint, WebhookEndpoint.id == Delivery.endpoint_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
)
