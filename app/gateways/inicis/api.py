"""INIAPI, the server API for cancels and inquiries: cancels by its first version, or by the second where the merchant
says so; inquiries by the second, or by the first where the contract has no other."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.clock import KST
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import http
from app.gateways.base import plain
from app.gateways.inicis.codes import (
    API_DONE,
    CLOSES_ACCOUNT,
    INQUIRY_DONE,
    NOT_FOUND,
    NOT_FOUND_WORDS,
    NOT_YOURS_WORDS,
    UNREADABLE,
    WRONG_KEYS,
)
from app.gateways.inicis.signing import Keys
from app.gateways.inicis.text import decoded, has_any, text_of
from app.gateways.inicis.transaction import Transaction, read_v2

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
JSON = {"Content-Type": "application/json;charset=utf-8"}
NOT_CONTRACTED_WORDS = ("계약",)
# type of the first version -> of the second, and the second's fields in their order.
V2_TYPES = {"Refund": "refund", "PartialRefund": "partialRefund"}
V2_REFUND = (
    "tid", "msg", "price", "confirmPrice", "currency", "refundAcctNum", "refundBankCode", "refundAcctName",
)  # fmt: skip


class NotContracted(GatewayMisconfigured):
    """Inquiries of this kind are not part of the merchant's contract."""


@dataclass(frozen=True)
class Api:
    """clock: what time it is; INIAPI wants Korea's. refunds_by_v2: of cancels, where it is known how to."""

    url: str
    keys: Keys
    client_ip: str
    timeout_s: float
    clock: Callable[[], datetime]
    refunds_by_v2: bool = False

    def refund(self, fields: Mapping[str, str], *, hashed: tuple[str, ...], about: str) -> dict[str, Any]:
        """POST /api/v1/refund (취소·환불). fields: type, paymethod, tid, msg and what its kind needs.

        hashed: names of the further fields that are signed, in order. Raises GatewayError where no answer can be read.
        The second version is not asked for what is not confirmed there: to close an account that waits, and how it
        spells the tax-free part (taxfree or taxFree).
        """
        if self.refunds_by_v2 and fields["paymethod"] != CLOSES_ACCOUNT and "taxFree" not in fields:
            return self._refund_by_v2(fields, about=about)
        signed = ("type", "paymethod", "timestamp", "clientIp", "mid", "tid", *hashed)
        return self._post("/api/v1/refund", fields, signed, event="inicis.cancel", about=about)

    def find(self, *, tid: str | None = None, order_id: str | None = None) -> Transaction | None:
        """POST /v2/pg/inquiry (거래조회), by the transaction or else by the order. None when there is none.

        Raises NotContracted, GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable.
        """
        data = {"tid": tid} if tid else {"oid": order_id}
        answer = self._post_v2("inquiry", data, event="inicis.lookup", about=tid or order_id or "")
        code, sentence = code_of(answer)
        if code in INQUIRY_DONE:
            return read_v2(answer, mid=self.keys.mid)
        check_keys(code, sentence)
        if code in NOT_FOUND and has_any(sentence, NOT_FOUND_WORDS):
            return None
        raise _not_told(code, sentence)

    def find_by_v1(self, *, tid: str | None, order_id: str) -> dict[str, Any]:
        """POST /api/v1/extra. By the order alone only where the contract forbids the same order twice (중복방지)."""
        fields = {"type": "Extra", "paymethod": "Inquiry"}
        fields |= {"originalTid": tid} if tid else {"oid": order_id}
        signed = ("type", "paymethod", "timestamp", "clientIp", "mid")
        answer = self._post("/api/v1/extra", fields, signed, event="inicis.lookup", about=tid or order_id)
        code, sentence = code_of(answer)
        if code != API_DONE:
            check_keys(code, sentence)
            raise _not_told(code, sentence)
        return answer

    def _post(
        self, path: str, fields: Mapping[str, str], signed: tuple[str, ...], *, event: str, about: str
    ) -> dict[str, Any]:
        body = {**fields, "timestamp": self._now(), "clientIp": self.client_ip, "mid": self.keys.mid}
        body["hashData"] = self.keys.api_hash(*(body[name] for name in signed))
        return self._send(path, FORM, urlencode(body).encode(), event=event, about=about)

    def _refund_by_v2(self, fields: Mapping[str, str], *, about: str) -> dict[str, Any]:
        """POST /v2/pg/{refund,partialRefund}, with /vacct behind it for money that goes to an account. It knows no
        paymethod: that follows from the transaction."""
        to_account = "refundAcctNum" in fields
        names = [name for name in V2_REFUND if name in fields and not (to_account and name == "currency")]
        path = V2_TYPES[fields["type"]] + ("/vacct" if to_account else "")
        data = {name: fields[name] for name in names}
        return self._post_v2(path, data, event="inicis.cancel", about=about)

    def _post_v2(self, path: str, data: Mapping[str, Any], *, event: str, about: str) -> dict[str, Any]:
        """The hash is over the text of `data`, so this very text is put into the body."""
        text, now = json.dumps(data, ensure_ascii=False, separators=(",", ":")), self._now()
        type = path.partition("/")[0]
        head = {
            "mid": self.keys.mid,
            "type": type,
            "timestamp": now,
            "clientIp": self.client_ip,
            "hashData": self.keys.api_hash(self.keys.mid, type, now, text),
        }
        body = f'{json.dumps(head)[:-1]}, "data": {text}}}'.encode()
        return self._send(f"/v2/pg/{path}", JSON, body, event=event, about=about)

    def _send(
        self, path: str, headers: Mapping[str, str], body: bytes, *, event: str, about: str
    ) -> dict[str, Any]:
        reply = http.call(
            "POST",
            self.url + path,
            headers=headers,
            data=body,
            timeout_s=self.timeout_s,
            event=event,
            about=about,
        )
        return object_in(reply)

    def _now(self) -> str:
        return self.clock().astimezone(KST).strftime("%Y%m%d%H%M%S")


def object_in(reply: http.Reply) -> dict[str, Any]:
    """The JSON object of an answer, in either charset. Raises GatewayOutcomeUnknown when it is none."""
    text = decoded(reply.body) if reply.status == 200 else None
    try:
        content = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return content


def code_of(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Code and sentence; the more exact code where there are two. Raises GatewayOutcomeUnknown when there is none."""
    code = text_of(answer, "resultCode")
    if not code:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    code = code if code in INQUIRY_DONE else text_of(answer, "detailResultCode") or code
    return plain(code, 80), plain(answer.get("resultMsg"), 500)


def check_keys(code: str, sentence: str) -> None:
    """Raises GatewayMisconfigured when our keys are wrong, or those of another merchant's payment."""
    if code in WRONG_KEYS or has_any(sentence, NOT_YOURS_WORDS):
        raise GatewayMisconfigured(code)


def _not_told(code: str, sentence: str) -> Exception:
    if has_any(sentence, NOT_CONTRACTED_WORDS):
        return NotContracted(code)
    return GatewayOutcomeUnknown(answered=True, gateway_code=code)
