"""What the real Toss does not have: arming faults, moving the clock, looking at what happened."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox import clock, controls, faults, notices
from app.sandbox.controls import read_body
from app.sandbox.faults import FaultKind
from app.sandbox.storage import storage, write_setting
from app.sandbox.toss import deposits, receipts, webhook
from app.sandbox.toss.confirm import MISMATCH_CODES, MISMATCH_SETTING
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.keys import Account, account_of_client_key
from app.sandbox.toss.payment import Payment
from app.sandbox.toss.payments import list_payments

sim = Blueprint("sim", __name__)

KINDS = (
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_500_AFTER,
    FaultKind.ERROR_500_BEFORE,
    FaultKind.REQUEST_LOST,
    FaultKind.SLOW,
    FaultKind.GARBLED,
    FaultKind.OUTAGE,
)
TARGETS = {
    **dict.fromkeys(("confirm", "cancel", "lookup", "receipt", faults.ALL_TARGETS), KINDS),
    "notice": controls.NOTICE_KINDS,
}


@sim.get("/payments")
def payments() -> Response:
    with storage().transaction() as db:
        return jsonify([_summary(payment) for payment in list_payments(db, request.args.get("orderId"))])


@sim.get("/cash-receipts")
def cash_receipts() -> Response:
    with storage().transaction() as db:
        return jsonify(receipts.observed(db))


@sim.get("/totals")
def totals() -> Response:
    with storage().transaction() as db:
        found = list_payments(db)
    return jsonify(
        captured=sum(payment.approvals * payment.amount for payment in found),
        # An account that was closed before money came has a cancel, too.
        cancelled=sum(cancel.amount for payment in found if payment.approvals for cancel in payment.cancels),
        payments=len(found),
    )


@sim.post("/payments/<payment_key>/deposit")
def pay_in(payment_key: str) -> Response:
    """JSON `{amount?, depositorName?, reverse_after_s?}`: money comes to a virtual account."""
    body = request.get_json(silent=True) or {}
    after_s = body.get("reverse_after_s")
    with storage().transaction() as db:
        paid = deposits.deposit(
            db,
            payment_key,
            amount=body.get("amount"),
            depositor=str(body.get("depositorName") or "홍길동"),
            reverse_after_s=None if after_s is None else float(after_s),
        )
    return jsonify(_summary(paid))


@sim.post("/payments/<payment_key>/reverse-deposit")
def take_back(payment_key: str) -> Response:
    """The bank takes the deposit back."""
    with storage().transaction() as db:
        return jsonify(_summary(deposits.reverse(db, payment_key)))


@sim.post("/webhook-urls")
def register_webhook() -> Response:
    """JSON `{clientKey, url}`, as by hand in the developer centre."""
    body = read_body()
    account = account_of_client_key(body.get("clientKey"))
    with storage().transaction() as db:
        webhook.register(db, account, str(body.get("url") or ""))
        return jsonify(url=webhook.url_of(db, account))


@sim.post("/notices/<int:notice_id>/send")
def send_notice(notice_id: int) -> Response:
    with storage().transaction() as db:
        url = webhook.url_of(db, Account(notices.merchant_of(db, notice_id)))
        notices.send_again(db, notice_id, url=url)
    return jsonify(id=notice_id)


@sim.post("/settings")
def change_settings() -> Response:
    """JSON `{mismatchCode}`: the error that blocks a confirm with a wrong amount, orderId or key pair."""
    code = read_body().get("mismatchCode")
    if code not in MISMATCH_CODES:
        raise ValueError(f"mismatchCode must be one of {', '.join(MISMATCH_CODES)}")
    with storage().transaction() as db:
        write_setting(db, MISMATCH_SETTING, code)
    return jsonify(mismatchCode=code)


def _summary(payment: Payment) -> dict[str, Any]:
    return {
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "orderName": payment.order_name,
        "mId": payment.account.merchant_id,
        "method": payment.method_name,
        "status": payment.status.value,
        "totalAmount": payment.amount,
        "balanceAmount": payment.balance_amount,
        "approvals": payment.approvals,
        "cancels": len(payment.cancels),
        "virtualAccount": payment.approved_fields.get("virtualAccount"),
        "requestedAt": clock.korea_time(payment.requested_at),
    }


controls.add_calls(sim, GATEWAY)
controls.add_notices(sim, GATEWAY, argument="paymentKey")
controls.add_faults(sim, GATEWAY, TARGETS)
controls.add_clock(sim)
controls.add_refusal(sim)
