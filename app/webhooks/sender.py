"""Post one signed body to a merchant's address."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from app.deadline import Exchange, whole_exchange, with_deadline
from app.webhooks.connections import Guard, Refused, guard_session
from app.webhooks.names import Names

CONNECT_TIMEOUT_S = 5
WHOLE_TIMEOUT_S = 15
LARGEST_ANSWER = 64 * 1024
KEPT_OF_ANSWER = 2000
MOST_HOSTS = 500  # whose connections are kept
MOST_KEPT_PER_HOST = 16

# The first that fits. Whatever is not listed is a connection that failed.
WORDS: dict[type[Exception], str] = {
    requests.Timeout: "timeout",
    requests.exceptions.SSLError: "tls_failed",
    requests.ConnectionError: "connection_failed",
    requests.exceptions.ChunkedEncodingError: "connection_failed",
    requests.RequestException: "not_sendable",
    UnicodeError: "not_sendable",
    ValueError: "not_sendable",
}


FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)


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
    """One pool of connections for all threads, kept alive between deliveries.

    guard: what may be connected to; None, for development only, lets a receiver live on this machine. trusted: a
    file of certificates that are trusted instead of the public ones.
    """

    def __init__(
        self, *, guard: Guard | None, whole_timeout_s: float = WHOLE_TIMEOUT_S, trusted: str | None = None
    ) -> None:
        self._whole_timeout_s = whole_timeout_s
        self._session = _new_session(guard, trusted)

    def send(self, *, url: str, body: bytes, headers: Mapping[str, str], https_only: bool = False) -> Answer:
        """Never raises for anything the other side does."""
        started = time.monotonic()
        refusal = _refusal(url, https_only=https_only)
        if refusal:
            return Answer(None, refusal, "", None, _ms_since(started))
        with whole_exchange(self._whole_timeout_s) as exchange:
            try:
                return self._post(url, body, headers, started, exchange)
            except (*FAILURES, Refused) as error:
                word = "timeout" if exchange.is_over else _word_for(error)
        return Answer(None, word, "", None, _ms_since(started))

    def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], started: float, exchange: Exchange
    ) -> Answer:
        with self._session.post(
            url,
            data=body,
            headers={**headers, "Content-Type": "application/json"},
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_TIMEOUT_S, WHOLE_TIMEOUT_S),
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


def _new_session(guard: Guard | None, trusted: str | None) -> requests.Session:
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=MOST_HOSTS, pool_maxsize=MOST_KEPT_PER_HOST)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    with_deadline(session)
    session.trust_env = False  # no proxy and no .netrc of the machine
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "Korea-Checkout-Webhooks/1"
    if guard is not None:
        guard_session(session, guard, connect_timeout_s=CONNECT_TIMEOUT_S)
    if trusted:
        session.verify = trusted
    return session


def sender_of(*, allow_private: bool) -> Sender:
    """allow_private: for development only."""
    return Sender(guard=None if allow_private else Guard(Names()))


def _refusal(url: str, *, https_only: bool) -> str | None:
    """Why an address is not even looked up."""
    try:
        parts = urlsplit(url)
        scheme, has_login = parts.scheme, "@" in parts.netloc
    except ValueError:
        return "not_sendable"
    if scheme not in ("http", "https"):
        return "not_sendable"
    if https_only and scheme != "https":
        return "not_https"
    return "address_not_valid" if has_login or "\\" in url else None


def _word_for(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.word
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
