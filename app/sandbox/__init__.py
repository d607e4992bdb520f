"""The simulated payment gateways, and the tax service: a separate web application that answers in their place.

It is written from the gateways' documents alone and imports nothing else of this product, so that simulator
and adapter cannot share a mistake.
"""

from flask import Flask

from app.sandbox import calls, faults
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
    storage.prepare([faults.SCHEMA, calls.SCHEMA, *TOSS_SCHEMAS, *NTS_SCHEMAS])
    with storage.transaction() as db:
        recover_toss(db)
    sandbox.extensions["sandbox_storage"] = storage
    sandbox.register_blueprint(pages)
    sandbox.register_blueprint(toss)
    sandbox.register_blueprint(nts)
    return sandbox
