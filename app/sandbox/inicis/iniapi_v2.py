"""INIAPI v2: JSON to /v2/pg/… (notes §3.2, §3.4). The hash is over the text of `data` as it was sent."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.sandbox.inicis import inquiry, refund, switches
from app.sandbox.inicis.answer import Answer
from app.sandbox.inicis.callers import Fields, api_refusal, authenticate_caller
from app.sandbox.inicis.codes import CLOSES_ACCOUNT, MEANS
from app.sandbox.inicis.exchange import Call
from app.sandbox.inicis.payment import FULL, PART, State
from app.sandbox.inicis.payments import find_payment
from app.sandbox.inicis.refund import Asked
from app.sandbox.inicis.results import InicisRefusal

DATA = "data"  # of the fields: the text itself

_ACCOUNT = ("refundAcctNum", "refundBankCode", "refundAcctName")
_PARTIAL = ("price", "confirmPrice")
_TAX = ("currency", "tax")


@dataclass(frozen=True)
class Operation:
    """type: in the body. needed, optional: fields of data."""

    type: str
    kind: str
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


OPERATIONS: dict[str, Operation] = {
    "refund": Operation("refund", FULL, ("tid", "msg")),
    "partialRefund": Operation("partialRefund", PART, ("tid", "msg", *_PARTIAL), _TAX),
    "refund/vacct": Operation("refund", FULL, ("tid", "msg", *_ACCOUNT)),
    "partialRefund/vacct": Operation("partialRefund", PART, ("tid", "msg", *_PARTIAL, *_ACCOUNT), _TAX),
}


def read_v2(raw: bytes) -> dict[str, str]:
    """The posted fields as text, `data` as it stands in the body. {} for what is no JSON object."""
    try:
        text = raw.decode()
        body = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(body, dict):
        return {}
    fields = {name: value for name, value in body.items() if isinstance(value, str)}
    if isinstance(body.get(DATA), dict):
        fields[DATA] = raw_member(text, DATA)
    return fields


def raw_member(text: str, name: str) -> str:
    """The text of one member of a JSON object that is known to be well-formed. The last, if there are several."""
    decoder, found, at = json.JSONDecoder(), "", text.index("{") + 1
    while (at := _skip(text, at, ",")) < len(text) and text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        start = _skip(text, at, ":")
        _, at = decoder.raw_decode(text, start)
        if key == name:
            found = text[start:at]
    return found


def refund_call(path: str) -> Call:
    """path: one of OPERATIONS."""
    return Call("refund", partial(_refund, OPERATIONS[path], path), api_refusal)


def _refund(operation: Operation, path: str, db: sqlite3.Connection, fields: Fields) -> Answer:
    hashed = [fields.get(name, "") for name in ("mid", "type", "timestamp", DATA)]
    merchant = authenticate_caller(db, fields, needed=(DATA,), hashed=hashed)
    if fields["type"] != operation.type:
        raise InicisRefusal("SIM8", "type")
    data = _read_data(db, fields[DATA], operation)
    asked = Asked(
        tid=data["tid"],
        kind=operation.kind,
        paymethod=_paymethod(db, data["tid"], path),
        reason=data["msg"],
        price=data.get("price", ""),
        confirm_price=data.get("confirmPrice", ""),
        account=data.get("refundAcctNum", ""),
        bank=data.get("refundBankCode", ""),
        holder=data.get("refundAcctName", ""),
    )
    return Answer(refund.refund(db, merchant, asked))


def _read_data(db: sqlite3.Connection, text: str, operation: Operation) -> dict[str, str]:
    """Raises InicisRefusal SIM8 for a field that is missing or not known here."""
    data: dict[str, Any] = json.loads(text)
    name = switches.read(db, "v2_tax_free")
    free = ("taxfree", "taxFree") if name == "either" else (name,)
    known = {*operation.needed, *operation.optional, *(free if operation.optional else ())}
    for field in operation.needed:
        if data.get(field) in (None, ""):
            raise InicisRefusal("SIM8", field)
    for field, value in data.items():
        if field not in known or not isinstance(value, str | int) or isinstance(value, bool):
            raise InicisRefusal("SIM8", field[:40])
    return {field: str(value) for field, value in data.items()}


def _paymethod(db: sqlite3.Connection, tid: str, path: str) -> str:
    """There is none in v2: it follows from the transaction and the address. "" refuses."""
    payment = find_payment(db, tid)
    if payment is None:
        return ""
    if payment.state is State.WAITING and path == "refund":
        accepted = switches.is_set(db, "v2_vbank_close", "accepted")
        return CLOSES_ACCOUNT if accepted else ""
    to_account = path.endswith("/vacct")
    return MEANS[payment.method].api if payment.is_account == to_account else ""


def _inquire(db: sqlite3.Connection, fields: Fields) -> Answer:
    hashed = [fields.get(name, "") for name in ("mid", "type", "timestamp", DATA)]
    merchant = authenticate_caller(db, fields, needed=(DATA,), hashed=hashed)
    data: Mapping[str, Any] = json.loads(fields[DATA])
    tid, oid = str(data.get("tid") or ""), str(data.get("oid") or "")
    if fields["type"] != "inquiry" or not (tid or oid):
        raise InicisRefusal("SIM8", "type, tid, oid")
    payment = inquiry.find(db, merchant, tid=tid, oid=oid)
    if payment is None:
        raise InicisRefusal(switches.read(db, "v2_not_found_code"), message="해당거래 없음")
    return Answer(inquiry.v2_fields(db, payment))


INQUIRY = Call("inquiry", _inquire, api_refusal)


def _skip(text: str, at: int, mark: str) -> int:
    while at < len(text) and text[at] in f" \t\r\n{mark}":
        at += 1
    return at
