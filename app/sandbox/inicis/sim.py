"""What the real Inicis does not have: arming faults, moving the clock, looking at what happened."""

from dataclasses import replace
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify

from app.sandbox import books, controls, faults, sender
from app.sandbox.background import TARGET as NOTICE
from app.sandbox.controls import read_body
from app.sandbox.deposits import REMITTER
from app.sandbox.inicis import magic, mids, notice, switches, vbank
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.mids import Mid
from app.sandbox.inicis.payment import FULL, PART, Payment
from app.sandbox.inicis.payments import find_payment, give_back, list_payments
from app.sandbox.inicis.results import RESULTS
from app.sandbox.inicis.windows import Window, list_windows
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

CALLS = ("approve", "net_cancel", "refund", "inquiry", faults.ALL_TARGETS)
TARGETS = {**dict.fromkeys(CALLS, controls.CALL_KINDS), NOTICE: controls.NOTICE_KINDS}
KEYS = ("sign_key", "api_key", "api_iv", "hash_key", "noti_url")


@sim.post("/notices/<int:notice_id>/resend")
def send_again(notice_id: int) -> Response:
    """재전송 of the merchant admin: once, and the automatic repeats end."""
    with storage().transaction() as db:
        return jsonify(id=notice.send_again(db, notice_id))


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
            remitter=str(body.get("remitter", REMITTER))[:30],
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
            remitter=REMITTER,
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
        given = give_back(db, payment, type=kind, amount=amount, reason="관리자 취소")
    return jsonify(books.row_of_payment(_names_of(given), given))


def _names_of(payment: Payment) -> books.Names:
    return books.Names(payment.tid, payment.oid, payment.goods, payment.mid, payment.method)


def _names_of_window(window: Window) -> books.Names:
    order, chosen = window.order, window.choice
    return books.Names(None, order.oid, order.goods, order.mid, chosen.method if chosen else None)


controls.add_usual(sim, GATEWAY, kinds_of=TARGETS, argument="tid", switches=switches.BOARD, table=magic.MAGIC)
books.add_books(
    sim,
    payments=list_payments,
    windows=list_windows,
    names_of=_names_of,
    names_of_window=_names_of_window,
)
