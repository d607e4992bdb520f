"""The stand-in for `https://js.tosspayments.com/v2/standard` and the private endpoint that opens windows."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, request, send_from_directory

from app.sandbox.storage import public_url, storage
from app.sandbox.toss.answers import Answer
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.payments import create_payment
from app.sandbox.toss.window_request import read_window_request

sdk = Blueprint("sdk", __name__)

_STATIC = Path(__file__).parent / "static"


@sdk.get("/v2/standard")
def script() -> Response:
    """No host is written into the script: it finds the sandbox by the address it was loaded from."""
    response = send_from_directory(_STATIC, "sdk.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@sdk.post("/sim/window-requests")
def open_window() -> Response:
    """JSON clientKey, customerKey, origin and the requestPayment parameters → `{paymentKey, windowUrl}`."""
    try:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise TossError("INVALID_PARAMETERS")
        asked = read_window_request(body, origin_header=request.headers.get("Origin"))
    except TossError as error:
        return Answer(400, error.body).response()
    with storage().transaction() as db:
        payment_key = create_payment(db, asked)
    return jsonify(paymentKey=payment_key, windowUrl=f"{public_url()}/toss/window/{payment_key}")


@sdk.after_request
def allow_shop_pages(response: Response) -> Response:
    """CORS, for the window request only: it is called from the shop's page and shows nothing of anybody's."""
    if request.path.endswith("/sim/window-requests"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "POST"
    return response
