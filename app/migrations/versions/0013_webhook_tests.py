"""runs of the webhook gym, and deliveries by their host"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RUNNING = {"postgresql_where": sa.text("ended_at IS NULL"), "sqlite_where": sa.text("ended_at IS NULL")}

WAITING = {"postgresql_where": sa.text("state = 'waiting'"), "sqlite_where": sa.text("state = 'waiting'")}


def upgrade() -> None:
    op.create_table(
        "webhook_tests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("results", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_webhook_tests_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_tests")),
    )
    op.create_index("ix_webhook_tests_shop", "webhook_tests", ["shop_id", "created_at"])
    op.create_index("ix_webhook_tests_due", "webhook_tests", ["created_at"], **RUNNING)
    op.create_index("ix_deliveries_host", "deliveries", ["host", "send_at"], **WAITING)


def downgrade() -> None:
    op.drop_index("ix_deliveries_host", table_name="deliveries")
    op.drop_table("webhook_tests")
