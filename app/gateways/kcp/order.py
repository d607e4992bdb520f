"""The order form of NHN KCP's window (결제창), on PC and on phones: its names, lengths and letters."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from app.clock import KST
from app.gateways.kcp.codes import ACCOUNT_BANKS, CARDS, CARDS_OF_NETWORK, METHODS, PayMethod
from app.gateways.orders import Order

CHARSET = "cp949"  # what "EUC-KR" is in browsers and at KCP
LEAST_FOR_INSTALMENTS = 50_000
MOST_MONTHS = 12
LONGEST_PLANS = 256
MIXED_TAX = "TG03"
ANY_GOODS = "주문 상품"

# On PC the window hangs unless they are there.
RESULT_INPUTS = (
    "res_cd", "res_msg", "enc_data", "enc_info", "tran_cd", "ordr_chk", "use_pay_method", "ret_pay_method", "tno",
    "trace_no", "cash_yn", "cash_tr_code", "cash_id_info",
)  # fmt: skip

_FORBIDDEN = frozenset(",&;\\|'\"<>^")  # ^ parts what is signed


def order_number(order_id: str) -> str:
    """ordr_idxx: letters and digits only, so our id without its underscore."""
    return order_id.replace("_", "")


def order_id_of(number: str) -> str | None:
    """Our id again; None for a number that is none of ours."""
    found = re.fullmatch("([a-z]+)([0-9a-f]{32})", number, re.ASCII)
    return f"{found[1]}_{found[2]}" if found else None


def pc_form(order: Order, *, site_cd: str, site_name: str, now: datetime) -> dict[str, str]:
    """What the script of KCP's window reads, with the empty inputs that it fills in."""
    method = METHODS[order.method]
    return {
        **_common(order, method, site_cd),
        **({"site_name": clean(site_name, 20)} if site_name else {}),
        "pay_method": method.bits,
        "currency": "WON",
        **_term(order, method, now),
        **dict.fromkeys(RESULT_INPUTS, ""),
    }


def phone_form(
    order: Order, *, site_cd: str, site_name: str, registered: Mapping[str, str]
) -> dict[str, str]:
    """What the buyer's browser posts to KCP. registered: approval_key, traceNo and PayUrl of the trade register."""
    method = METHODS[order.method]
    return {
        **_common(order, method, site_cd),
        **({"shop_name": clean(site_name, 20)} if site_name else {}),
        "pay_method": method.word,
        "ActionResult": method.action,
        "currency": "410",
        "tablet_size": "1.0",
        "Ret_URL": order.approved_url,
        **({"ipgm_date": f"{order.due_at.astimezone(KST):%Y%m%d}"} if method.word == "VCNT" else {}),
        **registered,
    }


def registration(order: Order, *, site_cd: str, cert_info: str) -> dict[str, str]:
    """거래등록: what is asked for before a phone is sent to KCP."""
    return {
        "site_cd": site_cd,
        "kcp_cert_info": cert_info,
        "ordr_idxx": order_number(order.order_id),
        "good_mny": str(order.amount),
        "good_name": _goods(order),
        "pay_method": METHODS[order.method].word,
        "Ret_URL": order.approved_url,
        "escw_used": "N",
        "user_agent": "",
        **tax_split(order.amount, order.tax_free_amount),
    }


def clean(text: str, longest: int) -> str:
    """Without the characters that KCP forbids or its charset lacks; cut by bytes, where a Hangul syllable is two."""
    letters = (letter if _may_stand(letter) else " " for letter in unicodedata.normalize("NFC", text))
    whole = " ".join("".join(letters).split())
    return whole.encode(CHARSET)[:longest].decode(CHARSET, "ignore").rstrip()


def tax_split(amount: int, free: int) -> dict[str, str]:
    """Without these fields everything is taxed. KCP rounds the supply down: 1000 is 909 and 91."""
    if not free:
        return {}
    supply = supply_of(amount - free)
    return {
        "tax_flag": MIXED_TAX,
        "comm_tax_mny": str(supply),
        "comm_vat_mny": str(amount - free - supply),
        "comm_free_mny": str(free),
    }


def supply_of(taxed: int) -> int:
    return taxed * 10 // 11


def _common(order: Order, method: PayMethod, site_cd: str) -> dict[str, str]:
    number = order_number(order.order_id)
    return {
        "req_tx": "pay",
        "site_cd": site_cd,
        "ordr_idxx": number,
        "good_name": _goods(order),
        "good_mny": str(order.amount),
        "buyr_name": clean(order.customer_name, 30),
        "buyr_mail": _mail(order.customer_email),
        "buyr_tel1": "",
        "buyr_tel2": _local(order.customer_phone),
        "module_type": "01",
        # Delivery, hold and refund of escrow are confirmed for KCP's old interface only, and its notes advise against
        # it for now: money that could not be given back would be worse than no escrow.
        "escw_used": "N",
        # Asked for with mobile phones; we know a buyer by the order alone.
        "shop_user_id": number[:20] if order.method == "mobile_phone" else "",
        **method.flags,
        **_instalments(order),
        **_issuer(order),
        **_interest_free(order),
        **_bank(order),
        **_cash_receipt(order),
        **tax_split(order.amount, order.tax_free_amount),
    }


def _goods(order: Order) -> str:
    return clean(order.name, 100) or ANY_GOODS


def _mail(address: str) -> str:
    """Half an address would be another's."""
    return address if clean(address, 50) == address else ""


def _local(phone: str) -> str:
    """As it is dialled in Korea; of other countries the digits."""
    return "0" + phone.removeprefix("+82") if phone.startswith("+82") else phone.removeprefix("+")[:20]


def _instalments(order: Order) -> dict[str, str]:
    months = order.choice.installment_months
    if order.amount < LEAST_FOR_INSTALMENTS or months == 0:
        return {"quotaopt": "0"}
    if months is None or not 2 <= months <= MOST_MONTHS:
        return {"quotaopt": str(MOST_MONTHS)}
    return {"quotaopt": str(MOST_MONTHS), "fix_inst": f"{months:02}"}


def _issuer(order: Order) -> dict[str, str]:
    issuer = order.choice.issuer or ""
    card = CARDS.get(issuer) or CARDS_OF_NETWORK.get(issuer)
    return {"used_card_YN": "Y", "used_card": card} if card and order.method == "card" else {}


def _interest_free(order: Order) -> dict[str, str]:
    """`CCBC-02:03:06,CCKM-03`; left out, it is as the shop has set it at KCP."""
    plans = ""
    for issuer, months in sorted(order.interest_free.items()):
        listed = ":".join(f"{month:02}" for month in sorted(months) if 2 <= month <= MOST_MONTHS)
        more = f"{plans}," * bool(plans) + f"{CARDS.get(issuer)}-{listed}"
        if issuer in CARDS and listed and len(more) <= LONGEST_PLANS:
            plans = more
    return {"kcp_noint": "Y", "kcp_noint_quota": plans} if plans and order.method == "card" else {}


def _bank(order: Order) -> dict[str, str]:
    bank = ACCOUNT_BANKS.get(order.choice.bank or "")
    return {"wish_vbank_list": bank} if bank and order.method == "virtual_account" else {}


def _cash_receipt(order: Order) -> dict[str, str]:
    """The buyer fills it in in the window; what was chosen on our page decides for which purpose."""
    if order.method not in ("bank_transfer", "virtual_account"):
        return {}
    receipt = order.choice.cash_receipt
    return {"disp_tax_yn": {"income": "R", "expense": "E"}[receipt.purpose] if receipt else "Y"}


def _term(order: Order, method: PayMethod, now: datetime) -> dict[str, str]:
    """Until when a virtual account is to take the money, as PC wants it: days from today, and a time of day."""
    if method.word != "VCNT":
        return {}
    due = order.due_at.astimezone(KST)
    days = (due.date() - now.astimezone(KST).date()).days
    return {"vcnt_expire_term": str(max(days, 0)), "vcnt_expire_term_time": f"{due:%H%M%S}"}


def _may_stand(letter: str) -> bool:
    if letter in _FORBIDDEN or not letter.isprintable():
        return False
    try:
        letter.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True
