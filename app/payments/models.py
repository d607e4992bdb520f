"""A merchant's order waiting to be paid, each try to pay it, and each refund of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Id, Json, Table, UtcDateTime

LIVE_STATES = ("launched", "confirming", "undoing", "issued", "approved")
_LIVE = "state IN ('launched', 'confirming', 'undoing', 'issued', 'approved')"
_OWED = "check_at IS NOT NULL"
_HELD = "needs_person IS NOT NULL"
_REFUNDING = "state = 'processing'"


class CheckoutSession(Table):
    """Amounts are whole won. The chosen method, gateway, card and receipt are those of the approved attempt.

    total_amount: what is due, after the shop's discount_amount and after coupon_discount.
    coupon: what the buyer is shown of the coupon, as it was when it was applied; coupon_id: its row.
    shipping_address: of the shop, or as the buyer filled it in. custom_field_values: the buyer's, by key of the field.
    opened_at: when a buyer first saw the pay page.
    sequence: number of the newest event, so that a receiver can drop a stale one.
    refunded_amount: the sum of the refunds that succeeded.
    """

    __tablename__ = "checkout_sessions"
    __table_args__ = (
        Index("ix_checkout_sessions_merchant", "merchant_id", "livemode", "created_at", "id"),
        Index("ix_checkout_sessions_shop", "shop_id", "livemode", "created_at", "id",
              postgresql_include=["state"]),
        Index("ix_checkout_sessions_paid", "shop_id", "livemode", "completed_at",
              postgresql_include=["total_amount"], postgresql_where=text("completed_at IS NOT NULL"),
              sqlite_where=text("completed_at IS NOT NULL")),
        Index("ix_checkout_sessions_open", "expires_at",
              postgresql_where=text("state IN ('pending', 'processing', 'failed')"),
              sqlite_where=text("state IN ('pending', 'processing', 'failed')")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"))
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int] = mapped_column(default=0)
    platform: Mapped[str] = mapped_column(String(40))
    platform_order_id: Mapped[str] = mapped_column(String(100))
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    currency: Mapped[str] = mapped_column(String(3))
    subtotal: Mapped[int] = mapped_column(BigInteger)
    shipping_fee: Mapped[int] = mapped_column(BigInteger)
    discount_amount: Mapped[int] = mapped_column(BigInteger)
    tax_free_amount: Mapped[int] = mapped_column(BigInteger)
    total_amount: Mapped[int] = mapped_column(BigInteger)
    refunded_amount: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    coupon_id: Mapped[str | None] = mapped_column(Id)
    coupon: Mapped[dict[str, Any] | None] = mapped_column(Json)
    coupon_discount: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    customer_name: Mapped[str | None] = mapped_column(String(100))
    customer_email: Mapped[str | None] = mapped_column(String(254))
    customer_phone: Mapped[str | None] = mapped_column(String(20))
    return_url: Mapped[str] = mapped_column(String(2048))
    cancel_url: Mapped[str] = mapped_column(String(2048))
    webhook_url: Mapped[str | None] = mapped_column(String(2048))
    order_metadata: Mapped[dict[str, str]] = mapped_column("metadata", Json)
    locale: Mapped[str | None] = mapped_column(String(5))
    payment_methods: Mapped[list[str] | None] = mapped_column(Json)
    collect_shipping_address: Mapped[bool]
    shipping_address: Mapped[dict[str, Any] | None] = mapped_column(Json)
    custom_fields: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    custom_field_values: Mapped[dict[str, Any]] = mapped_column(Json, server_default="{}", default=dict)
    appearance: Mapped[dict[str, str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def tax_free_due(self) -> int:
        """The tax-free part of what is due: a coupon takes the same share off both parts. Whole won, rounded
        down."""
        if not self.coupon_discount:
            return self.tax_free_amount
        return self.tax_free_amount * self.total_amount // (self.total_amount + self.coupon_discount)


class Attempt(Table):
    """One try to pay a session at one gateway. Its id is the order id the gateway is told.

    choice: JSON of a Choice, what the buyer chose on our page already.
    routing: JSON of a Decision, why it went to this gateway.
    returned: what the buyer's browser brought back, kept because asking again needs it.
    transaction_id: the gateway's name for the payment, once known.
    virtual_account: where the buyer is to transfer the money, JSON of a VirtualAccount, once one was issued.
    notice_secret: SHA-256 of what the gateway's notifications about that account carry.
    error_answers: how often the gateway answered a confirm or a cancel with an error that promises nothing.
    close_asked_at: when the gateway was last asked to close the account, until it is known what came of that.
    check_at: when the worker looks at an attempt that is not settled; moved forward by the worker that takes
    it, so two never ask at once.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index(
            "uq_attempts_one_live",
            "session_id",
            unique=True,
            postgresql_where=text(_LIVE),
            sqlite_where=text(_LIVE),
        ),
        Index("ix_attempts_owed", "check_at", postgresql_where=text(_OWED), sqlite_where=text(_OWED)),
        Index("ix_attempts_session", "session_id", "created_at"),
        Index("ix_attempts_held", "created_at", postgresql_where=text(_HELD), sqlite_where=text(_HELD)),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("checkout_sessions.id"))
    gateway_account_id: Mapped[str] = mapped_column(Id, ForeignKey("gateway_accounts.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    choice: Mapped[dict[str, Any] | None] = mapped_column(Json)
    routing: Mapped[dict[str, Any] | None] = mapped_column(Json)
    returned: Mapped[dict[str, str] | None] = mapped_column(Json)
    transaction_id: Mapped[str | None] = mapped_column(String(200))
    card: Mapped[dict[str, Any] | None] = mapped_column(Json)
    virtual_account: Mapped[dict[str, Any] | None] = mapped_column(Json)
    notice_secret: Mapped[str | None] = mapped_column(String(64))
    receipt_url: Mapped[str | None] = mapped_column(String(2048))
    failure_reason: Mapped[str | None] = mapped_column(String(40))
    gateway_code: Mapped[str | None] = mapped_column(String(80))
    gateway_message: Mapped[str | None] = mapped_column(Text)
    error_answers: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_tries: Mapped[int] = mapped_column(default=0)
    needs_person: Mapped[str | None] = mapped_column(String(60))


class Notification(Table):
    """What was posted to the address where a gateway tells us of payments, kept as it came.

    source: the address that it came from. attempt_id: what it is about, once that is known.
    state: a word of states.NotificationState. check_at, check_tries: as of an attempt.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_due", "check_at", postgresql_where=text("state = 'received'"),
              sqlite_where=text("state = 'received'")),
        Index("ix_notifications_attempt", "attempt_id"),
        Index("ix_notifications_received", "received_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    gateway_account_id: Mapped[str] = mapped_column(Id, ForeignKey("gateway_accounts.id"))
    attempt_id: Mapped[str | None] = mapped_column(Id, ForeignKey("attempts.id"))
    content_type: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(45), server_default="", default="")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_tries: Mapped[int] = mapped_column(default=0)


class CashReceipt(Table):
    """A cash receipt that no buyer asked for, of one attempt that took cash. Amounts: whole won.

    receipt_key: the gateway's name for it, once it is issued. issued_amount, cancelled_amount: as the gateway said;
    what stands is the difference. refused_code: the gateway will not do it, so the shop has to.
    error_answers, check_at, check_tries: as of an attempt.
    """

    __tablename__ = "cash_receipts"
    __table_args__ = (
        Index("uq_cash_receipts_attempt", "attempt_id", unique=True),
        Index("ix_cash_receipts_due", "check_at", postgresql_where=text(_OWED), sqlite_where=text(_OWED)),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    attempt_id: Mapped[str] = mapped_column(Id, ForeignKey("attempts.id"))
    receipt_key: Mapped[str | None] = mapped_column(String(200))
    issued_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    cancelled_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    refused_code: Mapped[str | None] = mapped_column(String(80))
    error_answers: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_tries: Mapped[int] = mapped_column(default=0)


class Refund(Table):
    """Money that a merchant wants to give back, all or part of what one attempt took. Amounts: whole won.

    number: counts a session's refunds from 1; they reach the gateway one after the other, in this order.
    account: sealed JSON of a BankAccount, only where the money cannot go back the way it came; wiped at the end.
    gateway_balance: what the gateway said it held, kept before it was first asked to give anything back.
    transaction_id: the gateway's name for this refund, once it succeeded.
    error_answers, check_at, check_tries: as of an attempt.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("uq_refunds_number", "session_id", "number", unique=True),
        Index("ix_refunds_held", "created_at", postgresql_where=text(_HELD), sqlite_where=text(_HELD)),
        Index("ix_refunds_due", "check_at", postgresql_where=text(_REFUNDING), sqlite_where=text(_REFUNDING)),
        Index(
            "ix_refunds_succeeded",
            "shop_id",
            "livemode",
            "ended_at",
            postgresql_include=["amount"],
            postgresql_where=text("state = 'succeeded'"),
            sqlite_where=text("state = 'succeeded'"),
        ),
        Index("ix_refunds_merchant", "merchant_id", "livemode", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(Id, ForeignKey("checkout_sessions.id"))
    attempt_id: Mapped[str] = mapped_column(Id, ForeignKey("attempts.id"))
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchants.id"))
    shop_id: Mapped[str] = mapped_column(Id, ForeignKey("shops.id"))
    livemode: Mapped[bool]
    number: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    tax_free_amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
    notify_customer: Mapped[bool]
    account: Mapped[str | None] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(20))
    gateway_balance: Mapped[int | None] = mapped_column(BigInteger)
    transaction_id: Mapped[str | None] = mapped_column(String(200))
    failure_reason: Mapped[str | None] = mapped_column(String(40))
    gateway_code: Mapped[str | None] = mapped_column(String(80))
    gateway_message: Mapped[str | None] = mapped_column(Text)
    error_answers: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_tries: Mapped[int] = mapped_column(default=0)
    needs_person: Mapped[str | None] = mapped_column(String(60))
