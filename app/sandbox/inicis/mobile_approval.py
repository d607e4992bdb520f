"""승인 and 망취소 of a payment on phones: payReq.ini and payNetCancel.ini (notes §2.5, §2.6, §9.3)."""

import sqlite3

from app.sandbox import clock
from app.sandbox.faults import Fault
from app.sandbox.inicis import hashes, mobile_approved, net_cancel, switches, windows
from app.sandbox.inicis.answer import NVP, RAW_NVP, Answer
from app.sandbox.inicis.approval import check_duplicate, declined, take_money
from app.sandbox.inicis.approved import Fields
from app.sandbox.inicis.exchange import Call
from app.sandbox.inicis.freshness import is_fresh_ms
from app.sandbox.inicis.mids import find_mid
from app.sandbox.inicis.order import MOBILE
from app.sandbox.inicis.payments import find_payment
from app.sandbox.inicis.results import FIELD_MISSING, OTHER_MID, InicisRefusal
from app.sandbox.inicis.tokens import is_in_time
from app.sandbox.inicis.windows import Window, find_by_token, find_window

BY_APPROVAL_TID_S = (
    60  # how long the TID of the approval can be net-cancelled; that of the authentication: longer
)


def _approve(db: sqlite3.Connection, fields: Fields) -> Answer:
    window = _approvable(db, fields)
    refusal = declined(db, window)
    if refusal is not None:
        body = {"P_STATUS": refusal.code, "P_RMESG1": refusal.message, "P_TID": window.token}
        windows.note_use(db, window, body, None)
        return _answer(db, window, body)
    payment, before = take_money(db, window)
    body = mobile_approved.mobile_fields(db, window, payment)
    windows.note_use(db, window, body, payment.tid)
    return _answer(db, window, body, after_notice=before)


def _approvable(db: sqlite3.Connection, fields: Fields) -> Window:
    window = _named(db, fields, "P_MID", "P_TID")
    if window is None:
        raise InicisRefusal("01", message=OTHER_MID)
    if window.uses or window.taken_back:
        raise InicisRefusal("R201")
    if not is_in_time(db, window, "token_lifetime_s"):
        raise InicisRefusal("SIM3", "expired")
    check_duplicate(db, window)
    return window


def _named(db: sqlite3.Connection, fields: Fields, *needed: str) -> Window | None:
    """The window of P_TID and P_MID; None when they are not one's. Raises InicisRefusal when a field is missing."""
    if any(not fields.get(name) for name in needed):
        raise InicisRefusal("01", message=FIELD_MISSING)
    window = find_by_token(db, fields["P_TID"], MOBILE)
    return window if window is not None and window.order.mid == fields["P_MID"] else None


def _scripted_fault(db: sqlite3.Connection, fields: Fields) -> Fault | None:
    try:
        window = _approvable(db, fields)
    except InicisRefusal:
        return None
    fault = window.chosen.fault_of("fault")
    if fault is not None:
        windows.drop_fault(db, window, "fault")
    return fault


def _net_cancel(db: sqlite3.Connection, fields: Fields) -> Answer:
    window = _cancellable(db, fields)
    payment = net_cancel.undo(db, window)
    body = {
        "P_STATUS": "00",
        "P_RMESG1": net_cancel.DONE,
        "P_TID": payment.tid if payment else window.token,
    }
    return _answer(db, window, body)


def _cancellable(db: sqlite3.Connection, fields: Fields) -> Window:
    """By the TID of the authentication for ten minutes, by that of the approval for one."""
    window = _named(db, fields, "P_MID", "P_TID", "P_AMT", "P_OID", "P_TIMESTAMP", "P_CHKFAKE")
    _check_hash(db, fields)
    if window is None:
        window = _just_approved(db, fields)
    if window is None or not is_in_time(db, window, "net_cancel_lifetime_s"):
        raise InicisRefusal("SIM5")
    if (fields["P_AMT"], fields["P_OID"]) != (str(window.order.amount), window.order.oid):
        raise InicisRefusal("SIM4")
    return window


def _just_approved(db: sqlite3.Connection, fields: Fields) -> Window | None:
    payment = find_payment(db, fields["P_TID"])
    if payment is None or payment.mid != fields["P_MID"]:
        return None
    young = clock.now(db) < payment.approved_at + BY_APPROVAL_TID_S
    return find_window(db, payment.window_id) if young else None


def _check_hash(db: sqlite3.Connection, fields: Fields) -> None:
    merchant, timestamp = find_mid(db, fields["P_MID"]), fields["P_TIMESTAMP"]
    if merchant is None:
        raise InicisRefusal("SIMA")
    if not timestamp.isascii() or not timestamp.isdecimal() or not is_fresh_ms(db, timestamp):
        raise InicisRefusal("SIMO")
    expected = hashes.check_fake(
        amount=fields["P_AMT"], oid=fields["P_OID"], timestamp=timestamp, hash_key=merchant.hash_key
    )
    if not hashes.same(expected, fields["P_CHKFAKE"]):
        raise InicisRefusal("SIM1")


def _cancel_fault(db: sqlite3.Connection, fields: Fields) -> Fault | None:
    try:
        return net_cancel.take_scripted_fault(db, _cancellable(db, fields))
    except InicisRefusal:
        return None


def _answer(
    db: sqlite3.Connection, window: Window | None, body: Fields, *, after_notice: int | None = None
) -> Answer:
    """window: None when it is not known whose charset is asked for."""
    form = NVP if switches.is_set(db, "nvp_escaping", "percent") else RAW_NVP
    charset = switches.read(db, "mobile_charset")
    if charset == "asked":
        charset = window.order.charset if window else "euc-kr"
    return Answer(body, form, charset, after_notice)


def _refuse(db: sqlite3.Connection, fields: Fields, refusal: InicisRefusal) -> Answer:
    window = find_by_token(db, fields.get("P_TID", ""), MOBILE)
    body = {"P_STATUS": refusal.code, "P_RMESG1": refusal.message, "P_TID": fields.get("P_TID", "")}
    return _answer(db, window, body)


def _refuse_cancel(db: sqlite3.Connection, fields: Fields, refusal: InicisRefusal) -> Answer:
    return net_cancel.failed_otherwise(db) or _refuse(db, fields, refusal)


APPROVE = Call("approve", _approve, _refuse, _scripted_fault)
NET_CANCEL = Call("net_cancel", _net_cancel, _refuse_cancel, _cancel_fault)
