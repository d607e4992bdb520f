"""The database is the queue: take due rows so that no two workers have the same one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, select, update

from app.database import db, end_reading, transaction


def claim(
    table: FromClause,
    *,
    due: ColumnElement[bool],
    order: ColumnElement[Any],
    values: dict[str, Any],
    limit: int,
) -> Sequence[Any]:
    """Change up to `limit` due rows and return them whole, as rows of that table. values: what marks a row as
    taken, a time after which it comes back by itself if its worker dies.

    PostgreSQL skips rows that another worker is just taking; SQLite has one writer at a time anyway. One
    statement for both.
    """
    assert isinstance(table, Table)
    if not _anything(table, due):
        return []
    chosen = select(table.c.id).where(due).order_by(order).limit(limit).with_for_update(skip_locked=True)
    statement = update(table).where(table.c.id.in_(chosen)).values(**values).returning(*table.c)
    with transaction():
        return db.session.connection().execute(statement).fetchall()


def _anything(table: Table, due: ColumnElement[bool]) -> bool:
    """A look costs less than opening a transaction that writes nothing, and SQLite has only one of those."""
    found = db.session.execute(select(table.c.id).where(due).limit(1)).first()
    end_reading()
    return found is not None
