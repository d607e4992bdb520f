"""Requests as the shop's server and the buyer's browser make them; no redirect is followed."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 40.0


class NoAnswer(Exception):
    """The program was killed, or is just being started: what was asked may have been done, or not."""


@dataclass(frozen=True)
class Reply:
    """location: where a redirect leads, empty without one."""

    status: int
    text: str
    location: str

    def json(self) -> Any:
        return json.loads(self.text)


def fetch(
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    charset: str = "utf-8",
    source: str = "",
) -> Reply:
    """form or body: sent as a form in `charset`, or as JSON. source: the address of this machine to send from, "" for
    the usual one. Raises NoAnswer."""
    parts = urlsplit(url)
    data, kind = _encoded(form, body, charset)
    sent = {**(headers or {}), **({"Content-Type": kind} if data else {})}
    sender = (source, 0) if source else None
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S, source_address=sender)
    try:
        connection.request(method, f"{parts.path}?{parts.query}".rstrip("?"), body=data, headers=sent)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Reply(answer.status, text, answer.headers.get("Location", ""))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(str(error)) from error
    finally:
        connection.close()


def _encoded(form: Mapping[str, str] | None, body: object, charset: str) -> tuple[bytes | None, str]:
    if form is not None:
        encoded = urlencode(form, encoding=charset, errors="xmlcharrefreplace")
        return encoded.encode(), "application/x-www-form-urlencoded"
    if body is not None:
        return json.dumps(body).encode(), "application/json"
    return None, ""
