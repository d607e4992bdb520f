"""What holds however many web servers there are."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
import requests
from sqlalchemy import func, select

from app.database import db
from app.payments.models import CheckoutSession
from tests.conftest import NO_LIMITS, app_on, empty, let_go
from tests.support.processes import Process, answers, free_port, wait_until
from tests.support.redis import RedisServer, running_redis
from tests.support.world import World, make_world, order_body
from tests.web.api.minutes import wait_for_room_in_the_minute
from tests.web.site import CREATE, READ

UNKNOWN = READ + "cs_" + "0" * 32
SERVERS = 3


@dataclass(frozen=True)
class Fleet:
    """Web servers on one database."""

    origins: list[str]
    world: World

    def get(self, number: int) -> requests.Response:
        return requests.get(self._at(number, UNKNOWN), headers={"x-api-key": self.world.test_key}, timeout=20)

    def create(self, number: int, idempotency_key: str) -> requests.Response:
        headers = {"x-api-key": self.world.test_key, "Idempotency-Key": idempotency_key}
        return requests.post(self._at(number, CREATE), json=order_body(), headers=headers, timeout=60)

    def _at(self, number: int, path: str) -> str:
        return self.origins[number % len(self.origins)] + path


@contextmanager
def running_fleet(database_url: str, folder: Path, **environ: str) -> Iterator[Fleet]:
    app = app_on(database_url)
    with app.app_context():
        empty()
        world = make_world()
        let_go()
    with ExitStack() as stack:
        origins = []
        for _ in range(SERVERS):
            port = free_port()
            web = Process(
                "granian", "--interface", "wsgi", "--blocking-threads", "4", "--port", str(port), "app.wsgi:app",
                environ={"APP_ENV": "test", "DATABASE_URL": database_url, **environ},
                log=folder / f"{port}.log",
            )  # fmt: skip
            stack.callback(web.stop)
            origins.append(f"http://127.0.0.1:{port}")
        for origin in origins:
            wait_until(partial(answers, f"{origin}/healthz"), "a web server is up")
        yield Fleet(origins, world)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


def test_a_hundred_pass_through_all_servers_and_no_more(
    server: RedisServer, database_url: str, tmp_path: Path
) -> None:
    patient = {"REDIS_URL": server.url, "REDIS_TIMEOUT_S": "5"}  # however busy this machine is
    with running_fleet(database_url, tmp_path, **patient) as fleet:
        wait_for_room_in_the_minute(20)

        with ThreadPoolExecutor(24) as pool:
            got = list(pool.map(fleet.get, range(180)))

    assert Counter(answer.status_code for answer in got) == {404: 100, 429: 80}
    left = sorted(int(answer.headers["X-RateLimit-Remaining"]) for answer in got)
    assert left == [0] * 80 + list(range(100))


def test_a_redis_that_hangs_and_dies_holds_up_nobody(
    server: RedisServer, database_url: str, tmp_path: Path
) -> None:
    with running_fleet(database_url, tmp_path, REDIS_URL=server.url, API_LIMIT_TEST="1000") as fleet:
        before = Counter(fleet.get(number).status_code for number in range(SERVERS))
        server.freeze()
        hanging = [timed(fleet, number) for number in range(60)]
        server.kill()
        dead = [timed(fleet, number) for number in range(60)]

    assert before == {404: SERVERS}
    for calls in (hanging, dead):
        assert {status for status, _ in calls} == {404}
        waits = sorted(seconds for _, seconds in calls)
        assert waits[-1] < 2
        assert waits[len(waits) // 2] < 0.1  # most did not wait at all


def timed(fleet: Fleet, number: int) -> tuple[int, float]:
    started = time.monotonic()
    return fleet.get(number).status_code, time.monotonic() - started


def test_one_idempotency_key_fifty_times_at_once_makes_one_session(database_url: str, tmp_path: Path) -> None:
    barrier = Barrier(50)

    def create(number: int) -> requests.Response:
        barrier.wait(timeout=30)
        return fleet.create(number, "order 1")

    with running_fleet(database_url, tmp_path, **NO_LIMITS) as fleet, ThreadPoolExecutor(50) as pool:
        got = list(pool.map(create, range(50)))
        again = fleet.create(0, "order 1")

    made = [answer for answer in got if answer.status_code == 201]
    others = [answer for answer in got if answer.status_code != 201]
    assert {answer.content for answer in made} == {again.content}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
    assert {answer.json()["error"]["code"] for answer in others} <= {"idempotency_key_in_use"}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert sessions(database_url) == 1


def sessions(database_url: str) -> int:
    app = app_on(database_url)
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(CheckoutSession))
        let_go()
    return count or 0
