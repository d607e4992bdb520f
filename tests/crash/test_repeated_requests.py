"""Kill the web server at every write point of a POST that has an Idempotency-Key. Whoever sends it again gets what was
made the first time, and nothing is made twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import func, select, update

from app.database import Table, db, transaction
from app.payments.models import CheckoutSession, Refund
from app.shops.models import Shop
from app.shops.repeats import IdempotencyKey
from tests.crash.test_crashes import MOST_POINTS, Stage, points_of
from tests.support.processes import answers, free_port, wait_until
from tests.support.shopper import Shopper
from tests.support.world import order_body
from tests.web.site import CREATE, READ


@dataclass(frozen=True)
class Post:
    """A request and the table that it adds one row to."""

    path: str
    body: dict[str, Any]
    table: type[Table]


def create_post(_stage: Stage) -> Post:
    return Post(CREATE, order_body(), CheckoutSession)


def shop_post(_stage: Stage) -> Post:
    return Post("/api/shops", {"name": "새 상점"}, Shop)


def refund_post(stage: Stage) -> Post:
    session_id = stage.new_session()
    shopper = Shopper(stage.healthy_web, stage.sandbox)
    shopper.come_back(shopper.authorise(shopper.press_pay(session_id)))
    assert stage.state_of(session_id) == "completed"
    return Post(f"{READ}{session_id}/refund", {"amount": 1000}, Refund)


@pytest.mark.parametrize("new_post", [create_post, refund_post, shop_post])
def test_the_web_server_dies_in_a_request_that_is_sent_again(
    stage: Stage, new_post: Callable[[Stage], Post]
) -> None:
    survived = False
    post = new_post(stage)
    for die_at in range(1, MOST_POINTS):
        before = rows(post)

        survived = send_to_a_doomed_server(stage, post, die_at)
        hurried = send(stage, post, stage.healthy_web, die_at)
        let_leases_run_out()
        again = send(stage, post, stage.healthy_web, die_at)
        replayed = send(stage, post, stage.healthy_web, die_at)

        assert hurried.ok or hurried.json()["error"]["code"] == "idempotency_key_in_use"
        assert not hurried.ok or hurried.content == again.content
        assert again.ok, again.text
        assert replayed.headers["Idempotent-Replayed"] == "true"
        assert replayed.content == again.content
        assert rows(post) == before + 1, f"died at point {die_at}"
        if survived:
            break
    assert survived
    assert points_of(stage, f"{die_at}.points")[:6] == ["before commit", "after commit"] * 3


def send_to_a_doomed_server(stage: Stage, post: Post, die_at: int) -> bool:
    """True when it lived long enough to answer."""
    port = free_port()
    server = stage.doomed("web", str(port), str(die_at), str(stage.folder / f"{die_at}.points"))
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the doomed server is up")
        return send(stage, post, f"http://127.0.0.1:{port}", die_at).ok
    except requests.ConnectionError:
        return False
    finally:
        server.kill()


def send(stage: Stage, post: Post, web: str, number: int) -> requests.Response:
    headers = {"x-api-key": stage.world.test_key, "Idempotency-Key": f"request {number}"}
    return requests.post(web + post.path, json=post.body, headers=headers, timeout=20)


def let_leases_run_out() -> None:
    db.session.rollback()
    with transaction():
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.session.execute(update(IdempotencyKey).values(leased_until=past))


def rows(post: Post) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(post.table)) or 0
