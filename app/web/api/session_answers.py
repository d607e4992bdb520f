"""The JSON of a session as the API tells it, for the document. app/payments/representation.py makes it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.payments.states import SessionState
from app.web.api.refund_schemas import RefundAnswer


class CustomerAnswer(BaseModel):
    name: str | None
    email: str | None
    phone: str | None


class ItemAnswer(BaseModel):
    model_config = ConfigDict(extra="allow")  # what a merchant names beyond is not known to be there

    name: str
    price: int
    quantity: int
    productId: str | None = None
    description: str | None = None
    imageUrl: str | None = None


class Amounts(BaseModel):
    """Whole won. discount: the shop's own. total: what is due, or was paid."""

    subtotal: int
    shipping: int
    discount: int
    couponDiscount: int
    taxFree: int
    total: int
    refunded: int
    refundable: int


class CouponOfSession(BaseModel):
    """A coupon as it was when it was applied. amount: what it takes off, in whole won."""

    id: str
    code: str
    nameKo: str | None
    nameEn: str | None
    type: Literal["percentage", "fixed_amount", "free_shipping", "product_specific"]
    value: int
    amount: int


class CardOfSession(BaseModel):
    issuer: str
    number: str
    installmentMonths: int


class Failure(BaseModel):
    """Why the last attempt took no money. message: the gateway's own, for the merchant."""

    code: str
    message: str | None
    gatewayCode: str | None


class SessionData(BaseModel):
    """Times are RFC 3339 UTC, amounts whole won."""

    sessionId: str
    status: SessionState
    platformOrderId: str
    totalAmount: int
    currency: Literal["KRW"]
    customer: CustomerAnswer
    metadata: dict[str, str]
    createdAt: str
    expiresAt: str
    completedAt: str | None
    platform: str
    shopId: str
    items: list[ItemAnswer]
    amounts: Amounts
    coupon: CouponOfSession | None
    shippingAddress: dict[str, Any] | None
    collectShippingAddress: bool
    customFields: list[dict[str, Any]]
    customFieldValues: dict[str, Any]
    locale: str | None
    appearance: dict[str, str]
    returnUrl: str
    cancelUrl: str
    webhookUrl: str | None
    paymentMethod: str | None
    gateway: str | None
    gatewayTransactionId: str | None
    card: CardOfSession | None
    receiptUrl: str | None
    failure: Failure | None
    virtualAccount: dict[str, Any] | None
    refunds: list[RefundAnswer]
    livemode: bool


class SessionAnswer(BaseModel):
    """status: the same as in data, where the documentation's polling sample looks for it."""

    success: Literal[True] = True
    status: SessionState
    data: SessionData


class SessionList(BaseModel):
    success: Literal[True] = True
    data: list[SessionData]
    hasMore: bool
    nextCursor: str | None = Field(description="`cursor` of the next page; null on the last")
