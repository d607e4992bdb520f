"""How often the API may be called: so many requests in each minute of the clock, told on every answer.

A minute begins for all servers at once, so their clocks must agree; X-RateLimit-Reset is the moment at which all of the
limit is there again. Counted is by key, or by address where there is no valid key.
"""

import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, Response, current_app, g, request

from app.errors import TooManyRequests
from app.services import services
from app.settings import Settings
from app.shops.queries import KeyHolder
from app.web.api.counters import WINDOW_S, Counter, MemoryCounter, RedisCounter


@dataclass(frozen=True)
class Verdict:
    """reset_at: unix seconds at which the next minute begins."""

    limit: int
    count: int
    reset_at: int

    @property
    def is_too_much(self) -> bool:
        return self.count > self.limit

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.count)


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["request_counter"] = (
        RedisCounter(settings.redis_url, patience_s=settings.redis_timeout_s)
        if settings.redis_url
        else MemoryCounter()
    )


def count_key(who: KeyHolder) -> None:
    """Raises TooManyRequests."""
    settings = services().settings
    limit_by("key", who.key_id, settings.api_limit_live if who.livemode else settings.api_limit_test)


def count_address() -> None:
    """For whoever has no valid key. Raises TooManyRequests."""
    limit_by("address", caller_address(), services().settings.api_limit_address)


def limit_by(kind: str, name: str, limit: int) -> None:
    """Count one request of a subject against `limit` a minute. Raises TooManyRequests.

    A request may be counted by several subjects; its answer tells of the one that has the least left.
    """
    verdict = _count(kind, name, limit)
    earlier: Verdict | None = g.get("rate_verdict")
    if earlier is None or verdict.remaining <= earlier.remaining:
        g.rate_verdict = verdict
    if verdict.is_too_much:
        raise TooManyRequests()


def caller_address() -> str:
    """Where the request comes from. A subscriber has a whole /64 of IPv6, so that is one address here."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # a socket that has none, or what a careless proxy let through
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def tell_limit(response: Response) -> Response:
    """What failed before anybody was known, such as a look into a database that is away, is counted by address."""
    verdict: Verdict | None = g.get("rate_verdict")
    if verdict is None:
        verdict = _count("address", caller_address(), services().settings.api_limit_address)
    response.headers["X-RateLimit-Limit"] = str(verdict.limit)
    response.headers["X-RateLimit-Remaining"] = str(verdict.remaining)
    response.headers["X-RateLimit-Reset"] = str(verdict.reset_at)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(max(1, verdict.reset_at - int(time.time())))
    return response


def _count(kind: str, name: str, limit: int) -> Verdict:
    window = int(time.time()) // WINDOW_S
    counter = cast(Counter, current_app.extensions["request_counter"])
    return Verdict(limit, counter.count(f"{kind}:{name}", window), (window + 1) * WINDOW_S)
