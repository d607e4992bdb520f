"""입금 콘솔: where a tester pays into virtual accounts, plays the bank, registers addresses and sees the notices."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app.sandbox import clock, notices
from app.sandbox.inicis import mids, notice, vbank
from app.sandbox.inicis.codes import BANKS
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.pages import secured
from app.sandbox.inicis.payment import Payment, State
from app.sandbox.inicis.payments import list_payments
from app.sandbox.storage import storage

console = Blueprint("console", __name__)

SHOWN = 50
STATES = {
    State.WAITING: "입금 대기",
    State.CLOSED: "닫힘",
    State.APPROVED: "입금 완료",
    State.PARTIAL: "부분환불",
    State.CANCELLED: "환불",
}
NOTICE_STATES = {
    notices.WAITING: "보내는 중",
    notices.ACKNOWLEDGED: "확인됨",
    notices.GAVE_UP: "끝남",
    notices.UNREGISTERED: "등록된 주소 없음",
}


@console.get("/console")
def show_console() -> Response:
    with storage().transaction() as db:
        accounts = [vbank.closed_if_due(db, one) for one in list_payments(db) if one.is_account][:SHOWN]
        page = render_template(
            "inicis/console.html",
            accounts=accounts,
            mids=mids.list_mids(db),
            notices=notices.recent(db, gateway=GATEWAY, limit=SHOWN),
            now=clock.korea_time(clock.now(db))[:19].replace("T", " "),
            due_of=_due_of,
            bank_of=lambda payment: BANKS[payment.choice.means["bank"]],
            states=STATES,
            notice_states=NOTICE_STATES,
            remitter=vbank.REMITTER,
            problem=request.args.get("problem", "")[:200],
        )
    return secured(make_response(page), None)


@console.post("/console/deposits")
def deposit() -> Response:
    """Form `tid`, `amount`, `remitter`, `force`."""
    form = request.form

    def pay_in(db: sqlite3.Connection) -> None:
        account = vbank.find_account(db, form.get("tid", ""))
        amount, remitter = int(form.get("amount", "").replace(",", "")), form.get("remitter", vbank.REMITTER)
        vbank.deposit(db, account, amount=amount, remitter=remitter[:30], force="force" in form)

    return _act(pay_in)


@console.post("/console/reversals")
def reverse() -> Response:
    """Form `tid`."""
    return _act(lambda db: vbank.reverse(db, vbank.find_account(db, request.form.get("tid", ""))))


@console.post("/console/mids")
def register_address() -> Response:
    """Form `mid`, `noti_url`: 입금통보 URL of the merchant admin."""

    def register(db: sqlite3.Connection) -> None:
        found = mids.find_mid(db, request.form.get("mid", "").strip())
        if found is None:
            raise ValueError("there is no such MID")
        mids.keep_mid(db, replace(found, noti_url=request.form.get("noti_url", "").strip()))

    return _act(register)


@console.post("/console/notices/<int:notice_id>")
def send_again(notice_id: int) -> Response:
    return _act(lambda db: notice.send_again(db, notice_id))


def _act(action: Callable[[sqlite3.Connection], object]) -> Response:
    """Do it and show the console again, with the sentence of a ValueError."""
    problem = None
    try:
        with storage().transaction() as db:
            action(db)
    except ValueError as error:
        problem = str(error)
    address = url_for("inicis.console.show_console", problem=problem)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type


def _due_of(payment: Payment) -> str:
    return "" if payment.due_at is None else clock.korea_time(payment.due_at)[:16].replace("T", " ")
