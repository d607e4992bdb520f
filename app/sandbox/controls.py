"""What the control endpoints of every simulated gateway have in common."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Response, jsonify, request

from app.sandbox import faults
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.storage import storage

# What can happen to a notice on its way.
NOTICE_KINDS = (
    FaultKind.TWICE,
    FaultKind.SLOW,
    FaultKind.REQUEST_LOST,
    FaultKind.ANSWER_LOST,
    FaultKind.GARBLED,
    FaultKind.WRONG_CHARSET,
    FaultKind.OUTAGE,
)


def read_body() -> dict[str, Any]:
    """The posted JSON object. ValueError when it is none."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body


def arm_fault(gateway: str, kinds_of: Mapping[str, Collection[FaultKind]]) -> Response:
    """Carry out JSON `{target, fault, times, delay_s?}`; times 0 disarms the target.

    kinds_of: by target, what can be armed for it. ValueError for anything else.
    """
    body = read_body()
    target, times = body.get("target", faults.ALL_TARGETS), body.get("times", 1)
    if target not in kinds_of:
        raise ValueError(f"target must be one of {', '.join(kinds_of)}")
    if not isinstance(times, int) or isinstance(times, bool) or times < 0:
        raise ValueError("times must be a whole number, 0 or more")
    fault = Fault(FaultKind(body.get("fault", "")), float(body.get("delay_s", DEFAULT_DELAY_S)))
    if fault.kind not in kinds_of[target]:
        raise ValueError(f"fault of {target} must be one of {', '.join(kinds_of[target])}")
    with storage().transaction() as db:
        faults.arm(db, gateway=gateway, target=target, fault=fault, times=times)
    return jsonify(target=target, fault=fault.kind.value, times=times, delay_s=fault.delay_s)
