"""Send an event again because its shop asks for it.

It is the same delivery with the same webhook-id, so a receiver that keeps ids knows it; there is never a second one
beside it. It goes to the address that counts now: the session's own, or else the shop's. Of a session's events that
wait, the earliest goes first, a redelivered one too; that one is tried three times within minutes, so it does not hold
the others up for long.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update

from app.database import db, transaction
from app.errors import Conflict, NotFound
from app.shops.models import Shop
from app.shops.queries import KeyHolder
from app.webhooks.addresses import host_of
from app.webhooks.endpoints import DISABLED, Place, disabled_among
from app.webhooks.models import Delivery, Event, WebhookEndpoint
from app.webhooks.queries import is_seen
from app.webhooks.schedule import TRIES_OF_A_REDELIVERY

AT_ONCE = 1000


class NoWebhookUrl(Conflict):
    """Neither the session nor its shop has an address."""

    code = "no_webhook_url"


class EndpointIsDisabled(Conflict):
    """Nothing is sent there before it is enabled."""

    code = "endpoint_disabled"


@dataclass(frozen=True)
class Redelivered:
    """asked: deliveries that wait again. skipped: failed ones whose endpoint is disabled or that have no address.
    has_more: there are further ones to ask for."""

    asked: int
    skipped: int
    has_more: bool


def redeliver_event(*, event_id: str, now: datetime) -> None:
    """Whoever asks twice gets one delivery. One that waits for its next try is sent at once.

    Raises NotFound, NoWebhookUrl, EndpointIsDisabled.
    """
    with transaction():
        event = db.session.get(Event, event_id, with_for_update={"key_share": True}, populate_existing=True)
        if event is None:
            raise NotFound("event_not_found")
        delivery = _held_delivery(event_id)
        place = _place_of(event, delivery)
        if disabled_among([place.endpoint_id]):
            raise EndpointIsDisabled(endpointId=place.endpoint_id)
        if delivery is None:
            db.session.connection().execute(insert(Delivery).values(_first(event, place, now)))
        elif delivery.state == "waiting":
            delivery.send_at = min(delivery.send_at, now)
        else:
            _send_again(Delivery.id == delivery.id, place, now=now)


def redeliver_failed(*, who: KeyHolder, shop_id: str | None, since: datetime, now: datetime) -> Redelivered:
    """Ask for everything that was given up or not sent since then, up to AT_ONCE at a time, the oldest first.

    who, shop_id: whose. What waits again has not failed any more, so asking twice asks for nothing twice.
    """
    with transaction():
        places = _places_of_shops(who)
        wanted = and_(
            Delivery.state == "failed",
            Delivery.ended_at >= since,
            is_seen(who, Event.shop_id, Event.livemode),
            Event.shop_id == shop_id if shop_id else true(),
        )
        known = select(Delivery.id, Delivery.from_shop, Delivery.shop_id).join(Event)
        found = known.where(wanted, _can_be_sent(places)).order_by(Delivery.ended_at, Delivery.id)
        rows = db.session.execute(
            found.limit(AT_ONCE + 1).with_for_update(skip_locked=True, of=Delivery)
        ).all()
        chosen = rows[:AT_ONCE]
        _send_again(Delivery.id.in_([row.id for row in chosen if not row.from_shop]), None, now=now)
        for place in places:
            ids = [row.id for row in chosen if row.from_shop and row.shop_id == place.shop_id]
            _send_again(Delivery.id.in_(ids), place, now=now)
        count = select(func.count()).select_from(Delivery).join(Event)
        skipped = db.session.scalar(count.where(wanted, ~_can_be_sent(places))) or 0
    return Redelivered(asked=len(chosen), skipped=skipped, has_more=len(rows) > AT_ONCE)


def _held_delivery(event_id: str) -> Delivery | None:
    found = select(Delivery).where(Delivery.event_id == event_id).order_by(Delivery.id.desc()).limit(1)
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def _place_of(event: Event, delivery: Delivery | None) -> Place:
    """Raises NoWebhookUrl."""
    own = delivery.url if delivery is not None and not delivery.from_shop else None
    url = own or db.session.scalar(select(Shop.webhook_url).where(Shop.id == event.shop_id))
    if not url:
        raise NoWebhookUrl()
    return Place(event.shop_id, event.livemode, url)


def _places_of_shops(who: KeyHolder) -> list[Place]:
    """Where the shops receive now, those that are disabled left out."""
    found = select(Shop.id, Shop.webhook_url).where(
        Shop.merchant_id == who.merchant_id, Shop.webhook_url.is_not(None)
    )
    places = [Place(shop_id, who.livemode, str(url)) for shop_id, url in db.session.execute(found)]
    disabled = disabled_among([place.endpoint_id for place in places])
    return [place for place in places if place.endpoint_id not in disabled]


def _can_be_sent(places: list[Place]) -> ColumnElement[bool]:
    disabled = select(WebhookEndpoint.id).where(WebhookEndpoint.state == DISABLED)
    to_its_own = and_(~Delivery.from_shop, Delivery.endpoint_id.not_in(disabled))
    to_its_shop = and_(Delivery.from_shop, Delivery.shop_id.in_([place.shop_id for place in places]))
    return or_(to_its_own, to_its_shop)


def _columns(place: Place) -> dict[str, object]:
    return {"url": place.url, "host": host_of(place.url), "endpoint_id": place.endpoint_id}


def _first(event: Event, place: Place, now: datetime) -> dict[str, object]:
    """A delivery of an event that had none, for want of an address."""
    about = {"shop_id": event.shop_id, "session_id": event.session_id, "sequence": event.sequence}
    limits = {"most_tries": TRIES_OF_A_REDELIVERY, "send_at": now}
    return {"event_id": event.id, "from_shop": True, **about, **limits, **_columns(place)}


def _send_again(which: ColumnElement[bool], place: Place | None, *, now: datetime) -> None:
    """place: None leaves the address as it is."""
    again: dict[str, object] = {"state": "waiting", "reason": None, "ended_at": None, "leased_until": None}
    limits = {"tries": 0, "most_tries": TRIES_OF_A_REDELIVERY, "send_at": now}
    to = _columns(place) if place else {}
    change = update(Delivery).where(which, Delivery.state != "waiting").values({**again, **limits, **to})
    db.session.connection().execute(change)
