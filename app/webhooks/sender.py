"""Post one signed body to a merchant's address."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from app.deadline import Exchange, whole_exchange, with_deadline

CONNECT_TIMEOUT_S = 5
WHOLE_TIMEOUT_S = 15
LARGEST_ANSWER = 64 * 1024
KEPT_OF_ANSWER = 2000

# The first that fits. Whatever is not listed is a connection that failed.
WORDS: dict[type[Exception], str] = {
    InvalidIPAddress: "address_not_public",
    requests.Timeout: "timeout",
    requests.exceptions.SSLError: "tls_failed",
    requests.ConnectionError: "connection_failed",
    requests.exceptions.ChunkedEncodingError: "connection_failed",
    requests.RequestException: "not_sendable",
    UnicodeError: "not_sendable",
    ValueError: "not_sendable",
}


@dataclass(frozen=True)
class Answer:
    """status: None when there was no answer; error then says why in a word of ours."""

    status: int | None
    error: str | None
    text: str
    retry_after_s: int | None
    duration_ms: int

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """One connection pool a thread, kept alive between deliveries.

    allow_private: for development only; a receiver may then live on this machine.
    """

    def __init__(self, *, allow_private: bool, whole_timeout_s: float = WHOLE_TIMEOUT_S) -> None:
        self._whole_timeout_s = whole_timeout_s
        self._config = Config(
            ip_filter_enable=not allow_private,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT_TIMEOUT_S, WHOLE_TIMEOUT_S),
            user_agent_override="Korea-Checkout-Webhooks/1",
        )
        self._threads = threading.local()

    def send(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Never raises for anything the other side does."""
        started = time.monotonic()
        with whole_exchange(self._whole_timeout_s) as exchange:
            try:
                return self._post(url, body, headers, started, exchange)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                word = "timeout" if exchange.is_over else _word_for(error)
        return Answer(None, word, "", None, _ms_since(started))

    def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], started: float, exchange: Exchange
    ) -> Answer:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(url)
        with self._session().post(
            url, data=body, headers={**headers, "Content-Type": "application/json"}, stream=True
        ) as response:
            if exchange.is_over:  # headers that were cut off look like headers that ended
                raise requests.ReadTimeout
            return Answer(
                status=response.status_code,
                error=None,
                text=_read(response),
                retry_after_s=_retry_after(response.headers.get("Retry-After")),
                duration_ms=_ms_since(started),
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = with_deadline(HTTPSession(self._config))
            session.trust_env = False  # no proxy and no .netrc of the machine
        return session


def _word_for(error: Exception) -> str:
    for kind, word in WORDS.items():
        if isinstance(error, kind):
            return word
    return "connection_failed"


def _read(response: requests.Response) -> str:
    """The first bytes of the answer. Reading to the end, where it is short, keeps the connection usable.

    A status that has come stands, whatever becomes of the text after it.
    """
    content = b""
    try:
        while len(content) <= LARGEST_ANSWER and (piece := response.raw.read1(8192, decode_content=True)):
            content += piece
    except (urllib3.exceptions.HTTPError, OSError):
        pass
    return content[:KEPT_OF_ANSWER].decode("utf-8", "replace").replace("\0", "")


def _retry_after(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else None


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
