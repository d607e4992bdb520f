"""the time zone of a shop, when a session was first opened, and indexes for analytics"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("timezone", sa.String(length=64), server_default="Asia/Seoul", nullable=False)
        )
    with op.batch_alter_table("checkout_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_checkout_sessions_paid",
            ["shop_id", "livemode", "completed_at"],
            unique=False,
            postgresql_include=["total_amount"],
            postgresql_where=sa.text("completed_at IS NOT NULL"),
            sqlite_where=sa.text("completed_at IS NOT NULL"),
        )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refunds_succeeded",
            ["shop_id", "livemode", "ended_at"],
            unique=False,
            postgresql_include=["amount"],
            postgresql_where=sa.text("state = 'succeeded'"),
            sqlite_where=sa.text("state = 'succeeded'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index("ix_refunds_succeeded")
    with op.batch_alter_table("checkout_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_sessions_paid")
        batch_op.drop_column("opened_at")
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.drop_column("timezone")
