"""Kill a process at every single write point of a payment. Afterwards money and session must agree."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select, update

from app.chaos.programs import Nursery, nursery
from app.database import db, writing_options
from app.payments.models import Attempt, CheckoutSession
from app.webhooks.models import Delivery
from tests.conftest import NO_LIMITS, app_on, empty, let_go
from tests.support.processes import answers, free_port, wait_until
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.shopper import Shopper
from tests.support.world import World, make_session, make_world

MOST_POINTS = 40
CAME_BACK = ("before commit", "after commit", "before gateway call", "after gateway call")


class Doomed:
    """A web server or worker of tests/support/doomed.py."""

    def __init__(self, nursery: Nursery, *arguments: str, environ: Mapping[str, str], log: Path) -> None:
        self._nursery = nursery
        self._status: int | None = None
        environ = {**os.environ, **environ}
        self._pid = nursery.start(["doomed", *arguments], environ=environ, log=log)

    @property
    def is_running(self) -> bool:
        return self._ended(within_s=0) is None

    def kill(self) -> None:
        if self.is_running:
            os.killpg(self._pid, signal.SIGKILL)
        assert self._ended(within_s=30) is not None

    def stop(self) -> int | None:
        """Ask it to end; its exit status."""
        if self.is_running:
            os.killpg(self._pid, signal.SIGTERM)
        return self._ended(within_s=30)

    def _ended(self, *, within_s: float) -> int | None:
        """The exit status, which can be asked for once only."""
        if self._status is None:
            self._status = self._nursery.status(self._pid, within_s=within_s)
        return self._status


@dataclass
class Stage:
    """Everything that survives a crash: database, gateway, receiver, a healthy web server and worker."""

    app: Flask
    world: World
    sandbox: Sandbox
    received: list[dict[str, Any]]
    environ: dict[str, str]
    folder: Path
    healthy_web: str
    nursery: Nursery

    def new_session(self) -> str:
        return make_session(self.world, now=datetime.now(UTC)).id

    def doomed(self, *arguments: str) -> Doomed:
        return Doomed(self.nursery, *arguments, environ=self.environ, log=self.folder / "doomed.log")

    def let_leases_run_out(self) -> None:
        """The time that a dead worker's rows would have to wait is over."""
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.session.rollback()
        db.session.connection(execution_options=writing_options(db.engine))
        db.session.execute(
            update(Attempt).where(Attempt.state.in_(("confirming", "cancelling"))).values(check_at=past)
        )
        db.session.execute(update(Delivery).where(Delivery.state == "waiting").values(leased_until=past))
        db.session.commit()

    def is_settled(self, session_id: str) -> bool:
        """Nothing is being confirmed, and nothing is owed to the merchant."""
        db.session.rollback()
        unsettled = select(Attempt.id).where(
            Attempt.session_id == session_id, Attempt.state.in_(("confirming", "cancelling"))
        )
        owed = select(Delivery.id).where(Delivery.session_id == session_id, Delivery.state == "waiting")
        return db.session.scalar(unsettled) is None and db.session.scalar(owed) is None

    def state_of(self, session_id: str) -> str:
        db.session.rollback()
        return str(db.session.scalar(select(CheckoutSession.state).where(CheckoutSession.id == session_id)))

    def money_taken(self, session_id: str) -> int:
        db.session.rollback()
        attempts = db.session.scalars(select(Attempt.id).where(Attempt.session_id == session_id))
        return sum(self.sandbox.taken(attempt) for attempt in attempts)

    def check_that_money_and_session_agree(self, session_id: str) -> None:
        paid = self.state_of(session_id) == "completed"
        assert self.money_taken(session_id) == (29000 if paid else 0)
        told = {
            event["id"]
            for event in self.received
            if event["data"]["sessionId"] == session_id and event["event"] == "payment.completed"
        }
        assert len(told) == (1 if paid else 0)


@pytest.fixture(scope="session")
def doomed_nursery() -> Iterator[Nursery]:
    with nursery(environ=os.environ, module="tests.support.doomed_nursery") as started:
        yield started


@pytest.fixture
def stage(database_url: str, doomed_nursery: Nursery, tmp_path: Path) -> Iterator[Stage]:
    received: list[dict[str, Any]] = []
    with contextlib.ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(tmp_path))
        hook = stack.enter_context(receiving(received))
        web_port = free_port()
        environ = {
            "APP_ENV": "test",
            **NO_LIMITS,
            "DATABASE_URL": database_url,
            "SANDBOX_URL": sandbox.url,
            "CHECKOUT_URL": f"http://127.0.0.1:{web_port}",
            "WEBHOOK_ALLOW_PRIVATE": "1",
            "GATEWAY_TIMEOUT_S": "5",
        }
        app = app_on(database_url, **environ)
        stack.enter_context(app.app_context())
        empty()
        world = make_world(webhook_url=hook)
        web = Doomed(
            doomed_nursery, "web", str(web_port), "0", str(tmp_path / "healthy.points"),
            environ=environ, log=tmp_path / "web.log",
        )  # fmt: skip
        stack.callback(web.kill)
        url = environ["CHECKOUT_URL"]
        wait_until(lambda: answers(f"{url}/readyz"), "the web server is ready")
        yield Stage(app, world, sandbox, received, environ, tmp_path, url, doomed_nursery)
        let_go()


@contextlib.contextmanager
def receiving(events: list[dict[str, Any]]) -> Iterator[str]:
    """A merchant's webhook endpoint that keeps what it is sent."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            events.append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def healthy_worker(stage: Stage) -> Iterator[Doomed]:
    worker = stage.doomed("worker", "0", str(stage.folder / "worker.points"))
    try:
        yield worker
    finally:
        assert worker.stop() == 0, "a worker must end cleanly on SIGTERM"


def points_of(stage: Stage, name: str) -> list[str]:
    file = stage.folder / name
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("buyer_comes_again", [True, False], ids=["buyer comes again", "buyer stays away"])
def test_the_web_server_dies_at_each_write_point(stage: Stage, buyer_comes_again: bool) -> None:
    survived = False
    with healthy_worker(stage):
        for die_at in range(1, MOST_POINTS):
            session_id = stage.new_session()
            survived = pay_on_a_doomed_server(stage, session_id, die_at, buyer_comes_again)

            stage.let_leases_run_out()
            wait_until(lambda one=session_id: stage.is_settled(one), f"settled after point {die_at}")  # type: ignore[misc]  # a lambda's default
            stage.check_that_money_and_session_agree(session_id)
            if buyer_comes_again:
                assert stage.state_of(session_id) == "completed", f"died at point {die_at}"
            if survived:
                break
    assert survived
    assert set(CAME_BACK) <= set(points_of(stage, f"{die_at}.points"))


def pay_on_a_doomed_server(stage: Stage, session_id: str, die_at: int, comes_again: bool) -> bool:
    """True when the server lived through the whole payment."""
    port = free_port()
    server = stage.doomed("web", str(port), str(die_at), str(stage.folder / f"{die_at}.points"))
    shopper = Shopper(f"http://127.0.0.1:{port}", stage.sandbox)
    wait_until(lambda: answers(f"{shopper.web}/healthz"), "the doomed server is up")
    back = ""
    try:
        launch = shopper.press_pay(session_id)
        back = shopper.authorise(launch)
        shopper.come_back(back)
        return server.is_running
    except requests.ConnectionError:
        if comes_again:
            shopper.web = stage.healthy_web
            resume(shopper, stage, session_id, back)
        return False
    finally:
        server.kill()


def resume(shopper: Shopper, stage: Stage, session_id: str, back: str) -> None:
    """The buyer loads the page again: the return that failed, or else the pay page."""
    if back:
        shopper.come_back(back)
    else:
        shopper.come_back(shopper.authorise(shopper.press_pay(session_id)))


def test_the_worker_dies_at_each_write_point(stage: Stage) -> None:
    """The answer to the confirm was lost, so looking up, completing and telling the merchant are all left to
    the worker."""
    shopper = Shopper(stage.healthy_web, stage.sandbox)
    survived = False
    for die_at in range(1, MOST_POINTS):
        session_id = stage.new_session()
        shopper.come_back(shopper.authorise(shopper.press_pay(session_id), fault="answer_lost"))
        assert stage.state_of(session_id) == "processing"

        survived = run_a_doomed_worker(stage, session_id, die_at)
        stage.let_leases_run_out()
        if not survived and not stage.is_settled(session_id):
            with healthy_worker(stage):
                wait_until(lambda one=session_id: stage.is_settled(one), f"settled after point {die_at}")  # type: ignore[misc]  # a lambda's default
        assert stage.state_of(session_id) == "completed", f"died at point {die_at}"
        stage.check_that_money_and_session_agree(session_id)
        if survived:
            break
    assert survived
    assert {*CAME_BACK, "before webhook", "after webhook"} <= set(points_of(stage, f"{die_at}.points"))


def run_a_doomed_worker(stage: Stage, session_id: str, die_at: int) -> bool:
    worker = stage.doomed("worker", str(die_at), str(stage.folder / f"{die_at}.points"))
    try:
        wait_until(
            lambda: not worker.is_running or stage.is_settled(session_id), f"point {die_at} or the end"
        )
        return worker.is_running
    finally:
        worker.kill()
