"""What the real KCP does not have: arming faults, moving the clock, looking at what happened."""

from cryptography import x509
from flask import Blueprint, Response, jsonify

from app.sandbox import books, controls, faults, notices
from app.sandbox.background import TARGET as NOTICE
from app.sandbox.controls import read_body
from app.sandbox.deposits import REMITTER
from app.sandbox.kcp import certificates, magic, sites, switches, vbank
from app.sandbox.kcp.payment import Payment
from app.sandbox.kcp.payments import list_payments
from app.sandbox.kcp.sites import SITE_CD
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.kcp.windows import Window, list_windows
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

CALLS = ("register", "approve", "cancel", "inquiry", faults.ALL_TARGETS)
TARGETS = {**dict.fromkeys(CALLS, controls.CALL_KINDS), NOTICE: controls.NOTICE_KINDS}


@sim.post("/notices/<int:notice_id>/resend")
def send_again(notice_id: int) -> Response:
    """To the address that is registered now."""
    with storage().transaction() as db:
        site = sites.find_site(db, notices.merchant_of(db, notice_id))
        notices.send_again(db, notice_id, url=site.noti_url)
    return jsonify(id=notice_id)


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
            remitter=str(body.get("remitter", REMITTER))[:30],
            op_cd=str(body.get("op_cd", vbank.USUAL)),
            force=body.get("force") is True,
        )
    return jsonify(notice=notice_id)


@sim.post("/reversals")
def reverse() -> Response:
    """JSON `{tno}`: the bank takes the latest deposit back."""
    with storage().transaction() as db:
        return jsonify(notice=vbank.reverse(db, vbank.find_account(db, str(read_body().get("tno", "")))))


def _names_of(payment: Payment) -> books.Names:
    return books.Names(payment.tno, payment.order_no, payment.good_name, payment.site_cd, payment.pay_type)


def _names_of_window(window: Window) -> books.Names:
    order, chosen = window.order, window.choice
    return books.Names(
        None, order.order_no, order.good_name, order.site_cd, chosen.pay_type if chosen else None
    )


controls.add_usual(sim, GATEWAY, kinds_of=TARGETS, argument="tno", switches=switches.BOARD, table=magic.MAGIC)
books.add_books(
    sim,
    payments=list_payments,
    windows=list_windows,
    names_of=_names_of,
    names_of_window=_names_of_window,
)
