"""What the list of payments and its totals tell of KCP and Inicis: it stands in for their merchant's admin pages.

There a person finds out by the order number. The names in a row are those of Toss's list.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from flask import Blueprint, Response, jsonify, request

from app.sandbox import clock
from app.sandbox.storage import storage

Row = dict[str, Any]


class Returned(Protocol):
    """A cancel, of the whole or of a part."""

    @property
    def amount(self) -> int: ...


class Booked(Protocol):
    """A transaction. captured: whole won taken of the buyer, cancels not counted."""

    @property
    def window_id(self) -> str: ...
    @property
    def captured(self) -> int: ...
    @property
    def cancels(self) -> Sequence[Returned]: ...


class Opened(Protocol):
    """A pay window, whether it led to a transaction or not."""

    @property
    def id(self) -> str: ...


Payment = TypeVar("Payment", bound=Booked)
Window = TypeVar("Window", bound=Opened)


def add_books(
    sim: Blueprint,
    *,
    payments: Callable[[sqlite3.Connection, str | None], list[Payment]],
    windows: Callable[[sqlite3.Connection, str | None], list[Window]],
    payment_row: Callable[[Payment], Row],
    window_row: Callable[[Window], Row],
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
        return jsonify([*map(payment_row, paid), *map(window_row, unpaid)])

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


def row(
    *,
    order: str,
    goods: str,
    merchant: str,
    method: str | None,
    status: str,
    amount: int,
    at: float,
    key: str | None = None,
    balance: int = 0,
    cancels: int = 0,
    deposits: int = 0,
    account: str | None = None,
) -> Row:
    """One line of the list. amount, balance: whole won. at: approved, or opened. key: None for a window."""
    return {
        "paymentKey": key,
        "orderId": order,
        "orderName": goods,
        "mId": merchant,
        "method": method,
        "status": status,
        "totalAmount": amount,
        "balanceAmount": balance,
        "approvals": 0 if key is None else 1,
        "cancels": cancels,
        "deposits": deposits,
        "account": account,
        "requestedAt": clock.korea_time(at),
    }
