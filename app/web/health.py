"""Is the process alive (/healthz), and can it do its work (/readyz)?"""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.database import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, str], int]:
    """503 while the database does not answer or is not migrated."""
    try:
        db.session.execute(text("SELECT 1 FROM checkout_sessions LIMIT 1"))
    except SQLAlchemyError:
        return {"status": "the database is not ready"}, 503
    return {"status": "ok"}, 200
