"""What the buyer and the bank do with a virtual account: money comes, and may be taken back (protocol notes §3)."""

import sqlite3
from typing import Any

from app.sandbox import clock, timers
from app.sandbox.toss import webhook
from app.sandbox.toss.payment import Payment, Status
from app.sandbox.toss.payments import deposit_into, find_payment, reverse_deposit

REVERSE = "toss_reverse_deposit"


def deposit(
    db: sqlite3.Connection,
    payment_key: str,
    *,
    amount: int | None,
    depositor: str,
    reverse_after_s: float | None,
) -> Payment:
    """Pay into an account. amount None: what is due. reverse_after_s: the bank takes it back after that long.

    ValueError for what a bank would refuse: another amount, an account that is paid, closed or past its time.
    """
    payment = _account(db, payment_key)
    if payment.status is not Status.WAITING_FOR_DEPOSIT:
        raise ValueError(f"the account is not waiting for a deposit: {payment.status.value}")
    if clock.now(db) > payment.approved_fields["_due_at"]:
        raise ValueError("the time for the deposit is over")
    if amount not in (None, payment.amount):
        raise ValueError(f"the bank takes exactly {payment.amount}")
    deposit_into(db, payment, depositor=depositor[:60])
    paid = _account(db, payment_key)
    webhook.tell_deposit(db, paid)
    if reverse_after_s is not None:
        timers.plan(db, action=REVERSE, due_at=clock.now(db) + reverse_after_s, payment_key=payment_key)
    return paid


def reverse(db: sqlite3.Connection, payment_key: str) -> Payment:
    """The bank takes the deposit back: the account waits again. ValueError when there is none to take back."""
    payment = _account(db, payment_key)
    if payment.status is not Status.DONE:
        raise ValueError(f"there is no deposit to take back: {payment.status.value}")
    reverse_deposit(db, payment)
    waiting = _account(db, payment_key)
    webhook.tell_deposit(db, waiting)
    return waiting


def _reverse_later(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    reverse(db, payload["payment_key"])


ACTIONS = {REVERSE: _reverse_later}


def _account(db: sqlite3.Connection, payment_key: str) -> Payment:
    payment = find_payment(db, payment_key)
    if payment is None or "_due_at" not in payment.approved_fields:
        raise ValueError("there is no such virtual account")
    return payment
