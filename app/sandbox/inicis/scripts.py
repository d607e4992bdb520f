"""The stand-ins for `https://stgstdpay.inicis.com/stdjs/*.js` (notes §1.2)."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

scripts = Blueprint("scripts", __name__)

_STATIC = Path(__file__).parent / "static"
_FILES = ("INIStdPay.js", "INIStdPay_close.js", "INIStdPay_popup.js")


@scripts.get("/stdjs/<name>")
def script(name: str) -> Response:
    """No host is written into a script: it finds the sandbox by the address it was loaded from."""
    if name not in _FILES:
        abort(404)
    response = send_from_directory(_STATIC, name, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
