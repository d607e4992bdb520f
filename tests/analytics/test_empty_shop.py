from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from app.analytics.funnel import funnel
from app.analytics.methods import methods
from app.analytics.periods import Interval, Period
from app.analytics.scope import Scope
from app.analytics.summary import summary
from app.analytics.timeseries import timeseries
from tests.support.world import World

START = datetime(2026, 2, 20, tzinfo=UTC)


def test_a_shop_where_nothing_happened_has_figures_too(app: Flask, world: World) -> None:
    scope = Scope(world.shop_id, False, Period(START, START + timedelta(days=2), ZoneInfo("Asia/Seoul")))

    assert summary(scope)["payments"] == {"count": 0, "amount": 0, "average_amount": None}
    assert [row["net_amount"] for row in timeseries(scope, Interval.DAY)] == [0, 0, 0]
    assert methods(scope) == []
    assert [step["rate_of_created"] for step in funnel(scope)] == [None] * 5
