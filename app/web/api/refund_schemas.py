"""The JSON of refunds, going in and coming out."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from app.money import LARGEST_AMOUNT
from app.payments.banks import bank_named
from app.web.api.paging import PageQuery
from app.web.api.types import WHOLE, Amount, Body, Line, OptionalBody


def _bank(text: str) -> str:
    bank = bank_named(text)
    if bank is None:
        raise PydanticCustomError("bank", "must be a bank such as kookmin, or its code such as 004")
    return bank.key


def _account_number(text: str) -> str:
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"[0-9]{6,20}", digits, re.ASCII):
        raise PydanticCustomError("account_number", "must be 6 to 20 digits")
    return digits


class RefundAccount(Body):
    """Where the money of a paid virtual account goes."""

    bank: Annotated[str, AfterValidator(_bank)]
    number: Annotated[str, Field(max_length=40), AfterValidator(_account_number)]
    holder: Annotated[Line, Field(max_length=60)]


class RefundBody(OptionalBody):
    """What `POST /api/checkout/session/{id}/refund` takes. Without an amount, all that is left."""

    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT, description="Whole won"), WHOLE] | None = None
    reason: Annotated[Line, Field(max_length=200)] | None = None
    notify_customer: bool = False
    expected_refundable: Amount | None = None
    taxFreeAmount: Amount | None = None
    refundAccount: RefundAccount | None = None


class RefundSummary(BaseModel):
    refundId: str
    status: Literal["processing", "succeeded", "failed"]
    amount: int
    reason: str | None
    processedAt: str


class RefundFailure(BaseModel):
    """Why the gateway gave nothing back. message: its own words, for the merchant."""

    code: str
    message: str | None
    gatewayCode: str | None


class RefundAnswer(RefundSummary):
    """One refund, whole."""

    sessionId: str
    taxFreeAmount: int
    notifyCustomer: bool
    gatewayRefundId: str | None
    failure: RefundFailure | None
    createdAt: str
    livemode: bool


class CouponEffect(BaseModel):
    """returned: the coupon can be used once more afterwards, which a full refund brings about."""

    code: str
    returned: bool


class RefundPreview(BaseModel):
    """What a refund would do. Amounts: whole won.

    refundableAmount: what is left before it, the value for `expected_refundable`. statusAfter: the session's,
    when it has succeeded. coupon: what becomes of the coupon that was used, null without one.
    """

    sessionId: str
    amount: int
    taxFreeAmount: int
    paidAmount: int
    refundedAmount: int
    processingAmount: int
    refundableAmount: int
    remainingAmount: int
    statusAfter: str
    refundAccountRequired: bool
    coupon: CouponEffect | None


class RefundPath(BaseModel):
    refund_id: str


class RefundsQuery(PageQuery):
    """Which refunds to list, the newest first."""

    sessionId: str | None = None
    status: Literal["processing", "succeeded", "failed"] | None = None


class RefundsAnswer(BaseModel):
    success: Literal[True] = True
    data: list[RefundAnswer]
    hasMore: bool
    nextCursor: str | None
