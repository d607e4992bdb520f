"""The only place that speaks HTTP to gateways. It tells apart what was surely not sent from what may have
happened."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import structlog
import urllib3.exceptions

from app.deadline import whole_exchange, with_deadline
from app.errors import GatewayOutcomeUnknown, GatewayUnreachable

CONNECT_TIMEOUT_S = 5.0
LARGEST_ANSWER = 1024 * 1024

log = structlog.get_logger()
_threads = threading.local()


@dataclass(frozen=True)
class Reply:
    """body: as received; decoding is the adapter's business."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    json: Any = None,
    data: bytes | None = None,
    timeout_s: float,
    event: str,
    about: str = "",
    trace_header: str = "",
) -> Reply:
    """One request, no redirects, no repeats.

    data: a body that is no JSON, or whose very bytes are signed.
    event, about: what the log calls it and whose it is. trace_header: where the gateway names its own record of
    the call, for the log.
    Raises GatewayUnreachable when nothing can have been sent, GatewayOutcomeUnknown when something may have.
    """
    started = time.monotonic()
    try:
        reply = _send(method, url, headers, json, data, timeout_s)
    except (OSError, urllib3.exceptions.HTTPError) as error:  # what requests raises is an OSError, too
        unsent = _proves_nothing_was_sent(error)
        log.warning(event, about=about, outcome="unsent" if unsent else "no_answer", ms=_ms_since(started),
                    error=type(error).__name__)  # fmt: skip
        raise (GatewayUnreachable() if unsent else GatewayOutcomeUnknown()) from error
    trace = reply.headers.get(trace_header, "")
    log.info(event, about=about, outcome=reply.status, ms=_ms_since(started), trace=trace)
    return reply


def _send(
    method: str, url: str, headers: Mapping[str, str], json: Any, data: bytes | None, timeout_s: float
) -> Reply:
    with whole_exchange(timeout_s) as exchange:
        try:
            with _session().request(
                method,
                url,
                headers=headers,
                json=json,
                data=data,
                timeout=(CONNECT_TIMEOUT_S, timeout_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _body(response)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            if exchange.is_over and not _proves_nothing_was_sent(error):  # it was we who cut it off
                raise requests.ReadTimeout("the answer took too long") from error
            raise
        if exchange.is_over:  # an answer of no told length seems to be whole when it is cut off
            raise requests.ReadTimeout("the answer took too long")
        return Reply(response.status_code, body, response.headers)


def _body(response: requests.Response) -> bytes:
    body = b""
    while piece := response.raw.read1(64 * 1024, decode_content=True):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise requests.exceptions.ContentDecodingError("the answer is too large")
    return body


def _proves_nothing_was_sent(error: Exception) -> bool:
    """A ConnectionError alone proves nothing: a reset after sending raises it too."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    return isinstance(error, requests.ConnectionError) and isinstance(
        reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.NameResolutionError
    )


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_threads, "session", None)
    if session is None:
        session = _threads.session = with_deadline(requests.Session())
        session.trust_env = False  # no proxy and no .netrc of the machine
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # merchants share the connection
    return session


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
