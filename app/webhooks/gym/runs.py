"""Runs of the gym: asked for by a shop, carried out by a worker."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.database import db, transaction
from app.errors import Conflict
from app.ids import is_id, new_id
from app.shops.models import Shop
from app.shops.queries import KeyHolder
from app.webhooks.gym.models import WebhookTest
from app.webhooks.queries import shops_seen
from app.webhooks.redelivery import NoWebhookUrl


class WebhookTestRunning(Conflict):
    """One at a time for each shop."""

    code = "webhook_test_running"


def ask_for_test(*, shop_id: str, test_id: str | None, now: datetime) -> WebhookTest:
    """test_id: its id, where the caller may come twice with the same. Raises NoWebhookUrl, WebhookTestRunning."""
    with transaction():
        found = select(Shop.webhook_url).where(Shop.id == shop_id).with_for_update(key_share=True)
        url = db.session.execute(found).scalar_one()
        earlier = db.session.get(WebhookTest, test_id) if test_id else None
        if earlier is not None:
            return earlier
        if not url:
            raise NoWebhookUrl()
        running = select(WebhookTest.id).where(WebhookTest.shop_id == shop_id, WebhookTest.ended_at.is_(None))
        if (running_id := db.session.scalar(running.limit(1))) is not None:
            raise WebhookTestRunning(testId=running_id)
        asked = WebhookTest(id=test_id or new_id("wht"), shop_id=shop_id, url=url, created_at=now)
        db.session.add(asked)
    return asked


def end_test(test_id: str, *, results: list[dict[str, Any]], now: datetime) -> None:
    """Whoever is first; a second worker that was at it as well changes nothing."""
    with transaction():
        test = db.session.get_one(WebhookTest, test_id, with_for_update=True, populate_existing=True)
        if test.ended_at is None:
            test.results, test.ended_at, test.leased_until = results, now, None


def test_of_holder(test_id: str, who: KeyHolder) -> WebhookTest | None:
    """The run, if the key may see it."""
    if who.livemode or not is_id("wht", test_id):
        return None
    found = select(WebhookTest).where(WebhookTest.id == test_id, WebhookTest.shop_id.in_(shops_seen(who)))
    return db.session.scalar(found)
