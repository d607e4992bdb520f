import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from app.database import db
from app.web.api import limits
from app.web.api.limits import MemoryCounter, RedisCounter
from tests.conftest import app_on, empty
from tests.support.processes import Process, answers, free_port, wait_until
from tests.support.redis import RedisServer, running_redis
from tests.support.world import World, make_world
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
        db.engine.dispose()


def wait_for_room_in_the_minute(seconds: float = 4) -> None:
    """A test that runs over the end of a minute would see two of them."""
    left = limits.WINDOW_S - time.time() % limits.WINDOW_S
    if left < seconds:
        time.sleep(left + 0.05)


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
    assert before < reset <= before + limits.WINDOW_S + 1
    assert reset % limits.WINDOW_S == 0
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
        db.engine.dispose()
    assert codes == {404: 100, 429: 50}


def test_a_new_minute_begins_at_nothing() -> None:
    counter = MemoryCounter()

    assert [counter.count("a", 1), counter.count("a", 1), counter.count("b", 1)] == [1, 2, 1]
    assert counter.count("a", 2) == 1
    assert list(counter._counts) == ["a"]  # what is over is forgotten


class TestRedis:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[RedisServer]:
        with running_redis(tmp_path) as server:
            yield server

    def test_two_processes_count_as_one(self, server: RedisServer) -> None:
        one, other = RedisCounter(server.url), RedisCounter(server.url)

        assert [one.count("a", 1), other.count("a", 1), one.count("b", 1), one.count("a", 2)] == [1, 2, 1, 1]

    @pytest.mark.parametrize("how", ["kill", "freeze"])
    def test_while_it_is_away_the_process_counts_for_itself(self, server: RedisServer, how: str) -> None:
        counter = RedisCounter(server.url)
        counter.count("a", 1)
        getattr(server, how)()

        started = time.monotonic()
        counts = [counter.count("a", 1) for _ in range(50)]

        assert counts == list(range(1, 51))
        assert time.monotonic() - started < 2  # it was waited for once, and shortly

    def test_it_is_used_again_when_it_is_back(
        self, server: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "REDIS_PAUSE_S", 0.1)
        counter = RedisCounter(server.url)
        counter.count("a", 1)
        server.freeze()
        counter.count("a", 1)
        server.thaw()
        time.sleep(0.2)

        assert counter.count("b", 1) == 1
        assert RedisCounter(server.url).count("b", 1) == 2

    def test_what_is_over_is_forgotten(self, server: RedisServer) -> None:
        counter = RedisCounter(server.url)

        counter.count("a", 1)

        left = counter._redis.ttl("kc:limit:1:a")
        assert isinstance(left, int)
        assert 0 < left <= 2 * limits.WINDOW_S

    def test_a_hundred_pass_through_two_servers_and_no_more(
        self, server: RedisServer, database_url: str, tmp_path: Path
    ) -> None:
        app: Flask = app_on(database_url)
        with app.app_context():
            empty()
            world: World = make_world()
            db.engine.dispose()
        ports = [free_port(), free_port()]
        environ = {"APP_ENV": "test", "DATABASE_URL": database_url, "REDIS_URL": server.url}
        webs = [
            Process(
                "granian", "--interface", "wsgi", "--port", str(port), "app.wsgi:app",
                environ=environ, log=tmp_path / f"{port}.log",
            )
            for port in ports
        ]  # fmt: skip
        try:
            for port in ports:
                address = f"http://127.0.0.1:{port}/healthz"
                wait_until(partial(answers, address), "web server")
            wait_for_room_in_the_minute(20)

            def call(number: int) -> int:
                url = f"http://127.0.0.1:{ports[number % 2]}{UNKNOWN}"
                return requests.get(url, headers={"x-api-key": world.test_key}, timeout=20).status_code

            with ThreadPoolExecutor(16) as pool:
                codes = Counter(pool.map(call, range(160)))
        finally:
            for web in webs:
                web.stop()

        assert codes == {404: 100, 429: 60}
