from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.payments.states import SessionState
from tests.web.checkout.browser import load, new_session, pay
from tests.web.checkout.states import session_that_is
from tests.web.site import Site, assert_error

QUESTIONS = ("summary", "timeseries", "methods", "funnel")
PATH = "/api/analytics/"


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_tells_what_it_is_about(site: Site, question: str) -> None:
    content = site.send("GET", PATH + question).get_json()

    seoul = ZoneInfo("Asia/Seoul")
    today = datetime.now(seoul).date()
    end = datetime.combine(today + timedelta(days=1), datetime.min.time(), seoul).astimezone(UTC)
    assert (content["shop_id"], content["livemode"], content["timezone"]) == (
        site.world.shop_id, False, "Asia/Seoul",
    )  # fmt: skip
    assert content["period_end"] == end.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert content["period_start"] == (end - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_payment_shows_at_once(site: Site) -> None:
    before = site.send("GET", PATH + "summary").get_json()

    session_that_is(site, SessionState.COMPLETED)

    after = site.send("GET", PATH + "summary").get_json()
    assert after["payments"]["count"] == before["payments"]["count"] + 1
    assert after["net_amount"] == before["net_amount"] + 29000


def test_a_page_that_was_opened_shows_in_the_funnel(site: Site) -> None:
    def opened() -> int:
        steps = site.send("GET", PATH + "funnel").get_json()["data"]
        return int(next(step["sessions"] for step in steps if step["step"] == "opened"))

    before, session_id = opened(), new_session(site)

    load(site, session_id, headers={"Sec-Purpose": "prefetch;prerender"})
    fetched_ahead = opened()
    load(site, session_id)
    load(site, session_id)
    pay(site, session_id)

    assert (fetched_ahead, opened()) == (before, before + 1)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("from=2026-03-01&to=2026-03-01", "2026-02-28T15:00:00Z", "2026-03-01T15:00:00Z"),
        ("from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
        ("from=2026-03-01T00:00:00+09:00&to=2026-03-31", "2026-02-28T15:00:00Z", "2026-03-31T15:00:00Z"),
        ("to=2026-03-30", "2026-02-28T15:00:00Z", "2026-03-30T15:00:00Z"),
    ],
)
def test_days_are_the_shops(site: Site, query: str, start: str, end: str) -> None:
    content = site.send("GET", f"{PATH}summary?{query}").get_json()

    assert (content["period_start"], content["period_end"]) == (start, end)


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_intervals_that_lie_empty_are_there(site: Site, interval: str) -> None:
    query = f"?from=2020-01-06&to=2020-01-12&interval={interval}"

    rows = site.send("GET", f"{PATH}timeseries{query}").get_json()["data"]

    assert len(rows) == {"hour": 168, "day": 7, "week": 1, "month": 1}[interval]
    assert all(row["sessions"] == row["amount"] == row["net_amount"] == 0 for row in rows)
    if interval != "month":
        assert rows[0]["start_local"] == "2020-01-06T00:00:00+09:00"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2026-13-01", "from"),
        ("from=2026-02-30", "from"),
        ("to=", "to"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from"),
        ("from=2010-01-01&to=2026-01-01", "from"),
        ("from=0001-01-01&to=0001-01-02", "to"),
        ("to=9999-12-31", "to"),
        ("from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z", "to"),
        ("since=2026-01-01", "since"),
        ("shop_id=" + "x" * 41, "shop_id"),
    ],
)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_period_that_makes_no_sense_is_refused(site: Site, question: str, query: str, field: str) -> None:
    assert_error(site.send("GET", f"{PATH}{question}?{query}"), 400, "invalid_parameter", field)


@pytest.mark.parametrize("query", ["interval=year", "interval=hour&from=2026-01-01&to=2026-03-31"])
def test_an_interval_that_makes_no_sense_is_refused(site: Site, query: str) -> None:
    assert_error(site.send("GET", f"{PATH}timeseries?{query}"), 400, "invalid_parameter", "interval")


@pytest.mark.parametrize("shop_id", ["shop_1", "shop_" + "0" * 32, "%00", ""])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_shop_that_the_key_may_not_see_is_not_found(site: Site, question: str, shop_id: str) -> None:
    assert_error(site.send("GET", f"{PATH}{question}?shop_id={shop_id}"), 404, "invalid_shop", "shop_id")


def test_the_other_mode_has_figures_of_its_own(site: Site) -> None:
    session_that_is(site, SessionState.COMPLETED)

    live = site.send("GET", PATH + "summary", key="live").get_json()

    assert (live["livemode"], live["payments"]["count"]) == (True, 0)
