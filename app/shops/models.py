"""Merchants, their shops, keys and gateway accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime

KOREA = "Asia/Seoul"


class Merchant(Table):
    __tablename__ = "merchants"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Shop(Table):
    """business, contact: as the merchant gave them, shown in the seller's footer."""

    __tablename__ = "shops"
    __table_args__ = (
        Index("uq_shops_default", "merchant_id", unique=True, postgresql_where=text("is_default"),
              sqlite_where=text("is_default")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"), index=True)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="ko")
    timezone: Mapped[str] = mapped_column(String(64), server_default=KOREA, default=KOREA)
    business: Mapped[dict[str, Any] | None] = mapped_column(Json)
    contact: Mapped[dict[str, Any] | None] = mapped_column(Json)
    webhook_url: Mapped[str | None] = mapped_column(String(2048))
    auto_refund_enabled: Mapped[bool] = mapped_column(Boolean, server_default=true(), default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Table):
    """Only the hash is kept. shop_id restricts the key to one shop."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"), index=True)
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    last4: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GatewayAccount(Table):
    """A shop's own contract with one gateway. credentials: a sealed JSON object (see app.vault)."""

    __tablename__ = "gateway_accounts"
    __table_args__ = (Index("uq_gateway_accounts_shop", "shop_id", "livemode", "gateway", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    gateway: Mapped[str] = mapped_column(String(20))
    credentials: Mapped[str] = mapped_column(String(4000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
