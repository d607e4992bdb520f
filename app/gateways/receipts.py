"""Cash receipts (현금영수증) that nobody asked for.

From 100,000 won a retailer has to issue them, under the tax office's number (자진발급); who does that differs between
gateways.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class SelfIssue(StrEnum):
    """Who issues a receipt that no buyer asked for.

    by_us: the gateway has an interface for it. by_gateway: it does so itself, by a setting of the shop there.
    by_hand: neither is known, so the shop has to do it.
    """

    BY_US = "by_us"
    BY_GATEWAY = "by_gateway"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class ReceiptDone:
    """receipt_key: the gateway's name for what was issued or cancelled. amount: what it did, in whole won."""

    receipt_key: str
    amount: int


@dataclass(frozen=True)
class ReceiptRefused:
    """An answer that proves that nothing was done."""

    gateway_code: str


@dataclass(frozen=True)
class ReceiptBooks:
    """All that was issued for one order, and taken back of it. receipt_key: of what was issued last."""

    receipt_key: str | None
    issued: int
    cancelled: int


class ReceiptApi(Protocol):
    """A repeat carries the same key, and is then done once. Each raises GatewayError where there is no usable answer:
    then read_back() tells."""

    def issue(
        self, *, order_id: str, name: str, amount: int, tax_free_amount: int, key: str
    ) -> ReceiptDone | ReceiptRefused: ...

    def cancel(self, *, receipt_key: str, amount: int, key: str) -> ReceiptDone | ReceiptRefused: ...

    def read_back(self, *, order_id: str, since: datetime, until: datetime) -> ReceiptBooks: ...
