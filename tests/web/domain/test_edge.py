"""The edge asks whether a name may have a certificate; nobody else may ask."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app import clock
from app.domains.domains import claim_domain, record_check, remove_domain
from app.domains.states import Diagnosis
from app.web import edge
from tests.conftest import app_on, empty, let_go
from tests.support.world import make_world
from tests.web.domain.test_hosts import BAD, GOOD, NAME, OURS, Stage, stage
from tests.web.site import Site

__all__ = ["stage"]
OWNED = Diagnosis(True, False)


def ask(stage: Stage, name: str = NAME, *, host: str = "http://127.0.0.1:8000", **kwargs: Any) -> int:
    return stage.at(host, f"/edge/ask?domain={name}", **kwargs).status_code


def claimed(stage: Stage, name: str, seen: Diagnosis) -> None:
    with stage.site.inside():
        now = clock.now()
        domain = claim_domain(shop_id=stage.other.shop_id, by_live_key=True, text=name, ours=(), now=now)
        record_check(domain_id=domain.id, seen=seen, held_by=(), began_at=now, now=now)


def test_a_domain_in_use_may_have_a_certificate(stage: Stage) -> None:
    assert ask(stage) == ask(stage, NAME.upper()) == 200


@pytest.mark.parametrize(
    "name", ["", "evil.example", "yourstore.com", f"www.{NAME}", f"{NAME}.", "%", "pay.example"]
)
def test_no_other_name_may(stage: Stage, name: str) -> None:
    assert ask(stage, name) == 404


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (BAD, 404),
        (OWNED, 404),
        (Diagnosis(False, True), 404),
        (Diagnosis(True, True, secure=False), 200),
        (Diagnosis(True, True, trying=True), 200),
    ],
)
def test_a_new_name_may_once_it_is_owned_and_points_to_us(stage: Stage, seen: Diagnosis, status: int) -> None:
    claimed(stage, "pay.other-store.com", seen)

    assert ask(stage, "pay.other-store.com") == status


def test_a_name_that_failed_or_was_removed_may_not(stage: Stage) -> None:
    claimed(stage, "pay.other-store.com", GOOD)
    stage.check(BAD, days=1)
    stage.check(BAD, days=5)
    with stage.site.inside():
        remove_domain(shop_id=stage.other.shop_id, by_live_key=True)

    assert (ask(stage), ask(stage, "pay.other-store.com")) == (404, 404)


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "2001:db8::9", "169.254.169.254"])
def test_nobody_asks_from_elsewhere(stage: Stage, address: str) -> None:
    assert ask(stage, environ_overrides={"REMOTE_ADDR": address}) == 404


def test_what_the_edge_passes_on_for_others_is_refused(stage: Stage) -> None:
    assert ask(stage, headers={"X-Forwarded-For": "127.0.0.1"}) == 404


@pytest.mark.parametrize("host", [NAME, "evil.example"])
def test_it_is_not_there_at_other_names(stage: Stage, host: str) -> None:
    assert ask(stage, host=host) == 404


@pytest.mark.parametrize(("address", "status"), [("172.18.0.5", 200), ("127.0.0.1", 404)])
def test_the_edge_may_be_on_another_machine(database_url: str, address: str, status: int) -> None:
    app = app_on(
        database_url, CHECKOUT_URL=OURS, TRUSTED_PROXIES="1", MORE_HOSTS="web", EDGE_NETWORKS="172.18.0.0/16"
    )
    with app.app_context():
        empty()
        world, now = make_world(), clock.now()
        domain = claim_domain(shop_id=world.shop_id, by_live_key=True, text=NAME, ours=(), now=now)
        record_check(domain_id=domain.id, seen=GOOD, held_by=(), began_at=now, now=now)
    stage = Stage(Site(app, world), world, domain.id)

    answers = [
        ask(stage, host="http://web:8000", environ_overrides={"REMOTE_ADDR": address}, headers=headers)
        for headers in ({}, {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "172.18.0.5"})
    ]

    with app.app_context():
        let_go()
    assert answers == [status, 404, 404]


def test_while_the_database_is_away_the_last_answer_holds(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(stage)

    def is_away(name: str) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(edge, "served_at", is_away)

    assert (before, ask(stage), ask(stage, "evil.example")) == (200, 200, 404)


def test_a_name_that_is_new_is_known_although_the_memory_is_not_old(stage: Stage) -> None:
    before = ask(stage, "pay.other-store.com")
    claimed(stage, "pay.other-store.com", GOOD)

    assert (before, ask(stage, "pay.other-store.com")) == (404, 200)


def test_the_memory_is_not_kept_for_long() -> None:
    assert timedelta(seconds=edge.FRESH_S) < timedelta(minutes=5)
