"""Carry out the runs of the webhook gym that shops have asked for."""

from datetime import datetime, timedelta

from sqlalchemy import or_

from app import clock
from app.database import db, end_reading
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.services import services
from app.webhooks.gym.models import WebhookTest
from app.webhooks.gym.runs import end_test
from app.webhooks.gym.training import train
from app.webhooks.secrets import secrets_of_shop
from app.webhooks.sender import sender_of

# Longer than a run can take, so a row that comes back belongs to a worker that died. A run may be repeated.
LEASE = timedelta(minutes=5)


def run_due_webhook_tests(*, now: datetime, limit: int) -> int:
    """How many were carried out."""
    table = WebhookTest.__table__
    due = table.c.ended_at.is_(None) & or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
    values = {"leased_until": now + LEASE}
    rows = claim(table, due=due, order=table.c.created_at, values=values, limit=limit)
    in_parallel(_run, [row.id for row in rows])
    return len(rows)


def _run(test_id: str) -> None:
    test, now = db.session.get_one(WebhookTest, test_id), clock.now()
    url, shop_id = test.url, test.shop_id
    whsecs = secrets_of_shop(shop_id, livemode=False, vault=services().vault, now=now)
    end_reading()
    sender = sender_of(allow_private=services().settings.webhook_allow_private)
    results = train(run=test_id[-6:], url=url, whsecs=whsecs, sender=sender, now=now)
    end_test(test_id, results=results, now=clock.now())
