"""How receivers fare: when a shop is warned of one, when one is switched off, and on again.

A receiver that answers 410 says itself that it is gone. One that takes nothing is switched off after five days and
twenty tries in a row. The schedule of one event has eleven tries in a little more than four days: so no single event
brings that about, nor a weekend or a holiday, and whatever failed had its whole schedule. The warning comes after three
days and ten tries, which leaves two days to act.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, text, update

from app.database import UtcDateTime, db, transaction
from app.webhooks import notices
from app.webhooks.addresses import endpoint_id, endpoint_url
from app.webhooks.models import Delivery, WebhookEndpoint

WARNED_AFTER, WARNED_FROM_TRIES = timedelta(days=3), 10
DISABLED_AFTER, DISABLED_FROM_TRIES = timedelta(days=5), 20
GIVEN_UP_IS_TOLD_EVERY = timedelta(days=1)
SUCCESS_IS_NOTED_EVERY = timedelta(minutes=1)

ENABLED, DISABLED = "enabled", "disabled"
GONE, FAILING = "gone", "failing"
ENDPOINT_DISABLED = "endpoint_disabled"  # why a delivery was not sent

_NEW = text(
    "INSERT INTO webhook_endpoints (id, shop_id, livemode, url, state, failures, created_at)"
    " VALUES (:id, :shop_id, :livemode, :url, 'enabled', 0, :created_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("created_at", type_=UtcDateTime))

_KNOWN = select(WebhookEndpoint.id, WebhookEndpoint.failures, WebhookEndpoint.last_success_at).where(
    WebhookEndpoint.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class Place:
    """Where something is sent to."""

    shop_id: str
    livemode: bool
    url: str

    @property
    def endpoint_id(self) -> str:
        return endpoint_id(shop_id=self.shop_id, livemode=self.livemode, url=self.url)


def disabled_among(endpoint_ids: Collection[str]) -> set[str]:
    found = select(WebhookEndpoint.id).where(
        WebhookEndpoint.id.in_(endpoint_ids), WebhookEndpoint.state == DISABLED
    )
    return set(db.session.scalars(found))


def held_endpoints(
    places: Iterable[Place], *, failed: Collection[str], now: datetime
) -> dict[str, WebhookEndpoint]:
    """By id, those of the places that something is to be written about, held until the transaction ends: those that
    failed, have failed before, are new, or have had no success noted for a while. failed: ids.

    Whoever holds endpoints holds them before any delivery, and in the order of their ids.
    """
    by_id = {place.endpoint_id: place for place in places}
    known = {row.id: row for row in db.session.execute(_KNOWN, {"ids": list(by_id)})}
    for missing in sorted(by_id.keys() - known.keys()):
        place = by_id[missing]
        row = {"id": missing, "shop_id": place.shop_id, "livemode": place.livemode}
        url = endpoint_url(place.url)
        db.session.connection().execute(_NEW, {**row, "url": url, "created_at": now})
    told_of = {*failed, *(by_id.keys() - known.keys())}
    told_of |= {id for id, row in known.items() if not _is_old_news(row, now)}
    if not told_of:
        return {}
    found = (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.id.in_(told_of))
        .order_by(WebhookEndpoint.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {endpoint.id: endpoint for endpoint in db.session.scalars(found)}


def _is_old_news(row: Any, now: datetime) -> bool:
    """Whether one more success changes nothing."""
    return (
        row.failures == 0
        and row.last_success_at is not None
        and row.last_success_at > now - SUCCESS_IS_NOTED_EVERY
    )


def note_success(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    endpoint.failures, endpoint.first_failed_at, endpoint.warned_at = 0, None, None
    endpoint.last_success_at = now


def note_failure(endpoint: WebhookEndpoint, *, why: str, is_gone: bool, now: datetime) -> None:
    """Count a try that was not accepted, and do what follows from it. why: an HTTP status or a word of ours.

    An endpoint that is disabled already stays as it is: what comes in late was under way before.
    """
    endpoint.failures += 1
    endpoint.first_failed_at = since = endpoint.first_failed_at or now
    endpoint.last_failure = why
    if endpoint.state == DISABLED:
        return
    if is_gone:
        _disable(endpoint, GONE, now=now)
    elif now - since >= DISABLED_AFTER and endpoint.failures >= DISABLED_FROM_TRIES:
        _disable(endpoint, FAILING, now=now)
    elif (
        endpoint.warned_at is None and now - since >= WARNED_AFTER and endpoint.failures >= WARNED_FROM_TRIES
    ):
        endpoint.warned_at = now
        notices.mail_failing(endpoint, disabled_at=since + DISABLED_AFTER, now=now)


def note_given_up(endpoint: WebhookEndpoint, *, event_id: str, event: str, now: datetime) -> None:
    """An event had its whole schedule. The shop is told of the first; of more on the same day it hears from the list
    that the mail names."""
    told = endpoint.mailed_at is not None and endpoint.mailed_at > now - GIVEN_UP_IS_TOLD_EVERY
    if endpoint.state == ENABLED and not told:
        endpoint.mailed_at = now
        notices.mail_given_up(endpoint, event_id=event_id, event=event, now=now)


def enable_endpoint(endpoint_id: str) -> WebhookEndpoint:
    """What was not sent meanwhile stays so until it is asked for. Enabling twice is no error."""
    with transaction():
        found = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
        endpoint = db.session.scalars(found.with_for_update(key_share=True)).one()
        _enable(endpoint)
    return endpoint


def enable_address(*, shop_id: str, url: str) -> None:
    """The merchant names this address anew, in whatever mode. The caller holds the transaction."""
    ids = sorted(Place(shop_id, livemode, url).endpoint_id for livemode in (False, True))
    found = select(WebhookEndpoint).where(WebhookEndpoint.id.in_(ids)).order_by(WebhookEndpoint.id)
    for endpoint in db.session.scalars(found.with_for_update(key_share=True)):
        _enable(endpoint)


def _enable(endpoint: WebhookEndpoint) -> None:
    endpoint.state, endpoint.reason, endpoint.disabled_at = ENABLED, None, None
    endpoint.failures, endpoint.first_failed_at, endpoint.warned_at = 0, None, None


def _disable(endpoint: WebhookEndpoint, reason: str, *, now: datetime) -> None:
    endpoint.state, endpoint.reason, endpoint.disabled_at = DISABLED, reason, now
    waiting = (Delivery.endpoint_id == endpoint.id) & (Delivery.state == "waiting")
    not_sent = {"state": "failed", "reason": ENDPOINT_DISABLED, "ended_at": now, "leased_until": None}
    db.session.connection().execute(update(Delivery).where(waiting).values(not_sent))
    notices.mail_disabled(endpoint, now=now)
