"""What happens by itself later, by the sandbox's clock: a deposit in an hour, its reversal, a due date."""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox import clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due_at REAL NOT NULL, action TEXT NOT NULL, payload TEXT NOT NULL
);
"""

# Works inside the transaction that takes the timer away, so it happens once even if the process is killed.
Action = Callable[[sqlite3.Connection, dict[str, Any]], None]

_log = logging.getLogger(__name__)


def plan(db: sqlite3.Connection, *, action: str, due_at: float, **payload: Any) -> None:
    """due_at: seconds since 1970 by the sandbox's clock. payload: what JSON can hold."""
    db.execute(
        "INSERT INTO sandbox_timers (due_at, action, payload) VALUES (?, ?, ?)",
        (due_at, action, json.dumps(payload)),
    )


def run_next(db: sqlite3.Connection, actions: Mapping[str, Action]) -> bool:
    """Do the earliest one that is due. False when none is. One that fails is written down and not repeated."""
    row = db.execute(
        "SELECT * FROM sandbox_timers WHERE due_at <= ? ORDER BY due_at, id LIMIT 1", (clock.now(db),)
    ).fetchone()
    if row is None:
        return False
    db.execute("DELETE FROM sandbox_timers WHERE id = ?", (row["id"],))
    db.execute("SAVEPOINT timer")
    try:
        actions[row["action"]](db, json.loads(row["payload"]))
    except ValueError as refusal:  # the world has changed since: the account is closed, say
        db.execute("ROLLBACK TO timer")
        _log.warning("sandbox: the planned %s did not happen: %s", row["action"], refusal)
    except Exception:
        db.execute("ROLLBACK TO timer")
        _log.exception("sandbox: the planned %s failed", row["action"])
    db.execute("RELEASE timer")
    return True


def next_due_at(db: sqlite3.Connection) -> float | None:
    due_at: float | None = db.execute("SELECT min(due_at) FROM sandbox_timers").fetchone()[0]
    return due_at
