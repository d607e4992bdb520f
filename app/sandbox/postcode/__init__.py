"""The stand-in for Kakao's postcode service (카카오 우편번호 서비스) under `/postcode`.

Written from the shared notes on Korea, §1. The script is at the service's own path; the frame that it opens comes from
this server, which is another origin than the shop's page, as with the service itself.
"""

from pathlib import Path

from flask import Blueprint, Response, jsonify, make_response, render_template, request, send_from_directory

from app.sandbox.postcode.records import matching
from app.sandbox.storage import read_setting, storage, write_setting

postcode = Blueprint("postcode", __name__, url_prefix="/postcode", template_folder="templates")

_STATIC = Path(__file__).parent / "static"
SWITCH = "postcode.switch"
SWITCHES = ("none", "script_missing", "script_broken", "frame_missing")


@postcode.get("/mapjsapi/bundle/postcode/prod/postcode.v2.js")
def script() -> Response:
    """No host is written into the script: it finds its frame by the address it was loaded from."""
    if _switch() == "script_missing":
        return Response(status=404)
    if _switch() == "script_broken":
        return Response("throw new Error('broken')", mimetype="text/javascript")
    response = send_from_directory(_STATIC, "postcode.v2.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-store"
    return response


@postcode.get("/search")
def search() -> Response:
    """The frame. What it is told stands in its address: `origin` and `fullpath` of the page around it."""
    if _switch() == "frame_missing":
        return Response(status=503)
    return make_response(render_template("postcode/search.html"))


@postcode.get("/frame.js")
def frame_script() -> Response:
    return send_from_directory(_STATIC, "frame.js", mimetype="text/javascript")


@postcode.get("/search.css")
def style() -> Response:
    return send_from_directory(_STATIC, "search.css", mimetype="text/css")


@postcode.get("/records")
def records() -> Response:
    return jsonify(matching(request.args.get("q", "")))


@postcode.post("/sim/switch")
def set_switch() -> Response:
    """Form field `to`: how the service fails from now on."""
    to = request.form.get("to", "")
    if to not in SWITCHES:
        return Response(status=400)
    with storage().transaction() as db:
        write_setting(db, SWITCH, to)
    return jsonify(switch=to)


def _switch() -> str:
    with storage().reading() as db:
        return read_setting(db, SWITCH, "none")
