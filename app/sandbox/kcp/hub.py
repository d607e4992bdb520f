"""The stand-in for `https://testspay.kcp.co.kr/plugin/kcp_spay_hub.js`, and for the older script (notes §1.1)."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

hub = Blueprint("hub", __name__)

_STATIC = Path(__file__).parent / "static"


@hub.get("/plugin/kcp_spay_hub.js")
@hub.get("/plugin/payplus_web.jsp")
def script() -> Response:
    """No host is written into the script: it finds the sandbox by the address it was loaded from."""
    response = send_from_directory(_STATIC, "hub.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
