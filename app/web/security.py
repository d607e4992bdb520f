"""Headers of every answer: what a page may load, and what it tells others about itself."""

import secrets

import structlog
from flask import Flask, Response, g, request

_PAGE_POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
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


def may_be_framed() -> None:
    """Let this answer stand in a frame: a page without anything to click, for a gateway's window."""
    g.may_be_framed = True


def keep_to_itself(policy: dict[str, list[str]]) -> None:
    """Give this answer a policy of its own, and let it stand in a frame of ours. What it loads is not told by whom."""
    g.own_policy = policy
    g.referrer_policy = "no-referrer"


def content_security_policy() -> str:
    """The page policy, with what this answer needs beside (g.csp_hosts): the shop's pictures, a gateway's window."""
    own: dict[str, list[str]] | None = g.get("own_policy")
    policy = {name: list(sources) for name, sources in (own or _PAGE_POLICY).items()}
    if "csp_nonce" in g:
        policy["script-src"].append(f"'nonce-{g.csp_nonce}'")
    if "style_nonce" in g:
        policy["style-src"].append(f"'nonce-{g.style_nonce}'")
    if g.get("may_be_framed"):
        policy["frame-ancestors"] = ["*"]
    for name, hosts in g.get("csp_hosts", {}).items():
        policy.setdefault(name, []).extend(hosts)
    if g.get("framed_by_us"):
        policy["frame-ancestors"] = ["'self'"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _name_request() -> None:
    g.request_id = f"req_{secrets.token_hex(12)}"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _add_headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The address of a session opens it: no other site learns it from a Referer.
    response.headers["Referrer-Policy"] = g.get("referrer_policy", "same-origin")
    if request.path.startswith("/static/"):
        return response
    response.headers["Cache-Control"] = g.get("cache_control", "no-store")
    if response.mimetype == "text/html":
        opener = "same-origin-allow-popups" if g.get("opens_windows") else "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = opener
        response.headers["Content-Security-Policy"] = content_security_policy()
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not g.get("may_be_framed"):
            framed_by_us = g.get("framed_by_us") or "own_policy" in g
            response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed_by_us else "DENY"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
