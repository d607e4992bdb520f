"""Post one signed body to a merchant's address."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

CONNECT_TIMEOUT_S = 5
WHOLE_TIMEOUT_S = 15
LARGEST_ANSWER = 64 * 1024
KEPT_OF_ANSWER = 2000


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

    def __init__(self, *, allow_private: bool) -> None:
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
        try:
            return self._post(url, body, headers, started)
        except InvalidIPAddress:
            error = "address_not_public"
        except requests.Timeout:
            error = "timeout"
        except requests.exceptions.SSLError:
            error = "tls_failed"
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            error = "connection_failed"
        except (requests.RequestException, ValueError):
            error = "not_sendable"
        return Answer(None, error, "", None, _ms_since(started))

    def _post(self, url: str, body: bytes, headers: Mapping[str, str], started: float) -> Answer:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(url)
        with self._session().post(
            url, data=body, headers={**headers, "Content-Type": "application/json"}, stream=True
        ) as response:
            text = _read(response, deadline=started + WHOLE_TIMEOUT_S)
            return Answer(
                status=response.status_code,
                error=None,
                text=text,
                retry_after_s=_retry_after(response.headers.get("Retry-After")),
                duration_ms=_ms_since(started),
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = HTTPSession(self._config)
            session.trust_env = False  # no proxy and no .netrc of the machine
        return session


def _read(response: requests.Response, *, deadline: float) -> str:
    """The first bytes of the answer. Reading to the end, where it is short, keeps the connection usable."""
    content = b""
    for chunk in response.iter_content(8192):
        content += chunk
        if time.monotonic() > deadline:
            raise requests.Timeout
        if len(content) > LARGEST_ANSWER:
            break
    return content[:KEPT_OF_ANSWER].decode("utf-8", "replace").replace("\0", "")


def _retry_after(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else None


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
