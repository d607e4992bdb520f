"""What the tax service does not have: arming faults, changing businesses, looking at what was asked."""

import re

from flask import Blueprint, Response, jsonify

from app.sandbox import controls, faults
from app.sandbox.controls import read_body
from app.sandbox.faults import FaultKind
from app.sandbox.nts.api import GATEWAY
from app.sandbox.nts.businesses import STANDINGS, Business, register
from app.sandbox.storage import storage

sim = Blueprint("sim", __name__)

TARGETS = ("status", "validate", faults.ALL_TARGETS)


@sim.post("/businesses")
def change_business() -> Response:
    """JSON `{b_no, b_stt_cd?, p_nm?, start_dt?, end_dt?}`: what the register says from now on."""
    business = Business(**read_body())
    if not re.fullmatch("[0-9]{10}", str(business.b_no)):
        raise ValueError("b_no must be ten digits")
    if business.b_stt_cd not in STANDINGS:
        raise ValueError(f"b_stt_cd must be one of {', '.join(STANDINGS)}")
    with storage().transaction() as db:
        register(db, business)
    return jsonify(vars(business))


controls.add_calls(sim, GATEWAY)
controls.add_faults(sim, GATEWAY, dict.fromkeys(TARGETS, tuple(FaultKind)))
controls.add_refusal(sim)
