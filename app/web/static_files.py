"""Addresses of static files carry a piece of their content's hash, so browsers may keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from app.settings import ROOT

STATIC = ROOT / "static"


def init_app(app: Flask, *, production: bool) -> None:
    """production: files stay as they are while the process runs, so none is looked at twice."""
    app.add_template_global(lru_cache(static_url) if production else static_url, "static_url")
    app.after_request(_keep_versioned)


def static_url(name: str) -> str:
    path = STATIC / name
    return f"/static/{name}?v={_version(path, path.stat().st_mtime_ns)}"


@lru_cache(maxsize=500)
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep_versioned(response: Response) -> Response:
    if request.path.startswith("/static/") and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
