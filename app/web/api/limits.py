"""How often the API may be called: so many requests in each minute of the clock, told on every answer.

Redis counts for all processes. Without it, or while it is away, each process counts for itself: the API keeps
answering, and the limit is then one for each process. Flask-Limiter is not used: its counter in memory is not exact
under threads, and a second question to Redis for each answer would tell no more than the clock does.
"""

import threading
import time
from dataclasses import dataclass
from typing import Protocol, cast

import redis
import structlog
from flask import Flask, Response, current_app, g, request

from app.errors import TooManyRequests
from app.services import services
from app.settings import Settings
from app.shops.queries import KeyHolder

WINDOW_S = 60
REDIS_PATIENCE_S = 0.25
REDIS_PAUSE_S = 5.0  # how long a Redis that did not answer is left alone

log = structlog.get_logger()


@dataclass(frozen=True)
class Verdict:
    """reset_at: unix seconds at which the next minute begins."""

    limit: int
    count: int
    reset_at: int

    @property
    def is_too_much(self) -> bool:
        return self.count > self.limit


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
    """For all processes; while Redis is away, for this one."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=REDIS_PATIENCE_S, socket_connect_timeout=REDIS_PATIENCE_S
        )
        self._memory = MemoryCounter()
        self._ask_again_at = 0.0

    def count(self, subject: str, window: int) -> int:
        if time.monotonic() < self._ask_again_at:
            return self._memory.count(subject, window)
        try:
            with self._redis.pipeline(transaction=True) as both:
                both.incr(f"kc:limit:{window}:{subject}")
                both.expire(f"kc:limit:{window}:{subject}", 2 * WINDOW_S)
                return int(both.execute()[0])
        except redis.RedisError as error:
            self._ask_again_at = time.monotonic() + REDIS_PAUSE_S
            log.warning("limits.redis_away", error=type(error).__name__)
            return self._memory.count(subject, window)


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["request_counter"] = (
        RedisCounter(settings.redis_url) if settings.redis_url else MemoryCounter()
    )


def count_key(who: KeyHolder) -> None:
    """Raises TooManyRequests."""
    settings = services().settings
    limit_by("key", who.key_id, settings.api_limit_live if who.livemode else settings.api_limit_test)


def count_address() -> None:
    """For whoever has no valid key. Raises TooManyRequests."""
    limit_by("address", request.remote_addr or "", services().settings.api_limit_address)


def limit_by(kind: str, name: str, limit: int) -> None:
    """Count one request of a subject and keep what came of it for the answer. Raises TooManyRequests."""
    window = int(time.time()) // WINDOW_S
    counter = cast(Counter, current_app.extensions["request_counter"])
    count = counter.count(f"{kind}:{name}", window)
    g.rate_verdict = verdict = Verdict(limit, count, (window + 1) * WINDOW_S)
    if verdict.is_too_much:
        raise TooManyRequests()


def tell_limit(response: Response) -> Response:
    """The headers of the last subject that was counted."""
    verdict: Verdict | None = g.get("rate_verdict")
    if verdict is None:
        return response
    response.headers["X-RateLimit-Limit"] = str(verdict.limit)
    response.headers["X-RateLimit-Remaining"] = str(max(0, verdict.limit - verdict.count))
    response.headers["X-RateLimit-Reset"] = str(verdict.reset_at)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(max(1, verdict.reset_at - int(time.time())))
    return response
