"""Virtual accounts (가상계좌) after their issue: deposits, their reversal, the due date (notes §4)."""

import sqlite3
from typing import Any

from app.sandbox import clock, notices, timers
from app.sandbox.choices import Deposit
from app.sandbox.deposits import (
    ORDER_OF_TELLING_S,
    REMITTER,
    DepositRefused,
    check_amount,
    planned_amounts,
    planned_at,
    reversal_wait_s,
)
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.inicis import notice, payments, switches
from app.sandbox.inicis.payment import Payment, State
from app.sandbox.inicis.payments import find_payment

DEPOSIT_TIMER, REVERSAL_TIMER, DUE_TIMER = "inicis_deposit", "inicis_reversal", "inicis_due"


def find_account(db: sqlite3.Connection, tid: str) -> Payment:
    """The virtual account of a transaction, closed if its time is over. DepositRefused when there is none."""
    payment = find_payment(db, tid)
    if payment is None or not payment.is_account:
        raise DepositRefused("there is no virtual account of this tid")
    return closed_if_due(db, payment)


def deposit(
    db: sqlite3.Connection,
    payment: Payment,
    *,
    amount: int,
    remitter: str = REMITTER,
    force: bool = False,
    told_account: str | None = None,
    fault: Fault | None = None,
) -> int:
    """Somebody transfers money; the notice's id. force: whatever the bank thinks of account and amount.

    told_account: the account in the notice, None for the true one. Raises DepositRefused.
    """
    check_amount(amount)
    if not force:
        _check_with_the_bank(db, payment, amount)
    paid = payments.add_deposit(db, payment, amount=amount, remitter=remitter)
    told = notice.deposit_notice(
        db, paid, amount=amount, remitter=remitter, account=told_account, fault=fault
    )
    return notices.queue(db, told)


def reverse(db: sqlite3.Connection, payment: Payment) -> int | None:
    """The bank takes the latest deposit back (입금취소); the notice's id, None when nobody is told.

    Raises DepositRefused when there is none to take.
    """
    if payment.state is not State.APPROVED or payment.cancels or not payment.live_deposits:
        raise DepositRefused("there is no deposit to take back, or it was refunded")
    latest = payment.live_deposits[-1]
    after = payments.reverse_deposit(db, payment, latest)
    return notice.tell_reversal(db, after, amount=latest.amount, remitter=latest.remitter)


def closed_if_due(db: sqlite3.Connection, payment: Payment) -> Payment:
    """At its due date an account without a deposit takes none any more, and nobody is told."""
    if payment.state is State.WAITING and payment.due_at is not None and clock.now(db) > payment.due_at:
        return payments.close_account(db, payment, type="", reason="")
    return payment


def begin_waiting(db: sqlite3.Connection, payment: Payment) -> int | None:
    """After the issue: plan what the tester chose. The id of a notice that has to come before the answer."""
    assert payment.due_at is not None
    timers.plan(db, action=DUE_TIMER, due_at=payment.due_at + 1, tid=payment.tid)
    notice.tell_issue(db, payment)
    choice, now = payment.choice, clock.now(db)
    if choice.deposit is Deposit.BEFORE_ANSWER:
        return deposit(db, payment, amount=payment.amount, fault=choice.fault_of("notice"))
    at = planned_at(choice.deposit, now=now, delay_s=choice.delay_s, due_at=payment.due_at)
    for amount in planned_amounts(choice.deposit, payment.amount):
        timers.plan(db, action=DEPOSIT_TIMER, due_at=at, tid=payment.tid, amount=amount)
    return None


def planned_deposit(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    payment = find_account(db, payload["tid"])
    choice = payment.choice
    fault = choice.fault_of("notice")
    if choice.deposit is Deposit.REVERSED_FIRST:
        fault = Fault(FaultKind.SLOW, ORDER_OF_TELLING_S)
    told = notice.OTHER_ACCOUNT if choice.deposit is Deposit.OTHER_ACCOUNT else None
    odd = choice.deposit in (Deposit.LESS, Deposit.MORE, Deposit.TWO, Deposit.AFTER_DUE)
    deposit(db, payment, amount=payload["amount"], force=odd, told_account=told, fault=fault)
    wait_s = reversal_wait_s(choice.deposit, choice.delay_s)
    if wait_s is not None:
        timers.plan(db, action=REVERSAL_TIMER, due_at=clock.now(db) + wait_s, tid=payment.tid)


def planned_reversal(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    reverse(db, find_account(db, payload["tid"]))


def passed_due_date(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    find_account(db, payload["tid"])  # closes it


ACTIONS = {
    DEPOSIT_TIMER: planned_deposit,
    REVERSAL_TIMER: planned_reversal,
    DUE_TIMER: passed_due_date,
}


def _check_with_the_bank(db: sqlite3.Connection, payment: Payment, amount: int) -> None:
    """An account is for one deposit of one amount until one moment. Raises DepositRefused."""
    if payment.state is not State.WAITING:
        raise DepositRefused(f"the account takes no deposit: {payment.state}")
    if amount != payment.amount and switches.is_set(db, "wrong_amount", "refused"):
        raise DepositRefused("the account takes its own amount only")
