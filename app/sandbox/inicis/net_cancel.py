"""망취소: as if the approval had never been, for ten minutes (notes §1.11, §2.6, §9.2)."""

import sqlite3

from app.sandbox.faults import Fault
from app.sandbox.inicis import payments, switches, windows
from app.sandbox.inicis.answer import HTML, NOTHING, Answer
from app.sandbox.inicis.approved import Fields
from app.sandbox.inicis.codes import MEANS
from app.sandbox.inicis.exchange import Call
from app.sandbox.inicis.payment import Payment, State
from app.sandbox.inicis.results import InicisRefusal
from app.sandbox.inicis.tokens import authenticate, is_in_time, pc_answer, pc_refusal, window_of
from app.sandbox.inicis.windows import Window

DONE = "망취소 성공"


def undo(db: sqlite3.Connection, window: Window) -> Payment | None:
    """Take the approval of this window back; None when there was none. Raises InicisRefusal SIM5."""
    if window.taken_back:
        raise InicisRefusal("SIM5", "twice")
    if window.tid is None:
        if window.uses or switches.is_set(db, "net_cancel_unapproved", "refused"):
            raise InicisRefusal("SIM5", "not approved")
        windows.take_back(db, window)
        return None
    payment = payments.find_payment(db, window.tid)
    assert payment is not None
    untouched = State.WAITING if payment.is_account else State.APPROVED
    if payment.state is not untouched or payment.cancels:
        raise InicisRefusal("SIM5")
    windows.take_back(db, window)
    return payments.net_cancel(db, payment)


def failed_otherwise(db: sqlite3.Connection) -> Answer | None:
    """An answer without a code, where a failure is switched to be none that can be read."""
    shape = {"empty": NOTHING, "html": HTML}.get(switches.read(db, "net_cancel_failure"))
    return Answer({}, shape) if shape else None


def take_scripted_fault(db: sqlite3.Connection, window: Window | None) -> Fault | None:
    """The one chosen in the window, once."""
    fault = window.chosen.fault_of("cancel_fault") if window else None
    if window is not None and fault is not None:
        windows.drop_fault(db, window, "cancel_fault")
    return fault


def _net_cancel(db: sqlite3.Connection, fields: Fields) -> Answer:
    authenticate(db, fields)
    window = window_of(db, fields)
    if window is None or not is_in_time(db, window, "net_cancel_lifetime_s"):
        raise InicisRefusal("SIM5")
    payment = undo(db, window)
    body = {
        "resultCode": "0000",
        "resultMsg": DONE,
        "mid": fields["mid"],
        "tid": payment.tid if payment else "",
        "moid": window.order.oid,
        "timestamp": fields["timestamp"],
        "selectPayMethod": MEANS[window.chosen.method].pc,
    }
    return pc_answer(fields, body)


def _scripted_fault(db: sqlite3.Connection, fields: Fields) -> Fault | None:
    try:
        authenticate(db, fields)
    except InicisRefusal:
        return None
    return take_scripted_fault(db, window_of(db, fields))


def _refuse(db: sqlite3.Connection, fields: Fields, refusal: InicisRefusal) -> Answer:
    return failed_otherwise(db) or pc_refusal(db, fields, refusal)


NET_CANCEL = Call("net_cancel", _net_cancel, _refuse, _scripted_fault)
