"""Migrations run on the application's own engine; the same files serve SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

from app.database import UtcDateTime, writing_options

db = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name plain types, so that they still run when ours have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    with db.engine.connect() as connection:
        # A deferred BEGIN would let two starts migrate one SQLite file at once.
        connection = connection.execution_options(**writing_options(db.engine))
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,  # SQLite cannot alter a table in place
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
