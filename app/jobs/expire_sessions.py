"""End sessions whose time is up."""

from datetime import datetime, timedelta

import structlog

from app import clock
from app.errors import GatewayError
from app.ids import shortened
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.payments.models import CheckoutSession
from app.payments.sessions import expire_session

# A session that cannot end yet, because a confirm is under way or the gateway is silent, is looked at again.
PAUSE = timedelta(seconds=10)

log = structlog.get_logger()


def expire_due_sessions(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    table = CheckoutSession.__table__
    due = (
        table.c.state.in_(("pending", "processing", "failed"))
        & (table.c.expires_at <= now)
        & (table.c.check_at.is_(None) | (table.c.check_at <= now))
    )
    values = {"check_at": now + PAUSE}
    rows = claim(table, due=due, order=table.c.expires_at, values=values, limit=limit)
    in_parallel(_expire, [row.id for row in rows])
    return len(rows)


def _expire(session_id: str) -> None:
    try:
        ended = expire_session(session_id=session_id, now=clock.now())
    except GatewayError as error:
        log.warning("session.not_expired", session=shortened(session_id), error=error.code)
        return
    log.info("session.expiry", session=shortened(session_id), ended=ended)
