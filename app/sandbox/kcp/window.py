"""The pay window (결제창): where the buyer would authenticate, and where a tester says what is to happen.

Works as plain forms. A script is only needed inside the PC overlay, to tell the shop's page how it ended, and on
phones to send the form back without a press.
"""

from flask import Blueprint, Response, abort, make_response, render_template, request

from app.sandbox.choices import MAX_WAIT_S, NOTICES
from app.sandbox.faults import DEFAULT_DELAY_S
from app.sandbox.frames import secured
from app.sandbox.kcp import choice as choices
from app.sandbox.kcp import outcome
from app.sandbox.kcp.choice import Outcome, read_choice
from app.sandbox.kcp.codes import MEANS
from app.sandbox.kcp.offer import offer_of
from app.sandbox.kcp.pages import closed_page, leave_page
from app.sandbox.kcp.results import DECLINES, RESULTS
from app.sandbox.kcp.windows import Window, find_window
from app.sandbox.pay_windows import State
from app.sandbox.storage import storage

window = Blueprint("window", __name__)

# name of an offer: (Korean, English)
ASKED = {
    "wallet": ("간편결제", "easy pay"),
    "funding": ("지불 방법", "paid by"),
    "card_cd": ("카드사", "card"),
    "quota": ("할부", "instalments"),
    "kind": ("카드 종류", "kind"),
    "owner": ("명의", "owner"),
    "partcanc": ("부분취소", "partial cancel"),
    "bank": ("은행", "bank"),
    "cash_tr_code": ("현금영수증", "cash receipt"),
    "carrier": ("통신사", "carrier"),
    "gift": ("상품권", "gift certificate"),
    "point": ("포인트", "points"),
}


@window.get("/window/<window_id>")
def show_window(window_id: str) -> Response:
    with storage().transaction() as db:
        shown = find_window(db, window_id)
    if shown is None:
        abort(404)
    if shown.state is not State.OPEN:
        return closed_page(shown)
    pay_type = request.args.get("pay_type", shown.order.pay_types[0])
    if pay_type not in shown.order.pay_types:
        abort(404)
    return secured(make_response(_page(shown, pay_type)), shown.parent_origin)


@window.post("/window/<window_id>")
def use_window(window_id: str) -> Response:
    with storage().transaction() as db:
        shown = find_window(db, window_id)
        if shown is None:
            abort(404)
        try:
            choice = read_choice(request.form, shown.order)
        except ValueError as error:
            abort(400, str(error))
        leaving = None
        if choice.outcome is Outcome.CLOSE and shown.state is not State.OPEN:
            leaving = outcome.close_again(db, shown)
        elif shown.state is State.OPEN or shown.choice is not None:
            leaving = outcome.use_window(db, shown, choice)
    return leave_page(shown, leaving) if leaving else closed_page(shown)


def _page(shown: Window, pay_type: str) -> str:
    return render_template(
        "kcp/window.html",
        window=shown,
        order=shown.order,
        methods=[MEANS[one] for one in shown.order.pay_types],
        means=MEANS[pay_type],
        offer=offer_of(shown.order, pay_type).fields,
        asked=ASKED,
        declines=[(code, *RESULTS[code]) for code in DECLINES[pay_type]],
        failures=choices.FAILURES,
        faults=choices.FAULTS,
        backs=choices.BACKS,
        deposits=choices.DEPOSITS,
        notices=NOTICES,
        default_delay_s=DEFAULT_DELAY_S,
        max_delay_s=MAX_WAIT_S,
    )
