"""What the real Inicis does not have: arming faults, moving the clock, looking at what happened."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox import calls, clock, controls, faults, notices, sender
from app.sandbox.background import TARGET as NOTICE
from app.sandbox.controls import read_body
from app.sandbox.faults import FaultKind
from app.sandbox.inicis import magic, mids, notice, switches, vbank
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.mids import Mid
from app.sandbox.inicis.payment import FULL, PART, Payment
from app.sandbox.inicis.payments import find_payment, give_back, list_payments
from app.sandbox.inicis.results import RESULTS
from app.sandbox.inicis.windows import Window, list_windows
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

CALL_KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.TWICE)
KINDS = dict.fromkeys(("approve", "net_cancel", "refund", "inquiry", faults.ALL_TARGETS), CALL_KINDS)
KEYS = ("sign_key", "api_key", "api_iv", "hash_key", "noti_url")


@sim.get("/payments")
def payments() -> Response:
    """Newest first: transactions, then windows that led to none. `?orderId=` asks for one order number."""
    oid = request.args.get("orderId")
    with storage().transaction() as db:
        paid = list_payments(db, oid)
        used = {payment.window_id for payment in paid}
        unpaid = [window for window in list_windows(db, oid) if window.id not in used]
    return jsonify([*map(_summary, paid), *map(_window_summary, unpaid)])


@sim.get("/totals")
def totals() -> Response:
    """Whole won. captured: taken of buyers, deposits that were taken back not counted."""
    with storage().transaction() as db:
        found = list_payments(db)
    return jsonify(
        captured=sum(payment.captured for payment in found),
        cancelled=sum(cancel.amount for payment in found for cancel in payment.cancels),
        payments=len(found),
    )


@sim.get("/calls")
def recent_calls() -> Response:
    with storage().transaction() as db:
        limit = request.args.get("limit", 100, int)
        return jsonify(calls.recent(db, gateway=GATEWAY, limit=min(max(limit, 1), calls.KEEP)))


@sim.get("/notices")
def recent_notices() -> Response:
    """`?tid=` asks for one transaction."""
    with storage().transaction() as db:
        return jsonify(notices.recent(db, gateway=GATEWAY, subject=request.args.get("tid")))


@sim.post("/notices/<int:notice_id>/resend")
def send_again(notice_id: int) -> Response:
    """재전송 of the merchant admin: once, and the automatic repeats end."""
    with storage().transaction() as db:
        return jsonify(id=notice.send_again(db, notice_id))


@sim.post("/faults")
def arm_fault() -> Response:
    """JSON `{target, fault, times, delay_s?}`; times 0 disarms the target."""
    return controls.arm_fault(GATEWAY, {**KINDS, NOTICE: controls.NOTICE_KINDS})


@sim.post("/advance-clock")
def advance_clock() -> Response:
    """JSON `{seconds}`. Due dates, planned deposits and repeated notices follow."""
    seconds = float(read_body().get("seconds", -1))
    with storage().transaction() as db:
        return jsonify(now=clock.korea_time(clock.advance(db, seconds)))


@sim.get("/switches")
def show_switches() -> Response:
    with storage().transaction() as db:
        return jsonify(switches.listed(db))


@sim.post("/switches")
def change_switches() -> Response:
    """JSON `{name: value, …}`: all of them or none."""
    wanted = read_body()
    with storage().transaction() as db:
        switches.change(db, wanted)
        return jsonify({name: switches.read(db, name) for name in wanted})


@sim.get("/magic")
def magic_numbers() -> Response:
    return jsonify(magic.listed())


@sim.get("/codes")
def result_codes() -> Response:
    """Every result code that the simulator can answer with. Those of the form SIMx are its own."""
    return jsonify([{"code": code, "ko": ko, "en": en} for code, (ko, en) in RESULTS.items()])


@sim.get("/mids")
def show_mids() -> Response:
    with storage().transaction() as db:
        return jsonify([vars(one) for one in mids.list_mids(db)])


@sim.post("/mids/<mid>")
def register_mid(mid: str) -> Response:
    """JSON `{sign_key?, api_key?, api_iv?, hash_key?, noti_url?}`: what is not given stays, or is made up."""
    body = read_body()
    given = {name: body[name] for name in KEYS if name in body}
    if not all(isinstance(value, str) for value in given.values()):
        raise ValueError("keys and noti_url must be text")
    if any(len(given[name]) != 16 for name in ("api_key", "api_iv") if name in given):
        raise ValueError("api_key and api_iv have 16 characters")
    with storage().transaction() as db:
        kept: Mid = replace(mids.find_mid(db, mid) or mids.new_mid(mid), **given)
        mids.keep_mid(db, kept)
    return jsonify(vars(kept))


@sim.post("/deposits")
def deposit() -> Response:
    """JSON `{tid, amount?, remitter?, account?, force?}`; account: another than the true one in the notice."""
    body = read_body()
    with storage().transaction() as db:
        account = vbank.find_account(db, str(body.get("tid", "")))
        notice_id = vbank.deposit(
            db,
            account,
            amount=int(body.get("amount", account.amount)),
            remitter=str(body.get("remitter", vbank.REMITTER))[:30],
            told_account=str(body["account"]) if "account" in body else None,
            force=body.get("force") is True,
        )
    return jsonify(notice=notice_id)


@sim.post("/reversals")
def reverse() -> Response:
    """JSON `{tid}`: the bank takes the latest deposit back. notice: null on phones, where nobody is told."""
    with storage().transaction() as db:
        return jsonify(notice=vbank.reverse(db, vbank.find_account(db, str(read_body().get("tid", "")))))


@sim.post("/forged-notices")
def forge_notice() -> Response:
    """JSON `{tid, amount?, account?, source?}`: tell the shop of a deposit that was never made, once and at once.

    source: the address of this machine to send from, such as 127.0.0.2. Answers with what the shop did.
    """
    body = read_body()
    source = str(body.get("source", "127.0.0.1"))
    if not ip_address(source).is_loopback:
        raise ValueError("source must be an address of this machine")
    with storage().transaction() as db:
        account = vbank.find_account(db, str(body.get("tid", "")))
        forged = notice.deposit_notice(
            db,
            account,
            amount=int(body.get("amount", account.amount)),
            remitter=vbank.REMITTER,
            account=str(body["account"]) if "account" in body else None,
        )
    if not forged.url:
        raise ValueError("the shop has registered no address")
    outcome = sender.send(forged, notice.InicisRules(), None, source=source)
    return jsonify(status=outcome.status, acknowledged=outcome.acknowledged)


@sim.post("/admin-cancels")
def cancel_by_hand() -> Response:
    """JSON `{tid, amount?}`: somebody cancels in the merchant admin. The shop's server is not told."""
    body = read_body()
    with storage().transaction() as db:
        payment = find_payment(db, str(body.get("tid", "")))
        amount = int(body.get("amount", payment.balance if payment else 0))
        if payment is None or not 1 <= amount <= payment.balance:
            raise ValueError("there is no such payment, or not so much is left of it")
        kind = FULL if amount == payment.balance else PART
        return jsonify(_summary(give_back(db, payment, type=kind, amount=amount, reason="관리자 취소")))


@sim.errorhandler(ValueError)
@sim.errorhandler(TypeError)
def refuse(error: ValueError | TypeError) -> tuple[Response, int]:
    return jsonify(code="INVALID_SIM_REQUEST", message=str(error)), 400


def _summary(payment: Payment) -> dict[str, Any]:
    """The names are those of the other gateways' lists."""
    return {
        "paymentKey": payment.tid,
        "orderId": payment.oid,
        "orderName": payment.goods,
        "mId": payment.mid,
        "method": payment.method,
        "status": payment.state.value,
        "totalAmount": payment.amount,
        "balanceAmount": payment.balance,
        "approvals": 1,
        "cancels": len(payment.cancels),
        "deposits": len(payment.live_deposits),
        "account": payment.account,
        "requestedAt": clock.korea_time(payment.approved_at),
    }


def _window_summary(window: Window) -> dict[str, Any]:
    return {
        "paymentKey": None,
        "orderId": window.order.oid,
        "orderName": window.order.goods,
        "mId": window.order.mid,
        "method": window.choice.method if window.choice else None,
        "status": window.state.value,
        "totalAmount": window.order.amount,
        "balanceAmount": 0,
        "approvals": 0,
        "cancels": 0,
        "deposits": 0,
        "account": None,
        "requestedAt": clock.korea_time(window.opened_at),
    }
