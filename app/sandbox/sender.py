"""Sending one notice to the shop's server, with its fault."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from app.sandbox.faults import Fault, FaultKind
from app.sandbox.notices import Notice, Outcome, Rules

TIMEOUT_S = (3.0, 10.0)
ANSWER_LIMIT = 64 * 1024
OTHER_CHARSET = {"utf-8": "cp949", "euc-kr": "utf-8"}


def send(notice: Notice, rules: Rules, fault: Fault | None, *, source: str | None = None) -> Outcome:
    """One attempt. Redirects are not followed. What the shop answers goes to the rules and is not kept.

    source: an address of this machine to send from, None for the usual one.
    """
    kind = fault.kind if fault else None
    if kind is FaultKind.REQUEST_LOST:
        return Outcome(None, False, "lost on the way, on purpose")
    outcome = _post(notice, rules, kind, source)
    if kind is FaultKind.TWICE:
        outcome = _post(notice, rules, kind, source)
    if kind is FaultKind.ANSWER_LOST:
        return Outcome(None, False, "the answer was lost, on purpose")
    return outcome


def _post(notice: Notice, rules: Rules, kind: FaultKind | None, source: str | None) -> Outcome:
    charset = OTHER_CHARSET[notice.charset] if kind is FaultKind.WRONG_CHARSET else notice.charset
    headers, body = rules.encode(notice.fields, charset)
    if kind is FaultKind.GARBLED:
        body = body[: len(body) // 2] + b"%"
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine is not for the sandbox
            if source is not None:
                session.mount("http://", _From(source))
            with session.post(
                notice.url,
                data=body,
                headers={"User-Agent": f"{notice.gateway}-sandbox", **headers},
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _start_of(answer)
    except (requests.RequestException, OSError, ValueError) as error:
        return Outcome(None, False, type(error).__name__)
    acknowledged = rules.acknowledged(answer.status_code, content)
    return Outcome(answer.status_code, acknowledged, "" if acknowledged else "not the expected answer")


class _From(HTTPAdapter):
    """Connects from one address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


def _start_of(answer: requests.Response) -> bytes:
    content = b""
    for piece in answer.iter_content(4096):
        content += piece
        if len(content) >= ANSWER_LIMIT:
            break
    return content
