"""입금 콘솔: where a tester pays into virtual accounts, plays the bank and the escrow buyer, and sees the notices."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app.sandbox import clock, notices
from app.sandbox.kcp import escrow, sites, vbank
from app.sandbox.kcp.codes import BANKS
from app.sandbox.kcp.pages import secured
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import find_payment, list_payments
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.storage import storage

console = Blueprint("console", __name__)

SHOWN = 50
STATES = {
    State.WAITING: "입금 대기",
    State.CLOSED: "닫힘",
    State.APPROVED: "승인",
    State.PARTIAL: "부분취소",
    State.CANCELLED: "취소",
}
NOTICE_STATES = {
    notices.WAITING: "보내는 중",
    notices.ACKNOWLEDGED: "확인됨",
    notices.GAVE_UP: "포기",
    notices.UNREGISTERED: "등록된 주소 없음",
}


@console.get("/console")
def show_console() -> Response:
    with storage().transaction() as db:
        page = render_template(
            "kcp/console.html",
            accounts=[one for one in list_payments(db) if one.is_account or one.escrow][:SHOWN],
            sites=sites.list_sites(db),
            charsets=sites.CHARSETS,
            notices=notices.recent(db, gateway=GATEWAY, limit=SHOWN),
            now=clock.korea_time(clock.now(db))[:19].replace("T", " "),
            due_of=_due_of,
            bank_of=_bank_of,
            states=STATES,
            notice_states=NOTICE_STATES,
            remitter=vbank.REMITTER,
            problem=request.args.get("problem", "")[:200],
        )
    return secured(make_response(page), None)


@console.post("/console/deposits")
def deposit() -> Response:
    """Form `tno`, `amount`, `remitter`, `force`."""
    form = request.form

    def pay_in(db: sqlite3.Connection) -> None:
        account = vbank.find_account(db, form.get("tno", ""))
        amount, remitter = int(form.get("amount", "").replace(",", "")), form.get("remitter", vbank.REMITTER)
        vbank.deposit(db, account, amount=amount, remitter=remitter[:30], force="force" in form)

    return _act(pay_in)


@console.post("/console/reversals")
def reverse() -> Response:
    """Form `tno`."""
    return _act(lambda db: vbank.reverse(db, vbank.find_account(db, request.form.get("tno", ""))))


@console.post("/console/escrow-answers")
def answer_escrow() -> Response:
    """Form `tno`, `answer` confirm or refuse."""

    def answer(db: sqlite3.Connection) -> None:
        payment = find_payment(db, request.form.get("tno", ""))
        if payment is None:
            raise ValueError("there is no such payment")
        escrow.buyer_answers(db, payment, confirms=request.form.get("answer") == "confirm")

    return _act(answer)


@console.post("/console/sites")
def register_address() -> Response:
    """Form `site_cd`, `url`, `charset`."""
    given = {name: request.form.get(name, "").strip() for name in ("site_cd", "url", "charset")}
    return _act(
        lambda db: sites.register_address(db, given["site_cd"], url=given["url"], charset=given["charset"])
    )


@console.post("/console/notices/<int:notice_id>")
def send_again(notice_id: int) -> Response:
    def send(db: sqlite3.Connection) -> None:
        site = sites.find_site(db, notices.merchant_of(db, notice_id))
        notices.send_again(db, notice_id, url=site.noti_url)

    return _act(send)


def _act(action: Callable[[sqlite3.Connection], object]) -> Response:
    """Do it and show the console again, with the sentence of a ValueError."""
    problem = None
    try:
        with storage().transaction() as db:
            action(db)
    except ValueError as error:
        problem = str(error)
    address = url_for("kcp.console.show_console", problem=problem)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type


def _due_of(payment: Payment) -> str:
    return "" if payment.due_at is None else clock.korea_time(payment.due_at)[:16].replace("T", " ")


def _bank_of(payment: Payment) -> str:
    return BANKS.get(payment.choice.means.get("bank", ""), "")
