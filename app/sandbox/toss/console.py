"""입금 콘솔: where a tester plays the buyer and the bank of virtual accounts, and sees the notices."""

from flask import Blueprint, Response, make_response, render_template, request

from app.sandbox import consoles
from app.sandbox.storage import storage
from app.sandbox.toss import deposits
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.payment import Status
from app.sandbox.toss.payments import list_payments
from app.sandbox.toss.vbank import BANKS

console = Blueprint("console", __name__)

STATES = {
    Status.WAITING_FOR_DEPOSIT: "입금 대기",
    Status.DONE: "입금 완료",
    Status.PARTIAL_CANCELED: "부분 취소",
    Status.CANCELED: "취소",
}


@console.get("/console")
def show_console() -> Response:
    with storage().transaction() as db:
        page = render_template(
            "toss/console.html",
            accounts=[payment for payment in list_payments(db) if payment.is_account][: consoles.SHOWN],
            banks=BANKS,
            states=STATES,
            **consoles.usual_values(db, GATEWAY),
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
    return consoles.act(
        GATEWAY,
        lambda db: deposits.deposit(
            db, key, amount=None, depositor=depositor or "홍길동", reverse_after_s=None
        ),
    )


@console.post("/console/reversals")
def reverse() -> Response:
    """Form `payment_key`."""
    return consoles.act(GATEWAY, lambda db: deposits.reverse(db, request.form.get("payment_key", "")))
