"""Pages of the pay window that have nothing to choose: leaving, closed, refused."""

from urllib.parse import urlencode, urlsplit

from flask import Response, make_response, render_template, url_for

from app.sandbox.frames import NOBODY, secured
from app.sandbox.inicis.leaving import TOP, Leaving
from app.sandbox.inicis.order import OrderRefused
from app.sandbox.inicis.results import RESULTS
from app.sandbox.inicis.windows import Window
from app.sandbox.pay_windows import State
from app.sandbox.text import PYTHON_NAMES, encode_form

_CLOSED = {
    State.AUTHENTICATED: "이미 인증을 마친 결제입니다",
    State.EXPIRED: "결제 시간이 만료되었습니다",
    State.CLOSED: "이미 닫힌 결제창입니다",
    State.OPEN: "아직 끝나지 않은 결제창입니다",
}


def leave_page(window: Window, leaving: Leaving, *, framed: bool) -> Response:
    """Send the buyer back. Out of a frame the shop's page is asked to go to `return_of_window` first: a frame that
    nobody has clicked in cannot move the page around it."""
    out = framed and leaving.target == TOP and leaving.address
    page = render_template(
        "inicis/leave.html",
        window=window,
        leaving=leaving,
        framed=framed,
        link=_link(leaving),
        encoded=encode_form(leaving.fields or {}, leaving.charset).decode(),
        out=url_for("inicis.window.return_of_window", window_id=window.id) if out else "",
        delay_s=leaving.delay_s,
    )
    shop = urlsplit(leaving.address)
    connect = f"{shop.scheme}://{shop.netloc}" if leaving.is_twice and leaving.address else NOBODY
    return secured(make_response(page), window.parent_origin if framed else None, connect=connect)


def closed_page(window: Window) -> Response:
    page = render_template("inicis/closed.html", window=window, title=_CLOSED[window.state])
    status = 410 if window.state is State.EXPIRED else 409
    return secured(make_response(page, status), window.parent_origin)


def refused_page(refused: OrderRefused, parent_origin: str | None) -> Response:
    page = render_template(
        "inicis/refused.html", problems=refused.problems, code=refused.code, words=RESULTS[refused.code]
    )
    return secured(make_response(page, 400), parent_origin)


def _link(leaving: Leaving) -> str:
    """Of a return by GET: a form would lose what the address has of its own behind its `?`."""
    if leaving.method == "post" or not leaving.fields:
        return leaving.address
    python = PYTHON_NAMES[leaving.charset]
    told = urlencode(leaving.fields, encoding=python, errors="xmlcharrefreplace")
    return f"{leaving.address}{'&' if '?' in leaving.address else '?'}{told}"
