"""Pages of the pay window that have nothing to choose: leaving, closed, refused. And the headers of all of them."""

import json
from urllib.parse import urlsplit

from flask import Response, make_response, render_template

from app.sandbox.kcp.choice import Back
from app.sandbox.kcp.order import MOBILE
from app.sandbox.kcp.outcome import Leaving
from app.sandbox.kcp.windows import State, Window
from app.sandbox.text import encode_form

_NONE = "'none'"
_CLOSED = {
    State.AUTHENTICATED: "이미 인증을 마친 결제입니다",
    State.EXPIRED: "결제 시간이 만료되었습니다",
    State.CLOSED: "이미 닫힌 결제창입니다",
}


def leave_page(window: Window, leaving: Leaving) -> Response:
    """Send the buyer back: by a message to the shop's page on PC, by a form post on phones."""
    phone, twice = window.order.flow == MOBILE, leaving.back is Back.TWICE
    ret_url = window.order.fields.get("Ret_URL", "") if phone else ""
    page = render_template(
        "kcp/leave.html",
        window=window,
        leaving=leaving,
        ret_url=ret_url,
        message=json.dumps(leaving.message),
        encoded=encode_form(leaving.fields or {}, leaving.charset).decode(),
        delay_s=leaving.delay_s if leaving.back is Back.LATE else 0,
        twice=twice,
    )
    shop = urlsplit(ret_url)
    connect = f"{shop.scheme}://{shop.netloc}" if phone and twice else _NONE
    return secured(make_response(page), window.parent_origin, connect=connect)


def closed_page(window: Window) -> Response:
    page = render_template("kcp/closed.html", window=window, title=_CLOSED[window.state])
    status = 410 if window.state is State.EXPIRED else 409
    return secured(make_response(page, status), window.parent_origin)


def refused_page(problems: list[str], parent_origin: str | None) -> Response:
    page = render_template("kcp/refused.html", problems=problems)
    return secured(make_response(page, 400), parent_origin)


def secured(response: Response, parent_origin: str | None, *, connect: str = _NONE) -> Response:
    """parent_origin: of the page that may show this one in a frame. connect: where its script may post to."""
    # form-action is left out on purpose: browsers also apply it to where the answer redirects, and from the
    # shop's return address the buyer may be sent on to any page of the shop.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
        f" connect-src {connect}; frame-ancestors {parent_origin or _NONE}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
