"""indexes for lists of sessions"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checkout_sessions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkout_sessions_merchant", ["merchant_id", "livemode", "created_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_checkout_sessions_shop",
            ["shop_id", "livemode", "created_at", "id"],
            unique=False,
            postgresql_include=["state"],
        )


def downgrade() -> None:
    with op.batch_alter_table("checkout_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_sessions_shop")
        batch_op.drop_index("ix_checkout_sessions_merchant")
