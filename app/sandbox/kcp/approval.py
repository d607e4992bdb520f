"""승인, POST /gw/enc/v1/payment: the only place where money is taken (notes §2.3, §9.4)."""

import sqlite3

from app.sandbox.faults import Fault
from app.sandbox.kcp import approved, codes, payments, sites, switches, vbank, windows
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.body import Body, needed
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.kcp.token import TRAN_CD, read_token
from app.sandbox.kcp.windows import Window

NEEDED = ("tran_cd", "site_cd", "enc_data", "enc_info", "ordr_mony")


def approve(db: sqlite3.Connection, body: Body) -> Answer:
    """Approve or decline as the tester chose in the window. Raises KcpRefusal, nothing changed."""
    window = _approvable(db, body)
    assert window.choice is not None
    if window.uses and switches.is_set(db, "enc_data_reuse", "same_answer"):
        return Answer(window.answer or {})
    if window.choice.decline is not None:
        answer = KcpRefusal(window.choice.decline).body
        windows.note_use(db, window, answer)
        return Answer(answer)
    payment = payments.create_payment(db, window, window.choice)
    fields = approved.approved_fields(db, window, payment)
    payment = payments.keep_fields(db, payment, fields)
    windows.note_use(db, window, fields)
    before = vbank.begin_waiting(db, payment) if payment.pay_type == codes.VBANK else None
    return Answer(fields, after_notice=before)


def scripted_fault(db: sqlite3.Connection, body: Body) -> Fault | None:
    """The fault chosen in the window, once, and only for a call that would otherwise go through."""
    try:
        window = _approvable(db, body)
    except KcpRefusal:
        return None
    assert window.choice is not None
    fault = window.choice.approval_fault
    if fault is not None:
        windows.drop_fault(db, window)
    return fault


def _approvable(db: sqlite3.Connection, body: Body) -> Window:
    fields = needed(body, *NEEDED)
    sites.authenticate(db, fields)
    if fields["tran_cd"] != TRAN_CD:
        raise KcpRefusal("SIM0", "tran_cd")
    window = read_token(db, fields["enc_data"], fields["enc_info"])
    if window.order.site_cd != fields["site_cd"]:
        raise KcpRefusal("SIM2")
    if window.uses and switches.is_set(db, "enc_data_reuse", "refused"):
        raise KcpRefusal("SIM2", "used")
    if fields["ordr_mony"] != str(window.order.amount):
        raise KcpRefusal("8059")
    assert window.choice is not None
    expected = {"ordr_no": window.order.order_no, "pay_type": window.choice.pay_type}
    if any(fields.get(name, value) != value for name, value in expected.items()):
        raise KcpRefusal("SIM3")
    first = window.uses == 0
    if first and payments.order_is_approved(db, window) and switches.is_set(db, "duplicate_order", "refused"):
        raise KcpRefusal("SIMI")
    return window
