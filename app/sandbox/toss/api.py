"""Toss's server API, `/v1/payments…` (protocol notes §2)."""

import secrets
import sqlite3
from functools import partial

from flask import Blueprint, Response, g, request

from app.sandbox import calls
from app.sandbox.toss import cancel, confirm, receipts
from app.sandbox.toss.answers import Answer
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.exchange import GATEWAY, serve
from app.sandbox.toss.keys import Account
from app.sandbox.toss.payment import Payment
from app.sandbox.toss.payments import find_order, find_payment
from app.sandbox.toss.representation import payment_object

api = Blueprint("api", __name__)

_BREAKS_CONNECTION = ("answer_lost", "request_lost")


@api.post("/payments/confirm")
def confirm_payment() -> Response:
    body = _json_body()
    return serve("confirm", partial(confirm.confirm, body=body), partial(confirm.scripted_fault, body=body))


@api.post("/payments/<payment_key>/cancel")
def cancel_payment(payment_key: str) -> Response:
    return serve("cancel", partial(cancel.cancel, payment_key=payment_key, body=_json_body()))


@api.get("/payments/<payment_key>")
def show_payment(payment_key: str) -> Response:
    def look_up(db: sqlite3.Connection, account: Account) -> Answer:
        return _found(find_payment(db, payment_key), account)

    return serve("lookup", look_up)


@api.get("/payments/orders/<order_id>")
def show_order(order_id: str) -> Response:
    def look_up(db: sqlite3.Connection, account: Account) -> Answer:
        return _found(find_order(db, account, order_id), account)

    return serve("lookup", look_up)


@api.post("/cash-receipts")
def issue_receipt() -> Response:
    return serve("receipt", partial(receipts.issue, body=_json_body()))


@api.post("/cash-receipts/<receipt_key>/cancel")
def cancel_receipt(receipt_key: str) -> Response:
    return serve("receipt", partial(receipts.cancel, receipt_key=receipt_key, body=_json_body()))


@api.get("/cash-receipts")
def list_receipts() -> Response:
    date, cursor = request.args.get("requestDate", ""), request.args.get("cursor", 0, int)
    limit = request.args.get("limit", receipts.MOST, int)
    return serve("lookup", partial(receipts.list_receipts, date=date, cursor=cursor, limit=limit))


@api.after_request
def trace_and_record(response: Response) -> Response:
    response.headers["X-TossPayments-Trace-Id"] = secrets.token_hex(16)
    account: Account | None = g.get("toss_account")
    return calls.record_request(
        response,
        gateway=GATEWAY,
        merchant=account.merchant_id if account else None,
        fault=g.get("toss_fault"),
        authorization=_masked(request.headers.get("Authorization")),
        idempotency_key=request.headers.get("Idempotency-Key"),
    )


def _found(payment: Payment | None, account: Account) -> Answer:
    if payment is None or payment.account != account:
        raise TossError("NOT_FOUND_PAYMENT")
    return Answer(200, payment_object(payment))


def _json_body() -> object:
    """The decoded body, None when it is not JSON or not declared as such."""
    return request.get_json(silent=True)


def _masked(authorization: str | None) -> str | None:
    """Only the scheme: the value is the merchant's secret key."""
    return None if authorization is None else f"{authorization.partition(' ')[0][:10]} ***"
