"""거래조회, POST /std/inquery (notes §2.6). It needs the tno: nothing finds a payment by its order number."""

import sqlite3

from app.sandbox.kcp import codes, sites, switches
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.body import Body, needed
from app.sandbox.kcp.certificates import is_signed
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import find_payment, stamp
from app.sandbox.kcp.results import RESULTS, KcpRefusal
from app.sandbox.kcp.vbank import close_if_due

# by method: names of the state, of what is left, of "is cancelled" (N after a partial cancel)
NAMES = {
    codes.CARD: ("stat_ca_cd", "rem_mny", "canc_card_yn"),
    codes.TRANSFER: ("stat_bk_cd", "bk_rem_mny", "canc_bk_yn"),
    codes.PHONE: ("stat_hp_cd", "hp_rem_mny", "canc_hp_yn"),
}
REPEATED = (
    "card_cd", "card_name", "card_no", "app_no", "quota", "noinf", "bank_code", "bank_name", "commid", "mobile_no",
    "bankname", "bankcode", "account", "va_date", "card_other_pay_type", "app_time", "hp_app_time",
    "app_easypoint_time",
)  # fmt: skip


def inquire(db: sqlite3.Connection, body: Body) -> Answer:
    fields = needed(body, "site_cd", "tno", "pay_type")
    certificate = sites.authenticate(db, fields)
    wanted = switches.read(db, "inquiry_signature")
    names = ("pay_type", "mod_type") if wanted == "either" else (wanted,)
    signed = any(
        is_signed(
            certificate, fields.get("kcp_sign_data", ""), fields["site_cd"], fields["tno"], fields[name]
        )
        for name in names
        if fields.get(name)
    )
    if not signed:
        raise KcpRefusal("SIM1")
    if switches.is_set(db, "inquiry", "refused"):
        raise KcpRefusal("S032")
    payment = find_payment(db, fields["tno"])
    if payment is None or payment.site_cd != fields["site_cd"]:
        raise KcpRefusal("SIM4")
    if payment.pay_type != fields["pay_type"]:
        raise KcpRefusal("SIM3")
    close_if_due(db, payment)
    current = find_payment(db, payment.tno)
    assert current is not None
    return Answer({**_common(current), **_state(db, current)})


def _common(payment: Payment) -> dict[str, str]:
    cancelled = {"can_time": stamp(payment.cancels[-1].canceled_at)} if payment.cancels else {}
    return {
        "res_cd": "0000",
        "res_msg": RESULTS["0000"][0],
        "tno": payment.tno,
        "order_no": payment.order_no,
        "pay_method": payment.fields["pay_method"],
        "amount": str(payment.amount),
        **{name: payment.fields[name] for name in REPEATED if name in payment.fields},
        **cancelled,
    }


def _state(db: sqlite3.Connection, payment: Payment) -> dict[str, str]:
    if payment.is_account:
        if switches.is_set(db, "inquiry_vbank_state", "nothing"):
            return {}
        waiting = {State.WAITING: "", State.CLOSED: State.CANCELLED.value}
        return {
            "shop_status": waiting.get(payment.state, payment.state.value),
            "rem_mny": str(payment.balance),
        }
    state, rest, cancelled = NAMES.get(payment.pay_type, NAMES[codes.CARD])
    return {
        state: payment.state.value,
        rest: str(payment.balance),
        cancelled: "Y" if payment.state is State.CANCELLED else "N",
    }
