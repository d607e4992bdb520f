"""입금 콘솔: where a tester pays into virtual accounts, plays the bank, registers addresses and sees the notices."""

import sqlite3
from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from app.sandbox import consoles, notices
from app.sandbox.frames import secured
from app.sandbox.inicis import mids, notice, vbank
from app.sandbox.inicis.codes import BANKS
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.payment import State
from app.sandbox.inicis.payments import list_payments
from app.sandbox.storage import storage

console = Blueprint("console", __name__)

STATES = {
    State.WAITING: "입금 대기",
    State.CLOSED: "닫힘",
    State.APPROVED: "입금 완료",
    State.PARTIAL: "부분환불",
    State.CANCELLED: "환불",
}
NOTICE_STATES = {**consoles.NOTICE_STATES, notices.GAVE_UP: "끝남"}


@console.get("/console")
def show_console() -> Response:
    with storage().transaction() as db:
        accounts = [vbank.closed_if_due(db, one) for one in list_payments(db) if one.is_account][
            : consoles.SHOWN
        ]
        page = render_template(
            "inicis/console.html",
            accounts=accounts,
            mids=mids.list_mids(db),
            bank_of=lambda payment: BANKS[payment.choice.means["bank"]],
            states=STATES,
            **{**consoles.usual_values(db, GATEWAY), "notice_states": NOTICE_STATES},
        )
    return secured(make_response(page), None)


@console.post("/console/mids")
def register_address() -> Response:
    """Form `mid`, `noti_url`: 입금통보 URL of the merchant admin."""

    def register(db: sqlite3.Connection) -> None:
        found = mids.find_mid(db, request.form.get("mid", "").strip())
        if found is None:
            raise ValueError("there is no such MID")
        mids.keep_mid(db, replace(found, noti_url=request.form.get("noti_url", "").strip()))

    return consoles.act(GATEWAY, register)


@console.post("/console/notices/<int:notice_id>")
def send_again(notice_id: int) -> Response:
    return consoles.act(GATEWAY, lambda db: notice.send_again(db, notice_id))


consoles.add_bank(
    console,
    GATEWAY,
    argument="tid",
    find_account=vbank.find_account,
    deposit=vbank.deposit,
    reverse=vbank.reverse,
)
