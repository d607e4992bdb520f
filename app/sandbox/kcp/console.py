"""입금 콘솔: where a tester pays into virtual accounts, plays the bank and the escrow buyer, and sees the notices."""

import sqlite3

from flask import Blueprint, Response, make_response, render_template, request

from app.sandbox import consoles, notices
from app.sandbox.frames import secured
from app.sandbox.kcp import escrow, sites, vbank
from app.sandbox.kcp.codes import BANKS
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import find_payment, list_payments
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.storage import storage

console = Blueprint("console", __name__)

STATES = {
    State.WAITING: "입금 대기",
    State.CLOSED: "닫힘",
    State.APPROVED: "승인",
    State.PARTIAL: "부분취소",
    State.CANCELLED: "취소",
}


@console.get("/console")
def show_console() -> Response:
    with storage().transaction() as db:
        page = render_template(
            "kcp/console.html",
            accounts=[one for one in list_payments(db) if one.is_account or one.escrow][: consoles.SHOWN],
            sites=sites.list_sites(db),
            charsets=sites.CHARSETS,
            bank_of=_bank_of,
            states=STATES,
            **consoles.usual_values(db, GATEWAY),
        )
    return secured(make_response(page), None)


@console.post("/console/escrow-answers")
def answer_escrow() -> Response:
    """Form `tno`, `answer` confirm or refuse."""

    def answer(db: sqlite3.Connection) -> None:
        payment = find_payment(db, request.form.get("tno", ""))
        if payment is None:
            raise ValueError("there is no such payment")
        escrow.buyer_answers(db, payment, confirms=request.form.get("answer") == "confirm")

    return consoles.act(GATEWAY, answer)


@console.post("/console/sites")
def register_address() -> Response:
    """Form `site_cd`, `url`, `charset`."""
    given = {name: request.form.get(name, "").strip() for name in ("site_cd", "url", "charset")}
    return consoles.act(
        GATEWAY,
        lambda db: sites.register_address(db, given["site_cd"], url=given["url"], charset=given["charset"]),
    )


@console.post("/console/notices/<int:notice_id>")
def send_again(notice_id: int) -> Response:
    def send(db: sqlite3.Connection) -> None:
        site = sites.find_site(db, notices.merchant_of(db, notice_id))
        notices.send_again(db, notice_id, url=site.noti_url)

    return consoles.act(GATEWAY, send)


def _bank_of(payment: Payment) -> str:
    return BANKS.get(payment.choice.means.get("bank", ""), "")


consoles.add_bank(
    console,
    GATEWAY,
    argument="tno",
    find_account=vbank.find_account,
    deposit=vbank.deposit,
    reverse=vbank.reverse,
)
