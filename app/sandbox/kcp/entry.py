"""The two ways into the pay window: the script of the PC page, and a form post on phones (notes §1.1, §1.3)."""

import sqlite3

from flask import Blueprint, Response, redirect, request, url_for

from app.sandbox.frames import framing_origin
from app.sandbox.kcp import outcome, switches
from app.sandbox.kcp.choice import read_choice
from app.sandbox.kcp.magic import MAGIC
from app.sandbox.kcp.order import MOBILE, PC, Fields, OrderRefused, missing_result_inputs
from app.sandbox.kcp.outcome import Leaving
from app.sandbox.kcp.pages import leave_page, refused_page
from app.sandbox.kcp.windows import Trade, Window, find_trade, open_window
from app.sandbox.magic import of_amount
from app.sandbox.storage import public_url, storage
from app.sandbox.text import read_form

entry = Blueprint("entry", __name__)

_KOREAN = frozenset({"euc-kr", "ks_c_5601-1987", "cp949", "windows-949"})


@entry.post("/window")
def open_on_pc() -> Response:
    """What the hub script posts into its iframe: the shop's form, with `encType` and `sim_origin` added."""
    raw = request.get_data()
    page_charset = read_form(raw, "utf-8").get("encType", "").lower()
    charset = "euc-kr" if page_charset in _KOREAN else "utf-8"
    fields = read_form(raw, charset)
    parent_origin = framing_origin(fields.pop("sim_origin", ""))
    fields.pop("encType", None)
    with storage().transaction() as db:
        hangs = switches.is_set(db, "missing_inputs", "hang")
    missing = missing_result_inputs(fields) if hangs else []
    problems = [f"필수 입력 누락 / missing: {name}" for name in missing]
    return _open(fields, PC, charset, problems, parent_origin)


@entry.post("/pay/mobileGW.kcp")
def open_on_phone() -> Response:
    """The form of a phone, in EUC-KR."""
    return _open_registered(read_form(request.get_data(), "euc-kr"), "euc-kr", [])


@entry.post("/pay/jsp/encodingFilter/encodingFilter.jsp")
def open_on_phone_in_utf8() -> Response:
    """The same form in UTF-8, with the PayUrl that it is meant for."""
    fields = read_form(request.get_data(), "utf-8")
    wanted = {"encoding_trans": "UTF-8", "PayUrl": f"{public_url()}/kcp/pay/mobileGW.kcp"}
    problems = [
        f"형식 오류 / malformed: {name}" for name, value in wanted.items() if fields.get(name) != value
    ]
    return _open_registered(fields, "utf-8", problems)


def _open_registered(fields: Fields, charset: str, problems: list[str]) -> Response:
    with storage().transaction() as db:
        trade = find_trade(db, fields.get("approval_key", ""))
    return _open(fields, MOBILE, charset, [*problems, *_trade_problems(fields, trade)], None)


def _trade_problems(fields: Fields, trade: Trade | None) -> list[str]:
    """The form must be of the payment that the shop's server has registered."""
    if trade is None:
        return ["approval_key: 등록되지 않았거나 만료된 거래 / unknown or expired"]
    registered = {
        "site_cd": trade.site_cd,
        "ordr_idxx": trade.order_no,
        "good_mny": str(trade.amount),
        "Ret_URL": trade.ret_url,
        "pay_method": trade.pay_method,
        "traceNo": trade.trace_no,
    }
    return [
        f"{name}: 거래등록과 다릅니다 / differs from the registration"
        for name, value in registered.items()
        if fields.get(name) != value and (name in fields or name != "traceNo")
    ]


def _open(
    fields: Fields, flow: str, charset: str, problems: list[str], parent_origin: str | None
) -> Response:
    if problems:
        return refused_page(problems, parent_origin)
    try:
        with storage().transaction() as db:
            opened = open_window(
                db,
                fields,
                flow,
                charset=charset,
                parent_origin=parent_origin,
                trace_no=fields.get("traceNo"),
            )
            leaving = _pass_by_itself(db, opened)
    except OrderRefused as refused:
        return refused_page(refused.problems, parent_origin)
    if leaving is not None:
        return leave_page(opened, leaving)
    address = url_for("kcp.window.show_window", window_id=opened.id)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type


def _pass_by_itself(db: sqlite3.Connection, opened: Window) -> Leaving | None:
    """What a magic amount does; None when somebody has to choose."""
    magic = of_amount(MAGIC, opened.order.amount)
    return outcome.use_window(db, opened, read_choice(magic.form, opened.order)) if magic else None
