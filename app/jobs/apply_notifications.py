"""Apply what gateways' servers have told us."""

from datetime import datetime
from functools import partial

import structlog

from app import clock
from app.errors import GatewayError
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.payments.models import Notification
from app.payments.notifications import apply_notification, postpone_notification
from app.payments.patience import patience

log = structlog.get_logger()


def apply_due_notifications(*, now: datetime, limit: int) -> int:
    """How many were looked at. One that could not be applied, because the gateway does not answer or its worker died,
    comes back."""
    table = Notification.__table__
    due = (table.c.state == "received") & (table.c.check_at <= now)
    values = {"check_at": now + patience(), "check_tries": table.c.check_tries + 1}
    rows = claim(table, due=due, order=table.c.check_at, values=values, limit=limit)
    in_parallel(partial(_apply, taken_at=now), [row.id for row in rows])
    return len(rows)


def _apply(notification_id: str, *, taken_at: datetime) -> None:
    try:
        apply_notification(notification_id, now=clock.now())
    except GatewayError as error:
        log.warning("notification.not_applied", notification=notification_id, error=error.code)
        postpone_notification(notification_id, now=taken_at)
