"""What the tax service does not have: arming faults, changing businesses, looking at what was asked."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox import calls, faults
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.nts.api import GATEWAY
from app.sandbox.nts.businesses import STANDINGS, Business, register
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

TARGETS = ("status", "validate", faults.ALL_TARGETS)


@sim.get("/calls")
def recent_calls() -> Response:
    with storage().transaction() as db:
        limit = request.args.get("limit", 100, int)
        return jsonify(calls.recent(db, gateway=GATEWAY, limit=min(max(limit, 1), calls.KEEP)))


@sim.post("/faults")
def arm_fault() -> Response:
    """JSON `{target, fault, times, delay_s?}`; times 0 disarms the target."""
    body = _body()
    target, times = body.get("target", faults.ALL_TARGETS), body.get("times", 1)
    if target not in TARGETS:
        raise ValueError(f"target must be one of {', '.join(TARGETS)}")
    if not isinstance(times, int) or isinstance(times, bool) or times < 0:
        raise ValueError("times must be a whole number, 0 or more")
    fault = Fault(FaultKind(body.get("fault", "")), float(body.get("delay_s", DEFAULT_DELAY_S)))
    with storage().transaction() as db:
        faults.arm(db, gateway=GATEWAY, target=target, fault=fault, times=times)
    return jsonify(target=target, fault=fault.kind.value, times=times, delay_s=fault.delay_s)


@sim.post("/businesses")
def change_business() -> Response:
    """JSON `{b_no, b_stt_cd?, p_nm?, start_dt?, end_dt?}`: what the register says from now on."""
    business = Business(**_body())
    if not re.fullmatch("[0-9]{10}", str(business.b_no)):
        raise ValueError("b_no must be ten digits")
    if business.b_stt_cd not in STANDINGS:
        raise ValueError(f"b_stt_cd must be one of {', '.join(STANDINGS)}")
    with storage().transaction() as db:
        register(db, business)
    return jsonify(vars(business))


@sim.errorhandler(ValueError)
@sim.errorhandler(TypeError)
def refuse(error: ValueError | TypeError) -> tuple[Response, int]:
    return jsonify(code="INVALID_SIM_REQUEST", message=str(error)), 400


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body
