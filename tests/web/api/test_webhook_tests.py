"""The webhook gym over REST: asked for, carried out by the worker, read."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.database import db, transaction
from app.jobs.run_webhook_tests import LEASE, run_due_webhook_tests
from app.shops.models import Shop
from app.webhooks.gym.exercises import NAMES, ON_ALL
from app.webhooks.gym.models import WebhookTest
from app.webhooks.models import Delivery, WebhookEndpoint
from app.webhooks.pruning import KEPT, forget_old_events
from tests.conftest import app_on, empty, let_go
from tests.support.receivers import BelievesEverything, Right, served
from tests.support.world import make_world
from tests.web.site import Site, assert_error

PATH = "/api/webhooks/test"
NOBODY = "http://127.0.0.1:1/hook"


@pytest.fixture
def site(app: Flask) -> Site:
    return Site(app, make_world())


def set_url(site: Site, url: str) -> None:
    with transaction():
        db.session.get_one(Shop, site.world.shop_id).webhook_url = url


def ask(site: Site, *, headers: dict[str, str] | None = None, key: str = "test") -> TestResponse:
    return site.send("POST", PATH, json={}, headers=headers or {}, key=key)


def report(site: Site, test_id: str, *, language: str = "en") -> dict[str, Any]:
    answer = site.send("GET", f"{PATH}/{test_id}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def carried_out(site: Site) -> str:
    """The id of a run that has ended."""
    test_id: str = ask(site).get_json()["id"]
    assert run_due_webhook_tests(now=clock.now(), limit=5) == 1
    return test_id


@pytest.fixture
def asked(site: Site) -> TestResponse:
    set_url(site, NOBODY)
    return ask(site)


def test_it_is_carried_out_later(asked: TestResponse) -> None:
    told = asked.get_json()

    assert asked.status_code == 202
    assert (told["status"], told["verdict"], told["exercises"]) == ("running", None, [])
    assert told["url"] == NOBODY


def test_a_right_receiver_gets_a_good_report(site: Site) -> None:
    with served(Right(site.world.webhook_secret)) as url:
        set_url(site, url)
        told = report(site, carried_out(site))

    assert (told["status"], told["verdict"]) == ("done", "passed")
    assert [one["name"] for one in told["exercises"]] == [*NAMES, *ON_ALL]
    assert {one["advice"] for one in told["exercises"]} == {None}
    assert told["endedAt"]


def test_a_wrong_receiver_gets_advice_in_its_language(site: Site) -> None:
    with served(BelievesEverything(site.world.webhook_secret)) as url:
        set_url(site, url)
        test_id = carried_out(site)

    for language, message, title in (
        ("en", "It was accepted (2xx).", "No signature at all"),
        ("ko", "받아 주었어요(2xx).", "서명 없음"),
    ):
        told = report(site, test_id, language=language)
        [unsigned] = [one for one in told["exercises"] if one["name"] == "unsigned"]
        assert told["verdict"] == "failed"
        assert (unsigned["verdict"], unsigned["problem"]) == ("failed", "accepted_forgery")
        assert (unsigned["message"], unsigned["title"]) == (message, title)
        assert unsigned["advice"]
        assert unsigned["answers"][0]["status"] == 200


def test_nothing_of_it_is_a_delivery_or_counts_for_the_endpoint(site: Site) -> None:
    with served(BelievesEverything(site.world.webhook_secret)) as url:
        set_url(site, url)
        carried_out(site)

    db.session.rollback()
    assert db.session.query(Delivery).count() == db.session.query(WebhookEndpoint).count() == 0


def test_a_receiver_inside_of_our_network_is_not_asked(database_url: str) -> None:
    app = app_on(database_url, WEBHOOK_ALLOW_PRIVATE="0")
    with app.app_context():
        empty()
        site = Site(app, make_world())
        with served(BelievesEverything(site.world.webhook_secret)) as url:
            set_url(site, url)
            told = report(site, carried_out(site))
        let_go()

    plain, *others = told["exercises"]
    assert (told["verdict"], plain["problem"]) == ("failed", "no_answer")
    assert plain["answers"][0]["reason"] == "address_not_public"
    assert {one["verdict"] for one in others} == {"not_run"}


def test_only_a_test_key_may_ask(site: Site) -> None:
    set_url(site, NOBODY)

    assert_error(ask(site, key="live"), 403, "test_key_required")


def test_without_an_address_there_is_nothing_to_try(site: Site) -> None:
    assert_error(ask(site), 409, "no_webhook_url")


def test_one_at_a_time(site: Site, asked: TestResponse) -> None:
    details = assert_error(ask(site), 409, "webhook_test_running")

    assert details["testId"] == asked.get_json()["id"]


def test_who_asks_twice_with_the_same_key_gets_the_same_run(site: Site) -> None:
    set_url(site, NOBODY)

    first, second = (ask(site, headers={"Idempotency-Key": "once"}) for _ in range(2))

    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"


def test_there_are_so_many_a_minute(site: Site) -> None:
    statuses = [ask(site).status_code for _ in range(6)]

    assert statuses[-1] == 429


def test_one_that_a_dead_worker_had_comes_back(site: Site, asked: TestResponse) -> None:
    now = clock.now()
    with transaction():
        row = db.session.get_one(WebhookTest, asked.get_json()["id"])
        row.leased_until = now + LEASE

    assert run_due_webhook_tests(now=now, limit=5) == 0
    assert run_due_webhook_tests(now=now + LEASE, limit=5) == 1
    assert report(site, row.id)["status"] == "done"


def test_reports_are_kept_for_thirty_days(site: Site) -> None:
    set_url(site, NOBODY)
    test_id = carried_out(site)

    forget_old_events(now=clock.now() + KEPT - timedelta(hours=1), limit=10)
    assert report(site, test_id)["verdict"] == "failed"
    forget_old_events(now=clock.now() + KEPT + timedelta(hours=1), limit=10)

    assert_error(site.send("GET", f"{PATH}/{test_id}"), 404, "webhook_test_not_found")
