"""A shop's period in one look."""

from typing import Any

from sqlalchemy import func, select

from app.analytics.scope import Scope, share
from app.database import db
from app.payments.models import CheckoutSession, Refund

STATES = ("pending", "processing", "completed", "failed", "cancelled", "expired",
          "partially_refunded", "refunded")  # fmt: skip
PAID = ("completed", "partially_refunded", "refunded")


def summary(scope: Scope) -> dict[str, Any]:
    """Sessions created in the period by what became of them, payments completed and refunds succeeded in it."""
    sessions = _sessions(scope)
    (paid, amount), refunds = _payments(scope), _refunds(scope)
    created = sum(sessions.values())
    return {
        "sessions": {"created": created, **sessions},
        "conversion_rate": share(sum(sessions[state] for state in PAID), created),
        "payments": {"count": paid, "amount": amount, "average_amount": amount // paid if paid else None},
        "refunds": refunds,
        "net_amount": amount - refunds["amount"],
    }


def _sessions(scope: Scope) -> dict[str, int]:
    found = select(CheckoutSession.state, func.count()).where(scope.created).group_by(CheckoutSession.state)
    counts = {state: count for state, count in db.session.execute(found)}
    return {state: counts.get(state, 0) for state in STATES}


def _payments(scope: Scope) -> tuple[int, int]:
    count, amount = db.session.execute(
        select(func.count(), func.coalesce(func.sum(CheckoutSession.total_amount), 0)).where(scope.paid)
    ).one()
    return count, int(amount)


def _refunds(scope: Scope) -> dict[str, int]:
    count, amount = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Refund.amount), 0)).where(scope.refunded)
    ).one()
    return {"count": count, "amount": int(amount)}
