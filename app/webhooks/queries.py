"""Questions about endpoints, events and their deliveries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db
from app.ids import is_id
from app.shops.models import Shop
from app.shops.queries import KeyHolder
from app.webhooks.models import Delivery, DeliveryTry, Event, WebhookEndpoint


def is_seen(
    who: KeyHolder, shop_id: InstrumentedAttribute[str], livemode: InstrumentedAttribute[bool]
) -> ColumnElement[bool]:
    """Whether a key may see a row of this shop and mode."""
    if who.shop_id:
        return and_(shop_id == who.shop_id, livemode == who.livemode)
    return and_(shop_id.in_(shops_seen(who)), livemode == who.livemode)


def shops_seen(who: KeyHolder) -> Select[str]:
    """Ids of the shops that a key may see, whatever their mode."""
    shops = select(Shop.id).where(Shop.merchant_id == who.merchant_id)
    return shops.where(Shop.id == who.shop_id) if who.shop_id else shops


def endpoint_of_holder(endpoint_id: str, who: KeyHolder) -> WebhookEndpoint | None:
    """The endpoint, if the key may see it."""
    if not is_id("whe", endpoint_id):
        return None
    table = WebhookEndpoint
    found = select(table).where(table.id == endpoint_id, is_seen(who, table.shop_id, table.livemode))
    return db.session.scalar(found)


def endpoints_of_holder(
    who: KeyHolder, *, before_row: tuple[datetime, str] | None, limit: int
) -> list[WebhookEndpoint]:
    """Those that the key may see, the newest first. before_row: created_at and id of the last one seen."""
    table = WebhookEndpoint
    found = select(table).where(is_seen(who, table.shop_id, table.livemode))
    if before_row:
        found = found.where(tuple_(table.created_at, table.id) < tuple_(*map(literal, before_row)))
    return list(db.session.scalars(found.order_by(table.created_at.desc(), table.id.desc()).limit(limit)))


def event_of_holder(event_id: str, who: KeyHolder) -> Event | None:
    """The event, if the key may see it."""
    if not is_id("evt", event_id):
        return None
    found = select(Event).where(Event.id == event_id, is_seen(who, Event.shop_id, Event.livemode))
    return db.session.scalar(found)


def events_of_holder(
    who: KeyHolder,
    *,
    after: int,
    name: str | None,
    session_id: str | None,
    shop_id: str | None,
    limit: int,
) -> Sequence[Event]:
    """Those that the key may see, in the order of their positions. after: the last position seen. None: any."""
    found = select(Event).where(is_seen(who, Event.shop_id, Event.livemode), Event.position > after)
    for column, value in ((Event.name, name), (Event.session_id, session_id), (Event.shop_id, shop_id)):
        if value is not None:
            found = found.where(column == value)
    return db.session.scalars(found.order_by(Event.position).limit(limit)).all()


def events_of_shop(shop_id: str, *, livemode: bool, after: int, limit: int) -> Sequence[Event]:
    """One shop's events of a mode in the order of their positions."""
    found = select(Event).where(Event.shop_id == shop_id, Event.livemode == livemode, Event.position > after)
    return db.session.scalars(found.order_by(Event.position).limit(limit)).all()


def last_position(shop_id: str, *, livemode: bool, but: int = 0) -> int:
    """The position after which so many events of the shop follow by now; 0 where there are not that many."""
    found = select(Event.position).where(
        Event.shop_id == shop_id, Event.livemode == livemode, Event.position.is_not(None)
    )
    return db.session.scalar(found.order_by(Event.position.desc()).offset(but).limit(1)) or 0


def has_been_told(session_id: str, name: str) -> bool:
    """Whether there ever was such an event of this session."""
    found = select(Event.id).where(Event.session_id == session_id, Event.name == name).limit(1)
    return db.session.scalar(found) is not None


def deliveries_of_events(event_ids: Sequence[str]) -> dict[str, Delivery]:
    """By event; one that nobody had an address for has none."""
    found = select(Delivery).where(Delivery.event_id.in_(event_ids)).order_by(Delivery.id)
    return {
        delivery.event_id: delivery
        for delivery in db.session.scalars(found.execution_options(populate_existing=True))
    }


def tries_of_delivery(delivery_id: int) -> Sequence[DeliveryTry]:
    """In the order in which they were begun."""
    found = select(DeliveryTry).where(DeliveryTry.delivery_id == delivery_id)
    return db.session.scalars(found.order_by(DeliveryTry.started_at, DeliveryTry.id)).all()
