"""거래조회: a transaction as both versions of INIAPI tell it (notes §3.4)."""

import sqlite3
from typing import Any

from app.sandbox.inicis import approved, switches
from app.sandbox.inicis.codes import BANKS, CARD, MEANS
from app.sandbox.inicis.mids import Mid
from app.sandbox.inicis.payment import PART, Payment, State
from app.sandbox.inicis.payments import find_payment, list_payments
from app.sandbox.inicis.refund import owned
from app.sandbox.inicis.results import RESULTS
from app.sandbox.inicis.stamps import stamp
from app.sandbox.inicis.vbank import closed_if_due

# status of v1
APPROVED, CANCELLED, NOT_FOUND = "0", "1", "9"
ACCOUNT_WAITS, ACCOUNT_PAID, ACCOUNT_CLOSED = "N", "Y", "C"


def find(db: sqlite3.Connection, merchant: Mid, *, tid: str, oid: str) -> Payment | None:
    """By tid, by oid where there is none; the newest of several. Raises InicisRefusal for another MID's tid."""
    if tid:
        found = owned(db, merchant, tid) if find_payment(db, tid) else None
    else:
        found = next((one for one in list_payments(db, oid) if one.mid == merchant.mid), None)
    if found is None or (oid and found.oid != oid):
        return None
    hidden = found.is_net_cancelled and switches.is_set(db, "net_cancelled_inquiry", "not_found")
    return None if hidden else closed_if_due(db, found)


def v1_fields(payment: Payment | None) -> dict[str, str]:
    common = {"resultCode": "00", "resultMsg": RESULTS["00"][0]}
    if payment is None:
        return {**common, "tid": "", "price": "0", "status": NOT_FOUND}
    return {**common, "tid": payment.tid, "price": str(payment.amount), "status": _v1_status(payment)}


def v2_fields(db: sqlite3.Connection, payment: Payment) -> dict[str, Any]:
    approved_at = stamp(payment.approved_at)
    status = {State.WAITING: State.APPROVED, State.CLOSED: State.CANCELLED}.get(payment.state, payment.state)
    divisible = payment.method != CARD or approved.is_divisible(payment) == "1"
    return {
        "resultCode": switches.read(db, "v2_inquiry_code"),
        "resultMsg": RESULTS["SUCCESS"][0],
        "mid": payment.mid,
        "tid": payment.tid,
        "oid": payment.oid,
        "price": str(payment.amount),
        "goodsName": payment.goods,
        "paymethod": MEANS[payment.method].pc,
        "approvedDate": approved_at[:8],
        "approvedTime": approved_at[8:],
        "buyerName": payment.buyer,
        "buyerTel": payment.tel,
        "buyerMail": payment.email,
        "transactionStatus": status.value,
        "availablePartCancel": "Y" if divisible and payment.balance else "N",
        "availablePartCancelPrice": str(payment.balance),
        **_cancels(payment),
        **_special(db, payment),
        **_receipt(payment),
    }


def _v1_status(payment: Payment) -> str:
    gone = payment.state is State.CANCELLED
    if not payment.is_account or gone:
        return CANCELLED if gone else APPROVED
    return {State.WAITING: ACCOUNT_WAITS, State.CLOSED: ACCOUNT_CLOSED}.get(payment.state, ACCOUNT_PAID)


def _cancels(payment: Payment) -> dict[str, Any]:
    """When the latest was, and each of the partial ones."""
    latest = stamp(payment.cancels[-1].canceled_at) if payment.cancels else ""
    parts = [
        {
            "tid": one.new_tid,
            "requestDate": stamp(one.canceled_at)[:8],
            "requestTime": stamp(one.canceled_at)[8:],
            "requestPrice": str(one.amount),
        }
        for one in payment.cancels
        if one.type == PART
    ]
    return {"cancelDate": latest[:8], "cancelTime": latest[8:], "partCancelTransInfo": parts}


def _special(db: sqlite3.Connection, payment: Payment) -> dict[str, Any]:
    if payment.is_account:
        return {"vacctInfo": _account(db, payment)}
    if payment.method != CARD:
        return {}
    code, name, _ = approved.card_code(payment)
    return {
        "cardInfo": {
            "approvedNumber": approved.approval_number(db, payment),
            "currencyCode": "KRW",
            "cardNumber": approved.masked_card(db, payment),
            "cardCode": code,
            "cardName": name,
            "quota": payment.choice.means["quota"],
        }
    }


def _account(db: sqlite3.Connection, payment: Payment) -> dict[str, str]:
    assert payment.due_at is not None
    bank, latest = payment.choice.means["bank"], payment.deposits[-1:]
    paid_at = stamp(latest[0].deposited_at) if latest else ""
    return {
        "accountNumber": payment.account or "",
        "bankName": BANKS[bank],
        "bankCode": bank,
        "accountName": approved.HOLDER,
        "senderName": payment.buyer,
        "validDate": stamp(payment.due_at)[:8],
        "depositStatus": _deposit_status(db, payment),
        "depositBankName": BANKS[bank] if latest else "",
        "depositBankCode": bank if latest else "",
        "depositAmount": str(payment.captured) if latest else "0",
        "depositName": latest[0].remitter if latest else "",
        "depositDate": paid_at[:8],
        "depositTime": paid_at[8:],
    }


def _deposit_status(db: sqlite3.Connection, payment: Payment) -> str:
    if payment.state in (State.CANCELLED, State.PARTIAL):
        return switches.read(db, "vacct_refund_state")
    if payment.live_deposits:
        return "DEPOSIT_COMPLETED"
    return "DEPOSIT_CANCELED" if payment.deposits else "NON_DEPOSIT"


def _receipt(payment: Payment) -> dict[str, Any]:
    if not payment.choice.means.get("cash_type") or not payment.captured:
        return {}
    number = payment.tid[-9:]
    day = stamp(payment.approved_at)[:8]
    told = {"issueStatus": "Y", "approvedResultCode": approved.RECEIPT_DONE, "approvedNumber": number}
    return {"cashReceiptInfo": {**told, "approvedDate": day}}
