"""Deliver due webhooks: claim rows, post them from a pool of threads, store every try."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import structlog

from app import clock
from app.jobs.due_deliveries import claim_due, claim_due_elsewhere, claim_one_of_each
from app.jobs.lanes import Lanes
from app.metrics import note_attempt
from app.services import services
from app.webhooks.results import NO_SECRET, Due, Result, give_back, store_results
from app.webhooks.sender import Answer, Sender, sender_of
from app.webhooks.signing import signature_headers

LONGEST_SEND = timedelta(seconds=20)
SLOW_HOSTS_EVERY_S = 0.25
LOOK_AGAIN_S = 0.02  # after nothing was found
STORE_EVERY_S = 0.05
MANY_ENDED = 32

log = structlog.get_logger()
_random = Random()  # noqa: S311  # spreads retries; nothing secret


class Deliverer:
    """concurrency: how many are under way at once, those of slow hosts not counted (see lanes.py).

    Whoever steps speaks with the database, many rows at a time; a thread that has sent one goes on with the next that
    was claimed. Both hold the lock when they ask the lanes.
    """

    def __init__(self, *, concurrency: int) -> None:
        self._lanes = Lanes(concurrency)
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(self._lanes.widest, thread_name_prefix="deliver")
        self._sender = sender_of(allow_private=services().settings.webhook_allow_private)
        self._ended: list[Result] = []
        self._something_ended = threading.Event()
        self._stored_at = self._slow_looked_at = self._found_nothing_at = float("-inf")
        self._left_out: set[str] = set()

    def step(self) -> int:
        """Store what has come back, claim and start what is due. How many these were."""
        done = self._store_ended() if self._is_time_to_store() else 0
        with self._lock:
            room, left_out = self._lanes.room, self._lanes.not_claimed_for
        claimed = self._claim(room, left_out) if room else []
        self._start(claimed)
        self._look_after_slow_hosts()
        return done + len(claimed)

    def wait(self, seconds: float) -> None:
        """For the next answer, but not for longer."""
        self._something_ended.wait(seconds)

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return self._lanes.is_busy or bool(self._ended)

    def finish(self) -> None:
        """Wait for what is under way and store it. Nothing new is started; others may have what has not begun."""
        with self._lock:
            waiting = self._lanes.take_waiting()
        give_back([due.delivery_id for due in waiting])
        self._pool.shutdown(wait=True)
        self._store_ended()

    def _is_time_to_store(self) -> bool:
        """What comes back in a short while is stored in one commit; what comes alone is stored at once."""
        self._something_ended.clear()
        with self._lock:
            many, alone = len(self._ended) >= MANY_ENDED, self._lanes.is_idle_but_for_slow
        return many or alone or time.monotonic() > self._stored_at + STORE_EVERY_S

    def _store_ended(self) -> int:
        with self._lock:
            results, self._ended = self._ended, []
        if results:
            self._stored_at = time.monotonic()
            record_results(results)
            for result in results:
                _measure(result)
        return len(results)

    def _start(self, claimed: Sequence[Due] = ()) -> None:
        with self._lock:
            self._lanes.add(claimed)
            self._begin_waiting()

    def _begin_waiting(self) -> None:
        """The lock is held."""
        now = clock.now()
        for due in self._lanes.start(now=time.monotonic()):
            if due.leased_until - now < LONGEST_SEND:  # this machine slept; another may be at it by now
                self._lanes.end(due, now=time.monotonic())
                continue
            self._pool.submit(self._work, due)

    def _work(self, due: Due) -> None:
        """In a thread of the pool."""
        result: Result | None = None
        try:
            result = _send(self._sender, due)
        except Exception:  # it comes back when its lease is over
            log.exception("webhook.not_sent", webhook=due.event_id)
        with self._lock:
            if result is not None:
                self._ended.append(result)
            self._lanes.end(due, now=time.monotonic())
            self._begin_waiting()
        self._something_ended.set()

    def _claim(self, room: int, left_out: set[str]) -> list[Due]:
        """Where nobody is left out, whatever is due first; else what is due for the others."""
        if left_out == self._left_out and time.monotonic() < self._found_nothing_at + LOOK_AGAIN_S:
            return []
        now = clock.now()
        found = (
            claim_due_elsewhere(left_out, limit=room, now=now) if left_out else claim_due(limit=room, now=now)
        )
        self._left_out = left_out
        if not found:
            self._found_nothing_at = time.monotonic()
        return found

    def _look_after_slow_hosts(self) -> None:
        now = time.monotonic()
        if now < self._slow_looked_at + SLOW_HOSTS_EVERY_S:
            return
        self._slow_looked_at = now
        with self._lock:
            unbegun, slow = self._lanes.note_slow(now=now), self._lanes.slow_hosts_with_room()
        give_back([due.delivery_id for due in unbegun])
        if slow:
            self._start(claim_one_of_each(slow, now=clock.now()))


def record_results(results: Sequence[Result]) -> None:
    store_results(results, now=clock.now(), random=_random)


def _measure(result: Result) -> None:
    due, answer = result.due, result.answer
    note_attempt(
        outcome=f"{answer.status // 100}xx" if answer.status is not None else str(answer.error),
        accepted=answer.accepted,
        seconds=answer.duration_ms / 1000,
        waited_s=(result.started_at - due.due_at).total_seconds(),
        is_first=due.tries == 1,
    )


def _send(sender: Sender, due: Due) -> Result:
    started_at = clock.now()
    if not due.whsecs:  # what is not signed must not be believed, so it is not sent
        return Result(due, started_at, Answer(None, NO_SECRET, "", None, 0))
    headers = signature_headers(event_id=due.event_id, body=due.body, whsecs=due.whsecs, now=started_at)
    answer = sender.send(
        url=due.place.url, body=due.body.encode(), headers=headers, https_only=due.place.livemode
    )
    return Result(due, started_at, answer)
