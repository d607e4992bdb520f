"""How a pay window ends (notes §1.6, §2.4, §2.7)."""

import sqlite3

from app.sandbox.inicis import mobile_approved, notice, payments, returns, switches, windows
from app.sandbox.inicis.approval import check_duplicate, declined, take_money
from app.sandbox.inicis.choice import Back, Choice, Outcome
from app.sandbox.inicis.leaving import Leaving
from app.sandbox.inicis.mobile_order import is_one_transaction
from app.sandbox.inicis.results import InicisRefusal
from app.sandbox.inicis.windows import Window
from app.sandbox.pay_windows import State

PASSES = (Outcome.APPROVE, Outcome.EXPIRED)


def use_window(db: sqlite3.Connection, window: Window, choice: Choice, *, base: str) -> Leaving:
    """The tester has chosen. A second press leads to the same place as the first. base: of Inicis' addresses."""
    if window.state is State.OPEN:
        window = _leave(db, window, choice)
    return leaving_of(db, window, base=base)


def leaving_of(db: sqlite3.Connection, window: Window, *, base: str) -> Leaving:
    """The same for a window that was left before."""
    choice = window.chosen
    if choice.back is Back.NEVER or choice.outcome is Outcome.TIMEOUT:
        return Leaving()
    passed = window.state is State.AUTHENTICATED
    if passed and _is_one_transaction(db, window, choice):
        # The result went to P_NOTI_URL; the browser brings nothing.
        return Leaving(window.order.fields.get("P_RETURN_URL", ""), method="get", back=choice.back)
    return returns.authenticated(db, window, base=base) if passed else returns.failed(db, window)


def _leave(db: sqlite3.Connection, window: Window, choice: Choice) -> Window:
    if choice.outcome not in PASSES:
        return windows.close(db, window, choice)
    prefix = "INIMX_AISP" if payments.is_isp(db, choice) else "INIMX_AUTH"
    lifetime_s = switches.number(db, "token_lifetime_s")
    authenticated = windows.authenticate(db, window, choice, prefix=prefix, lifetime_s=lifetime_s)
    if _is_one_transaction(db, authenticated, choice):
        _approve_at_once(db, authenticated)
    return authenticated


def _is_one_transaction(db: sqlite3.Connection, window: Window, choice: Choice) -> bool:
    return is_one_transaction(db, window.order, choice.method, isp=payments.is_isp(db, choice))


def _approve_at_once(db: sqlite3.Connection, window: Window) -> None:
    refusal = declined(db, window)
    try:
        check_duplicate(db, window)
    except InicisRefusal as duplicate:
        refusal = duplicate
    if refusal is not None:
        windows.note_use(db, window, {"P_STATUS": refusal.code}, None)
        notice.tell_refused(db, window, refusal.code, refusal.message)
        return
    payment, _ = take_money(db, window)
    fields = mobile_approved.mobile_fields(db, window, payment)
    windows.note_use(db, window, fields, payment.tid)
    notice.tell_paid(db, payment, fields)
