"""The JSON of a session as the API tells it, for the document. app/payments/representation.py makes it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.payments.routing import Chosen, Passed
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
    """Why the last attempt took no money. message: the gateway's own, for the merchant.

    retry: what makes sense now, of same_method, other_method, later and none.
    """

    code: str
    message: str | None
    gatewayCode: str | None
    retry: str


class AccountOfSession(BaseModel):
    """Where the buyer is to transfer the money, and until when. bank: one of the banks of refundAccount, or unknown."""

    bank: str
    number: str
    holder: str
    dueAt: str


class PassedOver(BaseModel):
    gateway: str
    reason: Passed


class RoutingOfSession(BaseModel):
    """Why the last attempt went to this gateway, and the others did not get it."""

    gateway: str
    reason: Chosen
    passedOver: list[PassedOver]


class SessionData(BaseModel):
    """Times are RFC 3339 UTC, amounts whole won."""

    sessionId: str
    status: SessionState
    platformOrderId: str
    totalAmount: int
    currency: Literal["KRW"]
    customer: CustomerAnswer
    metadata: dict[str, str]
    shippingAddress: dict[str, Any] | None
    customFieldValues: dict[str, Any]
    createdAt: str
    expiresAt: str
    completedAt: str | None
    platform: str
    shopId: str
    items: list[ItemAnswer]
    amounts: Amounts
    coupon: CouponOfSession | None
    collectShippingAddress: bool
    customFields: list[dict[str, Any]]
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
    virtualAccount: AccountOfSession | None
    routing: RoutingOfSession | None
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
