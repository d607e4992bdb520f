"""What was asked of the simulated gateways lately, for tests and for people who debug an integration."""

import sqlite3
from dataclasses import dataclass

from app.sandbox import clock

KEEP = 1000

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, gateway TEXT NOT NULL, at REAL NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, merchant TEXT, authorization TEXT, idempotency_key TEXT, status INTEGER, fault TEXT
);
"""


@dataclass(frozen=True)
class Call:
    """`status` None: the connection was broken, so the caller saw none. Secrets never come in here."""

    gateway: str
    method: str
    path: str
    merchant: str | None
    authorization: str | None
    idempotency_key: str | None
    status: int | None
    fault: str | None


def record(db: sqlite3.Connection, call: Call) -> None:
    db.execute(
        "INSERT INTO sandbox_calls"
        " (gateway, at, method, path, merchant, authorization, idempotency_key, status, fault)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            call.gateway,
            clock.now(db),
            call.method,
            call.path,
            call.merchant,
            call.authorization,
            call.idempotency_key,
            call.status,
            call.fault,
        ),
    )
    db.execute("DELETE FROM sandbox_calls WHERE id <= (SELECT max(id) FROM sandbox_calls) - ?", (KEEP,))


def recent(db: sqlite3.Connection, *, gateway: str, limit: int) -> list[dict[str, object]]:
    """Newest first."""
    rows = db.execute(
        "SELECT * FROM sandbox_calls WHERE gateway = ? ORDER BY id DESC LIMIT ?", (gateway, limit)
    ).fetchall()
    return [
        {
            "at": clock.korea_time(row["at"]),
            "method": row["method"],
            "path": row["path"],
            "mId": row["merchant"],
            "authorization": row["authorization"],
            "idempotencyKey": row["idempotency_key"],
            "status": row["status"],
            "fault": row["fault"],
        }
        for row in rows
    ]
