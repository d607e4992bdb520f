"""Deliveries that are due, made in bulk: copies of one event that the product itself recorded."""

import json
from dataclasses import dataclass

import psycopg

from app import clock
from app.payments.sessions import cancel_session
from app.webhooks.signing import new_secret, signature_headers
from bench.world import World
from bin._setup import Stop

# Each copies the model's rows, whatever columns they have, and gives the copies names of their own.
COPIES = (
    """
    INSERT INTO checkout_sessions SELECT copy.* FROM checkout_sessions model, generate_series(1, %(amount)s) number,
      jsonb_populate_record(model, jsonb_build_object('id', 'cs_' || md5(%(url)s || '#' || number))) copy
    WHERE model.id = %(session)s
    """,
    """
    INSERT INTO events SELECT copy.* FROM events model, generate_series(1, %(amount)s) number,
      jsonb_populate_record(model, jsonb_build_object('id', 'evt_' || md5(%(url)s || '#' || number),
        'session_id', 'cs_' || md5(%(url)s || '#' || number))) copy
    WHERE model.session_id = %(session)s
    """,
    """
    INSERT INTO deliveries SELECT copy.* FROM deliveries model, generate_series(1, %(amount)s) number,
      jsonb_populate_record(model, jsonb_build_object('id', nextval(pg_get_serial_sequence('deliveries', 'id')),
        'event_id', 'evt_' || md5(%(url)s || '#' || number), 'session_id', 'cs_' || md5(%(url)s || '#' || number),
        'url', %(url)s::text, 'state', 'waiting', 'send_at', now())) copy
    WHERE model.session_id = %(session)s
    """,
    "ANALYZE checkout_sessions, events, deliveries",  # as autovacuum would have done
)


@dataclass(frozen=True)
class Model:
    """The session whose event is copied. body, headers: what the worker sends for it."""

    session: str
    body: str
    headers: dict[str, str]


def new_model(world: World) -> Model:
    """A session that was created and cancelled; its own delivery is taken out of the queue."""
    session = world.new_session()
    with world.app.app_context():
        cancel_session(session_id=session, now=clock.now())
    with psycopg.connect(world.database_url) as connection:
        connection.execute("UPDATE deliveries SET state = 'failed' WHERE session_id = %s", [session])
        row = connection.execute("SELECT id, body FROM events WHERE session_id = %s", [session]).fetchone()
    assert row is not None
    signed = signature_headers(event_id=row[0], body=row[1], whsecs=[new_secret()], now=clock.now())
    headers = {"Content-Type": "application/json", "User-Agent": "Korea-Checkout-Webhooks/1", **signed}
    return Model(session, row[1], headers)


def make_due(world: World, model: Model, *, url: str, amount: int) -> None:
    """`amount` deliveries to `url`, each of a session of its own."""
    with psycopg.connect(world.database_url) as connection:
        for statement in COPIES:
            connection.execute(statement, {"amount": amount, "url": url, "session": model.session})


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
