"""Deliveries and what receivers answered, without a receiver."""

from datetime import datetime
from random import Random

from sqlalchemy import select

from app import clock
from app.database import db
from app.jobs.due_deliveries import claim_due
from app.payments.models import CheckoutSession
from app.payments.sessions import cancel_session
from app.webhooks.models import Delivery, Event, WebhookEndpoint
from app.webhooks.results import Due, Result, store_results
from app.webhooks.sender import Answer
from tests.support.world import World, make_session

HOOK = "https://shop.example/hook"


def owe(world: World, *, url: str | None = HOOK, now: datetime | None = None) -> CheckoutSession:
    """A session whose one event is to be delivered to `url`, or to the shop's own address."""
    moment = now or clock.now()
    session = make_session(world, webhook_url=url, now=moment)
    cancel_session(session_id=session.id, now=moment)
    return session


def answer(due: Due, status: int | None, *, now: datetime, error: str | None = None) -> None:
    result = Result(due, now, Answer(status, error, "words of the shop", None, 12))
    store_results([result], now=now, random=Random(1))


def answer_all(status: int | None, *, now: datetime, error: str | None = None) -> int:
    """Answer whatever is due at that time; how many deliveries that were."""
    dues = claim_due(limit=100, now=now)
    for due in dues:
        answer(due, status, now=now, error=error)
    return len(dues)


def delivery_of(session: CheckoutSession) -> Delivery:
    db.session.rollback()
    found = select(Delivery).where(Delivery.session_id == session.id).order_by(Delivery.sequence)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def event_of(session: CheckoutSession) -> Event:
    db.session.rollback()
    found = select(Event).where(Event.session_id == session.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def endpoints() -> list[WebhookEndpoint]:
    db.session.rollback()
    found = select(WebhookEndpoint).order_by(WebhookEndpoint.url)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))
