"""Merchants, their shops and businesses, keys and gateway accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime

KOREA = "Asia/Seoul"
DEFAULT_TIMEOUT_S = 24 * 3600
# Of a gateway that the shop has said nothing about.
DEFAULT_PRIORITY, DEFAULT_WEIGHT = 1, 100


class Merchant(Table):
    __tablename__ = "merchants"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Shop(Table):
    """livemode: the mode of the key that made the shop. None: no key made it, it came with the merchant, and it
    serves both modes.

    business, contact: as the merchant gave them, shown in the seller's footer. The number is kept as ten
    digits, the phone in E.164. branding: the setting of that name, by field. payment_timeout_s: how long new
    sessions live that name no time of their own. interest_free_installments: months, by issuer, whose interest the
    shop pays.
    """

    __tablename__ = "shops"
    __table_args__ = (
        # A shop of both modes stands in both, so each mode has one default shop at most.
        Index("uq_shops_default_live", "merchant_id", unique=True,
              postgresql_where=text("is_default AND livemode IS NOT FALSE"),
              sqlite_where=text("is_default AND livemode IS NOT FALSE")),
        Index("uq_shops_default_test", "merchant_id", unique=True,
              postgresql_where=text("is_default AND livemode IS NOT TRUE"),
              sqlite_where=text("is_default AND livemode IS NOT TRUE")),
        Index("ix_shops_list", "merchant_id", "created_at", "id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"))
    livemode: Mapped[bool | None]
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(2000))
    website: Mapped[str | None] = mapped_column(String(2048))
    business: Mapped[dict[str, Any] | None] = mapped_column(Json)
    contact: Mapped[dict[str, Any] | None] = mapped_column(Json)
    currency: Mapped[str] = mapped_column(String(3), server_default="KRW", default="KRW")
    timezone: Mapped[str] = mapped_column(String(64), server_default=KOREA, default=KOREA)
    language: Mapped[str] = mapped_column(String(5), default="ko")
    webhook_url: Mapped[str | None] = mapped_column(String(2048))
    notification_email: Mapped[str | None] = mapped_column(String(254))
    auto_refund_enabled: Mapped[bool] = mapped_column(Boolean, server_default=true(), default=True)
    payment_timeout_s: Mapped[int] = mapped_column(
        server_default=str(DEFAULT_TIMEOUT_S), default=DEFAULT_TIMEOUT_S
    )
    branding: Mapped[dict[str, str]] = mapped_column(Json, server_default="{}", default=dict)
    interest_free_installments: Mapped[dict[str, list[int]]] = mapped_column(
        Json, server_default="{}", default=dict
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BusinessCheck(Table):
    """What the tax service says of a shop's business, and when it is asked next.

    livemode: whether the service itself is asked or its simulator. revision: grows with every change of what
    is asked, so that an answer to an earlier question is dropped. finding: a word of verification.Finding.
    tries: calls without an answer in a row.
    """

    __tablename__ = "business_checks"
    __table_args__ = (Index("ix_business_checks_due", "check_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"), unique=True)
    livemode: Mapped[bool]
    revision: Mapped[int] = mapped_column(default=1)
    finding: Mapped[str] = mapped_column(String(20))
    verified: Mapped[bool]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)


class ApiKey(Table):
    """Only the hash is kept. shop_id restricts the key to one shop.

    expires_at: end of the grace of a key that was rotated; replaced_by_id is then the key that came instead.
    last_used_at: to within a few minutes (see web/api/key_use.py).
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"), index=True)
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    name: Mapped[str | None] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    last4: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[str | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GatewayAccount(Table):
    """A shop's own contract with one gateway. credentials: a sealed JSON object (see app.vault). credentials_expire_at:
    when its certificate ends, where it has one.

    archived_at: when other credentials came in its place, or none. It takes no new payments, but those that began with
    it are confirmed, looked up and refunded with what they began with, so it is never deleted.
    """

    __tablename__ = "gateway_accounts"
    __table_args__ = (
        Index("uq_gateway_accounts_shop", "shop_id", "livemode", "gateway", unique=True,
              postgresql_where=text("archived_at IS NULL"), sqlite_where=text("archived_at IS NULL")),
        Index("ix_gateway_accounts_shop", "shop_id", "livemode", "gateway"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    gateway: Mapped[str] = mapped_column(String(20))
    # Certificates do not fit into 4000 characters. SQLite does not count them, and could not change the type.
    credentials: Mapped[str] = mapped_column(String(4000).with_variant(Text(), "postgresql"))
    credentials_expire_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GatewayRoute(Table):
    """How a shop wants its payments of one mode to be spread over its gateways. Without a row: the defaults.

    priority: the lowest goes first. weight: share of the payments among gateways of one priority; with 0 it gets only
    what no other takes. methods_off: ways to pay that are not taken there, although the gateway has them.
    """

    __tablename__ = "gateway_routes"

    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"), primary_key=True)
    livemode: Mapped[bool] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    priority: Mapped[int]
    weight: Mapped[int]
    enabled: Mapped[bool]
    methods_off: Mapped[list[str]] = mapped_column(Json)
