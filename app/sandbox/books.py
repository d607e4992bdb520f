"""What the list of payments and its totals tell of KCP and Inicis: it stands in for their merchant's admin pages.

There a person finds out by the order number. The names in a row are those of Toss's list.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from flask import Blueprint, Response, jsonify, request

from app.sandbox import clock
from app.sandbox.storage import storage

Row = dict[str, Any]


class Amount(Protocol):
    """A cancel or a deposit, of the whole or of a part."""

    @property
    def amount(self) -> int: ...


class Booked(Protocol):
    """A transaction. balance: what can be given back. captured: taken of the buyer, cancels not counted."""

    @property
    def window_id(self) -> str: ...
    @property
    def state(self) -> StrEnum: ...
    @property
    def amount(self) -> int: ...
    @property
    def balance(self) -> int: ...
    @property
    def captured(self) -> int: ...
    @property
    def cancels(self) -> Sequence[Amount]: ...
    @property
    def live_deposits(self) -> Sequence[Amount]: ...
    @property
    def account(self) -> str | None: ...
    @property
    def approved_at(self) -> float: ...


class Opened(Protocol):
    """A pay window, whether it led to a transaction or not."""

    @property
    def id(self) -> str: ...
    @property
    def order(self) -> Amount: ...
    @property
    def state(self) -> StrEnum: ...
    @property
    def opened_at(self) -> float: ...


@dataclass(frozen=True)
class Names:
    """What a gateway calls its transaction. key: None for a window. method: None when none was chosen."""

    key: str | None
    order: str
    goods: str
    merchant: str
    method: str | None


Payment = TypeVar("Payment", bound=Booked)
Window = TypeVar("Window", bound=Opened)


def add_books(
    sim: Blueprint,
    *,
    payments: Callable[[sqlite3.Connection, str | None], list[Payment]],
    windows: Callable[[sqlite3.Connection, str | None], list[Window]],
    names_of: Callable[[Payment], Names],
    names_of_window: Callable[[Window], Names],
) -> None:
    """payments, windows: newest first, of one order number or of all (None)."""

    @sim.get("/payments")
    def list_rows() -> Response:
        """Newest first: transactions, then windows that led to none. `?orderId=` asks for one order number."""
        order = request.args.get("orderId")
        with storage().transaction() as db:
            paid = payments(db, order)
            used = {payment.window_id for payment in paid}
            unpaid = [window for window in windows(db, order) if window.id not in used]
        rows = [row_of_payment(names_of(payment), payment) for payment in paid]
        return jsonify([*rows, *(_row_of_window(names_of_window(window), window) for window in unpaid)])

    @sim.get("/totals")
    def totals() -> Response:
        """Whole won. captured: taken of buyers, deposits that were taken back not counted."""
        with storage().transaction() as db:
            found = payments(db, None)
        return jsonify(
            captured=sum(payment.captured for payment in found),
            cancelled=sum(cancel.amount for payment in found for cancel in payment.cancels),
            payments=len(found),
        )


def row_of_payment(names: Names, payment: Booked) -> Row:
    return {
        **_named(names),
        "status": payment.state.value,
        "totalAmount": payment.amount,
        "balanceAmount": payment.balance,
        "approvals": 1,
        "cancels": len(payment.cancels),
        "deposits": len(payment.live_deposits),
        "account": payment.account,
        "requestedAt": clock.korea_time(payment.approved_at),
    }


def _row_of_window(names: Names, window: Opened) -> Row:
    return {
        **_named(names),
        "status": window.state.value,
        "totalAmount": window.order.amount,
        **dict.fromkeys(("balanceAmount", "approvals", "cancels", "deposits"), 0),
        "account": None,
        "requestedAt": clock.korea_time(window.opened_at),
    }


def _named(names: Names) -> Row:
    return {
        "paymentKey": names.key,
        "orderId": names.order,
        "orderName": names.goods,
        "mId": names.merchant,
        "method": names.method,
    }
