"""The sandbox's own SQLite file: what a gateway would remember, kept apart from the shop's database.

Every transaction opens its own connection, so threads and worker processes share nothing in memory. A process
killed between two statements leaves the file as it was before the transaction; committed work stays (WAL).
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from flask import current_app

BUSY_TIMEOUT_S = 10.0

SETTINGS_SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Storage:
    """Opens transactions on one database file; safe to share between threads."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def prepare(self, schemas: list[str]) -> None:
        """Create the file, its folder and whatever tables are missing. Safe to run in several processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as db:
            _switch_to_wal(db)
        with self.transaction() as db:
            for statement in ";".join([SETTINGS_SCHEMA, *schemas]).split(";"):
                db.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end of the block, rolled back when it raises.

        IMMEDIATE takes the write lock at once. Two requests about the same payment therefore run one after
        the other, which is what makes "approve exactly once" true without any lock of our own.
        """
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One look that takes no lock and waits for nobody."""
        with closing(self._connect()) as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    def _connect(self) -> sqlite3.Connection:
        # isolation_level None: the module then begins no transactions of its own, ours are explicit.
        db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = NORMAL")
        return db


def storage() -> Storage:
    """The storage of the sandbox that serves the current request."""
    return cast(Storage, current_app.extensions["sandbox_storage"])


def public_url() -> str:
    """Where browsers reach this sandbox, without a slash at the end."""
    return cast(str, current_app.config["SANDBOX_URL"])


def read_setting(db: sqlite3.Connection, name: str, default: str) -> str:
    row = db.execute("SELECT value FROM sandbox_settings WHERE name = ?", (name,)).fetchone()
    return default if row is None else str(row["value"])


def write_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute(
        "INSERT INTO sandbox_settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def change_row(
    db: sqlite3.Connection, table: str, *, was: Mapping[str, object], now: Mapping[str, object]
) -> None:
    """Change a row only if it still is as it was read; else the simulator has a bug, and RuntimeError says so.

    was: its key and what must not have changed since. The names are the caller's own, only values come from outside.
    """
    assignments, conditions = (
        ", ".join(f"{name} = ?" for name in now),
        " AND ".join(f"{name} = ?" for name in was),
    )
    moved = db.execute(
        f"UPDATE {table} SET {assignments} WHERE {conditions}",  # noqa: S608  # as said above
        (*now.values(), *was.values()),
    )
    if moved.rowcount != 1:
        raise RuntimeError(f"{table}: no row is {dict(was)} any more")


def _switch_to_wal(db: sqlite3.Connection) -> None:
    # The switch of a new file ignores the busy timeout, so workers that start together may collide here.
    for attempts_left in range(20, -1, -1):
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if attempts_left == 0:
                raise
            time.sleep(0.05)
