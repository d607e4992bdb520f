"""Pay windows: opened for an order, left with an authentication (인증) or without one. No money moves here.

Nothing else writes their tables.
"""

import base64
import json
import secrets
import sqlite3
import string
from dataclasses import dataclass

from app.sandbox import clock
from app.sandbox.kcp import switches
from app.sandbox.kcp.choice import Choice, load_choice
from app.sandbox.kcp.order import Fields, Order, read_order
from app.sandbox.pay_windows import State, expire_due
from app.sandbox.storage import change_row

TRADE_LIFETIME_S = 30 * 60

SCHEMA = """
CREATE TABLE IF NOT EXISTS kcp_windows (
    id TEXT PRIMARY KEY, site_cd TEXT NOT NULL, order_no TEXT NOT NULL, flow TEXT NOT NULL, amount INTEGER NOT NULL,
    fields TEXT NOT NULL, tosspay_known INTEGER NOT NULL, trace_no TEXT NOT NULL, parent_origin TEXT,
    charset TEXT NOT NULL, state TEXT NOT NULL, opened_at REAL NOT NULL, authenticated_at REAL, enc_until REAL,
    nonce TEXT, choice TEXT, uses INTEGER NOT NULL DEFAULT 0, answer TEXT
);
CREATE INDEX IF NOT EXISTS kcp_windows_order ON kcp_windows (order_no);
CREATE INDEX IF NOT EXISTS kcp_windows_due ON kcp_windows (state, opened_at);
CREATE TABLE IF NOT EXISTS kcp_trades (
    approval_key TEXT PRIMARY KEY, trace_no TEXT NOT NULL, site_cd TEXT NOT NULL, order_no TEXT NOT NULL,
    amount INTEGER NOT NULL, ret_url TEXT NOT NULL, pay_method TEXT NOT NULL, registered_at REAL NOT NULL
);
"""


@dataclass(frozen=True)
class Window:
    """One row, read. enc_until: until when its enc_data is good. uses: how many approvals were asked with it.

    answer: what the last of them was answered with. charset: of the shop's page.
    """

    id: str
    order: Order
    trace_no: str
    parent_origin: str | None
    charset: str
    state: State
    opened_at: float
    enc_until: float
    nonce: str
    choice: Choice | None
    uses: int
    answer: dict[str, str] | None


@dataclass(frozen=True)
class Trade:
    """거래등록 of a phone payment."""

    approval_key: str
    trace_no: str
    site_cd: str
    order_no: str
    amount: int
    ret_url: str
    pay_method: str


def register_trade(
    db: sqlite3.Connection, *, site_cd: str, order_no: str, amount: int, ret_url: str, pay_method: str
) -> Trade:
    """approval_key: 44 characters of Base64; 32 random bytes."""
    approval_key = base64.b64encode(secrets.token_bytes(32)).decode()
    trade = Trade(approval_key, new_trace_no(site_cd), site_cd, order_no, amount, ret_url, pay_method)
    db.execute(
        "INSERT INTO kcp_trades VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*vars(trade).values(), clock.now(db))
    )
    return trade


def find_trade(db: sqlite3.Connection, approval_key: str) -> Trade | None:
    """None when it is unknown or too old."""
    row = db.execute(
        "SELECT * FROM kcp_trades WHERE approval_key = ? AND registered_at > ?",
        (approval_key, clock.now(db) - TRADE_LIFETIME_S),
    ).fetchone()
    return None if row is None else Trade(**{name: row[name] for name in Trade.__dataclass_fields__})


def open_window(
    db: sqlite3.Connection,
    fields: Fields,
    flow: str,
    *,
    charset: str,
    parent_origin: str | None = None,
    trace_no: str | None = None,
) -> Window:
    """fields: the posted order form. Raises OrderRefused."""
    tosspay_known = switches.is_set(db, "tosspay_direct", "known")
    caret_forbidden = switches.is_set(db, "caret", "forbidden")
    order = read_order(fields, flow, caret_forbidden=caret_forbidden, tosspay_known=tosspay_known)
    window_id = secrets.token_urlsafe(16)
    db.execute(
        "INSERT INTO kcp_windows (id, site_cd, order_no, flow, amount, fields, tosspay_known, trace_no,"
        " parent_origin, charset, state, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            window_id,
            order.site_cd,
            order.order_no,
            flow,
            order.amount,
            json.dumps(dict(fields), ensure_ascii=False),
            tosspay_known,
            trace_no or new_trace_no(order.site_cd),
            parent_origin,
            charset,
            State.OPEN,
            clock.now(db),
        ),
    )
    found = find_window(db, window_id)
    assert found is not None
    return found


def find_window(db: sqlite3.Connection, window_id: str) -> Window | None:
    expire_due(db, "kcp_windows")
    row = db.execute("SELECT * FROM kcp_windows WHERE id = ?", (window_id,)).fetchone()
    return None if row is None else _read(row)


def list_windows(db: sqlite3.Connection, order_no: str | None = None) -> list[Window]:
    """Newest first, of every site."""
    expire_due(db, "kcp_windows")
    rows = db.execute(
        "SELECT * FROM kcp_windows WHERE ? IS NULL OR order_no = ? ORDER BY rowid DESC", (order_no, order_no)
    ).fetchall()
    return [_read(row) for row in rows]


def authenticate(db: sqlite3.Connection, window: Window, choice: Choice) -> Window:
    """The buyer passed the window: OPEN to AUTHENTICATED, with an enc_data that lives for a while."""
    now = clock.now(db)
    lifetime_s = int(switches.read(db, "enc_data_lifetime_s")) if choice.outcome != "expired" else 0
    _move(
        db,
        window,
        State.AUTHENTICATED,
        authenticated_at=now,
        enc_until=now + lifetime_s,
        nonce=secrets.token_hex(16),
        choice=choice.dumped(),
    )
    authenticated = find_window(db, window.id)
    assert authenticated is not None
    return authenticated


def close(db: sqlite3.Connection, window: Window, choice: Choice) -> Window:
    """Left without authentication; `timeout` counts as one whose time is up."""
    _move(db, window, State.EXPIRED if choice.outcome == "timeout" else State.CLOSED, choice=choice.dumped())
    closed = find_window(db, window.id)
    assert closed is not None
    return closed


def note_use(db: sqlite3.Connection, window: Window, answer: dict[str, str]) -> None:
    """Its enc_data was used for an approval that ended with this answer."""
    db.execute(
        "UPDATE kcp_windows SET uses = uses + 1, answer = ? WHERE id = ?",
        (json.dumps(answer, ensure_ascii=False), window.id),
    )


def drop_fault(db: sqlite3.Connection, window: Window) -> None:
    """A fault chosen in the window happens once; a repeat of the call then goes well."""
    assert window.choice is not None
    choice = Choice(**{**vars(window.choice), "fault": "none"})
    db.execute("UPDATE kcp_windows SET choice = ? WHERE id = ?", (choice.dumped(), window.id))


def new_trace_no(site_cd: str) -> str:
    alphabet = string.ascii_uppercase + string.digits
    return site_cd + "".join(secrets.choice(alphabet) for _ in range(11))


def _move(db: sqlite3.Connection, window: Window, state: State, **columns: object) -> None:
    was = {"id": window.id, "state": window.state}
    change_row(db, "kcp_windows", was=was, now={"state": state, **columns})


def _read(row: sqlite3.Row) -> Window:
    fields = json.loads(row["fields"])
    # What was accepted once stays so, whatever the switch says since.
    order = read_order(fields, row["flow"], caret_forbidden=False, tosspay_known=bool(row["tosspay_known"]))
    return Window(
        id=row["id"],
        order=order,
        trace_no=row["trace_no"],
        parent_origin=row["parent_origin"],
        charset=row["charset"],
        state=State(row["state"]),
        opened_at=row["opened_at"],
        enc_until=row["enc_until"] or 0.0,
        nonce=row["nonce"] or "",
        choice=load_choice(row["choice"]) if row["choice"] else None,
        uses=row["uses"],
        answer=json.loads(row["answer"]) if row["answer"] else None,
    )
