"""A shop's coupons, and each time that one is held or used for a session."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime

COUNTED_STATES = ("reserved", "used")
_COUNTED = "state IN ('reserved', 'used')"


class Coupon(Table):
    """code: in capitals, one of its name in a shop and mode. Amounts are whole won, percentages whole.

    type: percentage, fixed_amount, free_shipping or product_specific. discount_type: percentage or fixed_amount
    of a product_specific one. used, reserved: how many uses count now; changed only by whoever holds the row.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        Index("uq_coupons_code", "shop_id", "livemode", "code", unique=True),
        Index("ix_coupons_merchant", "merchant_id", "livemode", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"))
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    code: Mapped[str] = mapped_column(String(40))
    name_ko: Mapped[str | None] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(20))
    discount_type: Mapped[str | None] = mapped_column(String(20))
    discount_value: Mapped[int] = mapped_column(BigInteger, default=0)
    maximum_discount_amount: Mapped[int | None] = mapped_column(BigInteger)
    minimum_order_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    product_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    usage_limit: Mapped[int | None] = mapped_column(BigInteger)
    usage_limit_per_customer: Mapped[int | None] = mapped_column(BigInteger)
    active: Mapped[bool] = mapped_column(default=True)
    used: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CouponUse(Table):
    """state: reserved while a payment is under way, used once it was taken, returned when it was not, or when all
    of it was given back. email, phone: whom it counts for. amount: what it took off, in whole won."""

    __tablename__ = "coupon_uses"
    __table_args__ = (
        Index("uq_coupon_uses_session", "session_id", unique=True, postgresql_where=text(_COUNTED),
              sqlite_where=text(_COUNTED)),
        Index("ix_coupon_uses_email", "coupon_id", "email", postgresql_where=text(_COUNTED),
              sqlite_where=text(_COUNTED)),
        Index("ix_coupon_uses_phone", "coupon_id", "phone", postgresql_where=text(_COUNTED),
              sqlite_where=text(_COUNTED)),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    coupon_id: Mapped[str] = mapped_column(Id, ForeignKey("coupons.id"))
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("checkout_sessions.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
