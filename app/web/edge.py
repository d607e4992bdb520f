"""May this name have a certificate? The edge asks before it lets a new name in (Caddy's on-demand TLS).

It asks with every handshake that it has no certificate for, so the answer is quick, and it stays the last known one
while the database is away: buyers must get in then, too.
"""

import time
from dataclasses import dataclass, field

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from app.domains.queries import names_to_serve, served_at
from app.errors import NotFound
from app.services import services
from app.web.networks import comes_straight_from

blueprint = Blueprint("edge", __name__)
log = structlog.get_logger()
FRESH_S = 30.0


@dataclass
class Known:
    """The names that were served when the database was last asked."""

    names: frozenset[str] = frozenset()
    read_at: float = field(default=-FRESH_S)


def init_app(app: Flask) -> None:
    app.extensions["edge_names"] = Known()


@blueprint.get("/edge/ask")
def ask() -> Response:
    """200 for a name that may have a certificate, else 404. For everybody but the edge there is nothing here."""
    if not comes_straight_from(services().settings.edge_networks):
        raise NotFound()
    name = request.args.get("domain", "").lower()
    return Response(status=200 if _may_have_certificate(name) else 404, mimetype="text/plain")


def _may_have_certificate(name: str) -> bool:
    known: Known = current_app.extensions["edge_names"]
    try:
        if time.monotonic() - known.read_at >= FRESH_S:
            known.names, known.read_at = names_to_serve(), time.monotonic()
        # One that became ready since then is let in at once, and one that was removed is let in no more.
        return served_at(name) is not None
    except SQLAlchemyError:
        log.warning("edge.answered_from_memory")
        return name in known.names
