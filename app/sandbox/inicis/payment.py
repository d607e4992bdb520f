"""A transaction at Inicis as it is stored: it exists from the approval on."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from app.sandbox.deposits import Received
from app.sandbox.inicis.choice import Choice, load_choice
from app.sandbox.inicis.codes import VBANK

# Sorts of cancels; night.py has one more.
FULL, PART, NET_CANCEL = "Refund", "PartialRefund", "netCancel"

SCHEMA = """
CREATE TABLE IF NOT EXISTS inicis_payments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tid TEXT UNIQUE NOT NULL, window_id TEXT NOT NULL, flow TEXT NOT NULL,
    mid TEXT NOT NULL, oid TEXT NOT NULL, goods TEXT NOT NULL, buyer TEXT NOT NULL, tel TEXT NOT NULL,
    email TEXT NOT NULL, echo TEXT NOT NULL, method TEXT NOT NULL, amount INTEGER NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0), state TEXT NOT NULL, approved_at REAL NOT NULL,
    choice TEXT NOT NULL, noti_url TEXT NOT NULL, due_at REAL, account TEXT
);
CREATE INDEX IF NOT EXISTS inicis_payments_oid ON inicis_payments (oid);
CREATE TABLE IF NOT EXISTS inicis_cancels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, tid TEXT NOT NULL REFERENCES inicis_payments (tid), new_tid TEXT NOT NULL,
    type TEXT NOT NULL, amount INTEGER NOT NULL, rest INTEGER NOT NULL, reason TEXT NOT NULL, canceled_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS inicis_deposits (
    id INTEGER PRIMARY KEY AUTOINCREMENT, tid TEXT NOT NULL REFERENCES inicis_payments (tid), amount INTEGER NOT NULL,
    remitter TEXT NOT NULL, deposited_at REAL NOT NULL, reversed_at REAL
);
CREATE INDEX IF NOT EXISTS inicis_cancels_of ON inicis_cancels (tid);
CREATE INDEX IF NOT EXISTS inicis_deposits_of ON inicis_deposits (tid);
"""


class State(StrEnum):
    WAITING = "WAITING"  # a virtual account waits for its deposit
    CLOSED = "CLOSED"  # it was closed without one, by the shop or by its due date
    APPROVED = "APPROVAL"
    PARTIAL = "PART_CANCEL"
    CANCELLED = "CANCEL"


@dataclass(frozen=True)
class Cancel:
    """new_tid: the number of a partial cancel, "" for a whole one. type: Refund, PartialRefund, netCancel, …"""

    new_tid: str
    type: str
    amount: int
    rest: int
    reason: str
    canceled_at: float


@dataclass(frozen=True)
class Payment:
    """One row, read. amount: of the order. balance: what can be given back, so 0 while an account waits.

    noti_url: of phones; "" for a PC payment. due_at, account: of virtual accounts.
    """

    tid: str
    window_id: str
    flow: str
    mid: str
    oid: str
    goods: str
    buyer: str
    tel: str
    email: str
    echo: str
    method: str
    amount: int
    balance: int
    state: State
    approved_at: float
    choice: Choice
    noti_url: str
    due_at: float | None
    account: str | None
    cancels: tuple[Cancel, ...]
    deposits: tuple[Received, ...]

    @property
    def is_account(self) -> bool:
        return self.method == VBANK

    @property
    def live_deposits(self) -> tuple[Received, ...]:
        return tuple(one for one in self.deposits if one.reversed_at is None)

    @property
    def captured(self) -> int:
        """What Inicis took of the buyer's money, refunds not counted."""
        return sum(one.amount for one in self.live_deposits) if self.is_account else self.amount

    @property
    def is_net_cancelled(self) -> bool:
        return any(one.type == NET_CANCEL for one in self.cancels)


def read_payment(db: sqlite3.Connection, row: sqlite3.Row) -> Payment:
    cancels = db.execute(
        "SELECT new_tid, type, amount, rest, reason, canceled_at FROM inicis_cancels WHERE tid = ? ORDER BY id",
        (row["tid"],),
    ).fetchall()
    deposits = db.execute(
        "SELECT id, amount, remitter, deposited_at, reversed_at FROM inicis_deposits WHERE tid = ? ORDER BY id",
        (row["tid"],),
    ).fetchall()
    plain = {name: row[name] for name in Payment.__dataclass_fields__ if name in row.keys()}  # noqa: SIM118  # a Row
    return Payment(
        **{
            **plain,
            "state": State(row["state"]),
            "choice": load_choice(row["choice"]),
            "cancels": tuple(Cancel(*cancel) for cancel in cancels),
            "deposits": tuple(Received(*deposit) for deposit in deposits),
        }
    )
