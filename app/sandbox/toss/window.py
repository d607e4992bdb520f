"""The pay window (결제창): where the buyer would authenticate, and where a tester says what is to happen.

Works as plain forms. Only inside an iframe is a script needed, to tell the shop's page how it ended.
"""

import sqlite3
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request

from app.sandbox.faults import DEFAULT_DELAY_S, MAX_DELAY_S
from app.sandbox.storage import storage
from app.sandbox.toss import choices
from app.sandbox.toss.choices import Choice, read_choice
from app.sandbox.toss.errors import API_ERRORS, PAY_PROCESS_ABORTED, PAY_PROCESS_CANCELED, REJECT_CARD_COMPANY
from app.sandbox.toss.payment import Payment, Status
from app.sandbox.toss.payments import abort_payment, authenticate_payment, find_payment

window = Blueprint("window", __name__)

_WINDOW_ERRORS = {choices.ABORT: PAY_PROCESS_ABORTED, choices.REJECT: REJECT_CARD_COMPANY}
_CLOSED = {
    Status.IN_PROGRESS: "이미 인증을 마친 결제입니다",
    Status.EXPIRED: "결제 시간이 만료되었습니다",
    Status.ABORTED: "중단된 결제입니다",
}


@window.get("/<payment_key>")
def show_window(payment_key: str) -> Response:
    with storage().transaction() as db:
        payment = _find(db, payment_key)
    if payment.status is not Status.READY:
        return _closed_window(payment)
    page = render_template(
        "toss/window.html",
        payment=payment,
        declines=[(code, API_ERRORS[code][1]) for code in payment.method.declines],
        failures=choices.WINDOW_FAILURES,
        faults=choices.FAULTS,
        fundings=[(name, *choices.FUNDINGS[name]) for name in payment.method.fundings(payment.options)],
        default_delay_s=DEFAULT_DELAY_S,
        max_delay_s=MAX_DELAY_S,
    )
    return _secured(make_response(page), payment)


@window.post("/<payment_key>")
def use_window(payment_key: str) -> Response:
    try:
        choice = read_choice(request.form)
    except ValueError as error:
        abort(400, str(error))
    with storage().transaction() as db:
        payment = _find(db, payment_key)
        if payment.status is Status.READY:
            _apply(db, payment, choice)
        elif not _may_repeat(payment, choice):
            return _closed_window(payment)
    return _leave(payment, choice.outcome)


def _find(db: sqlite3.Connection, payment_key: str) -> Payment:
    payment = find_payment(db, payment_key)
    if payment is None:
        abort(404)
    return payment


def _may_repeat(payment: Payment, choice: Choice) -> bool:
    """A double click posts twice and must lead to the same place. A window can always be closed."""
    authenticated_twice = payment.status is Status.IN_PROGRESS and choice.outcome == choices.APPROVE
    return authenticated_twice or choice.outcome == choices.CLOSE


def _apply(db: sqlite3.Connection, payment: Payment, choice: Choice) -> None:
    if choice.outcome == choices.APPROVE:
        authenticate_payment(db, payment, choice.script)
    elif choice.outcome in _WINDOW_ERRORS:
        code, message = _WINDOW_ERRORS[choice.outcome]
        abort_payment(db, payment, code=code, message=message)
    # Closing the window changes no status (notes §3); the payment expires some day.


def _leave(payment: Payment, outcome: str) -> Response:
    """Send the buyer back to the shop: by redirect, or out of an iframe by a message to its parent page."""
    url = _return_url(payment, outcome)
    if payment.window_target == "self":
        return redirect(url, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type
    kind = {choices.APPROVE: "success", choices.CLOSE: "close"}.get(outcome, "fail")
    return _secured(
        make_response(render_template("toss/leave.html", payment=payment, kind=kind, url=url)), payment
    )


def _return_url(payment: Payment, outcome: str) -> str:
    if outcome == choices.APPROVE:
        returned = {
            "paymentKey": payment.payment_key,
            "orderId": payment.order_id,
            "amount": str(payment.amount),
        }
        return _extended(payment.success_url, returned)
    if outcome == choices.CLOSE:
        # No orderId: the notes hold it possible (§1.7, §11.3), so the harder case is the one to test.
        code, message = PAY_PROCESS_CANCELED
        return _extended(payment.fail_url, {"code": code, "message": message})
    code, message = _WINDOW_ERRORS[outcome]
    return _extended(payment.fail_url, {"code": code, "message": message, "orderId": payment.order_id})


def _extended(url: str, fields: dict[str, str]) -> str:
    """Append to whatever query the shop's URL already has; a fragment stays at the end."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(fields, quote_via=quote)]))
    return urlunsplit(parts._replace(query=query))


def _closed_window(payment: Payment) -> Response:
    title = _CLOSED.get(payment.status, "이미 처리된 결제입니다")
    page = render_template("toss/closed.html", payment=payment, title=title)
    return _secured(make_response(page, 410 if payment.status is Status.EXPIRED else 409), payment)


def _secured(response: Response, payment: Payment) -> Response:
    # form-action is left out on purpose: browsers also apply it to where the answer redirects, and from the
    # shop's return address the buyer may be sent on to any page of the shop.
    ancestors = payment.parent_origin if payment.window_target == "iframe" else "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
        f" frame-ancestors {ancestors}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
