"""Pages that may stand in a frame of the shop's page."""

import re

from flask import Response, request

NOBODY = "'none'"
# It goes into a CSP header, so nothing that could end a value.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


def framing_origin(told: str) -> str | None:
    """Who shows the page that the current request asks for; None when nobody says so in a way that can be used.

    told: by the gateway's script. The browser's own word wins; it is "null" when the shop's page sends no referrer.
    """
    origin = request.headers.get("Origin", "null")
    origin = told if origin == "null" else origin
    return origin if _ORIGIN.fullmatch(origin) else None


def secured(response: Response, parent_origin: str | None, *, connect: str = NOBODY) -> Response:
    """parent_origin: of the page that may show this one in a frame. connect: where its script may post to."""
    # form-action is left out on purpose: browsers also apply it to where the answer redirects, and from the
    # shop's return address the buyer may be sent on to any page of the shop.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
        f" connect-src {connect}; frame-ancestors {parent_origin or NOBODY}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
