"""PC payments (INIStdPay 웹표준): the signed form, the return, the approval (승인) and the net-cancel (망취소)."""

import re
from collections.abc import Mapping
from typing import Any

from app.clock import KST
from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Approved, Authorised, Declined, Issued, WindowClosed
from app.gateways.inicis.answers import account_of, approved_by_card, checked, declined, issued
from app.gateways.inicis.codes import (
    ANSWERED_METHODS,
    CLOSED,
    CLOSED_WORDS,
    ISSUERS,
    MISMATCH,
    PC_DONE,
    PC_METHODS,
)
from app.gateways.inicis.contract import Contract, taxes_of
from app.gateways.inicis.hosts import Hosts
from app.gateways.inicis.signing import Keys, auth_signature
from app.gateways.inicis.text import clean, has_any, text_of
from app.gateways.orders import Order

LEAST_FOR_INSTALMENTS = 50_000
MOST_MONTHS = 12
NO_EMAIL = "none@example.com"  # the field is required, and takes nothing but letters, digits, @ and .
NAMES = {"mid": "mid", "order_id": "MOID", "amount": "TotPrice", "transaction_id": "tid"}

_TOKEN = re.compile(r"[A-Za-z0-9+/=_.\-]{1,4000}", re.ASCII)
_PLAIN_EMAIL = re.compile(r"[A-Za-z0-9.]+@[A-Za-z0-9.]+", re.ASCII)


def order_form(order: Order, keys: Keys, contract: Contract, *, timestamp: str) -> dict[str, str]:
    """The inputs that INIStdPay.pay() posts into its window. timestamp: milliseconds."""
    signed = {"oid": order.order_id, "price": str(order.amount), "timestamp": timestamp}
    return {
        "version": "1.0",
        "gopaymethod": PC_METHODS[order.method],
        "mid": keys.mid,
        **signed,
        **keys.signatures(**signed),
        "mKey": keys.merchant_key(),
        "use_chkfake": "Y",
        "currency": "WON",
        "goodname": clean(order.name, 40) or "주문",
        "buyername": clean(order.customer_name, 30) or "구매자",
        "buyertel": telephone(order) or "000",
        "buyeremail": email(order) or NO_EMAIL,
        "returnUrl": order.approved_url,
        "closeUrl": order.closed_url,
        "merchantData": order.notice_url.rpartition("/")[
            2
        ],  # comes back unread; the simulator knows shops by it
        "charset": "UTF-8",
        "payViewType": "overlay",
        "acceptmethod": _options(order, contract),
        **_card_choices(order),
        **taxes_of(order, contract, tax="tax", free="taxfree"),
    }


def read_return(
    fields: Mapping[str, str], hosts: Hosts, *, mid: str, order_id: str
) -> Authorised | Declined | WindowClosed | None:
    """returnUrl. It carries neither the amount nor a signature. Its address for the approval has to be the very one
    that we would build."""
    if fields.get("orderNumber", order_id) != order_id or fields.get("mid", mid) != mid:
        return None
    code, sentence = fields["resultCode"], fields.get("resultMsg", "")
    if code == PC_DONE:
        return _authorised(fields, hosts)
    if code in CLOSED or has_any(sentence, CLOSED_WORDS):
        return WindowClosed()
    return declined(code, sentence)


def approval(returned: Mapping[str, str], keys: Keys, *, amount: int, timestamp: str) -> dict[str, str]:
    """What authUrl and netCancelUrl are asked. timestamp: milliseconds, another than the form's."""
    signed = {"authToken": returned["authToken"], "timestamp": timestamp}
    return {
        "mid": keys.mid,
        **signed,
        **keys.signatures(**signed),
        "charset": "UTF-8",
        "format": "JSON",
        "price": str(amount),
    }


def approved(
    answer: Mapping[str, Any], *, mid: str, order_id: str, amount: int, timestamp: str
) -> Approved | Issued:
    """An answer with resultCode 0000. Raises GatewayOutcomeUnknown when any of it does not fit what was asked."""
    tid = checked(answer, NAMES, mid=mid, order_id=order_id, amount=amount)
    expected = auth_signature(mid=mid, order_id=order_id, amount=str(answer["TotPrice"]), timestamp=timestamp)
    if answer.get("authSignature") != expected or answer.get("currency", "WON") not in ("WON", "KRW", ""):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=MISMATCH)
    if ANSWERED_METHODS.get(text_of(answer, "payMethod")) == "virtual_account":
        account = account_of(
            bank=text_of(answer, "VACT_BankCode"),
            number=text_of(answer, "VACT_Num"),
            holder=text_of(answer, "VACT_Name"),
            date=text_of(answer, "VACT_Date"),
            time=text_of(answer, "VACT_Time"),
        )
        return issued(tid, order_id, amount, account)
    return approved_by_card(
        tid,
        order_id,
        amount,
        code=text_of(answer, "CARD_Code"),
        number=text_of(answer, "CARD_Num"),
        months=text_of(answer, "CARD_Quota"),
    )


def is_undone(answer: Mapping[str, Any], *, mid: str, order_id: str) -> bool:
    """Whether a net-cancel has taken a payment back for sure: the payment is named. An authentication that was not
    approved may be taken back as well."""
    about_ours = answer.get("mid", mid) == mid and answer.get("moid", order_id) == order_id
    return about_ours and answer.get("resultCode") == PC_DONE and bool(text_of(answer, "tid"))


def telephone(order: Order) -> str:
    """Digits, as Koreans write them; "" for none."""
    phone = order.customer_phone
    phone = "0" + phone.removeprefix("+82") if phone.startswith("+82") else phone
    return "".join(letter for letter in phone if letter in "0123456789-")[:20]


def email(order: Order) -> str:
    """ "" for an address that Inicis would not take. It only mails the result there."""
    return order.customer_email if _PLAIN_EMAIL.fullmatch(order.customer_email) else ""


def months_offered(order: Order) -> list[int]:
    """Instalments, without paying at once. None below the least amount, one when the buyer has chosen."""
    chosen = order.choice.installment_months
    if order.amount < LEAST_FOR_INSTALMENTS or chosen in (0, 1):
        return []
    return [chosen] if chosen else list(range(2, MOST_MONTHS + 1))


def cards_of(issuer: str | None) -> list[str]:
    """Inicis' codes for the cards of one issuer."""
    return [code for code, name in ISSUERS.items() if name == issuer]


def interest_free(order: Order) -> list[tuple[str, tuple[int, ...]]]:
    """Card code and months."""
    return [
        (code, months)
        for issuer, months in order.interest_free.items()
        if months
        for code in cards_of(issuer)
    ]


def deposit_deadline(order: Order) -> tuple[str, str]:
    """YYYYMMDD and hhmm in Korea. Four noughts would mean the end of that day."""
    due = order.due_at.astimezone(KST)
    minute = due.strftime("%H%M")
    return due.strftime("%Y%m%d"), "0001" if minute == "0000" else minute


def _options(order: Order, contract: Contract) -> str:
    """acceptmethod. Without centerCd(Y) nobody could tell which address is genuine."""
    options = ["centerCd(Y)", "below1000", f"HPP({contract.phone_goods})", "va_receipt"]
    if order.method == "virtual_account":
        options.append(f"vbank({''.join(deposit_deadline(order))})")
    if PC_METHODS[order.method].startswith("only"):
        options.append("cardonly")
    if contract.holds_back(order):
        options.append("useescrow")
    return ":".join(options)


def _card_choices(order: Order) -> dict[str, str]:
    if order.method != "card":
        return {}
    months, cards, free = months_offered(order), cards_of(order.choice.issuer), interest_free(order)
    plans = ",".join(f"{code}-{':'.join(map(str, plan))}:" for code, plan in free)
    chosen = f"{months[0]:02}" if len(months) == 1 else ""
    told = {
        "quotabase": ":".join(map(str, months)),
        "ansim_quota": chosen,
        "ini_onlycardcode": ":".join(cards),
        "nointerest": plans,
    }
    return {name: value for name, value in told.items() if value}


def _authorised(fields: Mapping[str, str], hosts: Hosts) -> Authorised | None:
    idc, token = fields.get("idc_name", ""), fields.get("authToken", "")
    genuine = (
        hosts.pc(idc, "payAuth") == fields.get("authUrl", "")
        and hosts.pc(idc, "netCancel") == fields.get("netCancelUrl", "")
        and _TOKEN.fullmatch(token) is not None
    )
    return Authorised({"authToken": token, "idc_name": idc}) if genuine else None
