"""Webhook events over REST: read them in order, look at one with its tries, ask for them again."""

import json
from collections.abc import Sequence
from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire, to_wire_if_any
from app.errors import Invalid, NotFound
from app.shops.queries import shop_of_holder
from app.web.api.auth import caller
from app.web.api.event_schemas import (
    EventList,
    EventPath,
    EventsQuery,
    RedeliverAllBody,
    RedeliverBody,
    RedeliveredAnswer,
    WebhookEvent,
    WebhookEventWithTries,
)
from app.web.api.owned import session_of_caller
from app.webhooks.feed import bring_up_to_date
from app.webhooks.models import Delivery, DeliveryTry, Event
from app.webhooks.queries import deliveries_of_events, event_of_holder, events_of_holder, tries_of_delivery
from app.webhooks.redelivery import redeliver_event, redeliver_failed

BEYOND_ALL = 2**62  # an event that has no position yet is followed by none

blueprint = APIBlueprint("api_webhook_events", __name__, url_prefix="/api/webhooks/events")


@blueprint.get("", responses={200: EventList})
def index(query: EventsQuery) -> dict[str, Any]:
    """Read events, the oldest first"""
    bring_up_to_date()
    after = _position_after(query.after)
    found = events_of_holder(
        caller(),
        after=after,
        name=query.event,
        session_id=session_of_caller(query.sessionId).id if query.sessionId is not None else None,
        shop_id=_own_shop(query.shopId),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return EventList(
        data=_told(shown),
        hasMore=len(found) > query.limit,
        nextCursor=shown[-1].id if shown else query.after,
    ).model_dump()


@blueprint.get("/<event:event_id>", responses={200: WebhookEventWithTries})
def read(path: EventPath) -> dict[str, Any]:
    """Read an event and every try to deliver it"""
    return _whole(_own_event(path))


@blueprint.post("/<event:event_id>/redeliver", responses={200: WebhookEventWithTries})
def redeliver(path: EventPath, body: RedeliverBody) -> dict[str, Any]:
    """Send an event again"""
    redeliver_event(event_id=_own_event(path).id, now=clock.now())
    return _whole(_own_event(path))


@blueprint.post("/redeliver", responses={200: RedeliveredAnswer})
def redeliver_all(body: RedeliverAllBody) -> dict[str, Any]:
    """Send all events again that failed since a time"""
    shop_id = _own_shop(body.shopId)
    done = redeliver_failed(who=caller(), shop_id=shop_id, since=body.since, now=clock.now())
    return RedeliveredAnswer(redelivered=done.asked, skipped=done.skipped, hasMore=done.has_more).model_dump()


def _position_after(event_id: str | None) -> int:
    """Raises Invalid for an event that is no longer, or never was, there."""
    if event_id is None:
        return 0
    event = event_of_holder(event_id, caller())
    if event is None:
        raise Invalid("event_cursor_unknown", field="after")
    return BEYOND_ALL if event.position is None else event.position


def _own_event(path: EventPath) -> Event:
    """Raises NotFound."""
    event = event_of_holder(path.event_id, caller())
    if event is None:
        raise NotFound("event_not_found", eventId=path.event_id[:100], field="eventId")
    return event


def _own_shop(shop_id: str | None) -> str | None:
    """Raises NotFound for a shop that the key does not see."""
    if shop_id is not None and shop_of_holder(shop_id, caller()) is None:
        raise NotFound("invalid_shop", shopId=shop_id[:100], field="shopId")
    return shop_id


def _told(events: Sequence[Event]) -> list[WebhookEvent]:
    deliveries = deliveries_of_events([event.id for event in events])
    return [WebhookEvent.model_validate(_event(event, deliveries.get(event.id))) for event in events]


def _whole(event: Event) -> dict[str, Any]:
    delivery = deliveries_of_events([event.id]).get(event.id)
    tries = tries_of_delivery(delivery.id) if delivery else ()
    told = {**_event(event, delivery), "tries": [_try(one) for one in tries]}
    return WebhookEventWithTries.model_validate(told).model_dump()


def _event(event: Event, delivery: Delivery | None) -> dict[str, Any]:
    return {
        **json.loads(event.body),
        "shopId": event.shop_id,
        "delivery": _delivery(delivery) if delivery else None,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "status": delivery.state,
        "reason": delivery.reason,
        "url": delivery.url,
        "endpointId": delivery.endpoint_id,
        "nextTryAt": to_wire(delivery.send_at) if delivery.state == "waiting" else None,
        "endedAt": to_wire_if_any(delivery.ended_at),
    }


def _try(one: DeliveryTry) -> dict[str, Any]:
    return {
        "startedAt": to_wire(one.started_at),
        "durationMs": one.duration_ms,
        "status": one.status,
        "reason": one.error,
        "answer": one.answer,
    }
