"""Record an event and what is owed because of it, in the transaction of the change it tells of."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.clock import to_wire
from app.database import db
from app.ids import new_id
from app.shops.models import Shop
from app.webhooks.addresses import host_of
from app.webhooks.endpoints import ENDPOINT_DISABLED, Place, disabled_among
from app.webhooks.events import EVENTS
from app.webhooks.models import Delivery, Event


def record(
    name: str,
    *,
    session_id: str,
    shop_id: str,
    livemode: bool,
    sequence: int,
    url: str | None,
    data: dict[str, Any],
    now: datetime,
) -> None:
    """Store the event with its body as it is now, and a delivery where the shop has an address for it.

    url: the session's own webhook address, which takes the place of the shop's. The transaction that is open
    must hold the session's row, so that sequences have no gaps and no twins.
    """
    assert name in EVENTS, name
    event_id = new_id("evt")
    body = {"id": event_id, "event": name, "createdAt": to_wire(now), "livemode": livemode, "data": data}
    common = {"shop_id": shop_id, "session_id": session_id, "sequence": sequence}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    db.session.execute(
        insert(Event).values(id=event_id, livemode=livemode, name=name, body=text, created_at=now, **common)
    )
    address = url or db.session.scalar(select(Shop.webhook_url).where(Shop.id == shop_id))
    if address:
        place = Place(shop_id, livemode, address)
        owed = {**columns_for(place, now=now), "event_id": event_id, "from_shop": url is None, **common}
        db.session.execute(insert(Delivery).values(owed))


def columns_for(place: Place, *, now: datetime) -> dict[str, Any]:
    """Columns of a delivery to that place: to be sent at once, or not to be sent at all."""
    to = {"url": place.url, "host": host_of(place.url), "endpoint_id": place.endpoint_id, "send_at": now}
    if disabled_among([place.endpoint_id]):
        return {**to, "state": "failed", "reason": ENDPOINT_DISABLED, "ended_at": now}
    return to
