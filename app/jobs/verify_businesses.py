"""Ask the tax service about shops' businesses: new ones at once, known ones every week."""

from datetime import datetime, timedelta

from app import clock
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.services import services
from app.shops.models import BusinessCheck
from app.shops.verification import can_check, verify_business

# How long one check may take before another worker tries as well. Asking twice does no harm.
WORK_TIME = timedelta(seconds=60)


def verify_due_businesses(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    table = BusinessCheck.__table__
    modes = [livemode for livemode in (False, True) if can_check(livemode, services().settings)]
    due = (table.c.check_at <= now) & table.c.livemode.in_(modes)
    values = {"check_at": now + WORK_TIME, "tries": table.c.tries + 1}
    rows = claim(table, due=due, order=table.c.check_at, values=values, limit=limit)
    in_parallel(_verify, [row.id for row in rows])
    return len(rows)


def _verify(check_id: str) -> None:
    verify_business(check_id, now=clock.now())
