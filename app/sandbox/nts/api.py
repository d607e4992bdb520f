"""`POST …/status` and `POST …/validate`, with the portal that stands in front of them."""

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request

from app.sandbox import calls, faults, wire
from app.sandbox.faults import FaultKind
from app.sandbox.nts import businesses
from app.sandbox.nts.businesses import ACTIVE, CLOSED, STANDINGS, UNREGISTERED, Business
from app.sandbox.storage import storage

api = Blueprint("api", __name__)

GATEWAY = "nts"
MOST_AT_ONCE = 100
# With signs that an address changes: a caller who encodes the key twice, or not at all, is not known.
SERVICE_KEY = "sandbox/key+for=tests"
UNREGISTERED_KEY = {"code": -4, "msg": "등록되지 않은 인증키 입니다."}
UNREGISTERED_NUMBER = "국세청에 등록되지 않은 사업자등록번호입니다."
CANNOT_CONFIRM = "확인할 수 없습니다."

Row = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, body: Row) -> None:
        self.status, self.body = status, body
        super().__init__(body)


@api.post("/status")
def status() -> Response:
    def answer(db: sqlite3.Connection, body: Row) -> Row:
        numbers = _numbers(body.get("b_no"))
        rows = [_status_row(businesses.find(db, number)) for number in numbers]
        known = sum(row["b_stt_cd"] != UNREGISTERED for row in rows)
        # Where nothing matched, the count itself was seen to be missing.
        return _ok(rows, **({"match_cnt": known} if known else {}))

    return _serve("status", answer)


@api.post("/validate")
def validate() -> Response:
    def answer(db: sqlite3.Connection, body: Row) -> Row:
        rows = [_validate_row(db, asked) for asked in _questions(body.get("businesses"))]
        valid = sum(row["valid"] == "01" for row in rows)
        return _ok(rows, **({"valid_cnt": valid} if valid else {}))

    return _serve("validate", answer)


@api.after_request
def record(response: Response) -> Response:
    return calls.record_request(response, gateway=GATEWAY, merchant=None, fault=g.get("nts_fault"))


def _serve(target: str, answer: Callable[[sqlite3.Connection, Row], Row]) -> Response:
    with storage().transaction() as db:
        fault = faults.take_armed(db, gateway=GATEWAY, target=target)
    kind = fault.kind if fault else None
    if kind is FaultKind.OUTAGE:
        return _deliver(kind, {})
    if fault and kind is FaultKind.SLOW:
        time.sleep(fault.delay_s)
    try:
        _check_key()
        body = _json_body()
        kind = kind or _magic_fault(json.dumps(body))
        with storage().transaction() as db:
            return _deliver(kind, answer(db, body))
    except Refused as refused:
        return _response(refused.status, refused.body)


def _check_key() -> None:
    if request.args.get("serviceKey") != SERVICE_KEY:
        raise Refused(200, UNREGISTERED_KEY)


def _json_body() -> Row:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, {"status_code": "BAD_JSON_REQUEST"})
    return body


def _magic_fault(text: str) -> FaultKind | None:
    """What a published number asks for."""
    if businesses.KEY_UNKNOWN in text:
        raise Refused(200, UNREGISTERED_KEY)
    if businesses.INTERNAL_ERROR in text:
        return FaultKind.ERROR_500_BEFORE
    if businesses.BREAKS_CONNECTION in text:
        return FaultKind.ANSWER_LOST
    return FaultKind.GARBLED if businesses.UNREADABLE in text else None


def _numbers(asked: object) -> list[str]:
    if not isinstance(asked, list) or not all(isinstance(number, str) for number in asked) or not asked:
        raise Refused(411, {"status_code": "REQUEST_DATA_MALFORMED"})
    if len(asked) > MOST_AT_ONCE:
        raise Refused(413, {"status_code": "TOO_LARGE_REQUEST"})
    return asked


def _questions(asked: object) -> list[Row]:
    if not isinstance(asked, list) or not asked:
        raise Refused(411, {"status_code": "REQUEST_DATA_MALFORMED"})
    if len(asked) > MOST_AT_ONCE:
        raise Refused(413, {"status_code": "TOO_LARGE_REQUEST"})
    needed = ("b_no", "start_dt", "p_nm")
    for one in asked:
        if not isinstance(one, dict) or not all(
            isinstance(one.get(name), str) and one[name] for name in needed
        ):
            raise Refused(411, {"status_code": "REQUEST_DATA_MALFORMED"})
    return asked


def _status_row(business: Business) -> Row:
    known = business.b_stt_cd != UNREGISTERED
    return {
        "b_no": business.b_no,
        "b_stt": STANDINGS[business.b_stt_cd],
        "b_stt_cd": business.b_stt_cd,
        "tax_type": "부가가치세 일반과세자" if known else UNREGISTERED_NUMBER,
        "tax_type_cd": "01" if known else "",
        "end_dt": business.end_dt if business.b_stt_cd == CLOSED else "",
        "utcc_yn": "N" if known else "",
        "tax_type_change_dt": "",
        "invoice_apply_dt": "",
        "rbf_tax_type": "해당없음" if business.b_stt_cd == ACTIVE else "",
        "rbf_tax_type_cd": "99" if business.b_stt_cd == ACTIVE else "",
    }


def _validate_row(db: sqlite3.Connection, asked: Row) -> Row:
    business = businesses.find(db, asked["b_no"])
    if business.matches(p_nm=asked["p_nm"], start_dt=asked["start_dt"]):
        found = {"valid": "01", "request_param": asked, "status": _status_row(business)}
    else:
        found = {"valid": "02", "valid_msg": CANNOT_CONFIRM, "request_param": asked}
    return {"b_no": asked["b_no"], **found}


def _ok(rows: list[Row], **counts: int) -> Row:
    return {"status_code": "OK", "request_cnt": len(rows), **counts, "data": rows}


def _deliver(kind: FaultKind | None, body: Row) -> Response:
    g.nts_fault = kind.value if kind else None
    if kind is FaultKind.OUTAGE:
        return wire.outage()
    if kind in (FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST):
        return wire.broken_connection()
    if kind in (FaultKind.ERROR_500_BEFORE, FaultKind.ERROR_500_AFTER):
        return _response(500, {"status_code": "INTERNAL_ERROR"})
    if kind is FaultKind.GARBLED:
        return wire.garbled(json.dumps(body, ensure_ascii=False).encode())
    return _response(200, body)


def _response(http_status: int, body: Row) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=http_status, mimetype="application/json")
