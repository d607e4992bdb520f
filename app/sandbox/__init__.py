"""The simulated payment gateways, the tax service and the search for addresses: a separate web application that
answers in their place.

It is written from the gateways' documents alone and imports nothing else of this product, so that simulator
and adapter cannot share a mistake.
"""

from flask import Flask, Response, request

from app.sandbox import calls, faults, notices, timers
from app.sandbox.background import Background
from app.sandbox.inicis import ACTIONS as INICIS_ACTIONS
from app.sandbox.inicis import RULES as INICIS_RULES
from app.sandbox.inicis import SCHEMAS as INICIS_SCHEMAS
from app.sandbox.inicis import inicis
from app.sandbox.inicis.ages import AGES as INICIS_AGES
from app.sandbox.kcp import ACTIONS as KCP_ACTIONS
from app.sandbox.kcp import RULES as KCP_RULES
from app.sandbox.kcp import SCHEMAS as KCP_SCHEMAS
from app.sandbox.kcp import kcp
from app.sandbox.kcp.ages import AGES as KCP_AGES
from app.sandbox.nts import SCHEMAS as NTS_SCHEMAS
from app.sandbox.nts import nts
from app.sandbox.pages import pages
from app.sandbox.postcode import postcode
from app.sandbox.storage import Storage, write_setting
from app.sandbox.toss import ACTIONS as TOSS_ACTIONS
from app.sandbox.toss import RULES as TOSS_RULES
from app.sandbox.toss import SCHEMAS as TOSS_SCHEMAS
from app.sandbox.toss import recover as recover_toss
from app.sandbox.toss import toss
from app.sandbox.toss.ages import AGES as TOSS_AGES


def create_sandbox(*, database: str, public_url: str, notice_url: str = "") -> Flask:
    """Build the sandbox.

    database: path of its SQLite file; created with its folder when missing.
    notice_url: where merchants that have registered none want their notices; `{gateway}` and `{merchant}` (of the
    sandbox keys; at KCP the common name of its certificate) are filled in. "": nowhere.
    public_url: origin under which browsers and the shop's server reach it, e.g. `http://127.0.0.1:8001`.
    """
    sandbox = Flask(__name__)
    sandbox.config["SANDBOX_URL"] = public_url.rstrip("/")
    sandbox.json.ensure_ascii = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    storage = Storage(database)
    schemas = [*TOSS_SCHEMAS, *NTS_SCHEMAS, *KCP_SCHEMAS, *INICIS_SCHEMAS]
    storage.prepare([faults.SCHEMA, calls.SCHEMA, timers.SCHEMA, notices.SCHEMA, *schemas])
    with storage.transaction() as db:
        recover_toss(db)
        write_setting(db, notices.TEMPLATE_SETTING, notice_url)
    sandbox.extensions["sandbox_storage"] = storage
    sandbox.extensions["sandbox_ages"] = {"toss": TOSS_AGES, "kcp": KCP_AGES, "inicis": INICIS_AGES}
    background = Background(
        storage,
        actions={**TOSS_ACTIONS, **KCP_ACTIONS, **INICIS_ACTIONS},
        rules={**TOSS_RULES, **KCP_RULES, **INICIS_RULES},
    )
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
    sandbox.register_blueprint(inicis)
    sandbox.register_blueprint(postcode)
    return sandbox
