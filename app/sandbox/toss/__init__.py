"""The Toss Payments (토스페이먼츠) simulator under `/toss`: SDK script, pay window, server API, controls.

`SCHEMAS` are its tables; `recover` is to be run once when the sandbox starts.
"""

from flask import Blueprint

from app.sandbox.toss import idempotency, payment, receipts
from app.sandbox.toss.api import api
from app.sandbox.toss.console import console
from app.sandbox.toss.deposits import ACTIONS
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.idempotency import release_unfinished as recover
from app.sandbox.toss.sdk import sdk
from app.sandbox.toss.sim import sim
from app.sandbox.toss.webhook import TossRules
from app.sandbox.toss.window import window

__all__ = ["ACTIONS", "RULES", "SCHEMAS", "recover", "toss"]

SCHEMAS = [payment.SCHEMA, idempotency.SCHEMA, receipts.SCHEMA]

RULES = {GATEWAY: TossRules()}

toss = Blueprint("toss", __name__, url_prefix="/toss", static_folder="static", template_folder="templates")
toss.register_blueprint(api, url_prefix="/v1")
toss.register_blueprint(sdk)
toss.register_blueprint(console)
toss.register_blueprint(window, url_prefix="/window")
toss.register_blueprint(sim, url_prefix="/sim")
