"""에스크로: what happens between payment and settlement (notes §5.1, §4).

The change types are confirmed for the old interface only, so the switch `escrow_changes` is off. The buyer's
answer (TX02) is given in the console.
"""

import sqlite3
from collections.abc import Mapping

from app.sandbox.kcp import payments, switches, webhook
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import stamp
from app.sandbox.kcp.results import RESULTS, KcpRefusal

DELIVERY, CANCEL_EARLY, HOLD, CANCEL_LATE, CLOSE = "STE1", "STE2", "STE3", "STE4", "STE5"
MOD_TYPES = (DELIVERY, CANCEL_EARLY, HOLD, CANCEL_LATE, CLOSE)
CONFIRMED, REFUSED = "2", "8"  # cl_status; which number is which was not seen


def change(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> Answer:
    if switches.is_set(db, "escrow_changes", "off"):
        raise KcpRefusal("SIMG", "에스크로 상태변경")
    if not payment.escrow:
        raise KcpRefusal("SIMH")
    mod_type, told = fields["mod_type"], dict[str, str]()
    if mod_type == CLOSE:
        after, tx_cd = _close(db, payment), webhook.CLOSED
    elif mod_type == DELIVERY:
        after, tx_cd, told = payment, webhook.DELIVERY, _deliver(db, payment, fields)
    elif mod_type == HOLD:
        _must_be_paid(payment)
        after, tx_cd = payment, webhook.HELD
    else:
        after, tx_cd = _cancel(db, payment, fields)
    webhook.tell(db, after, tx_cd, told)
    moment = after.cancels[-1].canceled_at if after.cancels else payment.approved_at
    return Answer(
        {
            "res_cd": "0000",
            "res_msg": RESULTS["0000"][0],
            "res_en_msg": RESULTS["0000"][1],
            "tno": after.tno,
            "amount": str(after.amount),
            "canc_time": stamp(moment),
        }
    )


def buyer_answers(db: sqlite3.Connection, payment: Payment, *, confirms: bool, message: str = "") -> int:
    """구매확정 or 구매거절; the id of the notice. ValueError before delivery."""
    if not payment.escrow or not payment.delivered:
        raise ValueError("the buyer answers an escrow payment whose goods are on their way")
    if switches.is_set(db, "escrow_answer", "cl_status"):
        fields = {"cl_status": CONFIRMED if confirms else REFUSED}
    else:
        fields = {"st_cd": "Y" if confirms else "N", "can_msg": "" if confirms else message}
    return webhook.tell(db, payment, webhook.ESCROW_ANSWER, fields)


def _close(db: sqlite3.Connection, payment: Payment) -> Payment:
    if payment.state is not State.WAITING:
        raise KcpRefusal("SIMH")
    return payments.close_account(db, payment)


def _deliver(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> dict[str, str]:
    """What the notice tells of it."""
    _must_be_paid(payment)
    for name in ("deli_numb", "deli_corp"):
        if not fields.get(name):
            raise KcpRefusal("SIM0", name)
    payments.note_delivery(db, payment)
    return {"waybill_no": fields["deli_numb"], "waybill_corp": fields["deli_corp"]}


def _cancel(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> tuple[Payment, str]:
    """All of it goes back: STE2 before the delivery, STE4 after. An account's money needs one to go to."""
    _must_be_paid(payment)
    late = fields["mod_type"] == CANCEL_LATE
    if late != payment.delivered:
        raise KcpRefusal("SIMH")
    for name in ("refund_account", "refund_nm", "bank_code") if payment.is_account else ():
        if not fields.get(name):
            raise KcpRefusal("SIM0", name)
    after = payments.give_back(
        db,
        payment,
        mod_type=fields["mod_type"],
        amount=payment.balance,
        tax=payment.tax,
        reason=fields.get("mod_desc", ""),
    )
    return after, webhook.CANCELLED_LATE if late else webhook.CANCELLED_EARLY


def _must_be_paid(payment: Payment) -> None:
    if payment.state is State.CANCELLED or payment.state is State.CLOSED:
        raise KcpRefusal("8133")
    if payment.state is State.WAITING:
        raise KcpRefusal("SIMH")
