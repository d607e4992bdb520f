"""Where requests are counted: in Redis for all processes, or in this process alone.

Flask-Limiter is not used: its counter in memory is not exact under threads, and a second question to Redis for each
answer would tell no more than the clock does.
"""

import threading
import time
from typing import Protocol

import redis
import structlog

WINDOW_S = 60
PAUSE_S = 5.0  # how long a Redis that did not answer is left alone

log = structlog.get_logger()


class Counter(Protocol):
    def count(self, subject: str, window: int) -> int:
        """One more of this subject in this window; how many there are now."""
        ...


class MemoryCounter:
    """For one process. Only the newest window is kept."""

    def __init__(self) -> None:
        self._window = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def count(self, subject: str, window: int) -> int:
        with self._lock:
            if window > self._window:
                self._window, self._counts = window, {}
            self._counts[subject] = self._counts.get(subject, 0) + 1
            return self._counts[subject]


class RedisCounter:
    """For all processes; while Redis is away, for this one.

    patience_s: what one request waits for Redis. An answer that does not come is not asked for again by others: until
    Redis is back, one request in PAUSE_S looks, and all the rest count here at once.
    """

    def __init__(self, url: str, *, patience_s: float) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=patience_s, socket_connect_timeout=patience_s)
        self._memory = MemoryCounter()
        self._is_away = False
        self._look_at = 0.0
        self._lock = threading.Lock()

    def count(self, subject: str, window: int) -> int:
        if not self._may_ask():
            return self._memory.count(subject, window)
        try:
            count = self._count_for_all(f"kc:limit:{window}:{subject}")
        except (redis.RedisError, OSError, ValueError) as error:  # ValueError: a host name that is none
            self._note_away(error)
            return self._memory.count(subject, window)
        self._note_back()
        return count

    def _count_for_all(self, key: str) -> int:
        with self._redis.pipeline(transaction=True) as both:
            both.incr(key)
            both.expire(key, 2 * WINDOW_S)
            return int(both.execute()[0])

    def _may_ask(self) -> bool:
        if not self._is_away:
            return True
        with self._lock:
            if time.monotonic() < self._look_at:
                return False
            self._look_at = time.monotonic() + PAUSE_S
            return True

    def _note_away(self, error: Exception) -> None:
        with self._lock:
            is_news, self._is_away = not self._is_away, True
            self._look_at = time.monotonic() + PAUSE_S
        if is_news:
            log.warning("limits.redis_away", error=type(error).__name__)

    def _note_back(self) -> None:
        if not self._is_away:
            return
        with self._lock:
            is_news, self._is_away = self._is_away, False
        if is_news:
            log.info("limits.redis_back")
