"""The JSON of shops, going in and coming out. snake_case, as in the documentation."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.payments.installments import MONTHS
from app.payments.issuers import ISSUERS
from app.payments.methods import METHODS
from app.shops.business_numbers import to_digits
from app.shops.routes import HIGHEST_PRIORITY, HIGHEST_WEIGHT
from app.web.api.appearance import COLOR, LENGTH
from app.web.api.session_schemas import LONGEST_LIFE_S, SHORTEST_LIFE_S
from app.web.api.types import WHOLE, Body, Email, Line, Phone, Prose, WebAddress


def _number(text: str) -> str:
    digits = to_digits(text)
    if digits is None:
        raise PydanticCustomError(
            "business_number", "must be a business registration number such as 123-45-67890"
        )
    return digits


def _opening_date(text: str) -> str:
    try:
        fits = date.fromisoformat(text).isoformat() == text and text >= "1900-01-01"
    except ValueError:
        fits = False
    if not fits:
        raise PydanticCustomError("date", "must be a date such as 2020-01-31")
    return text


@cache
def _timezones() -> frozenset[str]:
    """Those with a place in their name, and UTC; the files hold a few more that are no places."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _timezone(name: str) -> str:
    if name not in _timezones():
        raise PydanticCustomError("timezone", "must be a time zone such as Asia/Seoul")
    return name


def _https(url: str) -> str:
    if not url.lower().startswith("https://"):
        raise PydanticCustomError("https", "must begin with https://")
    return url


def _method(name: str) -> str:
    if name not in METHODS:
        raise PydanticCustomError("method", "must be a payment method such as card")
    return name


def _issuer(name: str) -> str:
    if name not in ISSUERS:
        raise PydanticCustomError("issuer", "must be a card issuer such as shinhan")
    return name


def _ascending(months: list[int]) -> list[int]:
    """Each once."""
    return sorted(set(months))


def _of(grammar: re.Pattern[str]) -> AfterValidator:
    def check(value: str) -> str:
        if grammar.fullmatch(value) is None:
            raise PydanticCustomError("style", "is not an allowed value, such as #2348c7 or 8px")
        return value

    return AfterValidator(check)


def _schema_of(grammar: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{grammar.pattern}$"})


BusinessNumber = Annotated[
    str,
    AfterValidator(_number),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{3}-?[0-9]{2}-?[0-9]{5}$"}),
]
Date = Annotated[str, AfterValidator(_opening_date), WithJsonSchema({"type": "string", "format": "date"})]
# As in `appearance`: nothing else can get into a page.
Color = Annotated[str, _of(COLOR), _schema_of(COLOR)]
Radius = Annotated[str, _of(LENGTH), _schema_of(LENGTH)]
PaymentMethod = Annotated[
    str, AfterValidator(_method), WithJsonSchema({"type": "string", "enum": list(METHODS)})
]
Logo = Annotated[WebAddress, AfterValidator(_https)]
Months = Annotated[int, Field(ge=MONTHS[0], le=MONTHS[-1]), WHOLE]
InterestFree = Annotated[
    dict[
        Annotated[str, AfterValidator(_issuer), WithJsonSchema({"type": "string", "enum": list(ISSUERS)})],
        Annotated[list[Months], Field(min_length=1, max_length=len(MONTHS)), AfterValidator(_ascending)],
    ],
    Field(max_length=len(ISSUERS)),
]


class BusinessInfo(Body):
    """opening_date: 개업일, by which the tax service recognises the business.

    Shown on the buyer's pages as well: mail_order_number: 통신판매업신고번호. terms_url: 이용약관. refund_policy_url:
    교환·환불 안내.
    """

    business_number: BusinessNumber | None = None
    business_name: Annotated[Line, Field(max_length=200)] | None = None
    ceo_name: Annotated[Line, Field(max_length=100)] | None = None
    address: Annotated[Line, Field(max_length=300)] | None = None
    opening_date: Date | None = None
    mail_order_number: Annotated[Line, Field(max_length=60)] | None = None
    terms_url: WebAddress | None = None
    refund_policy_url: WebAddress | None = None


class Contact(Body):
    email: Annotated[Email, Field(max_length=254)] | None = None
    phone: Annotated[Phone, Field(max_length=30)] | None = None


class Branding(Body):
    logo_url: Logo | None = None
    primary_color: Color | None = None
    primary_text_color: Color | None = None
    background_color: Color | None = None
    text_color: Color | None = None
    border_color: Color | None = None
    button_radius: Radius | None = None
    input_radius: Radius | None = None


class RouteSettings(Body):
    """How one gateway is used. priority: the lowest goes first. weight: share of the payments among gateways of the
    same priority; with 0 it gets only what no other takes. methods_off: payment methods that are not taken there. null
    goes back to the default."""

    priority: Annotated[int, Field(ge=1, le=HIGHEST_PRIORITY), WHOLE] | None = None
    weight: Annotated[int, Field(ge=0, le=HIGHEST_WEIGHT), WHOLE] | None = None
    enabled: bool | None = None
    methods_off: Annotated[list[PaymentMethod], Field(max_length=len(METHODS))] | None = None


class ShopSettings(Body):
    """payment_timeout: seconds that a new session lives when it names no time of its own. routing: by gateway, of the
    mode of the key.

    interest_free_installments: months, by card issuer, whose interest the shop pays; a contract with the gateway is
    needed for it. An empty object takes all away.
    """

    currency: str = "KRW"
    timezone: Annotated[str, AfterValidator(_timezone)] = "Asia/Seoul"
    language: Literal["ko", "en", "ja", "zh"] = "ko"
    webhook_url: WebAddress | None = None
    notification_email: Annotated[Email, Field(max_length=254)] | None = None
    auto_refund_enabled: bool = True
    payment_timeout: Annotated[int, Field(ge=SHORTEST_LIFE_S, le=LONGEST_LIFE_S), WHOLE] = 24 * 3600
    branding: Branding | None = None
    routing: dict[Line, RouteSettings | None] | None = None
    interest_free_installments: InterestFree = Field(default={})


class ShopChanges(Body):
    """What `PATCH /api/shops/{shopId}` takes: what is not named stays. null takes away what may be missing."""

    name: Annotated[Line, Field(min_length=1, max_length=200)] = ""
    description: Annotated[Prose, Field(max_length=2000)] | None = None
    website: WebAddress | None = None
    business_info: BusinessInfo | None = None
    contact: Contact | None = None
    settings: ShopSettings = ShopSettings()


class NewShop(ShopChanges):
    """What `POST /api/shops` takes."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]


class ShopPath(BaseModel):
    shop_id: str


class Verification(BaseModel):
    """status: what the tax service says; pending until it has answered, unavailable where we cannot ask it."""

    status: Literal["pending", "active", "suspended", "closed", "unregistered", "mismatch", "unavailable"]
    checked_at: str | None


class BusinessInfoAnswer(BaseModel):
    business_number: str
    business_name: str | None
    ceo_name: str | None
    address: str | None
    opening_date: str | None
    mail_order_number: str | None
    terms_url: str | None
    refund_policy_url: str | None
    verified: bool
    verification: Verification


class ContactAnswer(BaseModel):
    email: str | None
    phone: str | None


class RouteAnswer(BaseModel):
    """How a gateway is used, whether or not the shop has a contract there. Fields: as of RouteSettings."""

    priority: int
    weight: int
    enabled: bool
    methods_off: list[str]


class SettingsAnswer(BaseModel):
    """routing: by gateway, of the mode of the key."""

    currency: str
    timezone: str
    language: str
    webhook_url: str | None
    notification_email: str | None
    auto_refund_enabled: bool
    payment_timeout: int
    branding: dict[str, str]
    routing: dict[str, RouteAnswer]
    interest_free_installments: dict[str, list[int]]


class ShopAnswer(BaseModel):
    """livemode: null for the shop that came with the account and serves both modes. status: a shop that can be
    seen is active; what became of its business is told in business_info. custom_domain and its states: null
    while the shop has none."""

    id: str
    name: str
    description: str | None
    website: str | None
    status: Literal["active"] = "active"
    livemode: bool | None
    is_default: bool
    business_info: BusinessInfoAnswer | None
    contact: ContactAnswer
    settings: SettingsAnswer
    payment_methods: list[str]
    custom_domain: str | None = None
    domain_verification_status: Literal["pending", "verified", "failed"] | None = None
    domain_configuration_status: Literal["pending", "configured", "failed"] | None = None
    created_at: str


class ShopList(BaseModel):
    success: Literal[True] = True
    data: list[ShopAnswer]
    has_more: bool
    next_cursor: str | None


def named_settings(body: ShopChanges) -> dict[str, Any]:
    """The settings that the body names, and no default."""
    return body.settings.model_dump(exclude_unset=True)
