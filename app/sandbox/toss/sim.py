"""What the real Toss does not have: arming faults, moving the clock, looking at what happened."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox import calls, clock, faults
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.storage import storage, write_setting
from app.sandbox.toss.confirm import MISMATCH_CODES, MISMATCH_SETTING
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.payment import Payment
from app.sandbox.toss.payments import list_payments

sim = Blueprint("sim", __name__)

TARGETS = ("confirm", "cancel", "lookup", faults.ALL_TARGETS)
KINDS = (
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_500_AFTER,
    FaultKind.ERROR_500_BEFORE,
    FaultKind.REQUEST_LOST,
    FaultKind.SLOW,
    FaultKind.GARBLED,
    FaultKind.OUTAGE,
)


@sim.get("/payments")
def payments() -> Response:
    with storage().transaction() as db:
        return jsonify([_summary(payment) for payment in list_payments(db, request.args.get("orderId"))])


@sim.get("/totals")
def totals() -> Response:
    with storage().transaction() as db:
        found = list_payments(db)
    return jsonify(
        captured=sum(payment.approvals * payment.amount for payment in found),
        cancelled=sum(cancel.amount for payment in found for cancel in payment.cancels),
        payments=len(found),
    )


@sim.get("/calls")
def recent_calls() -> Response:
    with storage().transaction() as db:
        limit = request.args.get("limit", 100, int)
        return jsonify(calls.recent(db, gateway=GATEWAY, limit=min(max(limit, 1), calls.KEEP)))


@sim.post("/faults")
def arm_fault() -> Response:
    """JSON `{target, fault, times, delay_s?}`; times 0 disarms the target."""
    body = _body()
    target, times = body.get("target", faults.ALL_TARGETS), body.get("times", 1)
    if target not in TARGETS:
        raise ValueError(f"target must be one of {', '.join(TARGETS)}")
    if not isinstance(times, int) or isinstance(times, bool) or times < 0:
        raise ValueError("times must be a whole number, 0 or more")
    fault = Fault(FaultKind(body.get("fault", "")), float(body.get("delay_s", DEFAULT_DELAY_S)))
    if fault.kind not in KINDS:
        raise ValueError(f"fault must be one of {', '.join(KINDS)}")
    with storage().transaction() as db:
        faults.arm(db, gateway=GATEWAY, target=target, fault=fault, times=times)
    return jsonify(target=target, fault=fault.kind.value, times=times, delay_s=fault.delay_s)


@sim.post("/advance-clock")
def advance_clock() -> Response:
    """JSON `{seconds}`."""
    seconds = float(_body().get("seconds", -1))
    with storage().transaction() as db:
        return jsonify(now=clock.korea_time(clock.advance(db, seconds)))


@sim.post("/settings")
def change_settings() -> Response:
    """JSON `{mismatchCode}`: the error that blocks a confirm with a wrong amount, orderId or key pair."""
    code = _body().get("mismatchCode")
    if code not in MISMATCH_CODES:
        raise ValueError(f"mismatchCode must be one of {', '.join(MISMATCH_CODES)}")
    with storage().transaction() as db:
        write_setting(db, MISMATCH_SETTING, code)
    return jsonify(mismatchCode=code)


@sim.errorhandler(ValueError)
@sim.errorhandler(TypeError)
def refuse(error: ValueError | TypeError) -> tuple[Response, int]:
    return jsonify(code="INVALID_SIM_REQUEST", message=str(error)), 400


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
        "requestedAt": clock.korea_time(payment.requested_at),
    }


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body
