"""`/metrics`: for whoever runs the product, and for nobody else."""

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.database import db, transaction
from app.domains.domains import claim_domain, record_check
from app.domains.states import Diagnosis
from app.jobs.due_deliveries import claim_due
from app.payments.outcomes import call_person
from app.payments.people import OTHER_ORDER
from app.shops.models import GatewayAccount
from tests.conftest import app_on, let_go
from tests.gateways.line import open_line, says
from tests.support.buyer import begin
from tests.support.processes import Process, answers, free_port, wait_until
from tests.support.webhooks import answer, owe
from tests.support.world import NOW, World, make_session

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


def figure(text: str, name: str, **labels: str) -> float | None:
    """The value of one line; None where there is no such line."""
    told = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    found = re.search(rf"^korea_checkout_{name}{{{re.escape(told)}}} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


def queue(client: FlaskClient, name: str) -> tuple[float | None, ...]:
    text = client.get("/metrics").text
    kinds = ("queue_waiting", "queue_due", "queue_oldest_due_seconds")
    return tuple(figure(text, kind, queue=name) for kind in kinds)


@pytest.mark.parametrize("environ", [STRANGER, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"REMOTE_ADDR": ""}])
def test_for_strangers_there_is_nothing(client: FlaskClient, environ: dict[str, str]) -> None:
    answer = client.get("/metrics", environ_overrides=environ)

    assert answer.status_code == 404
    assert "korea_checkout_" not in answer.text


def test_at_a_shops_own_domain_there_is_nothing(client: FlaskClient, world: World) -> None:
    host, now = "checkout.yourstore.com", clock.now()
    domain = claim_domain(shop_id=world.shop_id, by_live_key=True, text=host, ours=(), now=now)
    record_check(
        domain_id=domain.id, seen=Diagnosis(True, True, secure=True), held_by=(), began_at=now, now=now
    )

    answer = client.get("/metrics", headers={"Host": host})

    assert answer.status_code == 404
    assert "korea_checkout_" not in answer.text


def test_a_setting_says_who_may_ask(database_url: str) -> None:
    other = app_on(database_url, METRICS_NETWORKS="203.0.113.0/24")
    client = other.test_client()

    assert client.get("/metrics", environ_overrides=STRANGER).status_code == 200
    assert client.get("/metrics").status_code == 404
    with other.app_context():
        let_go()


def test_what_waits_for_a_person_is_told(client: FlaskClient, world: World) -> None:
    session = make_session(world)
    attempt_id = begin(session, now=NOW)
    before = client.get("/metrics").text
    call_person(attempt_id=attempt_id, why=OTHER_ORDER)

    after = client.get("/metrics").text

    assert (figure(before, "held", kind="attempts"), figure(after, "held", kind="attempts")) == (0, 1)
    assert figure(before, "held_oldest_seconds", kind="attempts") == 0
    age = (clock.now() - NOW).total_seconds()
    assert figure(after, "held_oldest_seconds", kind="attempts") == pytest.approx(age, abs=60)
    assert figure(after, "held", kind="refunds") == 0


def test_a_certificate_is_told_of_two_months_before_it_ends(client: FlaskClient, world: World) -> None:
    now = clock.now()
    days = {"soon": 59, "over": -1, "later": 61, "ended": 1, "test": 1}
    ends = {name: now + timedelta(days=left) for name, left in days.items()}
    with transaction():
        for name, at in ends.items():
            contract_that_ends(
                world, name, at, livemode=name != "test", archived_at=now if name == "ended" else None
            )

    text = client.get("/metrics").text

    told = {
        name: figure(text, "credentials_expire_timestamp_seconds", gateway=name, shop=world.shop_id)
        for name in ends
    }
    wanted = dict.fromkeys(ends) | {name: ends[name].timestamp() for name in ("soon", "over")}
    assert told == pytest.approx(wanted)


def contract_that_ends(world: World, gateway: str, at: datetime, **fields: Any) -> None:
    contract = GatewayAccount(
        id=f"gwa_{gateway}",
        shop_id=world.shop_id,
        gateway=gateway,
        credentials="sealed",
        credentials_expire_at=at,
        created_at=NOW,
        **fields,
    )
    db.session.add(contract)


def test_a_queue_is_told_by_its_depth_and_its_oldest(client: FlaskClient, world: World) -> None:
    assert queue(client, "webhooks") == (0, 0, 0)
    now = clock.now()
    for minutes in (10, 2):
        owe(world, now=now - timedelta(minutes=minutes))
    owe(world, now=now + timedelta(hours=1))

    waiting, due, oldest = queue(client, "webhooks")

    assert (waiting, due) == (3, 2)
    assert oldest is not None
    assert 600 <= oldest < 660


def test_what_a_worker_has_in_its_hands_is_not_due(client: FlaskClient, world: World) -> None:
    owe(world, now=clock.now())
    claim_due(limit=1, now=clock.now())

    assert queue(client, "webhooks") == (1, 0, 0)


def test_what_was_given_up_waits_no_more(client: FlaskClient, world: World) -> None:
    owe(world, now=clock.now())
    [due] = claim_due(limit=1, now=clock.now())
    answer(due, 410, now=clock.now())

    assert queue(client, "webhooks") == (0, 0, 0)


def test_every_queue_is_there(client: FlaskClient, app: Flask) -> None:
    for name in ("webhooks", "mails", "refunds", "attempts", "notifications"):
        assert queue(client, name) == (0, 0, 0)


def test_requests_are_counted(client: FlaskClient) -> None:
    def counted() -> float:
        return figure(client.get("/metrics").text, "http_requests_total", surface="api", status="4xx") or 0

    before = counted()
    client.get("/api/shops")

    assert counted() == before + 1


def test_a_worker_tells_what_it_does(world: World, database_url: str, tmp_path: Path) -> None:
    """At its own address; the jobs stand in its log as well."""
    address = f"127.0.0.1:{free_port()}"
    environ = worker_environ(database_url, tmp_path, METRICS_ADDRESS=address)
    with open_line() as line:
        line.will(says(200), says(500))
        for _ in range(2):
            owe(world, url=line.url, now=clock.now())
        worker = Process("flask", "--app", "app.wsgi", "worker", environ=environ, log=tmp_path / "worker.log")
        try:
            wait_until(lambda: answers(f"http://{address}/metrics"), "the worker shows its metrics")
            wait_until(lambda: told(address, "webhook_attempts_total", outcome="5xx") == 1, "both were sent")
            assert told(address, "webhook_attempts_total", outcome="2xx") == 1
            assert told(address, "webhook_attempt_seconds_count", accepted="yes") == 1
            assert told(address, "webhook_wait_seconds_count", **{"try": "first"}) == 2
            for job in ("deliver", "expire", "reconcile", "refund", "mail", "forget", "number", "domain"):
                wait_until(partial(has_run, address, job), job)
                assert (told(address, "job_last_success_timestamp_seconds", job=job) or 0) > 1e9
                assert (told(address, "job_seconds_count", job=job) or 0) > 0
            assert (told(address, "job_rows_total", job="number") or 0) == 2
        finally:
            assert worker.stop() == 0
    assert re.search(r"job\.done.*job=number.*rows=2|job\.done.*rows=2.*job=number", worker.log.read_text())


def test_all_processes_of_a_machine_are_told_of_in_one_place(
    world: World, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    port = free_port()
    environ = worker_environ(database_url, tmp_path, **shared)
    serve = ("granian", "--interface", "wsgi", "--workers", "1", "--port", str(port), "app.wsgi:app")
    programs = [
        Process("flask", "--app", "app.wsgi", "worker", environ=environ, log=tmp_path / "worker.log"),
        Process(*serve, environ=environ, log=tmp_path / "web.log"),
    ]
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/metrics"), "the web server answers", 40)
        wait_until(
            partial(has_run, f"127.0.0.1:{port}", "expire"), "the worker's jobs are told of by the web server"
        )
        assert told(f"127.0.0.1:{port}", "queue_waiting", queue="webhooks") == 0
    finally:
        for program in programs:
            program.stop()


def has_run(address: str, job: str) -> bool:
    return (told(address, "job_runs_total", job=job, outcome="done") or 0) > 0


def told(address: str, name: str, **labels: str) -> float | None:
    return figure(requests.get(f"http://{address}/metrics", timeout=5).text, name, **labels)


def worker_environ(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        "APP_ENV": "development",  # as in production, jobs are logged
        "DATABASE_URL": database_url,
        "WEBHOOK_ALLOW_PRIVATE": "1",
        "DNS_RESOLVERS": "127.0.0.1:1",
        "SMTP_URL": f"file://{folder / 'mails'}",
        **more,
    }
