"""What happened (events), what is owed to whom (deliveries), each try at paying that debt, and how those fare that
the debt is paid to (endpoints)."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Number, Table, UtcDateTime
from app.webhooks.schedule import MOST_TRIES


class Event(Table):
    """body: the JSON as it was when it happened, and the very bytes that are sent and signed.

    position: its place in the order in which shops read events, given after the commit (see feed.py); None until
    then.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("uq_events_sequence", "session_id", "sequence", unique=True),
        Index("uq_events_position", "position", unique=True),
        Index("ix_events_feed", "shop_id", "livemode", "position"),
        Index("ix_events_created", "created_at"),
        Index("ix_events_unnumbered", "created_at", postgresql_where=text("position IS NULL"),
              sqlite_where=text("position IS NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("checkout_sessions.id"))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventFeed(Table):
    """One row: the last position that was given. Whoever gives positions holds it."""

    __tablename__ = "event_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_position: Mapped[int] = mapped_column(BigInteger)


class Delivery(Table):
    """A row of the queue. It is due when waiting, its time has come and nobody holds the lease.

    state: waiting, delivered or failed. reason: of a failed one: exhausted (the schedule is at its end), gone (the
    receiver answered 410) or endpoint_disabled. tries: how many there were since it began to wait, the one under way
    included; most_tries: how many there may be. leased_until: a worker has it until then; a dead worker's rows come
    back by themselves. from_shop: the address is the shop's, not one that the session brought. host: whom it is sent
    to, with its port. endpoint_id: see endpoints.py; there need be no such row yet.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "send_at", "host", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
        Index("ix_deliveries_host", "host", "send_at", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
        Index("ix_deliveries_order", "session_id", "sequence", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
        Index("ix_deliveries_endpoint", "endpoint_id", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
        Index("ix_deliveries_failed", "shop_id", "ended_at", postgresql_where=text("state = 'failed'"),
              sqlite_where=text("state = 'failed'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("events.id"), index=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    session_id: Mapped[str] = mapped_column(Id)
    sequence: Mapped[int]
    url: Mapped[str] = mapped_column(String(2048))
    from_shop: Mapped[bool] = mapped_column(server_default=false(), default=False)
    host: Mapped[str] = mapped_column(String(300), server_default="")
    endpoint_id: Mapped[str] = mapped_column(Id, server_default="")
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=0)
    most_tries: Mapped[int] = mapped_column(server_default=str(MOST_TRIES), default=MOST_TRIES)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryTry(Table):
    """status: the receiver's HTTP status, None without an answer. error: our word for why there was none."""

    __tablename__ = "delivery_tries"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(Number, ForeignKey("deliveries.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    duration_ms: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(60))
    answer: Mapped[str | None] = mapped_column(String(2000))


class WebhookEndpoint(Table):
    """How a receiver fares, from its first try on. id: follows from shop, mode and url (see endpoints.py).

    url: without what stands behind the question mark. state: enabled or disabled. reason: why it is disabled:
    gone or failing. failures: tries in a row that were not accepted, the first of them at first_failed_at.
    last_failure: an HTTP status or a word of ours. warned_at, mailed_at: when the shop was last told that it is
    failing, and that an event was given up.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("ix_webhook_endpoints_list", "shop_id", "livemode", "created_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    url: Mapped[str] = mapped_column(String(2048))
    state: Mapped[str] = mapped_column(String(12), default="enabled")
    reason: Mapped[str | None] = mapped_column(String(12))
    failures: Mapped[int] = mapped_column(default=0)
    first_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failure: Mapped[str | None] = mapped_column(String(60))
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookSecret(Table):
    """secret: sealed (see app.vault). Several may be valid while one is being rotated."""

    __tablename__ = "webhook_secrets"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"), index=True)
    livemode: Mapped[bool]
    secret: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
