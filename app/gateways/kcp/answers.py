"""NHN KCP's answers: what an approval and an inquiry say about money. All their values are texts."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from app.clock import KST
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import http
from app.gateways.base import Approved, Card, Declined, Issued, VirtualAccount, plain
from app.gateways.kcp.codes import (
    ACCOUNT,
    BANKS,
    DONE,
    ISSUED,
    ISSUERS,
    ISSUERS_OF_NETWORK,
    OTHER_PAYMENT,
    POINTS_OF_PAYCO,
    UNREADABLE,
    is_misconfigured,
    is_unknown,
    meaning_of,
)
from app.gateways.kcp.order import order_number
from app.gateways.reasons import Reason

CHARSETS = ("utf-8", "cp949")
APPROVED, IN_PART, CANCELLED = "STSR", "STPC", "STSC"
# What tells the state of a payment, and what is left of it, by method.
STATES = ("stat_ca_cd", "stat_bk_cd", "stat_hp_cd", "shop_status")
RESTS = ("rem_mny", "bk_rem_mny", "hp_rem_mny")
RECEIPTS = {"PACA": "card_bill", "PAMC": "mcash_bill"}

Answer = dict[str, Any]


def read_reply(reply: http.Reply) -> Answer:
    """The JSON object of an answer, whatever its status. Raises GatewayOutcomeUnknown when it is none."""
    for charset in CHARSETS:
        try:
            content = json.loads(reply.body.decode(charset))
        except (ValueError, RecursionError):
            continue
        if isinstance(content, dict):
            return content
        break
    raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)


def code_of(answer: Answer, name: str = "res_cd") -> str:
    """Raises GatewayOutcomeUnknown when there is none."""
    code = plain(answer.get(name), 80)
    if not code:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return code


def message_of(answer: Answer) -> str:
    return plain(answer.get("res_msg"), 500)


def has_succeeded(answer: Answer, pay_type: str) -> bool:
    code = code_of(answer)
    return code == DONE or (code == ISSUED and pay_type == ACCOUNT)


def declined_by(answer: Answer) -> Declined:
    """A readable refusal of an approval. Raises GatewayMisconfigured, and GatewayOutcomeUnknown for answers that
    promise nothing."""
    code = code_of(answer)
    if is_misconfigured(code):
        raise GatewayMisconfigured(code)
    if is_unknown(code) or code == ISSUED:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
    return refused(code, message_of(answer))


def refused(code: str, message: str) -> Declined:
    reason = meaning_of(code)
    return Declined(reason or Reason.OTHER, code, message, reason is not None)


def check_order(answer: Answer, order_id: str) -> None:
    """Raises GatewayOutcomeUnknown when it is about another order, or tells none."""
    if answer.get("order_no") != order_number(order_id):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)


def approved_by(answer: Answer, order_id: str, *, receipts: str) -> Approved:
    """The caller has checked that it is about this order. receipts: address of KCP's pages for buyers."""
    tno, amount = _essentials(answer)
    return Approved(tno, order_id, amount, _card(answer), _receipt_url(answer, receipts))


def issued_by(answer: Answer, order_id: str) -> Issued:
    """An account that nobody could pay into is no account."""
    tno, amount = _essentials(answer)
    number, due_at = plain(answer.get("account"), 30), moment_of(answer.get("va_date"))
    if due_at is None or not number:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    account = VirtualAccount(
        bank=bank_of(answer.get("bankcode")),
        number=number,
        holder=plain(answer.get("depositor"), 100),
        due_at=due_at,
    )
    return Issued(tno, order_id, amount, account)


def state_of(answer: Answer) -> str:
    """APPROVED, IN_PART or CANCELLED; "" where it is not told."""
    return next((plain(answer[name], 80) for name in STATES if answer.get(name)), "")


def rest_of(answer: Answer) -> int | None:
    """What can still be given back."""
    return next((won(answer[name]) for name in RESTS if name in answer), None)


def won(text: object) -> int | None:
    return int(text) if isinstance(text, str) and re.fullmatch("[0-9]{1,12}", text, re.ASCII) else None


def bank_of(code: object) -> str:
    """Of BK04, 04 or 4; also of old numbers."""
    digits = plain(code, 10).upper().removeprefix("BK").zfill(2)
    return BANKS.get(digits, "unknown")


def moment_of(text: object) -> datetime | None:
    """Korea's time, of 14 digits; of 8 for the end of a day."""
    digits = plain(text, 20)
    if len(digits) == 8:
        digits += "235959"
    if len(digits) != 14:
        return None
    try:
        parsed = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007  # it is Korea's, as said below
    except ValueError:
        return None
    return parsed.replace(tzinfo=KST).astimezone(UTC)


def is_tno(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch("[A-Za-z0-9]{1,30}", text, re.ASCII) is not None


def _essentials(answer: Answer) -> tuple[str, int]:
    """tno and amount: what decides about money must be there to the letter. card_mny and its like may be less, where a
    coupon or points have paid a part."""
    tno, amount = answer.get("tno"), won(answer.get("amount"))
    if not is_tno(tno) or amount is None:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return str(tno), amount


def _card(answer: Answer) -> Card | None:
    """Also of wallets that a card has paid through; those that paid by their own money have none."""
    code = plain(answer.get("card_cd"), 10)
    if not code or code == POINTS_OF_PAYCO:
        return None
    network = plain(answer.get("isp_issuer_cd"), 10)
    issuer = ISSUERS_OF_NETWORK.get(network) or ISSUERS.get(code, "unknown")
    months = won(answer.get("quota"))
    return Card(issuer, plain(answer.get("card_no"), 20), months or 0)


def _receipt_url(answer: Answer, receipts: str) -> str | None:
    tno, number, amount = (plain(answer.get(name), 40) for name in ("tno", "order_no", "amount"))
    cash, method = plain(answer.get("cash_no"), 40), plain(answer.get("pay_method"), 10)
    if cash:
        asked = {"cmd": "cash_bill", "cash_no": cash, "order_id": number, "trade_mony": amount}
    elif method in RECEIPTS:
        asked = {"cmd": RECEIPTS[method], "tno": tno, "order_no": number, "trade_mony": amount}
    else:
        return None
    return f"{receipts}/assist/bill.BillActionNew.do?{urlencode(asked)}"
