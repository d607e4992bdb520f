"""A payment at Toss as it is stored (protocol notes §2.4, §3)."""

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.sandbox.faults import Fault, FaultKind
from app.sandbox.toss.keys import Account
from app.sandbox.toss.method import Method, Options
from app.sandbox.toss.methods import METHODS
from app.sandbox.toss.window_request import Params

SCHEMA = """
CREATE TABLE IF NOT EXISTS toss_payments (
    payment_key TEXT PRIMARY KEY, account TEXT NOT NULL, order_id TEXT NOT NULL, order_name TEXT NOT NULL,
    method TEXT NOT NULL, amount INTEGER NOT NULL, tax_free_amount INTEGER NOT NULL,
    balance_amount INTEGER NOT NULL CHECK (balance_amount BETWEEN 0 AND amount),
    success_url TEXT NOT NULL, fail_url TEXT NOT NULL, window_target TEXT NOT NULL, parent_origin TEXT,
    params TEXT NOT NULL, status TEXT NOT NULL, requested_at REAL NOT NULL, authenticated_at REAL,
    approved_at REAL, approvals INTEGER NOT NULL DEFAULT 0, approved_fields TEXT, failure TEXT,
    last_transaction_key TEXT, script TEXT
);
CREATE INDEX IF NOT EXISTS toss_payments_order ON toss_payments (account, order_id);
CREATE TABLE IF NOT EXISTS toss_cancels (
    transaction_key TEXT PRIMARY KEY, payment_key TEXT NOT NULL REFERENCES toss_payments,
    amount INTEGER NOT NULL, tax_free_amount INTEGER NOT NULL, reason TEXT NOT NULL,
    refundable_amount INTEGER NOT NULL, canceled_at REAL NOT NULL
);
"""


class Status(StrEnum):
    READY = "READY"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_DEPOSIT = "WAITING_FOR_DEPOSIT"
    DONE = "DONE"
    PARTIAL_CANCELED = "PARTIAL_CANCELED"
    CANCELED = "CANCELED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


APPROVED = frozenset({Status.DONE, Status.PARTIAL_CANCELED, Status.CANCELED})


@dataclass(frozen=True)
class Script:
    """What the buyer chose in the pay window for the coming confirm. `decline` None: it will be approved."""

    decline: str | None
    fault: Fault | None
    funding: str = "card"


@dataclass(frozen=True)
class Cancel:
    transaction_key: str
    amount: int
    tax_free_amount: int
    reason: str
    refundable_amount: int
    canceled_at: float


@dataclass(frozen=True)
class Payment:
    """One row, read. Amounts in won; `tax_free_amount` is what is left of it, like `balance_amount`."""

    payment_key: str
    account: Account
    order_id: str
    order_name: str
    method_name: str
    amount: int
    tax_free_amount: int
    balance_amount: int
    success_url: str
    fail_url: str
    window_target: str
    parent_origin: str | None
    params: Params
    status: Status
    requested_at: float
    authenticated_at: float | None
    approved_at: float | None
    approvals: int
    approved_fields: dict[str, Any]
    failure: dict[str, str] | None
    last_transaction_key: str | None
    script: Script
    cancels: tuple[Cancel, ...]

    @property
    def is_account(self) -> bool:
        """A virtual account was issued for it."""
        return "_due_at" in self.approved_fields

    @property
    def method(self) -> Method:
        return METHODS[self.method_name]

    @property
    def options(self) -> Options:
        options: Options = self.params.get(self.method.options_name) or {}
        return options


def read_payment(db: sqlite3.Connection, row: sqlite3.Row) -> Payment:
    cancels = db.execute(
        "SELECT transaction_key, amount, tax_free_amount, reason, refundable_amount, canceled_at"
        " FROM toss_cancels WHERE payment_key = ? ORDER BY rowid",
        (row["payment_key"],),
    ).fetchall()
    return Payment(
        payment_key=row["payment_key"],
        account=Account(row["account"]),
        order_id=row["order_id"],
        order_name=row["order_name"],
        method_name=row["method"],
        amount=row["amount"],
        tax_free_amount=row["tax_free_amount"],
        balance_amount=row["balance_amount"],
        success_url=row["success_url"],
        fail_url=row["fail_url"],
        window_target=row["window_target"],
        parent_origin=row["parent_origin"],
        params=json.loads(row["params"]),
        status=Status(row["status"]),
        requested_at=row["requested_at"],
        authenticated_at=row["authenticated_at"],
        approved_at=row["approved_at"],
        approvals=row["approvals"],
        approved_fields=json.loads(row["approved_fields"] or "{}"),
        failure=json.loads(row["failure"] or "null"),
        last_transaction_key=row["last_transaction_key"],
        script=_load_script(row["script"]),
        cancels=tuple(Cancel(*cancel) for cancel in cancels),
    )


def dump_script(script: Script) -> str:
    fault = script.fault and {"kind": script.fault.kind.value, "delay_s": script.fault.delay_s}
    return json.dumps({"decline": script.decline, "fault": fault, "funding": script.funding})


def _load_script(text: str | None) -> Script:
    if text is None:
        return Script(decline=None, fault=None)
    stored = json.loads(text)
    fault = stored["fault"] and Fault(FaultKind(stored["fault"]["kind"]), stored["fault"]["delay_s"])
    return Script(stored["decline"], fault, stored["funding"])
