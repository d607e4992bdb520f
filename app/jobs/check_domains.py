"""Look at custom domains: new ones often, those in use every day."""

from datetime import datetime, timedelta

from app import clock
from app.domains.checks import check_domain
from app.domains.models import Domain
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim

# How long one check may take before another worker looks as well. Looking twice does no harm.
WORK_TIME = timedelta(seconds=120)


def check_due_domains(*, now: datetime, limit: int) -> int:
    """How many were looked at."""
    table = Domain.__table__
    values = {"check_at": now + WORK_TIME}
    rows = claim(table, due=table.c.check_at <= now, order=table.c.check_at, values=values, limit=limit)
    in_parallel(_check, [row.id for row in rows])
    return len(rows)


def _check(domain_id: str) -> None:
    check_domain(domain_id, now=clock.now())
