"""A gateway that issues virtual accounts and does exactly what a test tells it, so that every race can be played."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.errors import GatewayError
from app.gateways.base import (
    Approved,
    Cancellation,
    Cancelled,
    CancelRefused,
    CannotTell,
    Declined,
    Issued,
    Notification,
    Unpaid,
    VirtualAccount,
    WhenUnknown,
)
from app.gateways.reasons import (
    Reason,
    RefundReason,
)
from app.payments import notifications, outcomes
from app.payments.attempts import confirm_attempt
from app.payments.models import CheckoutSession
from tests.support.buyer import begin
from tests.support.world import NOW, World, make_session

DUE = NOW + timedelta(hours=24)
KEY = "tviva_account"


@dataclass
class Bank:
    """state: unpaid, waiting, deposited, closed, expired. fault: raised by the next call. meanwhile: done by the next
    lookup after it has made up its mind, so that its answer is old when it arrives. keys: of each cancel, with the
    errors that came before it."""

    state: str = "unpaid"
    amount: int = 29_000
    due_at: datetime = DUE
    order_id: str = ""
    secret: str | None = "ps_secret"
    fault: GatewayError | None = None
    meanwhile: Callable[[], object] | None = None
    asked: list[str] = field(default_factory=list)
    keys: list[tuple[str, int]] = field(default_factory=list)
    name: str = "toss"
    methods: frozenset[str] = frozenset({"virtual_account"})
    confirm_window: timedelta = timedelta(minutes=10)
    launch_window: timedelta = timedelta(minutes=45)
    when_unknown: WhenUnknown = WhenUnknown.LOOK_UP

    def confirm(self, *, order_id: str, **_: Any) -> Approved | Issued | Declined:
        self._called("confirm")
        self.order_id, self.state = order_id, "waiting"
        return self._issued()

    def lookup(self, **_: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        self._called("lookup")
        answer = self._answer()
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return answer

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused:
        self._called("cancel")
        self.keys.append((what.key, what.earlier_errors))
        if self.state == "deposited" and what.account is None:
            return CancelRefused(RefundReason.ACCOUNT, "INVALID_REFUND_ACCOUNT_INFO", "")
        self.state = "closed"
        return Cancelled("txrd_1")

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        order_id, _, secret = body.decode().partition(" ")
        return Notification(order_id, secret or None) if order_id else None

    def _called(self, what: str) -> None:
        self.asked.append(what)
        fault, self.fault = self.fault, None
        if fault:
            raise fault

    def _answer(self) -> Approved | Issued | Declined | Unpaid:
        if self.state == "waiting":
            return self._issued()
        if self.state == "deposited":
            return Approved(KEY, self.order_id, self.amount)
        if self.state == "unpaid":
            return Unpaid("READY")
        return Declined(Reason.EXPIRED, self.state.upper(), "")

    def _issued(self) -> Issued:
        account = VirtualAccount("woori", "X6505831718354", "홍길동", self.due_at)
        return Issued(KEY, self.order_id, self.amount, account, self.secret)


@contextmanager
def every_account_at(bank: Bank, patch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """Whatever contract is opened, it is with this bank."""
    for module in (outcomes, notifications):
        patch.setattr(module, "open_account", lambda _account: bank)
    yield bank


def other_amount(bank: Bank, amount: int) -> Issued:
    return replace(bank._issued(), amount=amount)


RETURNED: Mapping[str, str] = {"paymentKey": KEY}


def issue_account(world: World) -> tuple[CheckoutSession, str]:
    """A session and its attempt, whose buyer has an account to transfer the money to."""
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    return session, attempt_id
