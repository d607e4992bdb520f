"""The database is the queue: take due rows so that no two workers have the same one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Table, bindparam, select, update

from app.database import db, end_reading, transaction


class Claim:
    """Change due rows and return them whole, as rows of that table. values: what marks a row as taken, a time after
    which it comes back by itself if its worker dies.

    due, values: may have parameters, which `take` is given. look_first: a look costs less than opening a transaction
    that writes nothing, and SQLite has only one of those.

    PostgreSQL skips rows that another worker is just taking; SQLite has one writer at a time anyway. One statement
    for both.
    """

    def __init__(
        self,
        table: FromClause,
        *,
        due: ColumnElement[bool],
        order: ColumnElement[Any],
        values: dict[str, Any],
        look_first: bool = True,
    ) -> None:
        assert isinstance(table, Table)
        self._look = select(table.c.id).where(due).limit(1) if look_first else None
        limit = bindparam("limit", type_=Integer)
        chosen = select(table.c.id).where(due).order_by(order).limit(limit).with_for_update(skip_locked=True)
        self._take = update(table).where(table.c.id.in_(chosen)).values(**values).returning(*table.c)

    def take(self, *, limit: int, **parameters: Any) -> Sequence[Any]:
        """Up to `limit` rows."""
        if self._look is not None and not self._is_anything(parameters):
            return []
        with transaction():
            return db.session.connection().execute(self._take, {"limit": limit, **parameters}).fetchall()

    def _is_anything(self, parameters: dict[str, Any]) -> bool:
        assert self._look is not None
        found = db.session.execute(self._look, parameters).first()
        end_reading()
        return found is not None


def claim(
    table: FromClause,
    *,
    due: ColumnElement[bool],
    order: ColumnElement[Any],
    values: dict[str, Any],
    limit: int,
) -> Sequence[Any]:
    """A claim whose statement is made for this once."""
    return Claim(table, due=due, order=order, values=values).take(limit=limit)
