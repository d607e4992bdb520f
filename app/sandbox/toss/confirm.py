"""결제 승인, POST /v1/payments/confirm: the only place where money is taken (protocol notes §2.3, §9.2)."""

import sqlite3

from app.sandbox.faults import Fault
from app.sandbox.storage import read_setting
from app.sandbox.toss.answers import Answer, error_answer
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.keys import Account
from app.sandbox.toss.method import is_whole
from app.sandbox.toss.payment import Payment, Status
from app.sandbox.toss.payments import (
    abort_payment,
    approve_payment,
    drop_scripted_fault,
    find_payment,
    issue_account,
    order_is_approved,
)
from app.sandbox.toss.representation import payment_object
from app.sandbox.toss.vbank import VIRTUAL_ACCOUNT
from app.sandbox.toss.webhook import tell_deposit, tell_status

# Which error blocks a wrong amount, orderId or key pair is not documented; both candidates can be tried.
MISMATCH_SETTING = "toss_mismatch_code"
MISMATCH_CODES = ("FORBIDDEN_REQUEST", "INVALID_REQUEST")


def confirm(db: sqlite3.Connection, account: Account, body: object) -> Answer:
    """Approve or refuse as the buyer chose in the pay window.

    body: the decoded JSON, not yet checked: paymentKey, orderId, amount. Raises TossError, payment unchanged.
    """
    payment = _confirmable(db, account, body)
    if payment.script.decline is not None:
        answer = error_answer(payment.script.decline)
        abort_payment(db, payment, code=answer.body["code"], message=answer.body["message"])
        return answer
    if payment.method is VIRTUAL_ACCOUNT:
        issue_account(db, payment)
    else:
        approve_payment(db, payment)
    approved = find_payment(db, payment.payment_key)
    assert approved is not None
    if approved.is_account:
        tell_deposit(db, approved)
    else:
        tell_status(db, approved)
    return Answer(200, payment_object(approved))


def scripted_fault(db: sqlite3.Connection, account: Account, body: object) -> Fault | None:
    """The fault chosen in the pay window, once, and only for a call that would otherwise go through."""
    try:
        payment = _confirmable(db, account, body)
    except TossError:
        return None
    if payment.script.fault is not None:
        drop_scripted_fault(db, payment)
    return payment.script.fault


def _confirmable(db: sqlite3.Connection, account: Account, body: object) -> Payment:
    payment_key, order_id, amount = _read(body)
    payment = find_payment(db, payment_key)
    if payment is None:
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    if payment.account != account or payment.order_id != order_id or payment.amount != amount:
        raise TossError(read_setting(db, MISMATCH_SETTING, MISMATCH_CODES[0]))
    if payment.status in (Status.READY, Status.EXPIRED):
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    if payment.status is not Status.IN_PROGRESS:
        raise TossError("ALREADY_PROCESSED_PAYMENT")
    if order_is_approved(db, payment):
        raise TossError("DUPLICATED_ORDER_ID")
    return payment


def _read(body: object) -> tuple[str, str, int]:
    """(paymentKey, orderId, amount)."""
    if not isinstance(body, dict):
        raise TossError("INVALID_REQUEST")
    payment_key, order_id, amount = body.get("paymentKey"), body.get("orderId"), body.get("amount")
    if not isinstance(payment_key, str) or not 1 <= len(payment_key) <= 200:
        raise TossError("INVALID_REQUEST", "paymentKey가 올바르지 않습니다.")
    if not isinstance(order_id, str) or not order_id:
        raise TossError("INVALID_REQUEST", "orderId가 올바르지 않습니다.")
    if not isinstance(amount, int) or not is_whole(amount):
        raise TossError("INVALID_REQUEST", "amount가 올바르지 않습니다.")
    return payment_key, order_id, amount
