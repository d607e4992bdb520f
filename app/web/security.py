"""Headers of every answer: what a page may load, and what it tells others about itself."""

import secrets

import structlog
from flask import Flask, Response, g, request

_PAGE_POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "https:", "data:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def init_app(app: Flask) -> None:
    app.before_request(_name_request)
    app.after_request(_add_headers)
    app.add_template_global(csp_nonce)
    app.add_template_global(style_nonce)


def csp_nonce() -> str:
    """The nonce of this answer's scripts; the same each time it is asked for within one request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def style_nonce() -> str:
    """The same for this answer's one style element, where the shop's own colours are."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    nonce: str = g.style_nonce
    return nonce


def content_security_policy() -> str:
    """The page policy, with what the launch of a gateway needs (g.csp_hosts), for this answer only."""
    policy = {name: list(sources) for name, sources in _PAGE_POLICY.items()}
    if "csp_nonce" in g:
        policy["script-src"].append(f"'nonce-{g.csp_nonce}'")
    if "style_nonce" in g:
        policy["style-src"].append(f"'nonce-{g.style_nonce}'")
    for name, hosts in g.get("csp_hosts", {}).items():
        policy.setdefault(name, []).extend(hosts)
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _name_request() -> None:
    g.request_id = f"req_{secrets.token_hex(12)}"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _add_headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The address of a session opens it: no other site learns it from a Referer.
    response.headers["Referrer-Policy"] = "same-origin"
    if request.path.startswith("/static/"):
        return response
    response.headers["Cache-Control"] = g.get("cache_control", "no-store")
    if response.mimetype == "text/html":
        opener = "same-origin-allow-popups" if g.get("opens_windows") else "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = opener
        response.headers["Content-Security-Policy"] = content_security_policy()
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Vary"] = "Host"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
