"""What happened (events), what is owed to whom (deliveries), and each try at paying that debt."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Number, Table, UtcDateTime


class Event(Table):
    """body: the JSON as it was when it happened, and the very bytes that are sent and signed."""

    __tablename__ = "events"
    __table_args__ = (Index("uq_events_sequence", "session_id", "sequence", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("checkout_sessions.id"))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Table):
    """A row of the queue. It is due when waiting, its time has come and nobody holds the lease.

    state: waiting, delivered or failed. tries: how many were begun. leased_until: a worker has it until then;
    a dead worker's rows come back by themselves.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "send_at", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
        Index("ix_deliveries_order", "session_id", "sequence", postgresql_where=text("state = 'waiting'"),
              sqlite_where=text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("events.id"), index=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    session_id: Mapped[str] = mapped_column(Id)
    sequence: Mapped[int]
    url: Mapped[str] = mapped_column(String(2048))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
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


class WebhookSecret(Table):
    """secret: sealed (see app.vault). Several may be valid while one is being rotated."""

    __tablename__ = "webhook_secrets"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"), index=True)
    livemode: Mapped[bool]
    secret: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
