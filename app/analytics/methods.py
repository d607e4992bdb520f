"""How buyers paid, and how often each way was refused."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, select

from app.analytics.scope import Scope, share
from app.database import db
from app.payments.methods import FREE
from app.payments.models import Attempt, CheckoutSession, Refund

LONGEST_LIFE = timedelta(days=8)  # no attempt is later than this after its session was created

Way = tuple[str, str | None]  # method, gateway


def methods(scope: Scope) -> list[dict[str, Any]]:
    """One row for each method and gateway that was used, the largest amount first."""
    paid, declined, refunded = _paid(scope), _declined(scope), _refunded(scope)
    rows = [
        _row(way, paid.get(way, (0, 0)), declined.get(way, 0), refunded.get(way, 0))
        for way in {**paid, **dict.fromkeys(declined), **dict.fromkeys(refunded)}
    ]
    total = sum(row["amount"] for row in rows)
    for row in rows:
        row["share"] = share(row["amount"], total)
    return sorted(rows, key=lambda row: (-row["amount"], row["method"], row["gateway"] or ""))


def _row(way: Way, paid: tuple[int, int], declined: int, refunded: int) -> dict[str, Any]:
    count, amount = paid
    return {
        "method": way[0],
        "gateway": way[1],
        "payments": count,
        "amount": amount,
        "refunded_amount": refunded,
        "declined": declined,
        "approval_rate": share(count, count + declined),
    }


def _paid(scope: Scope) -> dict[Way, tuple[int, int]]:
    approved = and_(Attempt.session_id == CheckoutSession.id, Attempt.state == "approved")
    method = func.coalesce(Attempt.method, FREE)
    found = (
        select(method, Attempt.gateway, func.count(), func.sum(CheckoutSession.total_amount))
        .select_from(CheckoutSession)
        .outerjoin(Attempt, approved)
        .where(scope.paid)
        .group_by(method, Attempt.gateway)
    )
    return {
        (name, gateway): (count, int(amount)) for name, gateway, count, amount in db.session.execute(found)
    }


def _declined(scope: Scope) -> dict[Way, int]:
    period = scope.period
    found = (
        select(Attempt.method, Attempt.gateway, func.count())
        .join(CheckoutSession, CheckoutSession.id == Attempt.session_id)
        .where(
            CheckoutSession.shop_id == scope.shop_id,
            CheckoutSession.livemode == scope.livemode,
            CheckoutSession.created_at >= period.start - LONGEST_LIFE,
            CheckoutSession.created_at < period.end,
            Attempt.state == "declined",
            Attempt.ended_at >= period.start,
            Attempt.ended_at < period.end,
        )
        .group_by(Attempt.method, Attempt.gateway)
    )
    return {(method, gateway): count for method, gateway, count in db.session.execute(found)}


def _refunded(scope: Scope) -> dict[Way, int]:
    found = (
        select(Attempt.method, Attempt.gateway, func.sum(Refund.amount))
        .join(Attempt, Attempt.id == Refund.attempt_id)
        .where(scope.refunded)
        .group_by(Attempt.method, Attempt.gateway)
    )
    return {(method, gateway): int(amount) for method, gateway, amount in db.session.execute(found)}
