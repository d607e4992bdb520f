"""`flask worker`: deliver webhooks and mails, expire sessions, settle attempts and refunds, check businesses, until
told to stop.

As many workers as wanted may run on one database. Each kind of work has a thread of its own, so a gateway that
does not answer holds up no webhook.
"""

import signal
import threading
from collections.abc import Callable

import structlog
from flask import Flask

from app import clock
from app.database import db
from app.jobs.deliver_webhooks import Deliverer
from app.jobs.expire_sessions import expire_due_sessions
from app.jobs.forget_keys import forget_old_idempotency_keys
from app.jobs.process_refunds import process_due_refunds
from app.jobs.reconcile_attempts import reconcile_due_attempts
from app.jobs.send_mails import send_due_mails
from app.jobs.verify_businesses import verify_due_businesses
from app.services import services

IDLE_S = 0.1
BUSY_S = 0.005
PERIOD_S = 0.5
AFTER_FAILURE_S = 2.0
TIDY_EVERY_S = 300.0
BATCH = 8

log = structlog.get_logger()


def run_worker(app: Flask) -> None:
    """Returns after SIGTERM or SIGINT, when everything under way is stored."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [
        threading.Thread(target=_deliver, args=(app, stop), name="deliver"),
        _periodic(app, stop, "expire", lambda: expire_due_sessions(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "reconcile", lambda: reconcile_due_attempts(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "refund", lambda: process_due_refunds(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "mail", lambda: send_due_mails(now=clock.now(), limit=BATCH)),
        _periodic(app, stop, "forget", lambda: forget_old_idempotency_keys(now=clock.now()), TIDY_EVERY_S),
        _periodic(app, stop, "verify", lambda: verify_due_businesses(now=clock.now(), limit=BATCH)),
    ]
    log.info("worker.started")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.info("worker.stopped")


def _deliver(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        deliverer = Deliverer(concurrency=services().settings.worker_concurrency)
        while not stop.is_set():
            worked = _guarded("deliver", deliverer.step, stop)
            stop.wait(BUSY_S if worked or deliverer.is_busy else IDLE_S)
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
    """One round of work. A failure is logged and the worker goes on: the rows come back when their lease or
    their pause is over."""
    try:
        return work()
    except Exception:
        log.exception("worker.failed", job=name)
        stop.wait(AFTER_FAILURE_S)
        return 0
    finally:
        db.session.remove()
