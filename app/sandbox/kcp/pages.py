"""Pages of the pay window that have nothing to choose: leaving, closed, refused."""

import json
from urllib.parse import urlsplit

from flask import Response, make_response, render_template

from app.sandbox.frames import NOBODY, secured
from app.sandbox.kcp.choice import Back
from app.sandbox.kcp.order import MOBILE
from app.sandbox.kcp.outcome import Leaving
from app.sandbox.kcp.windows import Window
from app.sandbox.pay_windows import State
from app.sandbox.text import encode_form

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
    connect = f"{shop.scheme}://{shop.netloc}" if phone and twice else NOBODY
    return secured(make_response(page), window.parent_origin, connect=connect)


def closed_page(window: Window) -> Response:
    page = render_template("kcp/closed.html", window=window, title=_CLOSED[window.state])
    status = 410 if window.state is State.EXPIRED else 409
    return secured(make_response(page, status), window.parent_origin)


def refused_page(problems: list[str], parent_origin: str | None) -> Response:
    page = render_template("kcp/refused.html", problems=problems)
    return secured(make_response(page, 400), parent_origin)
