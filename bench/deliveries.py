"""Deliveries that are due, made in bulk: copies of one event that the product itself recorded."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import psycopg

from app import clock
from app.database import transaction
from app.payments.queries import locked_session
from app.payments.sessions import cancel_session
from app.payments.states import SessionState, move
from app.webhooks.addresses import host_of
from app.webhooks.signing import new_secret, signature_headers
from bench.world import World
from bin._setup import Stop

# Each copies the model's rows, whatever columns they have, and gives the copies names of their own.
_SESSION = "'cs_' || md5(%(url)s || '#' || number)"
_EVENT = "'evt_' || md5(%(url)s || '#' || number || '#' || model.sequence)"
COPIES = (
    f"""
    INSERT INTO checkout_sessions
    SELECT copy.* FROM checkout_sessions model, generate_series(%(first)s::integer, %(last)s::integer) number,
      jsonb_populate_record(model, jsonb_build_object('id', {_SESSION})) copy
    WHERE model.id = %(session)s
    """,
    f"""
    INSERT INTO events
    SELECT copy.* FROM events model, generate_series(%(first)s::integer, %(last)s::integer) number,
      jsonb_populate_record(model, jsonb_build_object('id', {_EVENT}, 'session_id', {_SESSION}, 'position', NULL,
        'body', replace(replace(model.body, model.id, {_EVENT}), model.session_id, {_SESSION}))) copy
    WHERE model.session_id = %(session)s
    """,
    f"""
    INSERT INTO deliveries
    SELECT copy.* FROM deliveries model, generate_series(%(first)s::integer, %(last)s::integer) number,
      jsonb_populate_record(model, jsonb_build_object('id', nextval(pg_get_serial_sequence('deliveries', 'id')),
        'event_id', {_EVENT}, 'session_id', {_SESSION}, 'url', %(url)s::text, 'host', %(host)s::text,
        'endpoint_id', 'whe_' || md5(%(url)s), 'state', 'waiting', 'send_at', clock_timestamp())) copy
    WHERE model.session_id = %(session)s
    """,
)
ANALYZE = "ANALYZE checkout_sessions, events, deliveries"  # as autovacuum would have done


@dataclass(frozen=True)
class Model:
    """The session whose events are copied. body, headers: what the worker sends for the last one."""

    session: str
    body: str
    headers: dict[str, str]


def new_model(world: World, *, refusals: int = 0) -> Model:
    """A session that was cancelled after so many refused payments, each an event; its own deliveries are taken out of
    the queue."""
    session = world.new_session()
    with world.app.app_context():
        for _ in range(refusals):
            _refuse_a_payment(session)
        cancel_session(session_id=session, now=clock.now())
    with psycopg.connect(world.database_url) as connection:
        connection.execute("UPDATE deliveries SET state = 'failed' WHERE session_id = %s", [session])
        found = "SELECT id, body FROM events WHERE session_id = %s ORDER BY sequence DESC"
        row = connection.execute(found, [session]).fetchone()
    assert row is not None
    signed = signature_headers(event_id=row[0], body=row[1], whsecs=[new_secret()], now=clock.now())
    headers = {"Content-Type": "application/json", "User-Agent": "Korea-Checkout-Webhooks/1", **signed}
    return Model(session, row[1], headers)


def _refuse_a_payment(session_id: str) -> None:
    with transaction():
        session = locked_session(session_id)
        for state in (SessionState.PROCESSING, SessionState.FAILED):
            move(session, state, now=clock.now())


def make_due(world: World, model: Model, *, url: str, amount: int) -> None:
    """Whatever the model has, `amount` times, each time for a session of its own, to `url`."""
    with psycopg.connect(world.database_url) as connection:
        copy_model(connection, model, url=url, first=1, last=amount)
        connection.execute(ANALYZE)


def copy_model(connection: psycopg.Connection[Any], model: Model, *, url: str, first: int, last: int) -> None:
    """The copies with these numbers, in the transaction that is open."""
    values = {"first": first, "last": last, "url": url, "host": host_of(url), "session": model.session}
    for statement in COPIES:
        connection.execute(statement, values)


def event_id(url: str, number: int, sequence: int = 1) -> str:
    """Of a copy."""
    return f"evt_{hashlib.md5(f'{url}#{number}#{sequence}'.encode()).hexdigest()}"


def check_delivered(world: World, *, url: str, amount: int) -> None:
    """Raises Stop unless each was stored as delivered, with one try."""
    with psycopg.connect(world.database_url) as connection:
        found = connection.execute(
            "SELECT state, tries, count(*) FROM deliveries WHERE url = %s GROUP BY state, tries", [url]
        ).fetchall()
    if found != [("delivered", 1, amount)]:
        raise Stop(
            f"{amount} deliveries should have been delivered at the first try; found {json.dumps(found)}."
        )
