"""What the simulated gateways tell the shop's server by themselves, repeated until it acknowledges.

A notice is queued in the transaction of the event that it tells of, and sent by `background.py`.
"""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.sandbox import clock
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.storage import read_setting

LEASE_S = 30.0
KEEP = 2000

TEMPLATE_SETTING = "notice_url"  # of the whole sandbox: for merchants that have registered none

WAITING, ACKNOWLEDGED, GAVE_UP, UNREGISTERED = "waiting", "acknowledged", "gave_up", "unregistered"

# leased_until is real time: it is about processes, not about the gateway's day.
SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, gateway TEXT NOT NULL, merchant TEXT NOT NULL, subject TEXT NOT NULL,
    kind TEXT NOT NULL, url TEXT NOT NULL, charset TEXT NOT NULL, fields TEXT NOT NULL, fault TEXT,
    fault_delay_s REAL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL,
    due_at REAL NOT NULL, leased_until REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS sandbox_notices_due ON sandbox_notices (state, due_at);
CREATE TABLE IF NOT EXISTS sandbox_notice_attempts (
    notice_id INTEGER NOT NULL REFERENCES sandbox_notices, at REAL NOT NULL, status INTEGER,
    acknowledged INTEGER NOT NULL, problem TEXT
);
CREATE INDEX IF NOT EXISTS sandbox_notice_attempts_of ON sandbox_notice_attempts (notice_id);
"""


@dataclass(frozen=True)
class Notice:
    """subject: the gateway's number of the payment. url: "" when the shop has registered none.

    fault: spoils the first attempt. SLOW delays it.
    """

    gateway: str
    merchant: str
    subject: str
    kind: str
    url: str
    fields: Mapping[str, Any]
    charset: str = "utf-8"
    fault: Fault | None = None


@dataclass(frozen=True)
class Claimed:
    """A notice that this process has to send now."""

    id: int
    notice: Notice
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """status None: no answer. problem: a few words for people; "" when all went well."""

    status: int | None
    acknowledged: bool
    problem: str = ""


class Rules(Protocol):
    """How one gateway sends."""

    def encode(self, fields: Mapping[str, Any], charset: str) -> tuple[dict[str, str], bytes]:
        """(headers, body). fields: those of the notice, which JSON can hold."""

    def acknowledged(self, status: int, body: bytes) -> bool:
        """Whether the shop's answer ends the repeating."""

    def retry_after_s(self, db: sqlite3.Connection, notice: Notice, attempts: int) -> float | None:
        """Seconds until the next attempt after so many; None gives up."""


def usual_address(db: sqlite3.Connection, *, gateway: str, merchant: str) -> str:
    """Where a merchant that has registered none hears of payments; "" for nowhere."""
    template = read_setting(db, TEMPLATE_SETTING, "")
    return template.replace("{gateway}", gateway).replace("{merchant}", merchant)


def queue(db: sqlite3.Connection, notice: Notice) -> int:
    """The new notice's id. Without an address it is only written down: nothing was ever sent."""
    now, fault = clock.now(db), notice.fault
    late_s = fault.delay_s if fault and fault.kind is FaultKind.SLOW else 0.0
    added = db.execute(
        "INSERT INTO sandbox_notices (gateway, merchant, subject, kind, url, charset, fields, fault, fault_delay_s,"
        " state, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notice.gateway,
            notice.merchant,
            notice.subject,
            notice.kind,
            notice.url,
            notice.charset,
            json.dumps(dict(notice.fields), ensure_ascii=False),
            fault.kind.value if fault else None,
            fault.delay_s if fault else None,
            WAITING if notice.url else UNREGISTERED,
            now,
            now + late_s,
        ),
    )
    db.execute(
        "DELETE FROM sandbox_notices WHERE id <= (SELECT max(id) FROM sandbox_notices) - ? AND state <> ?",
        (KEEP, WAITING),
    )
    assert added.lastrowid is not None
    return added.lastrowid


def claim_next(db: sqlite3.Connection) -> Claimed | None:
    """Take the earliest due notice for LEASE_S seconds; it comes back by itself when this process dies."""
    row = db.execute(
        "SELECT * FROM sandbox_notices WHERE state = ? AND due_at <= ? AND leased_until <= ?"
        " ORDER BY due_at, id LIMIT 1",
        (WAITING, clock.now(db), time.time()),
    ).fetchone()
    if row is None:
        return None
    db.execute("UPDATE sandbox_notices SET leased_until = ? WHERE id = ?", (time.time() + LEASE_S, row["id"]))
    return Claimed(row["id"], _notice(row), row["attempts"])


def postpone(db: sqlite3.Connection, claimed: Claimed, delay_s: float) -> None:
    """Not now; the attempt does not count."""
    db.execute(
        "UPDATE sandbox_notices SET due_at = ?, leased_until = 0 WHERE id = ?",
        (clock.now(db) + delay_s, claimed.id),
    )


def conclude(db: sqlite3.Connection, claimed: Claimed, outcome: Outcome, rules: Rules) -> None:
    """Write an attempt down: acknowledged, to be repeated, or given up."""
    attempts = claimed.attempts + 1
    retry_s = rules.retry_after_s(db, claimed.notice, attempts)
    repeated = GAVE_UP if retry_s is None else WAITING
    db.execute(
        "UPDATE sandbox_notices SET state = ?, attempts = ?, due_at = ?, leased_until = 0, fault = NULL"
        " WHERE id = ? AND state = ?",
        (
            ACKNOWLEDGED if outcome.acknowledged else repeated,
            attempts,
            clock.now(db) + (retry_s or 0),
            claimed.id,
            WAITING,
        ),
    )
    db.execute(
        "INSERT INTO sandbox_notice_attempts VALUES (?, ?, ?, ?, ?)",
        (claimed.id, clock.now(db), outcome.status, outcome.acknowledged, outcome.problem),
    )


def send_again(db: sqlite3.Connection, notice_id: int, *, url: str) -> None:
    """Send it anew from the first attempt, whatever became of it. ValueError: no such notice, or no address."""
    if not url:
        raise ValueError("the shop has registered no address")
    changed = db.execute(
        "UPDATE sandbox_notices SET state = ?, url = ?, attempts = 0, due_at = ?, leased_until = 0 WHERE id = ?",
        (WAITING, url, clock.now(db), notice_id),
    )
    if changed.rowcount != 1:
        raise ValueError("there is no such notice")


def stop(db: sqlite3.Connection, notice_id: int) -> None:
    """It is not repeated any more."""
    db.execute(
        "UPDATE sandbox_notices SET state = ? WHERE id = ? AND state = ?", (GAVE_UP, notice_id, WAITING)
    )


def find(db: sqlite3.Connection, notice_id: int, *, gateway: str) -> Notice:
    """ValueError when there is no such notice of this gateway."""
    row = db.execute(
        "SELECT * FROM sandbox_notices WHERE id = ? AND gateway = ?", (notice_id, gateway)
    ).fetchone()
    if row is None:
        raise ValueError("there is no such notice")
    return _notice(row)


def next_due_at(db: sqlite3.Connection) -> float | None:
    """One that is being sent counts as due when its lease ends, in case its process dies."""
    due_at: float | None = db.execute(
        "SELECT min(CASE WHEN leased_until > ? THEN ? + leased_until - ? ELSE due_at END)"
        " FROM sandbox_notices WHERE state = ?",
        (time.time(), clock.now(db), time.time(), WAITING),
    ).fetchone()[0]
    return due_at


def attempts_of(db: sqlite3.Connection, notice_id: int) -> int:
    row = db.execute("SELECT attempts FROM sandbox_notices WHERE id = ?", (notice_id,)).fetchone()
    return int(row["attempts"]) if row else 0


def merchant_of(db: sqlite3.Connection, notice_id: int) -> str:
    """ValueError when there is no such notice."""
    row = db.execute("SELECT merchant FROM sandbox_notices WHERE id = ?", (notice_id,)).fetchone()
    if row is None:
        raise ValueError("there is no such notice")
    return str(row["merchant"])


def recent(
    db: sqlite3.Connection, *, gateway: str, subject: str | None = None, limit: int = 200
) -> list[dict[str, Any]]:
    """Newest first. What the shop answered is not kept, only its status and whether it acknowledged."""
    rows = db.execute(
        "SELECT * FROM sandbox_notices WHERE gateway = ? AND (? IS NULL OR subject = ?)"
        " ORDER BY id DESC LIMIT ?",
        (gateway, subject, subject, limit),
    ).fetchall()
    return [_summary(db, row) for row in rows]


def _summary(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    attempts = db.execute(
        "SELECT * FROM sandbox_notice_attempts WHERE notice_id = ? ORDER BY rowid", (row["id"],)
    ).fetchall()
    return {
        "id": row["id"],
        "merchant": row["merchant"],
        "subject": row["subject"],
        "kind": row["kind"],
        "url": row["url"],
        "charset": row["charset"],
        "fields": json.loads(row["fields"]),
        "state": row["state"],
        "createdAt": clock.korea_time(row["created_at"]),
        "dueAt": clock.korea_time(row["due_at"]),
        "attempts": [
            {
                "at": clock.korea_time(attempt["at"]),
                "status": attempt["status"],
                "acknowledged": bool(attempt["acknowledged"]),
                "problem": attempt["problem"],
            }
            for attempt in attempts
        ],
    }


def _notice(row: sqlite3.Row) -> Notice:
    fault = None
    if row["fault"] is not None:
        fault = Fault(FaultKind(row["fault"]), row["fault_delay_s"] or DEFAULT_DELAY_S)
    return Notice(
        gateway=row["gateway"],
        merchant=row["merchant"],
        subject=row["subject"],
        kind=row["kind"],
        url=row["url"],
        fields=json.loads(row["fields"]),
        charset=row["charset"],
        fault=fault,
    )
