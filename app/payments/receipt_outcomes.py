"""Bring the cash receipt of a payment to what the payment still holds, one step at a time.

A step is repeated with the same key until it is answered, so it is done once; after an answered error the gateway's own
list is read first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from app.database import db, end_reading, transaction
from app.errors import GatewayError, GatewayOutcomeUnknown
from app.gateways.receipts import ReceiptApi, ReceiptBooks, ReceiptDone, ReceiptRefused
from app.payments.launches import order_name
from app.payments.models import Attempt, CashReceipt, CheckoutSession
from app.payments.outcomes import gateway_of
from app.payments.queries import attempt_by_id, locked_session, refunds_of_session, session_by_id
from app.payments.states import AttemptState, RefundState

LONGEST_PAUSE_S = 3600
# The law's five days, counted from the day of the first try. After that it is the shop's to do.
GIVES_UP_AFTER = timedelta(days=6)

Told = ReceiptDone | ReceiptRefused | ReceiptBooks | None

log = structlog.get_logger()


@dataclass(frozen=True)
class Step:
    """What is known, taken out of the rows before the gateway is asked. Amounts: whole won.

    wanted, tax_free: what the payment still holds, and the tax-free part of it. known: of the receipt at the gateway.
    """

    key: str
    order_id: str
    name: str
    wanted: int
    tax_free: int
    known: ReceiptBooks
    has_errors: bool
    since: datetime
    check_at: datetime | None

    def take(self, api: ReceiptApi, *, now: datetime) -> Told:
        """None: nothing is left to do. Raises GatewayError."""
        if self.has_errors and (books := self._read_back(api, now)) != self.known:
            return books
        told = self._ask(api)
        if isinstance(told, ReceiptRefused) and (books := self._read_back(api, now)) != self.known:
            return books
        return told

    @property
    def stands(self) -> int:
        return self.known.issued - self.known.cancelled

    def _ask(self, api: ReceiptApi) -> Told:
        key = f"{self.key}-{self.known.cancelled}"
        if self.known.receipt_key and self.stands > self.wanted:
            amount = self.stands - self.wanted
            return api.cancel(receipt_key=self.known.receipt_key, amount=amount, key=key)
        if self.stands or not self.wanted:
            return None
        return api.issue(
            order_id=self.order_id,
            name=self.name,
            amount=self.wanted,
            tax_free_amount=self.tax_free,
            key=key,
        )

    def _read_back(self, api: ReceiptApi, now: datetime) -> ReceiptBooks:
        return api.read_back(order_id=self.order_id, since=self.since, until=now)


def settle_receipt(receipt_id: str, *, now: datetime) -> None:
    """One step. Where there is no answer, a later call repeats it, the pauses growing."""
    receipt = db.session.get(CashReceipt, receipt_id)
    attempt = attempt_by_id(receipt.attempt_id) if receipt else None
    session = session_by_id(attempt.session_id) if attempt else None
    if receipt is None or attempt is None or session is None or receipt.check_at is None:
        return
    step, api = _step(receipt, attempt, session), gateway_of(attempt).receipt_api
    end_reading()
    try:
        told = step.take(api, now=now) if api else None  # without it, the shop does not want it any more
    except GatewayError as error:
        _postpone(receipt_id, error, now=now)
    else:
        _record(receipt_id, step, told, now=now)


def _step(receipt: CashReceipt, attempt: Attempt, session: CheckoutSession) -> Step:
    holds = attempt.state == AttemptState.APPROVED and session.completed_at is not None
    wanted = attempt.amount - session.refunded_amount if holds else 0
    refunds = [one for one in refunds_of_session(session.id) if one.state == RefundState.SUCCEEDED]
    tax_free = session.tax_free_due - sum(one.tax_free_amount for one in refunds)
    return Step(
        key=f"{receipt.id}-{receipt.error_answers}",
        order_id=attempt.id,
        name=order_name(session.items),
        wanted=wanted,
        tax_free=max(0, min(wanted, tax_free)),
        known=_books(receipt),
        has_errors=receipt.error_answers > 0,
        since=receipt.created_at,
        check_at=receipt.check_at,
    )


def _record(receipt_id: str, step: Step, told: Told, *, now: datetime) -> None:
    with transaction():
        receipt = _held(receipt_id)
        if _books(receipt) != step.known:  # another worker was quicker
            return
        if told is None and receipt.check_at != step.check_at:  # something was refunded meanwhile
            return
        receipt.check_at, receipt.check_tries = (now if told else None), 0
        if isinstance(told, ReceiptBooks):
            receipt.receipt_key = told.receipt_key
            receipt.issued_amount, receipt.cancelled_amount = told.issued, told.cancelled
        elif isinstance(told, ReceiptRefused):
            _give_up(receipt, told.gateway_code)
        elif told and step.stands:
            receipt.cancelled_amount += told.amount
        elif told:  # after a bank had taken the deposit back, a second one
            receipt.receipt_key = told.receipt_key
            receipt.issued_amount += told.amount


def _postpone(receipt_id: str, error: GatewayError, *, now: datetime) -> None:
    log.warning("receipt.unsettled", receipt=receipt_id, error=error.code)
    with transaction():
        receipt = _held(receipt_id)
        pause = min(2**receipt.check_tries, LONGEST_PAUSE_S)
        receipt.check_at = now + timedelta(seconds=pause)
        if isinstance(error, GatewayOutcomeUnknown):
            receipt.error_answers += int(error.answered)
        if receipt.receipt_key is None and now - receipt.created_at > GIVES_UP_AFTER:
            _give_up(receipt, error.code)


def _give_up(receipt: CashReceipt, code: str) -> None:
    """The shop has to do it by hand."""
    receipt.refused_code, receipt.check_at = code[:80], None
    log.error("receipt.refused", receipt=receipt.id, attempt=receipt.attempt_id, code=code)


def _books(receipt: CashReceipt) -> ReceiptBooks:
    return ReceiptBooks(receipt.receipt_key, receipt.issued_amount, receipt.cancelled_amount)


def _held(receipt_id: str) -> CashReceipt:
    """The row as it is now, with its session locked first."""
    found = db.session.get_one(CashReceipt, receipt_id)
    attempt = attempt_by_id(found.attempt_id)
    assert attempt is not None
    locked_session(attempt.session_id)
    newest = select(CashReceipt).where(CashReceipt.id == receipt_id).execution_options(populate_existing=True)
    return db.session.scalars(newest).one()
