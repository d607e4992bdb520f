"""A merchant asks to give money back: may it be done, how much, and what would follow from it."""

import json
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.database import db, transaction
from app.errors import Conflict, Invalid
from app.gateways.base import BankAccount
from app.ids import new_id, shortened
from app.payments.methods import METHODS
from app.payments.models import Attempt, CheckoutSession, Refund
from app.payments.queries import (
    given_back,
    live_attempt,
    locked_session,
    refund_by_id,
    refunds_of_session,
    session_by_id,
)
from app.payments.states import PAID_STATES, RefundState, SessionState
from app.services import services

log = structlog.get_logger()


class SessionNotPaid(Conflict):
    code = "session_not_paid"


class NothingToRefund(Conflict):
    """Nothing was paid, or all of it has been given back or is on its way."""

    code = "nothing_to_refund"


class RefundBalanceChanged(Conflict):
    """Somebody else refunded meanwhile: what the caller expected to be left is not."""

    code = "refund_balance_changed"


class RefundExceedsBalance(Invalid):
    code = "refund_exceeds_balance"


class RefundAccountRequired(Invalid):
    code = "refund_account_required"


class RefundAccountNotNeeded(Invalid):
    code = "refund_account_not_needed"


@dataclass(frozen=True)
class RefundOrder:
    """What a merchant asks for. Amounts: whole won. amount None: all that is left.

    tax_free_amount None: its share. expected_refundable: what the caller thinks is left.
    """

    amount: int | None = None
    tax_free_amount: int | None = None
    reason: str | None = None
    notify_customer: bool = False
    expected_refundable: int | None = None
    account: BankAccount | None = None


@dataclass(frozen=True)
class RefundPlan:
    """What a refund would do. Amounts: whole won. refunded, processing: by earlier refunds."""

    amount: int
    tax_free_amount: int
    paid: int
    refunded: int
    processing: int
    account_required: bool

    @property
    def refundable(self) -> int:
        """What is left before this refund."""
        return self.paid - self.refunded - self.processing

    @property
    def state_after(self) -> SessionState:
        """The session's, when this refund and those on their way have succeeded."""
        whole = self.amount == self.refundable
        return SessionState.REFUNDED if whole else SessionState.PARTIALLY_REFUNDED


def refund_payment(
    *, session_id: str, order: RefundOrder, now: datetime, refund_id: str | None = None
) -> Refund:
    """Write down that money is to be given back; the worker does it. From here on it counts as given back.

    refund_id: its id, where the caller may come twice with the same; the second time the refund is there.

    Raises SessionNotPaid, NothingToRefund, RefundBalanceChanged, RefundExceedsBalance, RefundAccountRequired,
    RefundAccountNotNeeded, Invalid (the tax-free part does not fit).
    """
    with transaction():
        session = locked_session(session_id)
        earlier = refund_by_id(refund_id) if refund_id else None
        if earlier is not None:
            return earlier
        attempt, plan = _plan(session, order)
        _check_account(order, plan)
        refund = _new_refund(refund_id or new_id("ref"), session, attempt, order, plan, now)
        db.session.add(refund)
    log.info("refund.requested", session=shortened(session_id), refund=refund.id, amount=refund.amount)
    return refund


def plan_refund(*, session_id: str, order: RefundOrder) -> RefundPlan:
    """What the same order would do as a refund; nothing is written. An account that is missing is no error
    here. Raises the errors of refund_payment otherwise."""
    session = session_by_id(session_id)
    assert session is not None
    return _plan(session, order)[1]


def _plan(session: CheckoutSession, order: RefundOrder) -> tuple[Attempt, RefundPlan]:
    attempt = _paying_attempt(session)
    sums = given_back(session.id)
    left = attempt.amount - sums.refunded - sums.processing
    amount = left if order.amount is None else order.amount
    if order.expected_refundable not in (None, left):
        raise RefundBalanceChanged(expected=order.expected_refundable, refundable=left)
    if amount == 0:
        raise NothingToRefund(refundable=0)
    if amount > left:
        raise RefundExceedsBalance(field="amount", amount=amount, refundable=left)
    tax_free = _tax_free_part(order, amount, left, min(left, session.tax_free_due - sums.tax_free))
    needs_account = METHODS[attempt.method].refund_needs_account
    return attempt, RefundPlan(
        amount, tax_free, attempt.amount, sums.refunded, sums.processing, needs_account
    )


def _paying_attempt(session: CheckoutSession) -> Attempt:
    """The attempt that paid. One that is being given back because it may not be kept is none."""
    if session.state == SessionState.REFUNDED:
        raise NothingToRefund(status=session.state, refundable=0)
    if session.state not in PAID_STATES:
        raise SessionNotPaid(status=session.state)
    attempt = live_attempt(session.id)
    if attempt is None:  # completed without a gateway: the total was nothing
        raise NothingToRefund(status=session.state, refundable=0)
    return attempt


def _tax_free_part(order: RefundOrder, amount: int, left: int, tax_free_left: int) -> int:
    """How much of the amount is tax-free: as asked, else its share of what is left. Never so much or so little
    that either kind of money would go below nothing."""
    if order.tax_free_amount is None:
        return amount * tax_free_left // left
    least, most = max(0, amount - (left - tax_free_left)), min(amount, tax_free_left)
    if not least <= order.tax_free_amount <= most:
        raise Invalid(field="taxFreeAmount", reason=f"must be between {least} and {most}")
    return order.tax_free_amount


def _check_account(order: RefundOrder, plan: RefundPlan) -> None:
    if plan.account_required and order.account is None:
        raise RefundAccountRequired(field="refundAccount")
    if order.account and not plan.account_required:
        raise RefundAccountNotNeeded(field="refundAccount")


def _new_refund(
    refund_id: str,
    session: CheckoutSession,
    attempt: Attempt,
    order: RefundOrder,
    plan: RefundPlan,
    now: datetime,
) -> Refund:
    return Refund(
        id=refund_id,
        session_id=session.id,
        attempt_id=attempt.id,
        merchant_id=session.merchant_id,
        shop_id=session.shop_id,
        livemode=session.livemode,
        number=len(refunds_of_session(session.id)) + 1,
        amount=plan.amount,
        tax_free_amount=plan.tax_free_amount,
        reason=order.reason,
        notify_customer=order.notify_customer,
        account=_sealed(order.account, refund_id),
        state=RefundState.PROCESSING.value,
        created_at=now,
        check_at=now,
    )


def _sealed(account: BankAccount | None, refund_id: str) -> str | None:
    if account is None:
        return None
    return services().vault.seal(json.dumps(vars(account), ensure_ascii=False), row=refund_id)
