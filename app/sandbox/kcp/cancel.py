"""취소, POST /gw/mod/v1/cancel: all of a payment, or a part (notes §2.4, §2.5, §9.4).

Escrow changes (STE…) are in escrow.py. A reason that contains `sandbox:8178` is refused with that code, a good
name with INSUFFICIENT with 8178.
"""

import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.sandbox import clock
from app.sandbox.kcp import codes, escrow, payments, refund_account, sites, switches, text, webhook
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.body import Body, needed
from app.sandbox.kcp.payment import Payment, State
from app.sandbox.kcp.payments import find_payment, stamp
from app.sandbox.kcp.results import RESULTS, KcpRefusal
from app.sandbox.kcp.tax import MIXED, Tax, read_tax
from app.sandbox.kcp.vbank import close_if_due
from app.sandbox.text import size

FULL, PART = "STSC", "STPC"
REFUND_FULL, REFUND_PART = "STHD", "STPD"
PARTIAL = (PART, REFUND_PART)
MOD_TYPES = (FULL, PART, REFUND_FULL, REFUND_PART, *escrow.MOD_TYPES)
REFUND_DAYS = {codes.CARD: 365, codes.TRANSFER: 90}
LONGEST_REASON = 256

_REFUSE = re.compile("sandbox:([A-Z0-9]{4})")


def cancel(db: sqlite3.Connection, body: Body) -> Answer:
    fields = needed(body, "site_cd", "tno", "mod_type")
    certificate = sites.authenticate(db, fields)
    sites.check_signature(
        certificate, fields.get("kcp_sign_data", ""), fields["site_cd"], fields["tno"], fields["mod_type"]
    )
    if switches.is_set(db, "cancel_address", "checked"):
        raise KcpRefusal("8012")
    _check_form(db, fields)
    payment = find_payment(db, fields["tno"])
    if payment is None or payment.site_cd != fields["site_cd"]:
        raise KcpRefusal("SIM4")
    close_if_due(db, payment)
    current = find_payment(db, payment.tno)
    assert current is not None
    _refuse_on_request(current, fields)
    if fields["mod_type"] in escrow.MOD_TYPES:
        return escrow.change(db, current, fields)
    return _close(db, current, fields) if current.state is State.WAITING else _give_back(db, current, fields)


def _check_form(db: sqlite3.Connection, fields: Mapping[str, str]) -> None:
    caret = switches.is_set(db, "caret", "forbidden")
    reason = fields.get("mod_desc", "")
    if size(reason) > LONGEST_REASON or not text.is_clean(reason, caret_forbidden=caret):
        raise KcpRefusal("SIM0", "mod_desc")
    if fields["mod_type"] not in MOD_TYPES:
        raise KcpRefusal("SIM0", "mod_type")


def _refuse_on_request(payment: Payment, fields: Mapping[str, str]) -> None:
    wanted = _REFUSE.search(fields.get("mod_desc", ""))
    if wanted and wanted[1] in RESULTS and wanted[1] != "0000":
        raise KcpRefusal(wanted[1])
    if "INSUFFICIENT" in payment.good_name and payment.state is not State.CANCELLED:
        raise KcpRefusal("8178")


def _close(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> Answer:
    """A virtual account that still waits: nothing to give back, but it takes no deposit any more."""
    if fields["mod_type"] != FULL:
        raise KcpRefusal("SIM5")
    if switches.is_set(db, "vbank_close", "refused"):
        raise KcpRefusal("SIMH")
    closed = payments.close_account(db, payment)
    if switches.is_set(db, "vbank_close_notice", "on"):
        webhook.tell(db, closed, webhook.CLOSED, {})
    return Answer({**_common(closed, clock.now(db)), "res_msg": "취소 성공", "amount": str(closed.amount)})


def _give_back(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> Answer:
    mod_type = fields["mod_type"]
    _check_state(db, payment, mod_type)
    amount = _amount(payment, fields) if mod_type in PARTIAL else payment.balance
    if mod_type in PARTIAL:
        _check_divisible(db, payment)
    _check_age(payment, now=clock.now(db))
    if switches.is_set(db, "refund_balance", "short"):
        raise KcpRefusal("8178")
    tax = _tax(payment, amount, fields)
    if mod_type in (REFUND_FULL, REFUND_PART):
        refund_account.check(fields, partial=mod_type == REFUND_PART, mixed=payment.tax.flag == MIXED)
    after = payments.give_back(
        db, payment, mod_type=mod_type, amount=amount, tax=tax, reason=fields.get("mod_desc", "")
    )
    if mod_type in (REFUND_FULL, REFUND_PART):
        refund_account.plan_notice(db, after, fields, amount)
    return Answer(_partial(after, amount) if mod_type in PARTIAL else _full(after))


def _check_state(db: sqlite3.Connection, payment: Payment, mod_type: str) -> None:
    if payment.state in (State.CANCELLED, State.CLOSED):
        raise KcpRefusal("8133")
    if payment.state is State.PARTIAL and mod_type == FULL:
        raise KcpRefusal("8038")
    to_an_account = mod_type in (REFUND_FULL, REFUND_PART)
    if to_an_account and not payment.is_account:
        raise KcpRefusal("SIMH")
    if to_an_account and switches.is_set(db, "vbank_refund", "off"):
        raise KcpRefusal("SIMG", "가상계좌 환불 특약")
    if payment.is_account and not to_an_account and switches.is_set(db, "vbank_stsc", "refused"):
        raise KcpRefusal("SIMH")


def _amount(payment: Payment, fields: Mapping[str, str]) -> int:
    """rem_mny is what could be cancelled before this cancel, not after."""
    if fields.get("rem_mny") != str(payment.balance):
        raise KcpRefusal("SIM5", "rem_mny")
    asked = fields.get("mod_mny", "")
    if not re.fullmatch("[1-9][0-9]{0,11}", asked) or int(asked) > payment.balance:
        raise KcpRefusal("SIM5", "mod_mny")
    return int(asked)


def _check_divisible(db: sqlite3.Connection, payment: Payment) -> None:
    marked = payment.fields.get("partcanc_yn") == "N" and switches.is_set(db, "partcanc_yn", "obeyed")
    phone = payment.pay_type == codes.PHONE and switches.is_set(db, "phone_partial", "off")
    whole_only = payment.pay_type in (codes.GIFT, codes.POINT) or payment.escrow
    if marked or phone or whole_only:
        raise KcpRefusal("SIM6")


def _check_age(payment: Payment, *, now: float) -> None:
    """Card about a year, transfer about three months, phone within the month of the payment."""
    paid = datetime.fromtimestamp(payment.approved_at, clock.KOREA)
    today = datetime.fromtimestamp(now, clock.KOREA)
    days = REFUND_DAYS.get(payment.pay_type)
    too_old = days is not None and today > paid + timedelta(days=days)
    another_month = (today.year, today.month) != (paid.year, paid.month)
    if too_old or (payment.pay_type == codes.PHONE and another_month):
        raise KcpRefusal("SIME")


def _tax(payment: Payment, amount: int, fields: Mapping[str, str]) -> Tax:
    """What goes back of supply, VAT and tax-free money. A part of a mixed order is split by the shop."""
    if payment.tax.flag != MIXED:
        return payment.tax.less(payments.tax_at(payment, payment.balance - amount))
    if fields["mod_type"] not in PARTIAL:
        return payment.tax
    tax = read_tax(fields, prefix="mod") if fields.get("tax_flag") == MIXED else None
    if tax is None or payment.tax.less(tax).has_negative:
        raise KcpRefusal("SIM5", "mod_tax_mny, mod_vat_mny, mod_free_mny")
    return tax


def _common(payment: Payment, moment: float) -> dict[str, str]:
    return {
        "res_cd": "0000",
        "res_msg": RESULTS["0000"][0],
        "res_en_msg": RESULTS["0000"][1],
        "tno": payment.tno,
        "canc_time": stamp(moment),
    }


def _full(payment: Payment) -> dict[str, str]:
    latest = payment.cancels[-1]
    coupon = int(payment.fields.get("coupon_mny", "0"))
    return {
        **_common(payment, latest.canceled_at),
        "res_msg": "취소 성공",
        "amount": str(payment.amount),
        "card_mod_mny": str(latest.amount - coupon),
        "coupon_mod_mny": str(coupon),
        **_receipt(payment, latest.amount),
    }


def _partial(payment: Payment, amount: int) -> dict[str, str]:
    """A coupon is given back last, with the cancel that leaves nothing."""
    coupon = int(payment.fields.get("coupon_mny", "0")) if not payment.balance else 0
    return {
        **_common(payment, payment.cancels[-1].canceled_at),
        "amount": str(payment.amount),
        "mod_mny": str(amount),
        "rem_mny": str(payment.balance),
        "mod_pcan_seq_no": str(len(payment.cancels)),
        "card_mod_mny": str(max(amount - coupon, 0)),
        "coupon_mod_mny": str(min(coupon, amount)),
        **_receipt(payment, amount),
    }


def _receipt(payment: Payment, amount: int) -> dict[str, str]:
    has_receipt = payment.fields.get("app_cash_receipt_yn") == "Y"
    return {"app_cash_receipt_mny": str(amount)} if has_receipt else {}
