"""The simulated payment gateways, and the tax service: a separate web application that answers in their place.

It is written from the gateways' documents alone and imports nothing else of this product, so that simulator
and adapter cannot share a mistake.
"""

from flask import Flask, Response, request

from app.sandbox import calls, faults, notices, timers
from app.sandbox.background import Background
from app.sandbox.kcp import ACTIONS as KCP_ACTIONS
from app.sandbox.kcp import RULES as KCP_RULES
from app.sandbox.kcp import SCHEMAS as KCP_SCHEMAS
from app.sandbox.kcp import kcp
from app.sandbox.nts import SCHEMAS as NTS_SCHEMAS
from app.sandbox.nts import nts
from app.sandbox.pages import pages
from app.sandbox.storage import Storage
from app.sandbox.toss import SCHEMAS as TOSS_SCHEMAS
from app.sandbox.toss import recover as recover_toss
from app.sandbox.toss import toss


def create_sandbox(*, database: str, public_url: str) -> Flask:
    """Build the sandbox.

    database: path of its SQLite file; created with its folder when missing.
    public_url: origin under which browsers and the shop's server reach it, e.g. `http://127.0.0.1:8001`.
    """
    sandbox = Flask(__name__)
    sandbox.config["SANDBOX_URL"] = public_url.rstrip("/")
    sandbox.json.ensure_ascii = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    storage = Storage(database)
    schemas = [*TOSS_SCHEMAS, *NTS_SCHEMAS, *KCP_SCHEMAS]
    storage.prepare([faults.SCHEMA, calls.SCHEMA, timers.SCHEMA, notices.SCHEMA, *schemas])
    with storage.transaction() as db:
        recover_toss(db)
    sandbox.extensions["sandbox_storage"] = storage
    background = Background(storage, actions=KCP_ACTIONS, rules=KCP_RULES)
    sandbox.extensions["sandbox_background"] = background
    background.resume()

    @sandbox.after_request
    def follow_up(response: Response) -> Response:
        if request.method == "POST":
            background.wake()
        return response

    sandbox.register_blueprint(pages)
    sandbox.register_blueprint(toss)
    sandbox.register_blueprint(nts)
    sandbox.register_blueprint(kcp)
    return sandbox
