"""The thread that sends due notices and lets planned things happen, by the sandbox's clock.

It starts with the first work, and every process has its own: what one has taken, the others leave alone.
"""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from flask import current_app

from app.sandbox import clock, faults, notices, sender, timers
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.notices import Claimed, Outcome, Rules
from app.sandbox.storage import Storage, storage
from app.sandbox.timers import Action

AT_ONCE = 4
NOTICE_PATIENCE_S = 3.0
LONGEST_WAIT_S = 0.5  # the clock may be moved by another process, and nobody wakes us then
TARGET = "notice"  # what faults of notices are armed under

_log = logging.getLogger(__name__)


class Background:
    """actions: by the name of the timer. rules: by gateway."""

    def __init__(
        self, storage: Storage, *, actions: Mapping[str, Action], rules: Mapping[str, Rules]
    ) -> None:
        self._storage = storage
        self._actions = actions
        self._rules = rules
        self._news = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._free = threading.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """Something may be due. Cheap, and safe to call at any time."""
        self._news.set()
        with self._starting:
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="sandbox-background", daemon=True)
                self._thread.start()

    def resume(self) -> None:
        """At the start: go on with what an earlier process has left."""
        if self._wait_s() is not None:
            self.wake()

    def stop(self) -> None:
        """End the thread and wait for it. What is not sent yet is sent by the next start on this database."""
        with self._starting:
            self._stopping = True
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sandbox-notice") as pool:
            while not self._stopping:
                self._news.clear()
                try:
                    wait_s = self._work(pool)
                except Exception:
                    _log.exception("sandbox: the background thread goes on")
                    wait_s = LONGEST_WAIT_S
                self._news.wait(wait_s)

    def _work(self, pool: ThreadPoolExecutor) -> float | None:
        """Everything that is due. Seconds until there may be more; None until somebody wakes us."""
        while self._wait_s() == 0 and not self._stopping:
            if self._run_next_timer():
                continue
            if not self._free.acquire(blocking=False):
                return LONGEST_WAIT_S  # the thread that gets free wakes us
            claimed = self._claim_next()
            if claimed is None:
                self._free.release()
                break
            pool.submit(self._send, claimed)
        wait_s = self._wait_s()
        return None if wait_s is None else min(max(wait_s, 0.02), LONGEST_WAIT_S)

    def _wait_s(self) -> float | None:
        with self._storage.reading() as db:
            due = [at for at in (timers.next_due_at(db), notices.next_due_at(db)) if at is not None]
            return max(min(due) - clock.now(db), 0.0) if due else None

    def _run_next_timer(self) -> bool:
        with self._storage.transaction() as db:
            return timers.run_next(db, self._actions)

    def _claim_next(self) -> Claimed | None:
        with self._storage.transaction() as db:
            return notices.claim_next(db)

    def _send(self, claimed: Claimed) -> None:
        try:
            rules = self._rules[claimed.notice.gateway]
            fault = claimed.notice.fault or self._armed_fault(claimed)
            if fault and fault.kind is FaultKind.SLOW and claimed.notice.fault is None:
                with self._storage.transaction() as db:
                    notices.postpone(db, claimed, fault.delay_s)
                return
            down = fault is not None and fault.kind is FaultKind.OUTAGE
            outcome = (
                Outcome(None, False, "the gateway is down")
                if down
                else sender.send(claimed.notice, rules, fault)
            )
            with self._storage.transaction() as db:
                notices.conclude(db, claimed, outcome, rules)
        except Exception:
            _log.exception("sandbox: notice %s is tried again when its lease ends", claimed.id)
        finally:
            self._free.release()
            self._news.set()

    def _armed_fault(self, claimed: Claimed) -> Fault | None:
        gateway = claimed.notice.gateway
        with self._storage.transaction() as db:
            if faults.in_outage(db, gateway=gateway, target=TARGET):
                return Fault(FaultKind.OUTAGE)
            return faults.take_armed(db, gateway=gateway, target=TARGET, general=False)


def background() -> Background:
    """The background thread of the sandbox that serves the current request."""
    return cast(Background, current_app.extensions["sandbox_background"])


def wait_for_notice(notice_id: int) -> None:
    """Until the shop has got it once; not for ever, because the shop may wait for our answer first."""
    deadline = time.monotonic() + NOTICE_PATIENCE_S
    while time.monotonic() < deadline:
        with storage().reading() as db:
            if notices.attempts_of(db, notice_id):
                return
        time.sleep(0.02)
