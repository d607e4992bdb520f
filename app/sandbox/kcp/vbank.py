"""Virtual accounts (가상계좌) after their issue: deposits, their reversal, the due date (notes §2.5, §4)."""

import re
import secrets
import sqlite3
from typing import Any

from app.sandbox import clock, timers
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
from app.sandbox.kcp import payments, switches, webhook
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import find_payment, stamp

USUAL = "50"  # op_cd
FROM_MOCK_PAGE = "18"
DEPOSIT_TIMER, REVERSAL_TIMER, DUE_TIMER = "kcp_deposit", "kcp_reversal", "kcp_due"


def find_account(db: sqlite3.Connection, tno: str, *, account: str | None = None) -> Payment:
    """The virtual account of a transaction. DepositRefused when there is none, or it has another number."""
    payment = find_payment(db, tno)
    if payment is None or not payment.is_account:
        raise DepositRefused("there is no virtual account of this tno")
    if account is not None and account != payment.account:
        raise DepositRefused("the account belongs to another transaction")
    close_if_due(db, payment)
    found = find_payment(db, tno)
    assert found is not None
    return found


def deposit(
    db: sqlite3.Connection,
    payment: Payment,
    *,
    amount: int,
    remitter: str = REMITTER,
    op_cd: str = USUAL,
    force: bool = False,
    url: str | None = None,
    fault: Fault | None = None,
) -> int:
    """Somebody transfers money; the notice's id. force: also into an account that is closed.

    url: for the notice, None for the registered one. Raises DepositRefused.
    """
    check_amount(amount)
    if op_cd == webhook.REVERSAL or not re.fullmatch("[0-9]{2}", op_cd):
        raise DepositRefused("op_cd must be two digits, and 13 is a reversal")
    open_states = (State.WAITING, State.APPROVED, *((State.CLOSED,) if force else ()))
    if payment.state not in open_states:
        raise DepositRefused(f"the account takes no deposit: {payment.state}")
    paid = payments.add_deposit(db, payment, amount=amount, remitter=remitter)
    fields = webhook.deposit_fields(
        db, paid, amount=amount, remitter=remitter, op_cd=op_cd, noti_id=new_noti_id(db)
    )
    return webhook.tell(db, paid, webhook.DEPOSIT, fields, url=url, fault=fault)


def reverse(
    db: sqlite3.Connection, payment: Payment, *, url: str | None = None, fault: Fault | None = None
) -> int:
    """The bank takes the latest deposit back (망취소). Raises DepositRefused when there is none to take."""
    if payment.state is not State.APPROVED or payment.cancels or not payment.live_deposits:
        raise DepositRefused("there is no deposit to take back, or it was refunded")
    latest = payment.live_deposits[-1]
    after = payments.reverse_deposit(db, payment, latest)
    fields = webhook.deposit_fields(
        db,
        after,
        amount=latest.amount,
        remitter=latest.remitter,
        op_cd=webhook.REVERSAL,
        noti_id=new_noti_id(db),
    )
    return webhook.tell(db, after, webhook.DEPOSIT, fields, url=url, fault=fault)


def close_if_due(db: sqlite3.Connection, payment: Payment) -> None:
    """At its due date an account without a deposit takes none any more."""
    if payment.state is State.WAITING and payment.due_at is not None and clock.now(db) >= payment.due_at:
        closed = payments.close_account(db, payment)
        if switches.is_set(db, "vbank_due_notice", "on"):
            webhook.tell(db, closed, webhook.CLOSED, {})


def begin_waiting(db: sqlite3.Connection, payment: Payment) -> int | None:
    """After the issue: plan what the tester chose. The id of a notice that has to come before the answer."""
    assert payment.due_at is not None
    timers.plan(db, action=DUE_TIMER, due_at=payment.due_at, tno=payment.tno)
    choice, now = payment.choice, clock.now(db)
    if choice.deposit is Deposit.BEFORE_ANSWER:
        return deposit(db, payment, amount=payment.amount, fault=choice.notice_fault)
    at = planned_at(choice.deposit, now=now, delay_s=choice.delay_s, due_at=payment.due_at)
    for amount in planned_amounts(choice.deposit, payment.amount):
        timers.plan(db, action=DEPOSIT_TIMER, due_at=at, tno=payment.tno, amount=amount)
    return None


def planned_deposit(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    payment = find_account(db, payload["tno"])
    choice = payment.choice
    fault = choice.notice_fault
    if choice.deposit is Deposit.REVERSED_FIRST:
        fault = Fault(FaultKind.SLOW, ORDER_OF_TELLING_S)
    late = choice.deposit is Deposit.AFTER_DUE
    deposit(db, payment, amount=payload["amount"], force=late, fault=fault)
    wait_s = reversal_wait_s(choice.deposit, choice.delay_s)
    if wait_s is not None:
        timers.plan(db, action=REVERSAL_TIMER, due_at=clock.now(db) + wait_s, tno=payment.tno)


def planned_reversal(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    reverse(db, find_account(db, payload["tno"]))


def passed_due_date(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    find_account(db, payload["tno"])  # closes it


ACTIONS = {
    DEPOSIT_TIMER: planned_deposit,
    REVERSAL_TIMER: planned_reversal,
    DUE_TIMER: passed_due_date,
}


def new_noti_id(db: sqlite3.Connection) -> str:
    """20 characters, one for each notice; the same when it is repeated."""
    return stamp(clock.now(db)) + f"{secrets.randbelow(10**6):06}"
