"""Cash receipts (현금영수증) that no buyer asked for: when there has to be one.

Cash from 100,000 won must get one all the same, under the tax office's number, within five days (소득세법; korea.md
§2.7). It is issued a day after the payment: by then a bank has taken back what it will take back, and most refunds are
done. What is refunded later is taken off it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.database import db
from app.gateways import GATEWAYS
from app.gateways.receipts import SelfIssue
from app.ids import new_id
from app.payments.methods import METHODS
from app.payments.models import Attempt, CashReceipt

LEAST = 100_000  # won, tax included
WAIT = timedelta(days=1)


def plan_receipt(attempt: Attempt, *, now: datetime) -> None:
    """In the transaction that completes the payment. A deposit that came, went and came again is waited for anew."""
    if not _must_be_issued_by_us(attempt):
        return
    receipt = receipt_of(attempt.id)
    if receipt is None:
        receipt = CashReceipt(id=new_id("rcpt"), attempt_id=attempt.id, created_at=now)
        db.session.add(receipt)
    receipt.check_at = now + WAIT


def recheck_receipt(attempt_id: str, *, now: datetime) -> None:
    """In the transaction that changes what the payment holds. Before it is issued there is nothing to take off."""
    receipt = receipt_of(attempt_id)
    if receipt is not None and receipt.receipt_key is not None:
        receipt.check_at = now


def receipt_of(attempt_id: str) -> CashReceipt | None:
    return db.session.scalar(select(CashReceipt).where(CashReceipt.attempt_id == attempt_id))


def _must_be_issued_by_us(attempt: Attempt) -> bool:
    """What the buyer asked for, the gateway's window issues."""
    asked_for = bool((attempt.choice or {}).get("cash_receipt"))
    owed = METHODS[attempt.method].is_cash and attempt.amount >= LEAST and not asked_for
    return owed and GATEWAYS[attempt.gateway].self_issue is SelfIssue.BY_US
