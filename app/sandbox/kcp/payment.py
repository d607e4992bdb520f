"""A transaction at KCP as it is stored: it exists from the approval on (notes §2, §9.3)."""

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from app.sandbox.deposits import Received
from app.sandbox.kcp.choice import Choice, load_choice
from app.sandbox.kcp.tax import Tax

SCHEMA = """
CREATE TABLE IF NOT EXISTS kcp_payments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, tno TEXT UNIQUE, window_id TEXT NOT NULL REFERENCES kcp_windows,
    site_cd TEXT NOT NULL, order_no TEXT NOT NULL, good_name TEXT NOT NULL, pay_type TEXT NOT NULL,
    amount INTEGER NOT NULL, balance INTEGER NOT NULL CHECK (balance >= 0), state TEXT NOT NULL,
    approved_at REAL NOT NULL, fields TEXT NOT NULL, choice TEXT NOT NULL, escrow INTEGER NOT NULL,
    tax_flag TEXT NOT NULL, supply INTEGER NOT NULL, vat INTEGER NOT NULL, free INTEGER NOT NULL,
    due_at REAL, account TEXT, delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS kcp_payments_order ON kcp_payments (order_no);
CREATE TABLE IF NOT EXISTS kcp_cancels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, tno TEXT NOT NULL REFERENCES kcp_payments (tno), mod_type TEXT NOT NULL,
    amount INTEGER NOT NULL, rest INTEGER NOT NULL, reason TEXT NOT NULL, canceled_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS kcp_deposits (
    id INTEGER PRIMARY KEY AUTOINCREMENT, tno TEXT NOT NULL REFERENCES kcp_payments (tno), amount INTEGER NOT NULL,
    remitter TEXT NOT NULL, deposited_at REAL NOT NULL, reversed_at REAL
);
CREATE INDEX IF NOT EXISTS kcp_cancels_of ON kcp_cancels (tno);
CREATE INDEX IF NOT EXISTS kcp_deposits_of ON kcp_deposits (tno);
"""


class State(StrEnum):
    WAITING = "VA_WAITING"  # a virtual account waits for its deposit
    CLOSED = "VA_CLOSED"  # it was closed without one, by the shop or by its due date
    APPROVED = "STSR"
    PARTIAL = "STPC"
    CANCELLED = "STSC"


@dataclass(frozen=True)
class Cancel:
    mod_type: str
    amount: int
    rest: int
    reason: str
    canceled_at: float


@dataclass(frozen=True)
class Payment:
    """One row, read. amount: of the order. balance: what can be given back, so 0 while an account waits.

    tax: what is left of each part. fields: of the answer to the approval. due_at, account: of virtual accounts.
    """

    tno: str
    window_id: str
    site_cd: str
    order_no: str
    good_name: str
    pay_type: str
    amount: int
    balance: int
    state: State
    approved_at: float
    fields: dict[str, str]
    choice: Choice
    escrow: bool
    tax: Tax
    due_at: float | None
    account: str | None
    delivered: bool
    cancels: tuple[Cancel, ...]
    deposits: tuple[Received, ...]

    @property
    def is_account(self) -> bool:
        return self.account is not None

    @property
    def live_deposits(self) -> tuple[Received, ...]:
        return tuple(one for one in self.deposits if one.reversed_at is None)

    @property
    def captured(self) -> int:
        """What KCP took of the buyer's money, refunds not counted."""
        return sum(one.amount for one in self.live_deposits) if self.is_account else self.amount


def read_payment(db: sqlite3.Connection, row: sqlite3.Row) -> Payment:
    cancels = db.execute(
        "SELECT mod_type, amount, rest, reason, canceled_at FROM kcp_cancels WHERE tno = ? ORDER BY id",
        (row["tno"],),
    ).fetchall()
    deposits = db.execute(
        "SELECT id, amount, remitter, deposited_at, reversed_at FROM kcp_deposits WHERE tno = ? ORDER BY id",
        (row["tno"],),
    ).fetchall()
    return Payment(
        tno=row["tno"],
        window_id=row["window_id"],
        site_cd=row["site_cd"],
        order_no=row["order_no"],
        good_name=row["good_name"],
        pay_type=row["pay_type"],
        amount=row["amount"],
        balance=row["balance"],
        state=State(row["state"]),
        approved_at=row["approved_at"],
        fields=json.loads(row["fields"]),
        choice=load_choice(row["choice"]),
        escrow=bool(row["escrow"]),
        tax=Tax(row["tax_flag"], row["supply"], row["vat"], row["free"]),
        due_at=row["due_at"],
        account=row["account"],
        delivered=bool(row["delivered"]),
        cancels=tuple(Cancel(*cancel) for cancel in cancels),
        deposits=tuple(Received(*deposit) for deposit in deposits),
    )
