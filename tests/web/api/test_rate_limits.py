import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.errors import TooManyRequests
from app.web.api.counters import WINDOW_S
from app.web.api.limits import limit_by
from tests.conftest import app_on, empty, let_go
from tests.support.world import make_world
from tests.web.api.minutes import wait_for_room_in_the_minute
from tests.web.api.test_key_matrix import ROUTES
from tests.web.site import CREATE, READ, Site, assert_error

UNKNOWN = READ + "cs_" + "0" * 32
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


@pytest.fixture
def limited(database_url: str) -> Iterator[Site]:
    """5 requests a minute for a live key, 3 for a test key, 2 without one."""
    app = app_on(database_url, API_LIMIT_LIVE="5", API_LIMIT_TEST="3", API_LIMIT_ADDRESS="2")
    with app.app_context():
        empty()
        world = make_world()
    wait_for_room_in_the_minute()
    yield Site(app, world)
    with app.app_context():
        let_go()


def told(answer: TestResponse) -> tuple[int, int, int]:
    limit, remaining, reset = (int(answer.headers[name]) for name in HEADERS)
    return limit, remaining, reset


def test_a_key_may_call_so_often_a_minute_and_no_more(limited: Site) -> None:
    answers = [limited.send("GET", UNKNOWN) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert [told(answer)[:2] for answer in answers] == [(3, 2), (3, 1), (3, 0), (3, 0), (3, 0)]
    assert_error(answers[3], 429, "rate_limit_exceeded")


def test_the_headers_say_when_the_next_minute_begins(limited: Site) -> None:
    before = time.time()
    refused = [limited.send("GET", UNKNOWN) for _ in range(4)][-1]

    _limit, _remaining, reset = told(refused)
    assert before < reset <= before + WINDOW_S + 1
    assert reset % WINDOW_S == 0
    assert abs(int(refused.headers["Retry-After"]) - (reset - before)) <= 2


def test_each_mode_and_each_key_has_its_own(limited: Site) -> None:
    for _ in range(4):
        limited.send("GET", UNKNOWN)

    live = limited.send("GET", UNKNOWN, key="live")

    assert (live.status_code, told(live)[:2]) == (404, (5, 4))


@pytest.mark.parametrize("key", [None, "sk_test_" + "0" * 64, "x"])
def test_without_a_key_the_address_is_counted(limited: Site, key: str | None) -> None:
    refused = [limited.send("GET", UNKNOWN, key=key) for _ in range(3)]

    assert [answer.status_code for answer in refused] == [401, 401, 429]
    assert limited.send("GET", UNKNOWN).status_code == 404  # a good key from there is heard all the same


@pytest.mark.parametrize(
    ("method", "path", "status", "kwargs"),
    [
        ("POST", CREATE, 400, {"json": {}}),
        ("POST", CREATE, 400, {"data": b"{", "content_type": "application/json"}),
        ("POST", CREATE, 413, {"data": b" " * 600_000, "content_type": "application/json"}),
        ("POST", CREATE, 415, {"data": b"x", "content_type": "text/plain"}),
        ("GET", UNKNOWN, 404, {}),
        ("GET", "/api/nowhere", 404, {}),
        ("GET", "/api", 404, {}),
        ("DELETE", CREATE, 405, {}),
        ("GET", "/api/checkout/sessions", 200, {}),
    ],
)
def test_every_answer_has_the_headers(
    site: Site, method: str, path: str, status: int, kwargs: dict[str, Any]
) -> None:
    answer = site.send(method, path, **kwargs)

    assert answer.status_code == status
    assert all(name in answer.headers for name in HEADERS)


def test_a_crash_has_the_headers_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.web.api.sessions.create_session", crash)

    answer = site.create()

    assert answer.status_code == 500
    assert all(name in answer.headers for name in HEADERS)


def test_a_database_that_is_away_leaves_the_headers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("no connection"))

    monkeypatch.setattr("app.web.api.auth.holder_of_key", away)

    answer = site.create()

    assert_error(answer, 500, "internal_error")
    assert all(name in answer.headers for name in HEADERS)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("key", ["test", None])
def test_every_route_tells_the_limit(site: Site, route: str, key: str | None) -> None:
    method, rule = route.split(" ", 1)

    for asked in (method, "HEAD", "OPTIONS", "TRACE"):
        answer = site.send(asked, rule.replace("<", "").replace(">", ""), key=key)

        limit, remaining, reset = told(answer)
        assert 0 <= remaining < limit
        assert reset > time.time() - 1


def test_an_answer_that_is_given_again_is_counted_too(limited: Site) -> None:
    headers = {"Idempotency-Key": "again"}

    answers = [limited.create(headers=headers) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert [told(answer)[1] for answer in answers] == [2, 1, 0, 0]
    assert answers[2].headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in answers[3].headers


@pytest.mark.parametrize(
    ("addresses", "remaining"),
    [
        (["198.51.100.7", "198.51.100.8"], [1, 1]),
        (["198.51.100.7", "::ffff:198.51.100.7"], [1, 0]),
        (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], [1, 0]),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"], [1, 1]),
        (["", "no address"], [1, 0]),
    ],
)
def test_an_address_is_what_one_subscriber_has(
    limited: Site, addresses: list[str], remaining: list[int]
) -> None:
    answers = [
        limited.send("GET", UNKNOWN, key=None, environ_base={"REMOTE_ADDR": address}) for address in addresses
    ]

    assert [told(answer)[1] for answer in answers] == remaining


def test_what_is_counted_twice_tells_of_the_one_with_the_least_left(
    limited: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strict(**_: object) -> None:
        limit_by("try", "a", 1)
        raise AssertionError("it went through")

    def generous(**_: object) -> None:
        limit_by("look", "a", 100)
        raise TooManyRequests()

    monkeypatch.setattr("app.web.api.sessions.create_session", strict)
    told_of_one, refused = limited.create(), limited.create()
    monkeypatch.setattr("app.web.api.sessions.create_session", generous)
    told_of_key = limited.create()

    assert (told_of_one.status_code, told(told_of_one)[:2]) == (500, (1, 0))
    assert (refused.status_code, told(refused)[:2]) == (429, (1, 0))
    assert (told_of_key.status_code, told(told_of_key)[:2]) == (429, (3, 0))


def test_pages_are_not_limited(limited: Site) -> None:
    answers = [limited.send("GET", "/healthz", key=None) for _ in range(9)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any(name in answers[0].headers for name in HEADERS)


def test_a_hundred_of_many_threads_pass_and_no_more(database_url: str) -> None:
    app = app_on(database_url, API_LIMIT_TEST="100")
    with app.app_context():
        empty()
        site = Site(app, make_world())
    wait_for_room_in_the_minute(15)

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(pool.map(lambda _: site.send("GET", UNKNOWN).status_code, range(150)))

    with app.app_context():
        let_go()
    assert codes == {404: 100, 429: 50}
