"""Payments on phones (INIpay Mobile 모바일 웹): the form, the buyer's return, the approval and the net-cancel."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Approved, Authorised, Declined, Issued, WindowClosed
from app.gateways.inicis.answers import account_of, approved_by_card, checked, declined, issued
from app.gateways.inicis.codes import (
    ANSWERED_METHODS,
    APP_SCHEMES,
    CLOSED_WORDS,
    MISMATCH,
    PHONE_DONE,
    PHONE_FAILED,
    PHONE_METHODS,
    PHONE_WALLETS,
)
from app.gateways.inicis.contract import Contract, taxes_of
from app.gateways.inicis.hosts import Hosts
from app.gateways.inicis.pc import (
    cards_of,
    deposit_deadline,
    email,
    interest_free,
    months_offered,
    telephone,
)
from app.gateways.inicis.signing import Keys
from app.gateways.inicis.text import clean, has_any, won
from app.gateways.orders import Order

NAMES = {"mid": "P_MID", "order_id": "P_OID", "amount": "P_AMT", "transaction_id": "P_TID"}
# Everything comes back by P_NEXT_URL, after our own approval, and never by a notification alone.
TWO_STEPS = {
    "centerCd": "Y",
    "amt_hash": "Y",
    "below1000": "Y",
    "twotrs_isp": "Y",
    "block_isp": "Y",
    "twotrs_isp_noti": "N",
    "twotrs_bank": "Y",
}

_TID = re.compile(r"[A-Za-z0-9_]{20,64}", re.ASCII)


def page_of(order: Order, hosts: Hosts) -> str:
    """Only the older page for cards opens an easy-pay at once."""
    return f"{hosts.phone}/smart/{'wcard' if order.method in PHONE_WALLETS else 'payment'}/"


def order_form(order: Order, keys: Keys, contract: Contract, *, timestamp: str) -> dict[str, str]:
    """timestamp: milliseconds."""
    fake = keys.check_fake(amount=order.amount, order_id=order.order_id, timestamp=timestamp)
    method = PHONE_METHODS.get(order.method)
    return {
        **({"P_INI_PAYMENT": method} if method else {"P_SKIP_TERMS": "Y"}),
        "P_MID": keys.mid,
        "P_OID": order.order_id,
        "P_AMT": str(order.amount),
        "P_GOODS": clean(order.name, 80) or "주문",
        "P_UNAME": clean(order.customer_name, 30) or "구매자",
        "P_NEXT_URL": order.approved_url,
        "P_NOTI_URL": order.notice_url,
        "P_NOTI": order.order_id,
        "P_CHARSET": "utf8",
        "P_TIMESTAMP": timestamp,
        "P_CHKFAKE": fake,
        "P_RESERVED": _options(order, contract),
        **_contact(order),
        **_method_choices(order, contract.phone_goods),
        **taxes_of(order, contract, tax="P_TAX", free="P_TAXFREE"),
    }


def read_return(
    fields: Mapping[str, str], hosts: Hosts, *, order_id: str, amount: int
) -> Authorised | Declined | WindowClosed | None:
    """P_NEXT_URL. It names no order but by what we gave it to carry. Its address for the approval has to be the very
    one that we would build."""
    if fields.get("P_NOTI", order_id) != order_id:
        return None
    code, sentence = fields["P_STATUS"], fields.get("P_RMESG1", "")
    if code == PHONE_DONE:
        return _authorised(fields, hosts, amount)
    if code == PHONE_FAILED and (not sentence or has_any(sentence, CLOSED_WORDS)):
        return WindowClosed()
    return declined(code, sentence)


def approval(returned: Mapping[str, str], keys: Keys) -> dict[str, str]:
    """What P_REQ_URL is asked. It is not signed, and tells no amount: the answer's has to be compared."""
    return {"P_MID": keys.mid, "P_TID": returned["P_TID"]}


def approved(answer: Mapping[str, str], *, mid: str, order_id: str, amount: int) -> Approved | Issued:
    """An answer with P_STATUS 00. Raises GatewayOutcomeUnknown when any of it does not fit what was asked."""
    tid = checked(answer, NAMES, mid=mid, order_id=order_id, amount=amount)
    if answer.get("P_NOTI", order_id) != order_id:  # an answer that was cut off, too
        raise GatewayOutcomeUnknown(answered=True, gateway_code=MISMATCH)
    if ANSWERED_METHODS.get(answer.get("P_TYPE", "")) == "virtual_account":
        account = account_of(
            bank=answer.get("P_VACT_BANK_CODE", ""),
            number=answer.get("P_VACT_NUM", ""),
            holder=answer.get("P_VACT_NAME", ""),
            date=answer.get("P_VACT_DATE", ""),
            time=answer.get("P_VACT_TIME", ""),
        )
        return issued(tid, order_id, amount, account)
    card = ANSWERED_METHODS.get(answer.get("P_TYPE", "")) == "card"
    return approved_by_card(
        tid,
        order_id,
        amount,
        code=answer.get("P_FN_CD1", "") if card else "",
        number=answer.get("P_CARD_NUM", ""),
        months=answer.get("P_RMESG2", ""),
    )


def net_cancel(
    returned: Mapping[str, str], keys: Keys, *, order_id: str, amount: int, timestamp: str
) -> dict[str, str]:
    return {
        "P_MID": keys.mid,
        "P_TID": returned["P_TID"],
        "P_AMT": str(amount),
        "P_OID": order_id,
        "P_TIMESTAMP": timestamp,
        "P_CHKFAKE": keys.check_fake(amount=amount, order_id=order_id, timestamp=timestamp),
    }


def is_undone(answer: Mapping[str, str], returned: Mapping[str, str]) -> bool:
    """Whether a net-cancel has taken a payment back for sure: it names another transaction than the authentication."""
    tid = answer.get("P_TID", "")
    return answer.get("P_STATUS") == PHONE_DONE and bool(tid) and tid != returned["P_TID"]


def _options(order: Order, contract: Contract) -> str:
    """P_RESERVED."""
    options = dict(TWO_STEPS)
    if order.method == "virtual_account":
        options["vbank_receipt"] = "Y"
    if order.method in PHONE_WALLETS:
        options[PHONE_WALLETS[order.method]] = "Y"
    if contract.holds_back(order):
        options["useescrow"] = "Y"
    if order.browser_app in APP_SCHEMES:
        options["app_scheme"] = APP_SCHEMES[order.browser_app]
    options |= _instalment_options(order) if order.method == "card" else {}
    return urlencode(options, safe=":/^")


def _instalment_options(order: Order) -> dict[str, str]:
    free, months = interest_free(order), months_offered(order)
    told = {}
    if free:
        plans = (f"{code}-{':'.join(map(str, plan))}" for code, plan in free)
        told = {"merc_noint": "Y", "noint_quota": "^".join(plans)}
    return told | ({"d_quota": str(months[0])} if len(months) == 1 else {})


def _contact(order: Order) -> dict[str, str]:
    told = {"P_MOBILE": telephone(order), "P_EMAIL": email(order)}
    return {name: value for name, value in told.items() if value}


def _method_choices(order: Order, phone_goods: str) -> dict[str, str]:
    if order.method == "mobile_phone":
        return {"P_HPP_METHOD": phone_goods}
    if order.method == "virtual_account":
        date, time = deposit_deadline(order)
        return {"P_VBANK_DT": date, "P_VBANK_TM": time}
    if order.method != "card":
        return {}
    months, cards = months_offered(order), cards_of(order.choice.issuer)
    told = {
        "P_QUOTABASE": ":".join(f"{month:02}" for month in [1, *months]) if months else "",
        "P_ONLY_CARDCODE": ":".join(cards),
    }
    return {name: value for name, value in told.items() if value}


def _authorised(fields: Mapping[str, str], hosts: Hosts, amount: int) -> Authorised | None:
    idc, tid = fields.get("idc_name", ""), fields.get("P_TID", "")
    genuine = (
        hosts.on_phone(idc, "payReq") == fields.get("P_REQ_URL", "")
        and won(fields.get("P_AMT", amount)) == amount
        and _TID.fullmatch(tid) is not None
    )
    return Authorised({"P_TID": tid, "idc_name": idc}) if genuine else None
