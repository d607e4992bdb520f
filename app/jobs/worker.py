"""`flask worker`: deliver webhooks and mails, expire sessions, settle attempts and refunds, check businesses and
domains, until told to stop.

As many workers as wanted may run on one database. Each kind of work has a thread of its own, so a gateway that
does not answer holds up no webhook.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import Flask
from prometheus_client import start_http_server

from app import clock
from app.database import db
from app.jobs.apply_notifications import apply_due_notifications
from app.jobs.check_domains import check_due_domains
from app.jobs.deliver_webhooks import Deliverer
from app.jobs.expire_sessions import expire_due_sessions
from app.jobs.forget_health import forget_health
from app.jobs.forget_keys import forget_old_idempotency_keys
from app.jobs.forget_notifications import forget_notifications
from app.jobs.issue_receipts import issue_due_receipts
from app.jobs.process_refunds import process_due_refunds
from app.jobs.reconcile_attempts import reconcile_due_attempts
from app.jobs.run_webhook_tests import run_due_webhook_tests
from app.jobs.send_mails import send_due_mails
from app.jobs.verify_businesses import verify_due_businesses
from app.jobs.webhook_events import forget_events, number_events
from app.metrics import job_round, registry_to_show
from app.services import services

IDLE_S = 0.1
BUSY_S = 0.01
PERIOD_S = 0.5
AFTER_FAILURE_S = 2.0
TIDY_EVERY_S = 300.0
BATCH = 8
DELIVER = "deliver"

log = structlog.get_logger()


def run_worker(app: Flask) -> None:
    """Returns after SIGTERM or SIGINT, when everything under way is stored."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [
        threading.Thread(target=_deliver, args=(app, stop), name=DELIVER),
        _periodic(app, stop, "expire", lambda: expire_due_sessions(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "reconcile", lambda: reconcile_due_attempts(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "refund", lambda: process_due_refunds(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "receipt", lambda: issue_due_receipts(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "mail", lambda: send_due_mails(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "forget", lambda: forget_old_idempotency_keys(now=clock.now()), TIDY_EVERY_S),
        _periodic(app, stop, "number", number_events),
        _periodic(app, stop, "forget-events", lambda: forget_events(now=clock.now()), TIDY_EVERY_S),
        _periodic(app, stop, "forget-told", lambda: forget_notifications(now=clock.now()), TIDY_EVERY_S),
        _periodic(app, stop, "forget-health", lambda: forget_health(now=clock.now()), TIDY_EVERY_S),
        _periodic(app, stop, "verify", lambda: verify_due_businesses(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "notify", lambda: apply_due_notifications(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "gym", lambda: run_due_webhook_tests(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "domain", lambda: check_due_domains(now=clock.now(), limit=BATCH)),
    ]
    log.info("worker.started")
    with _metrics_shown(app):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    log.info("worker.stopped")


@contextmanager
def _metrics_shown(app: Flask) -> Iterator[None]:
    """Where METRICS_ADDRESS says, if it says anything."""
    with app.app_context():
        settings = services().settings
    if settings.metrics_address is None:
        yield
        return
    host, port = settings.metrics_address
    server, thread = start_http_server(port, host, registry_to_show(settings))
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _deliver(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        deliverer = Deliverer(concurrency=services().settings.worker_concurrency)
        while not stop.is_set():
            if _guarded(DELIVER, deliverer.step, stop) or deliverer.is_busy:
                stop.wait(BUSY_S)
            else:
                deliverer.wait(IDLE_S)
        deliverer.finish()


def _periodic(
    app: Flask, stop: threading.Event, name: str, work: Callable[[], int], pause_s: float = PERIOD_S
) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            while not stop.is_set():
                if _guarded(name, work, stop) < BATCH:
                    stop.wait(pause_s)

    return threading.Thread(target=run, name=name)


def _guarded(name: str, work: Callable[[], int], stop: threading.Event) -> int:
    """One round of work, counted. A failure is logged and the worker goes on: the rows come back when their lease or
    their pause is over."""
    try:
        with job_round(name) as round_:
            round_.rows = rows = work()
    except Exception:
        log.exception("worker.failed", job=name)
        stop.wait(AFTER_FAILURE_S)
        return 0
    finally:
        db.session.remove()
    if rows and name != DELIVER:  # each of those is logged or stored by itself, and there are many rounds
        log.info("job.done", job=name, rows=rows, took_ms=round(round_.seconds * 1000))
    return rows
