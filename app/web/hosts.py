"""Which name was called decides what is there: all of ours at our own names, one shop's checkout at its domain, and
at any other name nothing, not even a page that says who we are."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound as NotFoundPage

from app.database import end_reading
from app.domains.queries import Served, served_at
from app.settings import Settings
from app.web.checkout import errors as pages

# Whoever can reach us by these is on this machine, or says so and gets what our own names give anybody.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def init_app(app: Flask, settings: Settings) -> None:
    ours = settings.hosts | LOOPBACK
    app.before_request(lambda: _admit(ours))
    app.after_request(_vary_by_host)


def is_our_host() -> bool:
    """Whether this request came to one of our own names."""
    return bool(g.get("at_our_host", False))


def domain_called() -> Served | None:
    """The shop's domain that this request came to; None at our own names."""
    served: Served | None = g.get("domain")
    return served


def _admit(ours: frozenset[str]) -> Response | tuple[str, int] | None:
    name = _name_called()
    if name in ours:
        g.at_our_host = True
        return None
    served = served_at(name) if name else None
    end_reading()
    if served is None:
        return Response(status=404, mimetype="text/plain")
    g.domain = served
    if request.endpoint is None or not _is_of_checkout(request.endpoint):
        return pages.show_http_error(NotFoundPage())
    return None


def _is_of_checkout(endpoint: str) -> bool:
    return endpoint == "static" or endpoint.startswith("checkout.")


def _name_called() -> str | None:
    """Without a port, in small letters. A proxy in front passes the buyer's own Host on; what it says in other headers
    is not looked at."""
    try:
        return urlsplit(f"//{request.host}").hostname
    except ValueError:
        return None


def _vary_by_host(response: Response) -> Response:
    response.vary.add("Host")
    return response
