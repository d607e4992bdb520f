"""The JSON of coupons, going in and coming out. snake_case, but for apply, remove and validate, as documented."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.clock import to_wire, to_wire_if_any
from app.coupons.coupons import canonical
from app.coupons.models import Coupon
from app.money import LARGEST_AMOUNT
from app.web.api.paging import PageQuery
from app.web.api.types import WHOLE, Amount, Body, Email, Line, Moment, Phone, Quantity

CODE = re.compile(r"[A-Z0-9가-힣][A-Z0-9가-힣_-]{0,39}")


def _code(text: str) -> str:
    code = canonical(text)
    if CODE.fullmatch(code) is None:
        raise PydanticCustomError("coupon_code", "must be 1 to 40 letters, digits, hyphens or underscores")
    return code


Code = Annotated[
    str,
    AfterValidator(_code),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9가-힣][A-Za-z0-9가-힣_-]{0,39}$"}),
]
Count = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT), WHOLE]
Name = Annotated[Line, Field(max_length=200)]
ProductIds = Annotated[list[Annotated[Line, Field(min_length=1, max_length=100)]], Field(max_length=1000)]
Won = Annotated[int, Field(ge=1, le=LARGEST_AMOUNT), WHOLE]
Type = Literal["percentage", "fixed_amount", "free_shipping", "product_specific"]
# What each type applies to; a caller who says otherwise expects something that will not happen.
APPLIES_TO = {
    "percentage": "cart_total",
    "fixed_amount": "cart_total",
    "free_shipping": "shipping",
    "product_specific": "products",
}


class CouponChanges(Body):
    """What `PATCH /api/coupons/{couponId}` takes: what is not named stays. null takes away what may be missing."""

    name_ko: Name | None = None
    name_en: Name | None = None
    discount_value: Amount = 0
    maximum_discount_amount: Won | None = None
    minimum_order_amount: Amount = 0
    product_ids: ProductIds = Field(default_factory=list)
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    usage_limit: Count | None = None
    usage_limit_per_customer: Count | None = None
    active: bool = True


class NewCoupon(CouponChanges):
    """What `POST /api/coupons/create` takes."""

    code: Code
    type: Type
    discount_type: Literal["percentage", "fixed_amount"] | None = None
    applies_to: Literal["cart_total", "shipping", "products"] | None = None
    shop_id: str | None = None


class CouponPath(BaseModel):
    coupon_id: str


class CouponListQuery(PageQuery):
    shop_id: str | None = None
    code: Annotated[str, Field(max_length=100)] | None = None
    active: bool | None = None


class CouponAnswer(BaseModel):
    """used_count: payments that were taken with it. reserved_count: payments under way with it."""

    id: str
    shop_id: str
    code: str
    name_ko: str | None
    name_en: str | None
    type: Type
    discount_type: Literal["percentage", "fixed_amount"] | None
    discount_value: int
    maximum_discount_amount: int | None
    minimum_order_amount: int
    applies_to: Literal["cart_total", "shipping", "products"]
    product_ids: list[str]
    valid_from: str | None
    valid_until: str | None
    usage_limit: int | None
    usage_limit_per_customer: int | None
    used_count: int
    reserved_count: int
    active: bool
    livemode: bool
    created_at: str


class CreatedCoupon(CouponAnswer):
    success: Literal[True] = True


class CouponList(BaseModel):
    success: Literal[True] = True
    data: list[CouponAnswer]
    has_more: bool
    next_cursor: str | None


class AppliedBody(Body):
    """What `POST /api/coupons/apply` takes."""

    sessionId: Annotated[str, Field(max_length=100)]
    couponCode: Annotated[Line, Field(min_length=1, max_length=100)]


class RemovedBody(Body):
    """What `POST /api/coupons/remove` takes."""

    sessionId: Annotated[str, Field(max_length=100)]


class Discount(BaseModel):
    type: Type
    value: int
    amount: int


class Applied(BaseModel):
    """newTotal: what is due now, in whole won."""

    success: Literal[True] = True
    discount: Discount
    newTotal: int


class Removed(BaseModel):
    success: Literal[True] = True
    newTotal: int


class ValidatedItem(Body):
    price: Amount
    quantity: Quantity
    productId: Annotated[Line, Field(max_length=100)] | None = None


class ValidatedCustomer(Body):
    email: Annotated[Email, Field(max_length=254)] | None = None
    phone: Annotated[Phone, Field(max_length=30)] | None = None


class ValidatedBody(Body):
    """What `POST /api/coupons/validate` takes: a session, or an order that has none yet."""

    couponCode: Annotated[Line, Field(min_length=1, max_length=100)]
    sessionId: Annotated[str, Field(max_length=100)] | None = None
    shopId: str | None = None
    items: Annotated[list[ValidatedItem], Field(min_length=1, max_length=100)] | None = None
    shippingFee: Amount = 0
    discountAmount: Amount = 0
    customer: ValidatedCustomer | None = None


class Refusal(BaseModel):
    """Why the coupon cannot be used, as an error would tell it."""

    code: str
    message: str
    details: dict[str, Any]


class Validated(BaseModel):
    """valid: whether it could be applied now. newTotal: what would be due with it."""

    success: Literal[True] = True
    valid: bool
    discount: Discount | None
    newTotal: int | None
    reason: Refusal | None


def answer_of(coupon: Coupon) -> CouponAnswer:
    return CouponAnswer(**fields_of(coupon))


def fields_of(coupon: Coupon) -> dict[str, Any]:
    copied = (
        "id", "shop_id", "code", "name_ko", "name_en", "type", "discount_type", "discount_value",
        "maximum_discount_amount", "minimum_order_amount", "product_ids", "usage_limit",
        "usage_limit_per_customer", "active", "livemode",
    )  # fmt: skip
    return {
        **{name: getattr(coupon, name) for name in copied},
        "applies_to": APPLIES_TO[coupon.type],
        "valid_from": to_wire_if_any(coupon.valid_from),
        "valid_until": to_wire_if_any(coupon.valid_until),
        "used_count": coupon.used,
        "reserved_count": coupon.reserved,
        "created_at": to_wire(coupon.created_at),
    }
