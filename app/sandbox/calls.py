"""What was asked of the simulated gateways lately, for tests and for people who debug an integration."""

import sqlite3
from dataclasses import dataclass

from flask import Response, request

from app.sandbox import clock
from app.sandbox.faults import FaultKind
from app.sandbox.storage import storage

KEEP = 1000
_BREAKS_CONNECTION = (FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST)

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


def record_request(
    response: Response,
    *,
    gateway: str,
    merchant: str | None,
    fault: str | None,
    authorization: str | None = None,
    idempotency_key: str | None = None,
) -> Response:
    """Write down the current request and hand the answer on."""
    call = Call(
        gateway=gateway,
        method=request.method,
        path=request.path,
        merchant=merchant,
        authorization=authorization,
        idempotency_key=idempotency_key,
        status=None if fault in _BREAKS_CONNECTION else response.status_code,
        fault=fault,
    )
    with storage().transaction() as db:
        record(db, call)
    return response


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
