"""Addresses of static files carry a piece of their content's hash, so browsers may keep them for a year."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from app.settings import ROOT

STATIC = ROOT / "static"
WORTH_PACKING = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")


def init_app(app: Flask, *, production: bool) -> None:
    """production: files stay as they are while the process runs, so none is looked at twice."""
    app.add_template_global(lru_cache(static_url) if production else static_url, "static_url")
    app.after_request(_keep_and_pack)


def static_url(name: str) -> str:
    path = STATIC / name
    return f"/static/{name}?v={_version(path, path.stat().st_mtime_ns)}"


@lru_cache(maxsize=500)
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep_and_pack(response: Response) -> Response:
    if not request.path.startswith("/static/") or response.status_code != 200:
        return response
    if "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if response.mimetype in WORTH_PACKING and request.method == "GET":
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            _pack(response)
    return response


def _pack(response: Response) -> None:
    """Only files that a page names are worth the memory; a range of a packed file is not what was asked for."""
    path = STATIC / request.path.removeprefix("/static/")
    response.direct_passthrough = False
    if close := getattr(response.response, "close", None):
        close()  # the file that would have been sent as it is
    response.set_data(_packed(path, path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    response.set_etag(f"{response.get_etag()[0]}-gzip")


@lru_cache(maxsize=200)
def _packed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
