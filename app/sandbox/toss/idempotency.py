"""`Idempotency-Key` on POST: the first answer is kept and repeated (protocol notes §2.2).

A key belongs to an API key, URL and method, but not to a body: the same key with another body gets the old
answer.
"""

import json
import sqlite3
from dataclasses import dataclass

from app.sandbox import clock
from app.sandbox.toss.answers import Answer
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.keys import Account

MAX_LENGTH = 300
KEPT_S = 15 * 24 * 60 * 60

# status NULL: the first request is still running.
SCHEMA = """
CREATE TABLE IF NOT EXISTS toss_idempotency (
    account TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL,
    started_at REAL NOT NULL, status INTEGER, body TEXT, PRIMARY KEY (account, method, path, key)
);
"""


@dataclass(frozen=True)
class Slot:
    """Where one answer is kept."""

    account: Account
    method: str
    path: str
    key: str

    @property
    def columns(self) -> tuple[str, str, str, str]:
        return (self.account.name, self.method, self.path, self.key)


def slot_for(account: Account, *, method: str, path: str, key: str | None) -> Slot | None:
    """None without a key, or when the method ignores it. Raises TossError INVALID_IDEMPOTENCY_KEY."""
    if not key or method != "POST":
        return None
    if len(key) > MAX_LENGTH:
        raise TossError("INVALID_IDEMPOTENCY_KEY")
    return Slot(account, method, path, key)


def stored_answer(db: sqlite3.Connection, slot: Slot | None) -> Answer | None:
    """The first request's answer; None for a new key. Raises TossError 409 while the first one still runs."""
    if slot is None:
        return None
    db.execute("DELETE FROM toss_idempotency WHERE started_at <= ?", (clock.now(db) - KEPT_S,))
    row = db.execute(
        "SELECT status, body FROM toss_idempotency WHERE account = ? AND method = ? AND path = ? AND key = ?",
        slot.columns,
    ).fetchone()
    if row is None:
        return None
    if row["status"] is None:
        raise TossError("IDEMPOTENT_REQUEST_PROCESSING")
    return Answer(row["status"], json.loads(row["body"]))


def claim(db: sqlite3.Connection, slot: Slot | None) -> None:
    """Mark the key as running."""
    if slot is not None:
        db.execute(
            "INSERT INTO toss_idempotency (account, method, path, key, started_at) VALUES (?, ?, ?, ?, ?)",
            (*slot.columns, clock.now(db)),
        )


def keep_answer(db: sqlite3.Connection, slot: Slot | None, answer: Answer) -> None:
    """Keep the answer; in the transaction that does the work, so that neither exists without the other."""
    if slot is not None:
        db.execute(
            "UPDATE toss_idempotency SET status = ?, body = ?"
            " WHERE account = ? AND method = ? AND path = ? AND key = ?",
            (answer.status, answer.encoded().decode(), *slot.columns),
        )


def release(db: sqlite3.Connection, slot: Slot | None) -> None:
    """Forget a running request that failed without an answer."""
    if slot is not None:
        db.execute(
            "DELETE FROM toss_idempotency"
            " WHERE account = ? AND method = ? AND path = ? AND key = ? AND status IS NULL",
            slot.columns,
        )


def release_unfinished(db: sqlite3.Connection) -> None:
    """At start-up: requests that a killed process left running would else answer 409 for 15 days."""
    db.execute("DELETE FROM toss_idempotency WHERE status IS NULL")
