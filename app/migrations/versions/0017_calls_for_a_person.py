"""indexes of what waits for a person"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("attempts", "refunds")


def upgrade() -> None:
    held = sa.text("needs_person IS NOT NULL")
    for table in TABLES:
        op.create_index(f"ix_{table}_held", table, ["created_at"], postgresql_where=held, sqlite_where=held)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_held", table_name=table)
