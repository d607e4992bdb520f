"""Forget events that are older than shops may count on, with their deliveries and tries."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, func, or_, select

from app.database import db, transaction
from app.webhooks.endpoints import ENABLED
from app.webhooks.gym.models import WebhookTest
from app.webhooks.models import Delivery, DeliveryTry, Event, WebhookEndpoint

KEPT = timedelta(days=30)
# An answer may still be on its way to the row of a delivery that has ended just now.
SETTLES = timedelta(hours=1)


def forget_old_events(*, now: datetime, limit: int) -> int:
    """How many were forgotten; there may be more. What waits to be sent is kept, however old it is."""
    is_needed = exists().where(
        Delivery.event_id == Event.id,
        or_(Delivery.state == "waiting", Delivery.ended_at > now - SETTLES),
    )
    found = select(Event.id).where(Event.created_at <= now - KEPT, ~is_needed).order_by(Event.created_at)
    with transaction():
        # Whoever asks for a redelivery holds the event as well.
        ids = list(db.session.scalars(found.limit(limit).with_for_update(skip_locked=True, of=Event)))
        deliveries = select(Delivery.id).where(Delivery.event_id.in_(ids))
        connection = db.session.connection()
        connection.execute(delete(DeliveryTry).where(DeliveryTry.delivery_id.in_(deliveries)))
        connection.execute(delete(Delivery).where(Delivery.event_id.in_(ids)))
        connection.execute(delete(Event).where(Event.id.in_(ids)))
        connection.execute(delete(WebhookEndpoint).where(_is_forgotten(now)))
        connection.execute(delete(WebhookTest).where(WebhookTest.created_at <= now - KEPT))
    return len(ids)


def _is_forgotten(now: datetime):  # type: ignore[no-untyped-def]  # a condition; its SQLAlchemy type says nothing
    """Nothing was sent there for as long as events are kept. One that is disabled stays so."""
    table = WebhookEndpoint
    last_seen = func.coalesce(table.first_failed_at, table.last_success_at, table.created_at)
    return and_(table.state == ENABLED, last_seen <= now - KEPT, table.created_at <= now - KEPT)
