import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
import structlog

from app.web.api import counters
from app.web.api.counters import WINDOW_S, MemoryCounter, RedisCounter
from tests.support.logs import production_log
from tests.support.redis import RedisServer, running_redis

PATIENCE_S = 0.2
Reach = Callable[[RedisServer], RedisCounter]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def counter_on() -> Iterator[Reach]:
    """Makes counters that have reached their Redis. What they opened is closed again: Python may come to the socket
    before it comes to the client that would close it, and then it complains in whatever test is running."""
    with ExitStack() as ending:

        def reach(server: RedisServer) -> RedisCounter:
            counter = RedisCounter(server.url, patience_s=PATIENCE_S)
            ending.callback(counter._redis.close)
            counter.count("first", 1)
            return counter

        yield reach


def test_a_new_minute_begins_at_nothing() -> None:
    counter = MemoryCounter()

    assert [counter.count("a", 1), counter.count("a", 1), counter.count("b", 1)] == [1, 2, 1]
    assert counter.count("a", 2) == 1
    assert list(counter._counts) == ["a"]  # what is over is forgotten


def test_a_clock_that_goes_back_frees_nobody() -> None:
    counter = MemoryCounter()

    counter.count("a", 2)

    assert counter.count("a", 1) == 2


def test_no_count_is_lost_between_threads() -> None:
    counter = MemoryCounter()

    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: counter.count("a", 1), range(2000)))

    assert sorted(counts) == list(range(1, 2001))


def test_two_processes_count_as_one(server: RedisServer, counter_on: Reach) -> None:
    one, other = counter_on(server), counter_on(server)

    assert [one.count("a", 1), other.count("a", 1), one.count("b", 1), one.count("a", 2)] == [1, 2, 1, 1]


def test_what_is_over_is_forgotten(server: RedisServer, counter_on: Reach) -> None:
    counter = counter_on(server)

    left = counter._redis.ttl("kc:limit:1:first")

    assert isinstance(left, int)
    assert 0 < left <= 2 * WINDOW_S


@pytest.mark.parametrize("how", [RedisServer.kill, RedisServer.freeze])
def test_while_it_is_away_the_process_counts_for_itself(
    server: RedisServer, counter_on: Reach, how: Callable[[RedisServer], None]
) -> None:
    counter = counter_on(server)
    how(server)

    started = time.monotonic()
    counts = [counter.count("a", 1) for _ in range(50)]

    assert counts == list(range(1, 51))
    assert time.monotonic() - started < PATIENCE_S + 1  # it was waited for once


def test_of_many_at_once_none_waits_longer_than_one(server: RedisServer, counter_on: Reach) -> None:
    counter = counter_on(server)
    server.freeze()

    started = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: counter.count("a", 1), range(160)))

    assert sorted(counts) == list(range(1, 161))
    assert time.monotonic() - started < PATIENCE_S + 1


def test_one_alone_looks_whether_it_is_back(
    server: RedisServer, counter_on: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = counter_on(server)
    server.freeze()
    counter.count("a", 1)
    monkeypatch.setattr(counter, "_look_at", 0.0)  # the pause is over

    def timed_count(_: int) -> float:
        started = time.monotonic()
        counter.count("a", 1)
        return time.monotonic() - started

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(timed_count, range(32)))

    assert sum(wait > PATIENCE_S / 2 for wait in waits) == 1


def test_a_redis_that_is_slow_is_left_alone() -> None:
    with slow_server() as url:
        counter = RedisCounter(url, patience_s=PATIENCE_S)

        started = time.monotonic()
        counts = [counter.count("a", 1) for _ in range(20)]

    assert counts == list(range(1, 21))
    assert time.monotonic() - started < PATIENCE_S + 1


@pytest.mark.parametrize(
    "url", ["redis://no..host:1/0", "redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock"]
)
def test_an_address_that_leads_nowhere_does_no_harm(url: str) -> None:
    counter = RedisCounter(url, patience_s=PATIENCE_S)

    assert [counter.count("a", 1), counter.count("a", 1)] == [1, 2]


def test_what_is_no_redis_does_no_harm() -> None:
    with slow_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        counter = RedisCounter(url, patience_s=PATIENCE_S)

        assert [counter.count("a", 1), counter.count("a", 1)] == [1, 2]


def test_it_is_used_again_when_it_is_back(
    server: RedisServer, counter_on: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "PAUSE_S", 0.1)
    counter = counter_on(server)
    server.freeze()
    counter.count("a", 1)
    server.thaw()
    time.sleep(0.2)

    assert counter.count("b", 1) == 1
    assert counter_on(server).count("b", 1) == 2


def test_a_redis_that_was_started_anew_is_used_at_once(server: RedisServer, counter_on: Reach) -> None:
    counter = counter_on(server)
    server.kill()
    server.start()

    assert counter.count("a", 1) == 1
    assert counter_on(server).count("a", 1) == 2


def test_its_going_and_coming_are_logged_once(
    server: RedisServer, counter_on: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "PAUSE_S", 0.0)
    counter = counter_on(server)
    with production_log() as stream:
        monkeypatch.setattr(counters, "log", structlog.get_logger())
        server.kill()
        for _ in range(5):
            counter.count("a", 1)
        server.start()
        for _ in range(5):
            counter.count("a", 1)
        events = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]

    assert events == ["limits.redis_away", "limits.redis_back"]


@contextmanager
def slow_server(answer: bytes = b"") -> Iterator[str]:
    """Address of a server that takes a second for each answer. answer: what it sends at once instead."""
    stop = Event()

    def serve() -> None:
        while not stop.is_set():
            connection, _ = listening.accept()
            with connection:
                if answer:
                    connection.recv(65536)
                    connection.sendall(answer)
                else:
                    stop.wait(1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()
