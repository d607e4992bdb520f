"""The two ways into the pay window: the script of the PC page, and a form post on phones (notes §1.2, §2.1)."""

import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request, url_for

from app.sandbox.background import background
from app.sandbox.frames import framing_origin
from app.sandbox.inicis import outcome, switches
from app.sandbox.inicis.choice import read_choice
from app.sandbox.inicis.codes import MEANS
from app.sandbox.inicis.leaving import Leaving
from app.sandbox.inicis.magic import MAGIC
from app.sandbox.inicis.mobile_order import read_mobile_order
from app.sandbox.inicis.order import Order, OrderRefused
from app.sandbox.inicis.pages import leave_page, refused_page
from app.sandbox.inicis.pc_order import read_pc_order
from app.sandbox.inicis.windows import Window, open_window
from app.sandbox.magic import of_amount
from app.sandbox.storage import public_url, storage
from app.sandbox.text import read_form

entry = Blueprint("entry", __name__)

MOBILE_HOST, STAGING_HOST = "mobile", "stgmobile"
BY_SCRIPT = "requestByJs"
ORIGIN_FIELD = "sim_origin"


def base_url() -> str:
    """The address that all of Inicis' hosts have in common here."""
    return f"{public_url()}/inicis"


@entry.post("/payMain/pay")
def open_on_pc() -> Response:
    """What the script posts into its overlay: the shop's form, with `requestByJs` and `sim_origin` added."""
    fields = read_form(request.get_data(), "utf-8")
    parent_origin = framing_origin(fields.pop(ORIGIN_FIELD, ""))
    if fields.pop(BY_SCRIPT, "") != "true":
        refused = OrderRefused(["INIStdPay.js 로 요청해 주세요 / not posted by the script"], "SIM8")
        return refused_page(refused, parent_origin)
    return _open(lambda db: read_pc_order(db, fields), parent_origin)


@entry.post("/smart/payment/", defaults={"host": MOBILE_HOST})
@entry.post("/stg/smart/payment/", defaults={"host": STAGING_HOST})
def open_on_phone(host: str) -> Response:
    """The form of a phone, in EUC-KR. Which of both hosts serves test MIDs is not confirmed."""

    def read(db: sqlite3.Connection) -> Order:
        if switches.read(db, "mobile_host") not in (host, "both"):
            raise OrderRefused([f"{host}: 이 서버에 없는 상점 / this host does not know the MID"], "MX2001")
        return read_mobile_order(db, read_form(request.get_data(), "euc-kr"))

    return _open(read, None)


@entry.post("/smart/<page>/")
def open_old_page(page: str) -> Response:
    """/smart/wcard/ and its like, one for each method."""
    if not page or page not in [means.old_page for means in MEANS.values()]:
        abort(404)
    fields = read_form(request.get_data(), "euc-kr")
    return _open(lambda db: read_mobile_order(db, fields, old_page=page), None)


def _open(read: Callable[[sqlite3.Connection], Order], parent_origin: str | None) -> Response:
    try:
        with storage().transaction() as db:
            opened = open_window(db, read(db), parent_origin=parent_origin)
            leaving = _pass_by_itself(db, opened)
    except OrderRefused as refused:
        return refused_page(refused, parent_origin)
    if leaving is not None:
        background().wake()
        return leave_page(opened, leaving, framed=parent_origin is not None)
    address = url_for("inicis.window.show_window", window_id=opened.id)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type


def _pass_by_itself(db: sqlite3.Connection, opened: Window) -> Leaving | None:
    """What a magic amount does; None when somebody has to choose."""
    magic = of_amount(MAGIC, opened.order.amount)
    if magic is None:
        return None
    return outcome.use_window(db, opened, read_choice(magic.form, opened.order), base=base_url())
