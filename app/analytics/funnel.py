"""How far the sessions that were created in a period have come."""

from typing import Any

from sqlalchemy import and_, case, distinct, func, not_, select

from app.analytics.scope import Scope, share
from app.database import db
from app.payments.models import Attempt, CheckoutSession

_FREE = and_(CheckoutSession.completed_at.is_not(None), CheckoutSession.total_amount == 0)


def funnel(scope: Scope) -> list[dict[str, Any]]:
    """The steps in order. Each session counts in every step that it has reached.

    opened: a buyer saw the pay page. started: was sent to a gateway. confirmed: came back from there having
    agreed to pay. A session that needed no gateway has taken every step once it is completed.
    """
    created, opened, completed, free = _sessions(scope)
    started, confirmed = _attempted(scope)
    counts = {
        "created": created,
        "opened": opened,
        "started": started + free,
        "confirmed": confirmed + free,
        "completed": completed,
    }
    before = [created, *list(counts.values())[:-1]]
    return [
        {
            "step": step,
            "sessions": count,
            "rate_of_created": share(count, created),
            "rate_of_previous": share(count, previous),
        }
        for (step, count), previous in zip(counts.items(), before, strict=True)
    ]


def _sessions(scope: Scope) -> tuple[int, int, int, int]:
    """created, opened, completed, completed without a gateway."""
    session = CheckoutSession
    opened = func.coalesce(session.opened_at, session.completed_at)
    row = db.session.execute(
        select(
            func.count(), func.count(opened), func.count(session.completed_at), func.count(case((_FREE, 1)))
        ).where(scope.created)
    ).one()
    return row[0], row[1], row[2], row[3]


def _attempted(scope: Scope) -> tuple[int, int]:
    """Sessions with an attempt, and with one that was confirmed."""
    confirmed = case((Attempt.confirmed_at.is_not(None), Attempt.session_id))
    row = db.session.execute(
        select(func.count(distinct(Attempt.session_id)), func.count(distinct(confirmed)))
        .join(CheckoutSession, CheckoutSession.id == Attempt.session_id)
        .where(scope.created, not_(_FREE))
    ).one()
    return row[0], row[1]
