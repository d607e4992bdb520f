"""The receipt pages that a shop links to: /assist/bill.BillActionNew.do (notes §2.7)."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from app.sandbox.clock import korea_time
from app.sandbox.frames import secured
from app.sandbox.kcp.codes import MEANS
from app.sandbox.kcp.payments import find_payment, list_payments
from app.sandbox.storage import storage

receipts = Blueprint("receipts", __name__)

TITLES = {"card_bill": "신용카드 매출전표", "mcash_bill": "휴대폰 결제 영수증", "cash_bill": "현금영수증"}


@receipts.get("/assist/bill.BillActionNew.do")
def show_receipt() -> Response:
    """`cmd` with tno and order_no, or cash_no and order_id; trade_mony in both. 404 unless all of them fit."""
    asked = request.args
    cmd = asked.get("cmd", "")
    order_no = asked.get("order_id" if cmd == "cash_bill" else "order_no", "")
    with storage().transaction() as db:
        if cmd == "cash_bill":
            found = next(
                (one for one in list_payments(db, order_no) if one.tno == asked.get("cash_no")), None
            )
        else:
            found = find_payment(db, asked.get("tno", ""))
    fits = found and found.order_no == order_no and asked.get("trade_mony") == str(found.amount)
    if cmd not in TITLES or found is None or not fits:
        abort(404)
    page = render_template(
        "kcp/receipt.html",
        title=TITLES[cmd],
        payment=found,
        method=MEANS[found.pay_type].name,
        time=korea_time(found.approved_at)[:19].replace("T", " "),
    )
    return secured(make_response(page), None)
