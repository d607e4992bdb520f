"""The pay window (결제창): where the buyer would authenticate, and where a tester says what is to happen.

Works as plain forms. A script is only needed to go back to the shop without a press.
"""

from dataclasses import replace

from flask import Blueprint, Response, abort, make_response, render_template, request

from app.sandbox.choices import MAX_WAIT_S, NOTICES
from app.sandbox.faults import DEFAULT_DELAY_S
from app.sandbox.frames import secured
from app.sandbox.inicis import outcome, words
from app.sandbox.inicis.choice import Outcome, read_choice
from app.sandbox.inicis.codes import MEANS
from app.sandbox.inicis.entry import base_url
from app.sandbox.inicis.leaving import close_frame
from app.sandbox.inicis.offer import offer_of
from app.sandbox.inicis.pages import closed_page, leave_page
from app.sandbox.inicis.results import DECLINES, RESULTS
from app.sandbox.inicis.windows import Window, find_window
from app.sandbox.pay_windows import State
from app.sandbox.storage import storage

window = Blueprint("window", __name__)


@window.get("/window/<window_id>")
def show_window(window_id: str) -> Response:
    shown = _find(window_id)
    if shown.state is not State.OPEN:
        return closed_page(shown)
    method = request.args.get("method", shown.order.methods[0])
    if method not in shown.order.methods:
        abort(404)
    return secured(make_response(_page(shown, method)), shown.parent_origin)


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
        left = shown.state is not State.OPEN
        if left and shown.choice is None:
            return closed_page(shown)
        leaving = outcome.use_window(db, shown, choice, base=base_url())
    if left and choice.outcome is Outcome.CLOSE and shown.order.close_url:
        leaving = close_frame(shown.order.close_url)  # the overlay still stands, over a window that is done
    return leave_page(shown, leaving, framed=shown.parent_origin is not None)


@window.get("/window/<window_id>/return")
def return_of_window(window_id: str) -> Response:
    """The way back, at the top of the browser's window: the shop's page was asked by the frame to go here."""
    shown = _find(window_id)
    if shown.choice is None:
        return closed_page(shown)
    with storage().transaction() as db:
        leaving = outcome.leaving_of(db, shown, base=base_url())
    return leave_page(shown, replace(leaving, delay_s=0.0), framed=False)


def _find(window_id: str) -> Window:
    with storage().transaction() as db:
        shown = find_window(db, window_id)
    if shown is None:
        abort(404)
    return shown


def _page(shown: Window, method: str) -> str:
    return render_template(
        "inicis/window.html",
        window=shown,
        order=shown.order,
        methods=[MEANS[one] for one in shown.order.methods],
        means=MEANS[method],
        offer=offer_of(shown.order, method),
        words=words,
        notices=NOTICES,
        declines=[(code, *RESULTS[code]) for code in DECLINES[method]],
        default_delay_s=DEFAULT_DELAY_S,
        max_delay_s=MAX_WAIT_S,
    )
