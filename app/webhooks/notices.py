"""Mails to shops about webhooks that do not arrive."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.database import db
from app.mails import outbox
from app.shops.models import Shop
from app.webhooks.models import WebhookEndpoint

LANGUAGES = ("ko", "en")


def mail_given_up(endpoint: WebhookEndpoint, *, event_id: str, event: str, now: datetime) -> None:
    """One event was sent for the last time and not accepted."""
    _mail("webhook_given_up", endpoint, {"event_id": event_id, "event": event}, now=now)


def mail_failing(endpoint: WebhookEndpoint, *, disabled_at: datetime, now: datetime) -> None:
    """Nothing was accepted for days. disabled_at: when the endpoint is switched off if that goes on."""
    _mail("webhook_failing", endpoint, {}, times={"disabled_at": disabled_at}, now=now)


def mail_disabled(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    _mail("webhook_disabled", endpoint, {"reason": endpoint.reason}, now=now)


def _mail(
    template: str,
    endpoint: WebhookEndpoint,
    values: dict[str, Any],
    *,
    times: dict[str, datetime] | None = None,
    now: datetime,
) -> None:
    """In the transaction that records what it tells of. A shop that named no address for this hears nothing."""
    shop = db.session.get_one(Shop, endpoint.shop_id)
    if shop.notification_email is None:
        return
    told = {"since": endpoint.first_failed_at or now, **(times or {})}
    outbox.record(
        template,
        to=shop.notification_email,
        language=shop.language if shop.language in LANGUAGES else "en",
        values={
            "shop": shop.name,
            "url": endpoint.url,
            "endpoint_id": endpoint.id,
            "last_failure": endpoint.last_failure,
            "livemode": endpoint.livemode,
            **{name: _local(moment, shop) for name, moment in told.items()},
            **values,
        },
        now=now,
    )


def _local(moment: datetime, shop: Shop) -> str:
    return f"{moment.astimezone(ZoneInfo(shop.timezone)):%Y-%m-%d %H:%M} ({shop.timezone})"
