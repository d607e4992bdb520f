"""The answer to an approval on PC, by method (notes §1.9, §1.10). All values are text."""

import sqlite3
from collections.abc import Mapping

from app.sandbox.inicis import hashes, switches
from app.sandbox.inicis.choice import Lie
from app.sandbox.inicis.codes import (
    BANK,
    BANKS,
    CARD,
    CARDS,
    ISP_CARDS,
    MEANS,
    MONEY,
    OVERSEAS,
    PHONE,
    VBANK,
    WALLETS,
)
from app.sandbox.inicis.offer import PARTS_OF_A_COUPON, is_interest_free
from app.sandbox.inicis.payment import Payment
from app.sandbox.inicis.stamps import stamp
from app.sandbox.inicis.windows import Window

Fields = Mapping[str, str]

HOLDER = "（주）케이지이니시스"  # full-width, as on real accounts
PHONE_NUMBER = "010****1234"
CARD_NUMBER = "9100201234561234"
RECEIPT_DONE = "220000"


def pc_fields(db: sqlite3.Connection, window: Window, payment: Payment, *, timestamp: str) -> dict[str, str]:
    """timestamp: the one of the approval, which authSignature is about."""
    methods = {CARD: _card, BANK: _bank, VBANK: _vbank, PHONE: _phone}
    special = methods[payment.method](db, window, payment) if payment.method in methods else {}
    told = {**_common(payment), **special}
    told["authSignature"] = hashes.auth_signature(
        mid=payment.mid, oid=payment.oid, price=str(payment.amount), timestamp=timestamp
    )
    return told | _lie(payment.choice.lie, told)


def masked_card(db: sqlite3.Connection, payment: Payment) -> str:
    number, mask = payment.choice.means.get("card_number", CARD_NUMBER), switches.read(db, "card_mask")
    return number[:6] + mask * (len(number) - 7) + number[-1]


def wallet_letter(payment: Payment) -> str:
    """CARD_SrcCode, "" for a plain card."""
    wallet, is_check = WALLETS.get(payment.choice.means["wallet"]), payment.choice.means["kind"] == "1"
    if wallet is None:
        return ""
    return wallet.check if wallet.check and is_check else wallet.letter


def money_code(payment: Payment) -> str:
    """The card code of an easy pay that paid by itself; "" when a card paid."""
    means = payment.choice.means
    wallet = WALLETS.get(means["wallet"])
    return wallet.money if wallet and means["funding"] == "money" else ""


def card_code(payment: Payment) -> tuple[str, str, str]:
    """(code, name, bank) of whatever paid."""
    money, card = money_code(payment), payment.choice.means["card"]
    return (money, MONEY[money], money) if money else (card, *CARDS[card])


def coupon(payment: Payment) -> int:
    """Whole won that the card company gave off at once."""
    return payment.amount // PARTS_OF_A_COUPON if payment.choice.means["funding"] == "coupon" else 0


def card_points(payment: Payment) -> int:
    return payment.amount // PARTS_OF_A_COUPON if payment.choice.means["funding"] == "points" else 0


def is_divisible(payment: Payment) -> str:
    """`1` or `0`: whether a card payment can be cancelled in part."""
    return "0" if payment.choice.means["card"] in OVERSEAS else payment.choice.means["partial"]


def interest(window: Window, payment: Payment) -> str:
    means = payment.choice.means
    return "1" if is_interest_free(window.order, means["card"], means["quota"]) else "0"


def corporate_flag(db: sqlite3.Connection, payment: Payment) -> str:
    told = {"told": payment.choice.means["owner"], "9": "9", "empty": ""}
    return told[switches.read(db, "corp_flag")]


def approval_number(db: sqlite3.Connection, payment: Payment) -> str:
    by_money = payment.method == CARD and money_code(payment)
    empty = by_money and switches.is_set(db, "money_appl_num", "empty")
    return "" if empty else f"30{payment.tid[-6:]}"


def _common(payment: Payment) -> dict[str, str]:
    time = stamp(payment.approved_at)
    return {
        "resultCode": "0000",
        "resultMsg": "정상처리되었습니다.",
        "mid": payment.mid,
        "tid": payment.tid,
        "MOID": payment.oid,
        "TotPrice": str(payment.amount),
        "goodName": payment.goods,
        "goodsName": payment.goods,
        "payMethod": MEANS[payment.method].pc,
        "applDate": time[:8],
        "applTime": time[8:],
        "applNum": "",
        "currency": "WON",
        "payDevice": "PC",
        "buyerName": payment.buyer,
        "buyerTel": payment.tel,
        "buyerEmail": payment.email,
        "custEmail": payment.email,
        **dict.fromkeys(("EventCode", "parentEmail", "p_Sub", "p_SubCnt", "FlgNotiSendChk"), ""),
    }


def _card(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    code, name, bank = card_code(payment)
    isp = code in ISP_CARDS and switches.is_set(db, "isp_cards", "VCard")
    return {
        "payMethod": "VCard" if isp else "Card",
        "applNum": approval_number(db, payment),
        "CARD_Num": masked_card(db, payment),
        "CARD_Code": code,
        "CARD_BankCode": bank,
        "P_FN_NM": name,
        "CARD_Quota": payment.choice.means["quota"],
        "CARD_Interest": interest(window, payment),
        "CARD_CorpFlag": corporate_flag(db, payment),
        "CARD_CheckFlag": payment.choice.means["kind"],
        switches.read(db, "partial_name"): is_divisible(payment),
        "CARD_SrcCode": wallet_letter(payment),
        "CARD_ApplPrice": str(payment.amount),
        "CARD_PurchaseCode": code,
        "CARD_PurchaseName": name,
        "CARD_MemberNum": "00012345678",
        **_discounts(payment),
        **_of_wallet(payment),
    }


def _discounts(payment: Payment) -> dict[str, str]:
    """CARD_CouponPrice is what was really charged; TotPrice stays that of the order."""
    off, points = coupon(payment), card_points(payment)
    return {
        "CARD_Point": "1" if points else "",
        "CARD_UsePoint": str(points) if points else "",
        "CARD_CouponPrice": str(payment.amount - off) if off else "",
        "CARD_CouponDiscount": str(off) if off else "",
    }


def _of_wallet(payment: Payment) -> dict[str, str]:
    """What two of the easy pays add."""
    wallet, paid_by_points = payment.choice.means["wallet"], money_code(payment)
    if wallet == "payco":
        return {"PCO_OrderNo": f"PCO{payment.tid[-16:]}"}
    if wallet != "naverpay" or not paid_by_points:
        return {}
    amount = str(payment.amount)
    return {
        "NAVERPOINT_UseFreePoint": "0",
        "NAVERPOINT_CSHRApplYN": "Y",
        "NAVERPOINT_CSHRApplAmt": amount,
    }


def _bank(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    means = payment.choice.means
    receipt = bool(means.get("cash_type"))
    return {
        "payMethod": switches.read(db, "bank_name"),
        "applNum": approval_number(db, payment),
        "ACCT_BankCode": means["bank"],
        "ACCT_Name": payment.buyer,
        "CSHR_ResultCode": RECEIPT_DONE if receipt else "",
        "CSHR_Type": means.get("cash_type", ""),
        "CSHR_ApplNum": payment.tid[-9:] if receipt else "",
    }


def _vbank(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    assert payment.due_at is not None
    bank, due = payment.choice.means["bank"], stamp(payment.due_at)
    return {
        "VACT_Num": payment.account or "",
        "VACT_BankCode": bank,
        "vactBankName": BANKS[bank],
        "VACT_Name": HOLDER,
        "VACT_InputName": payment.buyer,
        "VACT_Date": due[:8],
        "VACT_Time": due[8:],
    }


def _phone(db: sqlite3.Connection, window: Window, payment: Payment) -> dict[str, str]:
    corporation = {"HPP_Corp": payment.choice.means["carrier"]}
    given = switches.is_set(db, "hpp_corp", "given")
    return {"HPP_Num": PHONE_NUMBER, **(corporation if given else {})}


def _lie(lie: Lie, told: dict[str, str]) -> dict[str, str]:
    """What is not true of the answer. Only authSignature itself is left as it was for the true values."""
    return {
        Lie.NONE: {},
        Lie.AMOUNT: {"TotPrice": str(int(told["TotPrice"]) + 1_000)},
        Lie.OID: {"MOID": f"{told['MOID'][:-1]}#"},
        Lie.MID: {"mid": "iniescrow0" if told["mid"] != "iniescrow0" else "INIpayTest"},
        Lie.SIGNATURE: {"authSignature": told["authSignature"][::-1]},
        Lie.TID: {"tid": ""},
    }[lie]
