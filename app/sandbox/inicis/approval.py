"""승인 of a PC payment, POST authUrl: with payReq.ini the only place where money is taken (notes §1.8, §9.2)."""

import sqlite3

from app.sandbox.faults import Fault
from app.sandbox.inicis import approved, night, payments, switches, vbank, windows
from app.sandbox.inicis.answer import Answer
from app.sandbox.inicis.approved import Fields
from app.sandbox.inicis.codes import CARD, KB_CARD
from app.sandbox.inicis.exchange import Call
from app.sandbox.inicis.payment import Payment
from app.sandbox.inicis.results import InicisRefusal
from app.sandbox.inicis.tokens import authenticate, is_in_time, pc_answer, pc_refusal, window_of
from app.sandbox.inicis.windows import Window


def _approve(db: sqlite3.Connection, fields: Fields) -> Answer:
    """Approve or decline as the tester chose in the window. Raises InicisRefusal, nothing changed."""
    window = _approvable(db, fields)
    if window.uses:
        return pc_answer(fields, window.answer or {})
    refusal = declined(db, window)
    if refusal is not None:
        body = {"resultCode": refusal.code, "resultMsg": refusal.message}
        windows.note_use(db, window, body, None)
        return pc_answer(fields, body)
    payment, before = take_money(db, window)
    body = approved.pc_fields(db, window, payment, timestamp=fields["timestamp"])
    windows.note_use(db, window, body, payment.tid)
    return pc_answer(fields, body, after_notice=before)


def take_money(db: sqlite3.Connection, window: Window) -> tuple[Payment, int | None]:
    """(the payment, id of a notice that has to come before the answer)."""
    payment = payments.create_payment(db, window, window.chosen)
    if not payment.is_account:
        night.plan(db, payment)
        return payment, None
    return payment, vbank.begin_waiting(db, payment)


def declined(db: sqlite3.Connection, window: Window) -> InicisRefusal | None:
    """What the tester, or the test environment, says no with."""
    choice = window.chosen
    if choice.decline is not None:
        return InicisRefusal(choice.decline)
    kb = choice.method == CARD and choice.means.get("card") == KB_CARD
    return InicisRefusal("SIMP") if kb and switches.is_set(db, "kb_in_test", "refused") else None


def check_duplicate(db: sqlite3.Connection, window: Window) -> None:
    """Raises InicisRefusal where the contract refuses an order number that was approved before."""
    if switches.is_set(db, "duplicate_oid", "refused") and payments.order_is_approved(db, window.order):
        raise InicisRefusal("SIMN")


def _scripted_fault(db: sqlite3.Connection, fields: Fields) -> Fault | None:
    """The one chosen in the window, once, and only for a call that would otherwise go through."""
    try:
        window = _approvable(db, fields)
    except InicisRefusal:
        return None
    fault = window.chosen.fault_of("fault")
    if fault is not None:
        windows.drop_fault(db, window, "fault")
    return fault


def _approvable(db: sqlite3.Connection, fields: Fields) -> Window:
    authenticate(db, fields)
    window = window_of(db, fields)
    if window is None:
        raise InicisRefusal("SIM3")
    if window.taken_back or (window.uses and switches.is_set(db, "token_reuse", "refused")):
        raise InicisRefusal("SIM2")
    if not is_in_time(db, window, "token_lifetime_s"):
        raise InicisRefusal("SIM3", "expired")
    again = fields["timestamp"] == window.order.fields["timestamp"]
    if again and switches.is_set(db, "same_timestamp", "refused"):
        raise InicisRefusal("SIMO", "the form's own")
    if fields.get("price", str(window.order.amount)) != str(window.order.amount):
        raise InicisRefusal("SIM4")
    if not window.uses:
        check_duplicate(db, window)
    return window


APPROVE = Call("approve", _approve, pc_refusal, _scripted_fault)
