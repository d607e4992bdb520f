"""What the real KCP does not have: arming faults, moving the clock, looking at what happened.

The list of payments stands in for partner admin, where a person finds out by the order number.
"""

from typing import Any

from cryptography import x509
from flask import Blueprint, Response, jsonify, request

from app.sandbox import calls, clock, controls, faults, notices
from app.sandbox.background import TARGET as NOTICE
from app.sandbox.controls import read_body
from app.sandbox.faults import FaultKind
from app.sandbox.kcp import certificates, magic, sites, switches, vbank
from app.sandbox.kcp.payment import Payment
from app.sandbox.kcp.payments import list_payments
from app.sandbox.kcp.sites import SITE_CD
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.kcp.windows import Window, list_windows
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

CALL_KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.TWICE)
KINDS = dict.fromkeys(("register", "approve", "cancel", "inquiry", faults.ALL_TARGETS), CALL_KINDS)


@sim.get("/payments")
def payments() -> Response:
    """Newest first: transactions, then windows that led to none. `?orderId=` asks for one order number."""
    order_no = request.args.get("orderId")
    with storage().transaction() as db:
        paid = list_payments(db, order_no)
        used = {payment.window_id for payment in paid}
        unpaid = [window for window in list_windows(db, order_no) if window.id not in used]
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
    """`?tno=` asks for one transaction."""
    with storage().transaction() as db:
        return jsonify(notices.recent(db, gateway=GATEWAY, subject=request.args.get("tno")))


@sim.post("/notices/<int:notice_id>/resend")
def send_again(notice_id: int) -> Response:
    """To the address that is registered now."""
    with storage().transaction() as db:
        site = sites.find_site(db, notices.merchant_of(db, notice_id))
        notices.send_again(db, notice_id, url=site.noti_url)
    return jsonify(id=notice_id)


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


@sim.get("/sites")
def show_sites() -> Response:
    with storage().transaction() as db:
        return jsonify([vars(site) for site in sites.list_sites(db)])


@sim.post("/sites/<site_cd>")
def register_address(site_cd: str) -> Response:
    """JSON `{noti_url, noti_charset?}`: 웹훅URL 설정 of partner admin."""
    body = read_body()
    url, charset = body.get("noti_url", ""), body.get("noti_charset", sites.CHARSETS[0])
    if not isinstance(url, str):
        raise ValueError("noti_url must be text")
    with storage().transaction() as db:
        sites.register_address(db, site_cd, url=url, charset=charset)
        return jsonify(vars(sites.find_site(db, site_cd)))


@sim.post("/sites/<site_cd>/certificates")
def issue_certificate(site_cd: str) -> Response:
    """JSON `{password?}` → certificate and encrypted private key: 인증서 발급 of partner admin."""
    password = read_body().get("password", "changeit")
    if not SITE_CD.fullmatch(site_cd):
        raise ValueError("site_cd must be five capital letters or digits")
    if not isinstance(password, str) or not 1 <= len(password) <= 100:
        raise ValueError("password must be text")
    with storage().transaction() as db:
        issued = certificates.issue(db, site_cd=site_cd, password=password)
        sites.own(db, site_cd, x509.load_pem_x509_certificate(issued.certificate.encode()))
    return jsonify(
        site_cd=site_cd,
        serial=issued.serial,
        certificate=issued.certificate,
        kcp_cert_info="".join(issued.certificate.split("\n")),
        private_key=issued.private_key,
        password=password,
        not_after=issued.not_after.isoformat(),
    )


@sim.post("/deposits")
def deposit() -> Response:
    """JSON `{tno, amount?, remitter?, op_cd?, force?}`; amount: that of the order unless said."""
    body = read_body()
    with storage().transaction() as db:
        account = vbank.find_account(db, str(body.get("tno", "")))
        notice_id = vbank.deposit(
            db,
            account,
            amount=int(body.get("amount", account.amount)),
            remitter=str(body.get("remitter", vbank.REMITTER))[:30],
            op_cd=str(body.get("op_cd", vbank.USUAL)),
            force=body.get("force") is True,
        )
    return jsonify(notice=notice_id)


@sim.post("/reversals")
def reverse() -> Response:
    """JSON `{tno}`: the bank takes the latest deposit back."""
    with storage().transaction() as db:
        return jsonify(notice=vbank.reverse(db, vbank.find_account(db, str(read_body().get("tno", "")))))


@sim.errorhandler(ValueError)
@sim.errorhandler(TypeError)
def refuse(error: ValueError | TypeError) -> tuple[Response, int]:
    return jsonify(code="INVALID_SIM_REQUEST", message=str(error)), 400


def _summary(payment: Payment) -> dict[str, Any]:
    """The names are those of the other gateways' lists."""
    return {
        "paymentKey": payment.tno,
        "orderId": payment.order_no,
        "orderName": payment.good_name,
        "mId": payment.site_cd,
        "method": payment.pay_type,
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
        "orderId": window.order.order_no,
        "orderName": window.order.good_name,
        "mId": window.order.site_cd,
        "method": window.choice.pay_type if window.choice else None,
        "status": window.state.value,
        "totalAmount": window.order.amount,
        "balanceAmount": 0,
        "approvals": 0,
        "cancels": 0,
        "deposits": 0,
        "account": None,
        "requestedAt": clock.korea_time(window.opened_at),
    }
