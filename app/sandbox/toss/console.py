"""입금 콘솔: where a tester plays the buyer and the bank of virtual accounts, and sees the notices."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app.sandbox import clock, notices
from app.sandbox.storage import storage
from app.sandbox.toss import deposits
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.payment import Status
from app.sandbox.toss.payments import list_payments
from app.sandbox.toss.vbank import BANKS

console = Blueprint("console", __name__)

SHOWN = 50
STATES = {
    Status.WAITING_FOR_DEPOSIT: "입금 대기",
    Status.DONE: "입금 완료",
    Status.PARTIAL_CANCELED: "부분 취소",
    Status.CANCELED: "취소",
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
            "toss/console.html",
            accounts=[payment for payment in list_payments(db) if payment.is_account][:SHOWN],
            notices=notices.recent(db, gateway=GATEWAY, limit=SHOWN),
            now=clock.korea_time(clock.now(db))[:19].replace("T", " "),
            banks=BANKS,
            states=STATES,
            notice_states=NOTICE_STATES,
            problem=request.args.get("problem", "")[:200],
        )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@console.post("/console/deposits")
def deposit() -> Response:
    """Form `payment_key`, `depositor`."""
    key, depositor = request.form.get("payment_key", ""), request.form.get("depositor", "")
    return _act(
        lambda db: deposits.deposit(
            db, key, amount=None, depositor=depositor or "홍길동", reverse_after_s=None
        )
    )


@console.post("/console/reversals")
def reverse() -> Response:
    """Form `payment_key`."""
    return _act(lambda db: deposits.reverse(db, request.form.get("payment_key", "")))


def _act(action: Callable[[sqlite3.Connection], object]) -> Response:
    """Do it and show the console again, with the sentence of a ValueError."""
    problem = None
    try:
        with storage().transaction() as db:
            action(db)
    except ValueError as error:
        problem = str(error)
    address = url_for("toss.console.show_console", problem=problem)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type
