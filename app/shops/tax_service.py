"""The tax service's register of businesses (국세청 사업자등록정보 진위확인 및 상태조회, data.go.kr 15081808).

Facts: shared notes on Korea, §3.2. Answers are judged by their body: the portal in front of the service tells
errors of its own under any HTTP status.
"""

import json
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

import requests
import structlog

CONNECT_TIMEOUT_S = 5.0
WHOLE_TIMEOUT_S = 15.0
LARGEST_ANSWER = 64 * 1024

log = structlog.get_logger()
_threads = threading.local()


class Standing(StrEnum):
    """납세자 상태 (b_stt_cd)."""

    ACTIVE = "active"  # 01 계속사업자
    SUSPENDED = "suspended"  # 02 휴업자
    CLOSED = "closed"  # 03 폐업자
    UNREGISTERED = "unregistered"  # empty: no such number, or a business of the last two days


_STANDINGS = {
    "01": Standing.ACTIVE,
    "02": Standing.SUSPENDED,
    "03": Standing.CLOSED,
    "": Standing.UNREGISTERED,
}


class NoAnswer(Exception):
    """Nothing was learnt: ask again later. The text is a word of ours or the service's code, never the key."""


@dataclass(frozen=True)
class TaxService:
    """url: up to and without `/status`. key: as the portal shows it, in either of its two forms."""

    url: str
    key: str

    def standing_of(self, number: str) -> Standing:
        """POST /status (상태조회). number: ten digits. Raises NoAnswer."""
        row = self._post("status", {"b_no": [number]}, number)
        return _standing(row)

    def matches(self, number: str, *, representative: str, opening_date: str) -> bool:
        """POST /validate (진위확인): whether the number belongs to this 대표자 and 개업일.

        opening_date: YYYY-MM-DD. Raises NoAnswer.
        """
        asked = {"b_no": number, "p_nm": representative, "start_dt": opening_date.replace("-", "")}
        row = self._post("validate", {"businesses": [asked]}, number)
        if row.get("valid") not in ("01", "02"):
            raise NoAnswer("unreadable")
        return str(row["valid"]) == "01"

    def _post(self, call: str, body: dict[str, Any], number: str) -> dict[str, Any]:
        """The row about this number."""
        started = time.monotonic()
        outcome = "ok"
        try:
            return _row(_read_reply(self._send(call, body, deadline=started + WHOLE_TIMEOUT_S)), number)
        except NoAnswer as error:
            outcome = str(error)
            raise
        finally:
            ms = int((time.monotonic() - started) * 1000)
            log.info("tax_service.asked", call=call, outcome=outcome, ms=ms)

    def _send(self, call: str, body: dict[str, Any], *, deadline: float) -> bytes:
        # The portal gives the key once encoded and once not; it must arrive encoded exactly once.
        key = unquote(self.key) if "%" in self.key else self.key
        try:
            with _session().post(
                f"{self.url}/{call}",
                params={"serviceKey": key, "returnType": "JSON"},
                json=body,
                timeout=(CONNECT_TIMEOUT_S, WHOLE_TIMEOUT_S),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _read(response, deadline)
        except requests.RequestException as error:
            # Not chained: the error tells the whole address, and the key is in it.
            raise NoAnswer(type(error).__name__) from None


def _read(response: requests.Response, deadline: float) -> bytes:
    content = b""
    for chunk in response.iter_content(8192):
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise NoAnswer("too_large")
        if time.monotonic() > deadline:
            raise NoAnswer("too_slow")
    return content


def _read_reply(content: bytes) -> dict[str, Any]:
    """An answer of the service itself. The portal's own errors are `{code, msg}`."""
    try:
        reply = json.loads(content)
    except (ValueError, RecursionError):
        raise NoAnswer("unreadable") from None
    if not isinstance(reply, dict):
        raise NoAnswer("unreadable")
    if reply.get("status_code") != "OK":
        raise NoAnswer(str(reply.get("status_code", reply.get("code", "unreadable")))[:40])
    return reply


def _row(reply: dict[str, Any], number: str) -> dict[str, Any]:
    """Raises NoAnswer when the reply tells of another number than was asked for."""
    rows = reply.get("data")
    row = rows[0] if isinstance(rows, list) and len(rows) == 1 else None
    if not isinstance(row, dict) or row.get("b_no") != number:
        raise NoAnswer("unreadable")
    return row


def _standing(row: dict[str, Any]) -> Standing:
    standing = _STANDINGS.get(row["b_stt_cd"]) if isinstance(row.get("b_stt_cd"), str) else None
    if standing is None:
        raise NoAnswer("unreadable")
    return standing


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_threads, "session", None)
    if session is None:
        session = _threads.session = requests.Session()
        session.trust_env = False  # no proxy and no .netrc of the machine
    return session
