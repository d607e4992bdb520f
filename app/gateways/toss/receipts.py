"""Cash receipts by Toss Payments' API ("현금영수증 발급"), as far as they are issued without being asked for.

What a buyer asks for is issued by the payment window, and follows the payment's cancels by itself. What is issued here
is not linked to the payment at all, so it is taken back here as well. Source: core API reference, "현금영수증".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from app.clock import KST
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import http
from app.gateways.base import plain
from app.gateways.receipts import ReceiptBooks, ReceiptDone, ReceiptRefused
from app.gateways.toss.codes import UNREADABLE, WRONG_KEYS
from app.gateways.toss.payment import object_of

PATH = "/v1/cash-receipts"
TAX_OFFICES_NUMBER = "0100001234"  # 자진발급, for a buyer who gave none
INCOME = "소득공제"
LONGEST_NAME = 100
PAGE, MOST_PAGES = 100, 100


@dataclass(frozen=True)
class TossReceipts:
    """post: path, body, idempotency key. get: path with its query."""

    post: Callable[[str, dict[str, Any], str], http.Reply]
    get: Callable[[str], http.Reply]

    def issue(
        self, *, order_id: str, name: str, amount: int, tax_free_amount: int, key: str
    ) -> ReceiptDone | ReceiptRefused:
        """Toss would issue twice for one orderId, so the key alone keeps a repeat from doing so."""
        body: dict[str, Any] = {
            "amount": amount,
            "orderId": order_id,
            "orderName": name[:LONGEST_NAME],
            "type": INCOME,
            "customerIdentityNumber": TAX_OFFICES_NUMBER,
        }
        if tax_free_amount:
            body["taxFreeAmount"] = tax_free_amount
        return _done(self.post(PATH, body, f"receipt-{key}"))

    def cancel(self, *, receipt_key: str, amount: int, key: str) -> ReceiptDone | ReceiptRefused:
        path = f"{PATH}/{quote(receipt_key, safe='')}/cancel"
        return _done(self.post(path, {"amount": amount}, f"receipt-{key}"))

    def read_back(self, *, order_id: str, since: datetime, until: datetime) -> ReceiptBooks:
        """Receipts are listed by the day on which they were asked for."""
        first, last = since.astimezone(KST).date(), until.astimezone(KST).date()
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = [one for day in days for one in self._of_day(day.isoformat()) if one["orderId"] == order_id]
        issued = [one for one in found if one["transactionType"] == "CONFIRM"]
        cancelled = [one for one in found if one["transactionType"] == "CANCEL"]
        return ReceiptBooks(
            receipt_key=issued[-1]["receiptKey"] if issued else None,
            issued=sum(one["amount"] for one in issued),
            cancelled=sum(one["amount"] for one in cancelled),
        )

    def _of_day(self, day: str) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {"requestDate": day, "limit": PAGE}
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = _read(self.get(f"{PATH}?{urlencode(asked)}"))
            found += [_entry(one) for one in page.get("data") or ()]
            if not page.get("hasNext"):
                return found
            asked["cursor"] = page.get("lastCursor")
        raise GatewayOutcomeUnknown(gateway_code="PAGES")


def _done(reply: http.Reply) -> ReceiptDone | ReceiptRefused:
    if reply.status == 200:
        told = _entry(_read(reply))
        return ReceiptDone(told["receiptKey"], told["amount"])
    code = _raise_unless_refused(reply)
    return ReceiptRefused(code)


def _read(reply: http.Reply) -> dict[str, Any]:
    """Raises GatewayMisconfigured, GatewayOutcomeUnknown."""
    if reply.status != 200:
        raise GatewayOutcomeUnknown(gateway_code=_raise_unless_refused(reply))
    content = _object_in(reply)
    if not content:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return content


def _raise_unless_refused(reply: http.Reply) -> str:
    """The code of an answer that proves that nothing was done."""
    content = _object_in(reply)
    error = object_of(content.get("error")) or content
    code = plain(error.get("code"), 80) or UNREADABLE
    if reply.status in (409, 429):  # an earlier request is still running, or was not even looked at
        raise GatewayOutcomeUnknown(gateway_code=code)
    if reply.status >= 500 or code == UNREADABLE:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
    if code in WRONG_KEYS:
        raise GatewayMisconfigured(code)
    return code


def _object_in(reply: http.Reply) -> dict[str, Any]:
    try:
        return object_of(json.loads(reply.body))
    except (ValueError, RecursionError):
        return {}


def _entry(content: object) -> dict[str, Any]:
    told = object_of(content)
    key, amount = told.get("receiptKey"), told.get("amount")
    if not isinstance(key, str) or not 0 < len(key) <= 200 or type(amount) is not int:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return {"orderId": told.get("orderId"), "transactionType": told.get("transactionType"), "receiptKey": key,
            "amount": amount}  # fmt: skip
