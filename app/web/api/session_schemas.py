"""The JSON of checkout sessions, going in and coming out."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.payments.methods import METHODS
from app.payments.states import SessionState
from app.web.api.appearance import is_allowed
from app.web.api.paging import PageQuery, QueryMoment
from app.web.api.types import (
    WHOLE,
    Amount,
    AnyText,
    Body,
    Email,
    Line,
    Moment,
    OptionalBody,
    Phone,
    Prose,
    Quantity,
    WebAddress,
)

SHORTEST_LIFE_S = 300
LONGEST_LIFE_S = 7 * 24 * 3600


class Item(Body):
    name: Annotated[Line, Field(min_length=1, max_length=200)]
    price: Amount
    quantity: Quantity
    productId: Annotated[Line, Field(max_length=100)] | None = None
    description: Annotated[Prose, Field(max_length=500)] | None = None
    imageUrl: WebAddress | None = None


class Customer(Body):
    name: Annotated[Line, Field(max_length=100)] | None = None
    email: Annotated[Email, Field(max_length=254)] | None = None
    phone: Annotated[Phone, Field(max_length=30)] | None = None


class ShippingAddress(Body):
    """address: by road. extra: what is written behind it in parentheses (참고항목). lotAddress: the same place by lot
    (지번). region, district: 시도, 시군구. districtCode, buildingCode: 법정동코드, 건물관리번호."""

    recipient: Annotated[Line, Field(max_length=100)]
    phone: Annotated[Phone, Field(max_length=30)] | None = None
    postalCode: Annotated[str, Field(pattern=r"^[0-9]{5}$")]
    address: Annotated[Line, Field(max_length=300)]
    detail: Annotated[Line, Field(max_length=200)] | None = None
    memo: Annotated[Line, Field(max_length=50)] | None = None
    extra: Annotated[Line, Field(max_length=200)] | None = None
    lotAddress: Annotated[Line, Field(max_length=300)] | None = None
    region: Annotated[Line, Field(max_length=50)] | None = None
    district: Annotated[Line, Field(max_length=50)] | None = None
    districtCode: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None
    buildingCode: Annotated[str, Field(pattern=r"^[0-9]{1,30}$")] | None = None


class CustomField(Body):
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    type: Literal["text", "textarea", "select", "checkbox"]
    label: Annotated[Line, Field(max_length=100)]
    required: bool = False
    options: list[Annotated[Line, Field(max_length=100)]] | None = Field(None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def _options_belong_to_select(self) -> Self:
        if (self.type == "select") != bool(self.options):
            raise PydanticCustomError("options", "options belong to fields of type select, and only to those")
        return self


class NewSessionBody(Body):
    """What `POST /api/checkout/create-session` takes."""

    platform: Annotated[Line, Field(min_length=1, max_length=40)]
    platformOrderId: Annotated[Line, Field(min_length=1, max_length=100)]
    items: list[Item] = Field(min_length=1, max_length=100)
    customer: Customer = Customer()
    totalAmount: Amount
    currency: str
    returnUrl: WebAddress
    cancelUrl: WebAddress
    webhookUrl: WebAddress | None = None
    metadata: dict[
        Annotated[Line, Field(min_length=1, max_length=40)], Annotated[AnyText, Field(max_length=500)]
    ] = Field(default={}, max_length=50)
    expiresIn: Annotated[int, Field(ge=SHORTEST_LIFE_S, le=LONGEST_LIFE_S), WHOLE] | None = None
    expiresAt: Moment | None = None
    shopId: str | None = Field(None, max_length=40)
    locale: Literal["ko", "en", "ja", "zh"] | None = None
    paymentMethods: list[str] | None = Field(None, min_length=1, max_length=20)
    shippingFee: Amount = 0
    discountAmount: Amount = 0
    taxFreeAmount: Amount = 0
    collectShippingAddress: bool = False
    shippingAddress: ShippingAddress | None = None
    customFields: list[CustomField] = Field(default=[], max_length=20)
    appearance: dict[str, str] = Field(default={}, max_length=20)

    @model_validator(mode="after")
    def _check_choices(self) -> Self:
        unknown = [method for method in self.paymentMethods or [] if method not in METHODS]
        if unknown:
            raise PydanticCustomError("paymentMethods", "paymentMethods has an unknown method")
        if self.expiresIn is not None and self.expiresAt is not None:
            raise PydanticCustomError("expiresAt", "give expiresIn or expiresAt, not both")
        if not all(is_allowed(variable, value) for variable, value in self.appearance.items()):
            raise PydanticCustomError(
                "appearance", "appearance has a variable or a value that is not allowed"
            )
        if len({field.key for field in self.customFields}) < len(self.customFields):
            raise PydanticCustomError("customFields", "customFields has a key twice")
        return self


Pairs = dict[
    Annotated[Line, Field(min_length=1, max_length=40)], Annotated[AnyText, Field(max_length=500)] | None
]


class SessionChanges(Body):
    """What `PATCH /api/checkout/session/{id}` takes. null takes a value away."""

    customer: Customer = Customer()
    metadata: Pairs = Field(default={}, max_length=100)


class NoBody(OptionalBody):
    """A POST that needs nothing; an empty object may be sent."""


class SessionListQuery(PageQuery):
    status: SessionState | None = None
    platformOrderId: Annotated[AnyText, Field(max_length=100)] | None = None
    shopId: str | None = Field(None, max_length=40)
    created_after: QueryMoment | None = None
    created_before: QueryMoment | None = None


class CreatedSession(BaseModel):
    success: Literal[True] = True
    sessionId: str
    checkoutUrl: str
    expiresAt: str


class SessionPath(BaseModel):
    session_id: str
