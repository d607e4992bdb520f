"""Pay windows: opened for an order, left with an authentication (인증) or without one. No money moves here.

Nothing else writes their table.
"""

import base64
import json
import secrets
import sqlite3
from dataclasses import dataclass, replace

from app.sandbox import clock
from app.sandbox.inicis.choice import Choice, Outcome, load_choice
from app.sandbox.inicis.mobile_order import build_mobile_order
from app.sandbox.inicis.order import MOBILE, PC, Order
from app.sandbox.inicis.pc_order import build_pc_order
from app.sandbox.inicis.stamps import new_tid
from app.sandbox.pay_windows import State, expire_due
from app.sandbox.storage import change_row

SCHEMA = """
CREATE TABLE IF NOT EXISTS inicis_windows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, flow TEXT NOT NULL, mid TEXT NOT NULL,
    oid TEXT NOT NULL, fields TEXT NOT NULL, methods TEXT NOT NULL, wallet TEXT NOT NULL, parent_origin TEXT,
    state TEXT NOT NULL, opened_at REAL NOT NULL, authenticated_at REAL, choice TEXT, token TEXT UNIQUE,
    uses INTEGER NOT NULL DEFAULT 0, answer TEXT, tid TEXT, taken_back INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS inicis_windows_oid ON inicis_windows (oid);
CREATE INDEX IF NOT EXISTS inicis_windows_due ON inicis_windows (state, opened_at);
"""


@dataclass(frozen=True)
class Window:
    """One row, read. token: authToken, or the TID of the authentication on phones.

    uses: how many approvals were asked with it; answer: what the last was answered with; tid: of the payment.
    taken_back: net-cancelled before it was approved.
    """

    id: str
    order: Order
    parent_origin: str | None
    state: State
    opened_at: float
    authenticated_at: float
    choice: Choice | None
    token: str
    uses: int
    answer: dict[str, str] | None
    tid: str | None
    taken_back: bool

    @property
    def chosen(self) -> Choice:
        """Of a window that was left."""
        assert self.choice is not None
        return self.choice


def open_window(db: sqlite3.Connection, order: Order, *, parent_origin: str | None = None) -> Window:
    window_id = secrets.token_urlsafe(16)
    db.execute(
        "INSERT INTO inicis_windows (id, flow, mid, oid, fields, methods, wallet, parent_origin, state, opened_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            window_id,
            order.flow,
            order.mid,
            order.oid,
            json.dumps(dict(order.fields), ensure_ascii=False),
            json.dumps(order.methods),
            order.wallet,
            parent_origin,
            State.OPEN,
            clock.now(db),
        ),
    )
    return _fresh(db, window_id)


def find_window(db: sqlite3.Connection, window_id: str) -> Window | None:
    expire_due(db, "inicis_windows")
    row = db.execute("SELECT * FROM inicis_windows WHERE id = ?", (window_id,)).fetchone()
    return None if row is None else _read(row)


def find_by_token(db: sqlite3.Connection, token: str, flow: str) -> Window | None:
    row = db.execute("SELECT * FROM inicis_windows WHERE token = ? AND flow = ?", (token, flow)).fetchone()
    return None if row is None else _read(row)


def list_windows(db: sqlite3.Connection, oid: str | None = None) -> list[Window]:
    """Newest first, of every MID."""
    expire_due(db, "inicis_windows")
    rows = db.execute(
        "SELECT * FROM inicis_windows WHERE ? IS NULL OR oid = ? ORDER BY seq DESC", (oid, oid)
    ).fetchall()
    return [_read(row) for row in rows]


def authenticate(
    db: sqlite3.Connection, window: Window, choice: Choice, *, prefix: str, lifetime_s: float
) -> Window:
    """prefix: of the TID on phones. lifetime_s: of the token; one that is to be EXPIRED is made so long ago."""
    now = clock.now(db)
    at = now - lifetime_s if choice.outcome is Outcome.EXPIRED else now
    token = _new_token() if window.order.flow == PC else new_tid(db, prefix, window.order.mid)
    _move(db, window, State.AUTHENTICATED, choice=choice.dumped(), token=token, authenticated_at=at)
    return _fresh(db, window.id)


def close(db: sqlite3.Connection, window: Window, choice: Choice) -> Window:
    _move(db, window, State.CLOSED, choice=choice.dumped())
    return _fresh(db, window.id)


def note_use(db: sqlite3.Connection, window: Window, answer: dict[str, str], tid: str | None) -> None:
    """tid: of the payment, None for a refusal."""
    db.execute(
        "UPDATE inicis_windows SET uses = uses + 1, answer = ?, tid = ? WHERE id = ?",
        (json.dumps(answer, ensure_ascii=False), tid, window.id),
    )


def take_back(db: sqlite3.Connection, window: Window) -> None:
    """Net-cancelled: it cannot be approved any more."""
    db.execute("UPDATE inicis_windows SET taken_back = 1 WHERE id = ?", (window.id,))


def drop_fault(db: sqlite3.Connection, window: Window, name: str) -> None:
    """A fault chosen in the window happens once; a repeat of the call then goes well. name: of the choice."""
    choice = replace(window.chosen, **{name: "none"})  # type: ignore[arg-type]  # both faults are text
    db.execute("UPDATE inicis_windows SET choice = ? WHERE id = ?", (choice.dumped(), window.id))


def _new_token() -> str:
    """Base64 with every character that a careless form loses."""
    while True:
        token = base64.b64encode(secrets.token_bytes(190)).decode()
        if set("+/=") <= set(token):
            return token


def _fresh(db: sqlite3.Connection, window_id: str) -> Window:
    found = find_window(db, window_id)
    assert found is not None
    return found


def _move(db: sqlite3.Connection, window: Window, state: State, **columns: object) -> None:
    was = {"id": window.id, "state": window.state}
    change_row(db, "inicis_windows", was=was, now={"state": state, **columns})


def _read(row: sqlite3.Row) -> Window:
    build = build_mobile_order if row["flow"] == MOBILE else build_pc_order
    # What was accepted once stays so, whatever the switches say since.
    order = build(json.loads(row["fields"]), tuple(json.loads(row["methods"])), row["wallet"])
    return Window(
        id=row["id"],
        order=order,
        parent_origin=row["parent_origin"],
        state=State(row["state"]),
        opened_at=row["opened_at"],
        authenticated_at=row["authenticated_at"] or 0.0,
        choice=load_choice(row["choice"]) if row["choice"] else None,
        token=row["token"] or "",
        uses=row["uses"],
        answer=json.loads(row["answer"]) if row["answer"] else None,
        tid=row["tid"],
        taken_back=bool(row["taken_back"]),
    )
