"""confirms that are undone, what a buyer chose on our page, where a notification came from"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
BEFORE = "state IN ('launched', 'confirming', 'issued', 'approved')"
AFTER = "state IN ('launched', 'confirming', 'undoing', 'issued', 'approved')"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("choice", JSON, nullable=True))
    op.add_column("notifications", sa.Column("source", sa.String(length=45), server_default="", nullable=False))
    _index_live(AFTER)


def downgrade() -> None:
    _index_live(BEFORE)
    op.drop_column("notifications", "source")
    op.drop_column("attempts", "choice")


def _index_live(states: str) -> None:
    where = sa.text(states)
    op.drop_index("uq_attempts_one_live", "attempts")
    op.create_index(
        "uq_attempts_one_live", "attempts", ["session_id"], unique=True, postgresql_where=where, sqlite_where=where
    )
