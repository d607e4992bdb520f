"""A shop's figures over REST."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_openapi import APIBlueprint

from app import clock
from app.analytics.coupons import coupons
from app.analytics.funnel import funnel
from app.analytics.methods import methods
from app.analytics.periods import MOST_BUCKETS, TooManyBuckets
from app.analytics.scope import Scope
from app.analytics.summary import summary
from app.analytics.timeseries import timeseries
from app.clock import to_wire
from app.errors import Invalid, NotFound
from app.shops.models import Shop
from app.shops.queries import shop_of_holder
from app.web.api.analytics_schemas import (
    AnalyticsQuery,
    Coupons,
    Funnel,
    Methods,
    Summary,
    Timeseries,
    TimeseriesQuery,
    period_from,
)
from app.web.api.auth import caller

blueprint = APIBlueprint("api_analytics", __name__, url_prefix="/api/analytics")


@blueprint.get("/summary", responses={200: Summary})
def read_summary(query: AnalyticsQuery) -> dict[str, Any]:
    """Sessions, payments and refunds of a period"""
    scope = _scope(query)
    return {**_about(scope), **summary(scope)}


@blueprint.get("/timeseries", responses={200: Timeseries})
def read_timeseries(query: TimeseriesQuery) -> dict[str, Any]:
    """The figures hour by hour, or by day, week or month"""
    scope = _scope(query)
    try:
        data = timeseries(scope, query.interval)
    except TooManyBuckets:
        reason = f"gives more than {MOST_BUCKETS} intervals; choose a longer one or a shorter period"
        raise Invalid("invalid_parameter", field="interval", reason=reason) from None
    return {**_about(scope), "interval": query.interval, "data": data}


@blueprint.get("/methods", responses={200: Methods})
def read_methods(query: AnalyticsQuery) -> dict[str, Any]:
    """How buyers paid"""
    scope = _scope(query)
    return {**_about(scope), "data": methods(scope)}


@blueprint.get("/coupons", responses={200: Coupons})
def read_coupons(query: AnalyticsQuery) -> dict[str, Any]:
    """What each coupon brought, and what it cost"""
    scope = _scope(query)
    return {**_about(scope), "data": coupons(scope)}


@blueprint.get("/funnel", responses={200: Funnel})
def read_funnel(query: AnalyticsQuery) -> dict[str, Any]:
    """How far sessions have come"""
    scope = _scope(query)
    return {**_about(scope), "data": funnel(scope)}


def _scope(query: AnalyticsQuery) -> Scope:
    """Raises NotFound for a shop that the key may not see, Invalid for a period that makes no sense."""
    shop = _shop(query.shop_id)
    period = period_from(query, zone=ZoneInfo(shop.timezone), now=clock.now())
    return Scope(shop.id, caller().livemode, period)


def _shop(wanted: str | None) -> Shop:
    who = caller()
    shop_id = wanted if wanted is not None else who.default_shop_id
    shop = shop_of_holder(shop_id, who) if shop_id else None
    if shop is None:
        raise NotFound("invalid_shop", field="shop_id")
    return shop


def _about(scope: Scope) -> dict[str, Any]:
    return {
        "shop_id": scope.shop_id,
        "livemode": scope.livemode,
        "timezone": scope.period.zone.key,
        "currency": "KRW",
        "period_start": to_wire(scope.period.start),
        "period_end": to_wire(scope.period.end),
    }
