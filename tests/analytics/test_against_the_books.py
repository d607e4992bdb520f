"""Every figure is exact to the won: compared with a plain count over the same rows, in odd zones and at odd times."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from app.analytics.coupons import coupons
from app.analytics.funnel import funnel
from app.analytics.methods import methods
from app.analytics.periods import Interval, Period
from app.analytics.scope import Scope
from app.analytics.summary import summary
from app.analytics.timeseries import timeseries
from tests.analytics.books import PAID, Books
from tests.conftest import app_on, empty, let_go
from tests.support.world import make_session, make_world

START, END = datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
ZONES = ["Asia/Seoul", "America/New_York", "Asia/Kathmandu"]


@pytest.fixture(scope="module")
def books(database_url: str) -> Iterator[Books]:
    """Written once for the whole file; nobody changes them."""
    with app_on(database_url).app_context():
        empty()
        books = Books(make_world(), Random(7))
        books.write(amount=300, start=START, end=END)
        make_session(make_world(), now=START + timedelta(days=3))  # another merchant's
        yield books
        let_go()


def scope_of(books: Books, zone: str, *, start: datetime, end: datetime) -> Scope:
    return Scope(books.world.shop_id, False, Period(start, end, ZoneInfo(zone)))


def within(moment: datetime | None, start: datetime, end: datetime) -> bool:
    return moment is not None and start <= moment < end


@pytest.fixture(params=[(0.0, 1.0), (0.31, 0.62), (0.9, 0.9001)])
def span(request: pytest.FixtureRequest) -> tuple[datetime, datetime]:
    begin, end = request.param
    return START + (END - START) * begin, START + (END - START) * end


def test_the_coupons(books: Books, span: tuple[datetime, datetime]) -> None:
    start, end = span

    found = coupons(scope_of(books, "Asia/Seoul", start=start, end=end))

    paid = [one for one in books.sessions if one.coupon_id and within(one.completed_at, start, end)]
    expected = {
        "coupon_id": books.coupon.id,
        "code": "WELCOME10",
        "name_ko": None,
        "name_en": None,
        "type": "fixed_amount",
        "payments": len(paid),
        "discount_amount": 500 * len(paid),
        "amount": sum(one.total_amount for one in paid),
        "refunded_amount": sum(one.refunded_amount for one in paid),
    }
    assert found == ([expected] if paid else [])


def test_the_summary(books: Books, span: tuple[datetime, datetime]) -> None:
    start, end = span

    found = summary(scope_of(books, "Asia/Seoul", start=start, end=end))

    created = [session for session in books.sessions if within(session.created_at, start, end)]
    paid = [session.total_amount for session in books.sessions if within(session.completed_at, start, end)]
    given_back = [refund.amount for refund in books.refunds if within(refund.ended_at, start, end)]
    states = Counter(session.state for session in created)
    assert found["sessions"]["created"] == len(created)
    assert all(found["sessions"][state] == states[state] for state in found["sessions"] if state != "created")
    assert found["payments"]["count"] == len(paid)
    assert found["payments"]["amount"] == sum(paid)
    assert found["refunds"] == {"count": len(given_back), "amount": sum(given_back)}
    assert found["net_amount"] == sum(paid) - sum(given_back)
    completed = sum(states[state] for state in PAID)
    assert found["conversion_rate"] == (round(completed / len(created), 4) if created else None)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("interval", list(Interval))
def test_the_timeseries(books: Books, span: tuple[datetime, datetime], zone: str, interval: Interval) -> None:
    start, end = span
    end = min(end, start + timedelta(days=40)) if interval == Interval.HOUR else end

    found = timeseries(scope_of(books, zone, start=start, end=end), interval)

    starts = [datetime.fromisoformat(row["start"]) for row in found]
    for row, begin, following in zip(found, starts, [*starts[1:], end], strict=True):
        since, until = max(begin, start), min(following, end)
        paid = [s.total_amount for s in books.sessions if within(s.completed_at, since, until)]
        given_back = [refund.amount for refund in books.refunds if within(refund.ended_at, since, until)]
        assert row["sessions"] == sum(within(s.created_at, since, until) for s in books.sessions)
        assert (row["payments"], row["amount"]) == (len(paid), sum(paid))
        assert (row["refunds"], row["refunded_amount"]) == (len(given_back), sum(given_back))
        assert row["net_amount"] == sum(paid) - sum(given_back)


def test_the_methods(books: Books, span: tuple[datetime, datetime]) -> None:
    start, end = span

    found = methods(scope_of(books, "Asia/Seoul", start=start, end=end))

    by_id = {session.id: session for session in books.sessions}
    paid = [s for s in books.sessions if within(s.completed_at, start, end)]
    approved = {attempt.session_id: attempt for attempt in books.attempts if attempt.state == "approved"}
    for row in found:
        mine = [
            s for s in paid
            if (approved[s.id].method if s.id in approved else "free") == row["method"]
        ]  # fmt: skip
        declined = [
            a for a in books.attempts
            if a.state == "declined" and a.method == row["method"] and within(a.ended_at, start, end)
        ]  # fmt: skip
        refunded = [
            r.amount for r in books.refunds
            if within(r.ended_at, start, end) and approved[r.session_id].method == row["method"]
        ]  # fmt: skip
        assert (row["payments"], row["amount"]) == (len(mine), sum(s.total_amount for s in mine))
        assert (row["declined"], row["refunded_amount"]) == (len(declined), sum(refunded))
        assert row["gateway"] == (None if row["method"] == "free" else "toss")
    assert sum(row["payments"] for row in found) == len(paid)
    assert sum(row["amount"] for row in found) == sum(by_id[s.id].total_amount for s in paid)


def test_the_funnel(books: Books, span: tuple[datetime, datetime]) -> None:
    start, end = span

    found = {step["step"]: step["sessions"] for step in funnel(scope_of(books, "UTC", start=start, end=end))}

    created = {s.id: s for s in books.sessions if within(s.created_at, start, end)}
    free = {key for key, s in created.items() if s.completed_at and s.total_amount == 0}
    started = free | {a.session_id for a in books.attempts if a.session_id in created}
    confirmed = free | {a.session_id for a in books.attempts if a.session_id in created and a.confirmed_at}
    assert found == {
        "created": len(created),
        "opened": sum(bool(s.opened_at or s.completed_at) for s in created.values()),
        "started": len(started),
        "confirmed": len(confirmed),
        "completed": sum(s.completed_at is not None for s in created.values()),
    }
    assert list(found.values()) == sorted(found.values(), reverse=True)
