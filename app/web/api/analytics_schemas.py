"""The JSON of analytics: snake_case, amounts in whole won, shares from 0 to 1."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.analytics.periods import Interval, Period, midnight
from app.errors import Invalid
from app.web.api.paging import Query, plus_again
from app.web.api.types import moment_from

USUAL_DAYS = 30
LONGEST = timedelta(days=1100)
EARLIEST = date(2000, 1, 1)


def _day_or_moment(value: object) -> date | datetime:
    """2024-01-01, or an RFC 3339 time."""
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError(
                "day", "must be a day such as 2024-01-01, or an RFC 3339 time"
            ) from None
    moment: datetime = moment_from(plus_again(value))
    return moment


When = Annotated[
    datetime | date,
    BeforeValidator(_day_or_moment),
    WithJsonSchema({"type": "string", "description": "A day (2024-01-01, the shop's) or an RFC 3339 time"}),
]


class AnalyticsQuery(Query):
    """A day as `from` means its first moment, as `to` its last one, where the shop is."""

    shop_id: str | None = Field(None, max_length=40)
    from_: When | None = Field(None, alias="from")
    to: When | None = None


class TimeseriesQuery(AnalyticsQuery):
    interval: Interval = Interval.DAY


class Answer(BaseModel):
    shop_id: str
    livemode: bool
    timezone: str
    currency: Literal["KRW"] = "KRW"
    period_start: str
    period_end: str


class SessionCounts(BaseModel):
    created: int
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    expired: int
    partially_refunded: int
    refunded: int


class Payments(BaseModel):
    count: int
    amount: int
    average_amount: int | None


class Refunds(BaseModel):
    count: int
    amount: int


class Summary(Answer):
    sessions: SessionCounts
    conversion_rate: float | None
    payments: Payments
    refunds: Refunds
    net_amount: int


class Bucket(BaseModel):
    start: str
    start_local: str
    sessions: int
    payments: int
    amount: int
    refunds: int
    refunded_amount: int
    net_amount: int


class Timeseries(Answer):
    interval: Interval
    data: list[Bucket]


class MethodRow(BaseModel):
    method: str
    gateway: str | None
    payments: int
    amount: int
    refunded_amount: int
    declined: int
    approval_rate: float | None
    share: float | None


class Methods(Answer):
    data: list[MethodRow]


class CouponRow(BaseModel):
    """amount: what was paid with it, after discount_amount. refunded_amount: of that, by now."""

    coupon_id: str
    code: str
    name_ko: str | None
    name_en: str | None
    type: str
    payments: int
    discount_amount: int
    amount: int
    refunded_amount: int


class Coupons(Answer):
    data: list[CouponRow]


class Step(BaseModel):
    step: Literal["created", "opened", "started", "confirmed", "completed"]
    sessions: int
    rate_of_created: float | None
    rate_of_previous: float | None


class Funnel(Answer):
    data: list[Step]


def period_from(query: AnalyticsQuery, *, zone: ZoneInfo, now: datetime) -> Period:
    """The last 30 days, today included, where nothing is said. Raises Invalid."""
    today = now.astimezone(zone).date()
    end = _end(query.to if query.to is not None else today, zone)
    start = _start(query.from_, zone) if query.from_ is not None else _days_before(end, zone)
    if start >= end:
        raise Invalid("invalid_parameter", field="from", reason="must be before to")
    if end - start > LONGEST:
        raise Invalid(
            "invalid_parameter", field="from", reason=f"must be at most {LONGEST.days} days before to"
        )
    return Period(start, end, zone)


def _start(when: date | datetime, zone: ZoneInfo) -> datetime:
    moment = when if isinstance(when, datetime) else midnight(_sane(when, "from"), zone)
    return _sane_moment(moment, "from")


def _end(when: date | datetime, zone: ZoneInfo) -> datetime:
    moment = when if isinstance(when, datetime) else midnight(_sane(when, "to") + timedelta(days=1), zone)
    return _sane_moment(moment, "to")


def _days_before(end: datetime, zone: ZoneInfo) -> datetime:
    last_day = (end - timedelta(microseconds=1)).astimezone(zone).date()
    return midnight(last_day - timedelta(days=USUAL_DAYS - 1), zone)


def _sane(day: date, field: str) -> date:
    if not EARLIEST <= day < date(2200, 1, 1):
        raise Invalid("invalid_parameter", field=field, reason="must be between 2000 and 2199")
    return day


def _sane_moment(moment: datetime, field: str) -> datetime:
    _sane(moment.astimezone(UTC).date(), field)
    return moment
