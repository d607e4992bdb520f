"""The simulator of the tax service's register of businesses (국세청 사업자등록정보) under `/nts`.

Written from the shared notes on Korea, §3.2. `SCHEMAS` are its tables.
"""

from flask import Blueprint

from app.sandbox.nts import businesses
from app.sandbox.nts.api import api
from app.sandbox.nts.sim import sim

__all__ = ["SCHEMAS", "nts"]

SCHEMAS = [businesses.SCHEMA]

nts = Blueprint("nts", __name__, url_prefix="/nts")
nts.register_blueprint(api, url_prefix="/api/nts-businessman/v1")
nts.register_blueprint(sim, url_prefix="/sim")
