"""The order in which shops read events.

Transactions commit in another order than they begin: whoever reads up to the newest `created_at` and goes on from there
misses an event that was begun earlier and committed later. So events get their position after they are committed,
and by one writer at a time: it holds the only row of `event_feed` until its positions can be seen. Whoever sees a
position sees everything that is before it, for good.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, text, update

from app.database import Table, db, end_reading, transaction
from app.webhooks.models import Event, EventFeed

AT_ONCE = 500
MOST_ROUNDS = 20

_FIRST_ROW = text("INSERT INTO event_feed (id, last_position) VALUES (1, 0) ON CONFLICT DO NOTHING")


def bring_up_to_date() -> None:
    """Give positions to all that is committed by now, but for a backlog that is out of all proportion."""
    for _ in range(MOST_ROUNDS):
        if number_new_events(limit=AT_ONCE) < AT_ONCE:
            return


def number_new_events(*, limit: int) -> int:
    """How many events got their position: those of up to `limit` sessions or events, the oldest first."""
    unnumbered = select(Event.session_id).where(Event.position.is_(None))
    nothing = db.session.execute(unnumbered.limit(1)).first() is None
    end_reading()
    if nothing:
        return 0
    with transaction():
        db.session.connection().execute(_FIRST_ROW)
        feed = db.session.scalars(select(EventFeed).with_for_update()).one()
        oldest = unnumbered.order_by(Event.created_at).limit(limit)
        columns = (Event.id, Event.session_id, Event.sequence, Event.created_at)
        found = select(*columns).where(Event.position.is_(None), Event.session_id.in_(oldest))
        rows = _in_order(db.session.execute(found).all())
        places = [
            {"event_id": row.id, "place": place} for place, row in enumerate(rows, feed.last_position + 1)
        ]
        if places:
            feed.last_position += len(places)
            db.session.flush()
            db.session.connection().execute(_NUMBER, places)
    return len(places)


def _in_order(rows: Sequence[Any]) -> list[Any]:
    """By time, and those of one session by their sequence, whatever the clocks of two machines said."""
    by_time = sorted(rows, key=lambda row: (row.created_at, row.session_id, row.sequence))
    of_session: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: -row.sequence):
        of_session.setdefault(row.session_id, []).append(row)
    return [of_session[row.session_id].pop() for row in by_time]


_EVENTS = Table.metadata.tables["events"]
_NUMBER = update(_EVENTS).where(_EVENTS.c.id == bindparam("event_id")).values(position=bindparam("place"))
