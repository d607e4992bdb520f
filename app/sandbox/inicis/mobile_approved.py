"""The answer to an approval on phones, by method (notes §2.5). All values are text."""

import sqlite3

from app.sandbox.inicis import approved, switches
from app.sandbox.inicis.choice import Lie
from app.sandbox.inicis.codes import BANK, BANKS, CARD, ISP_CARDS, MEANS, PHONE, VBANK
from app.sandbox.inicis.payment import Payment
from app.sandbox.inicis.stamps import stamp
from app.sandbox.inicis.windows import Window


def mobile_fields(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    methods = {CARD: _card, BANK: _bank, VBANK: _vbank, PHONE: _phone}
    special = methods[payment.method](db, window, payment) if payment.method in methods else {}
    told = {**_common(window, payment), **special}
    return told | _lie(payment.choice.lie, told)


def _common(window: Window, payment: Payment) -> dict[str, str]:
    return {
        "P_STATUS": "00",
        "P_RMESG1": "정상처리",
        "P_RMESG2": "",
        "P_TID": payment.tid,
        "P_TYPE": MEANS[payment.method].mobile,
        "P_AUTH_DT": stamp(payment.approved_at),
        "P_AUTH_NO": "",
        "P_AMT": str(payment.amount),
        "P_OID": payment.oid,
        "P_MID": payment.mid,
        "P_UNAME": payment.buyer,
        "P_MNAME": window.order.fields.get("P_MNAME", ""),
        "P_NOTI": payment.echo,
        "P_NEXT_URL": window.order.return_url,
        "P_NOTEURL": window.order.noti_url,
    }


def _card(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    code, name, bank = approved.card_code(payment)
    isp = code in ISP_CARDS and switches.is_set(db, "isp_cards", "VCard")
    return {
        "P_TYPE": "ISP" if isp else "CARD",
        "P_RMESG2": payment.choice.means["quota"],
        "P_AUTH_NO": approved.approval_number(db, payment),
        "P_FN_CD1": code,
        "P_FN_NM": name,
        "P_CARD_NUM": approved.masked_card(db, payment),
        "P_CARD_ISSUER_CODE": bank,
        "P_CARD_ISSUER_NAME": name,
        "P_CARD_PURCHASE_CODE": code,
        "P_CARD_PURCHASE_NAME": name,
        "P_CARD_MEMBER_NUM": "00012345678",
        "P_CARD_PRTC_CODE": approved.is_divisible(payment),
        "P_CARD_INTEREST": approved.interest(window, payment),
        "P_CARD_CHECKFLAG": payment.choice.means["kind"],
        "CARD_CorpFlag": approved.corporate_flag(db, payment),
        "P_ISP_CARDCODE": "",
        "P_SRC_CODE": approved.wallet_letter(payment),
        **_discounts(payment),
        "EventCode": "",
        "P_MERCHANT_RESERVED": "",
    }


def _discounts(payment: Payment) -> dict[str, str]:
    off = approved.coupon(payment)
    return {
        "P_CARD_APPLPRICE": str(payment.amount - off),
        "P_CARD_USEPOINT": str(approved.card_points(payment)),
        "P_COUPONFLAG": "1" if off else "0",
        "P_COUPON_DISCOUNT": str(off),
    }


def _bank(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    bank, kind = payment.choice.means["bank"], payment.choice.means.get("cash_type", "")
    return {"P_FN_CD1": bank, "P_FN_NM": BANKS[bank], **(_receipt(payment, kind) if kind else {})}


def _receipt(payment: Payment, kind: str) -> dict[str, str]:
    supply = payment.amount * 10 // 11
    return {
        "P_CSHR_CODE": approved.RECEIPT_DONE,
        "P_CSHR_MSG": "현금영수증 발급",
        "P_CSHR_AMT": str(payment.amount),
        "P_CSHR_SUP_AMT": str(supply),
        "P_CSHR_TAX": str(payment.amount - supply),
        "P_CSHR_SRVC_AMT": "0",
        "P_CSHR_TYPE": kind,
        "P_CSHR_DT": stamp(payment.approved_at),
        "P_CSHR_AUTH_NO": payment.tid[-9:],
    }


def _vbank(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    assert payment.due_at is not None
    bank, due = payment.choice.means["bank"], stamp(payment.due_at)
    return {
        "P_VACT_NUM": payment.account or "",
        "P_VACT_BANK_CODE": bank,
        "P_FN_CD1": bank,
        "P_FN_NM": BANKS[bank],
        "P_VACT_NAME": approved.HOLDER,
        "P_VACT_DATE": due[:8],
        "P_VACT_TIME": due[8:],
    }


def _phone(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    return {
        "P_HPP_NUM": approved.PHONE_NUMBER,
        "P_HPP_CORP": payment.choice.means["carrier"],
        "P_APPL_NUM": payment.tid[-8:],
    }


def _lie(lie: Lie, told: dict[str, str]) -> dict[str, str]:
    """What is not true of the answer. There is no signature on phones."""
    return {
        Lie.AMOUNT: {"P_AMT": str(int(told["P_AMT"]) + 1_000)},
        Lie.OID: {"P_OID": f"{told['P_OID'][:-1]}#"},
        Lie.MID: {"P_MID": "iniescrow0" if told["P_MID"] != "iniescrow0" else "INIpayTest"},
        Lie.TID: {"P_TID": ""},
    }.get(lie, {})
