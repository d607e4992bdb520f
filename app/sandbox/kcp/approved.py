"""The answer to an approval, by method (notes §2.3, §9.5). All values are text."""

import sqlite3

from app.sandbox.kcp import codes, switches
from app.sandbox.kcp.codes import BANKS, CARDS, PAYCO_POINTS, TRANSFER_BANK, WALLETS
from app.sandbox.kcp.offer import PARTS_OF_A_COUPON, is_interest_free
from app.sandbox.kcp.payment import Payment
from app.sandbox.kcp.payments import stamp
from app.sandbox.kcp.results import RESULTS
from app.sandbox.kcp.windows import Window

BUSINESS = "1138521083"
SELF_ISSUED_TO = "0100001234"

Fields = dict[str, str]


def approved_fields(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    methods = {
        codes.CARD: _card,
        codes.TRANSFER: _transfer,
        codes.VBANK: _vbank,
        codes.PHONE: _phone,
        codes.GIFT: _gift,
        codes.POINT: _point,
    }
    return {**_common(payment, window.trace_no), **methods[payment.pay_type](db, window, payment)}


def receipt_of(db: sqlite3.Connection, payment: Payment) -> tuple[str, str, str]:
    """(number of the approval, number of the receipt, whom it is for) of the cash receipt; "" when there is none."""
    means = payment.choice.means
    to = means.get("cash_id", "")
    if not to and switches.is_set(db, "self_issued_receipt", "on"):
        to = SELF_ISSUED_TO
    return (f"{payment.tno[-9:]}", f"{payment.tno}", to) if to else ("", "", "")


def _common(payment: Payment, trace_no: str) -> Fields:
    time, site = stamp(payment.approved_at)[4:], payment.site_cd
    return {
        "res_cd": "0000",
        "res_msg": RESULTS["0000"][0],
        "res_en_msg": RESULTS["0000"][1],
        "tno": payment.tno,
        "order_no": payment.order_no,
        "ca_order_id": payment.order_no,
        "amount": str(payment.amount),
        "pay_method": payment.pay_type,
        "trace_no": trace_no,
        "cert_no": payment.tno,
        "pg_txid": f"{time}MK01{site}{payment.amount:021}"[:44],
        "escw_yn": "Y" if payment.escrow else "N",
        "res_tax_flag": payment.tax.flag,
        "res_tax_mny": str(payment.tax.supply),
        "res_vat_mny": str(payment.tax.vat),
        "res_free_mny": str(payment.tax.free),
        "res_green_deposit_mny": "0",
        "bizx_numb": "0000000000",
        "mcht_taxno": BUSINESS,
        "mall_taxno": BUSINESS,
    }


def _card(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    means = payment.choice.means
    wallet = WALLETS.get(means["wallet"])
    wallet_mark = {"card_other_pay_type": wallet.other_type} if wallet else {}
    if means["funding"] == "money" and wallet and wallet.money:
        return {**wallet_mark, **_money(db, payment, wallet)}
    coupon = payment.amount // PARTS_OF_A_COUPON if means["funding"] == "coupon" else 0
    if means["funding"] == "points":
        return {**wallet_mark, **_card_by(db, window, payment, PAYCO_POINTS, card_mny=0, coupon_mny=0)}
    by_card = payment.amount - coupon
    return {
        **wallet_mark,
        **_card_by(db, window, payment, means["card_cd"], card_mny=by_card, coupon_mny=coupon),
    }


def _card_by(
    db: sqlite3.Connection, window: Window, payment: Payment, card_cd: str, *, card_mny: int, coupon_mny: int
) -> Fields:
    means, time = payment.choice.means, stamp(payment.approved_at)
    name, acquirer = CARDS[card_cd]
    marked = switches.read(db, "bin_types")
    unmarked = "0" if marked == "1" else "1"
    return {
        "card_cd": card_cd,
        "card_name": name,
        "acqu_cd": acquirer,
        "acqu_name": CARDS[acquirer][0],
        "card_no": _masked(means.get("card_number", "4330120000001234"), switches.read(db, "card_mask")),
        "card_mny": str(card_mny),
        "coupon_mny": str(coupon_mny),
        "app_no": payment.tno[-8:],
        "app_time": time,
        "quota": means["quota"],
        "noinf": "Y" if is_interest_free(window.order, card_cd, means["quota"]) else "N",
        "partcanc_yn": "N" if card_cd in codes.OVERSEAS else means["partcanc"],
        "card_bin_type_01": marked if means["owner"] == "1" else unmarked,
        "card_bin_type_02": marked if means["kind"] == "1" else unmarked,
        "card_bin_bank_cd": "0302",
        "van_cd": "VNKC",
        "van_apptime": time,
        "join_cd": "0000",
    }


def _money(db: sqlite3.Connection, payment: Payment, wallet: codes.Wallet) -> Fields:
    """A wallet that paid by itself: pay_method changes, and nothing of a card is there."""
    legacy = switches.is_set(db, "money_names", "kakaomny") and wallet.money == "PAKM"
    amount, time = (
        ("kakaomny_mny", "app_kakaomny_time") if legacy else ("easypoint_mny", "app_easypoint_time")
    )
    _, number, to = receipt_of(db, payment)
    return {
        "pay_method": wallet.money,
        "service_corp_id": wallet.corporation,
        amount: str(payment.amount),
        time: stamp(payment.approved_at),
        "app_cash_receipt_yn": "Y" if to else "N",
        "app_cash_receipt_no": number,
        "app_cash_receipt_mny": str(payment.amount) if to else "0",
    }


def _transfer(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    bank = TRANSFER_BANK if payment.site_cd == "T0000" else payment.choice.means["bank"]
    approval, number, _ = receipt_of(db, payment)
    return {
        "bank_code": f"BK{bank}",
        "bank_name": BANKS[bank],
        "bk_mny": str(payment.amount),
        "app_time": stamp(payment.approved_at),
        "cash_authno": approval,
        "cash_no": number,
    }


def _vbank(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    bank = payment.choice.means["bank"]
    digits = int(switches.read(db, "vbank_date_digits"))
    assert payment.account is not None
    assert payment.due_at is not None
    return {
        "res_cd": switches.read(db, "vbank_code"),
        "bankname": BANKS[bank],
        "bankcode": f"BK{bank}",
        "depositor": window.order.shop_name,
        "account": payment.account,
        "va_date": stamp(payment.due_at)[:digits],
        "app_time": stamp(payment.approved_at),
        "cash_authno": "",
        "cash_no": "",
    }


def _phone(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    time = stamp(payment.approved_at)
    legacy = switches.is_set(db, "phone_time", "hp_app_time")
    return {
        "commid": payment.choice.means["carrier"],
        "mobile_no": "010****1234",
        "hp_app_time" if legacy else "app_time": time,
    }


def _gift(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    return {
        "tk_van_code": payment.choice.means["gift"],
        "tk_app_no": payment.tno[-8:],
        "tk_app_time": stamp(payment.approved_at),
    }


def _point(db: sqlite3.Connection, window: Window, payment: Payment) -> Fields:
    return {
        "pnt_issue": payment.choice.means["point"],
        "pnt_amount": str(payment.amount),
        "pnt_app_time": stamp(payment.approved_at),
        "pnt_app_no": payment.tno[-8:],
        "add_pnt": "0",
        "use_pnt": str(payment.amount),
        "rsv_pnt": "0",
    }


def _masked(number: str, mask: str) -> str:
    return number[:6] + mask * (len(number) - 10) + number[-4:]
