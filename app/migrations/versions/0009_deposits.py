"""virtual accounts, and what gateways' servers tell of them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
LIVE = {True: "state IN ('launched', 'confirming', 'issued', 'approved')", False: "state IN ('launched', 'confirming', 'approved')"}
OWED = {True: "check_at IS NOT NULL", False: "state IN ('launched', 'confirming', 'cancelling')"}


def upgrade() -> None:
    op.add_column("attempts", sa.Column("virtual_account", JSON, nullable=True))
    op.add_column("attempts", sa.Column("notice_secret", sa.String(length=64), nullable=True))
    op.execute("UPDATE attempts SET check_at = NULL WHERE state IN ('abandoned', 'declined', 'cancelled', 'approved')")
    _index_attempts(with_accounts=True)
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("gateway_account_id", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.String(length=40), nullable=True),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gateway_account_id"], ["gateway_accounts.id"], name=op.f("fk_notifications_gateway_account_id_gateway_accounts")
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_notifications_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    received = sa.text("state = 'received'")
    op.create_index(
        "ix_notifications_due", "notifications", ["check_at"], postgresql_where=received, sqlite_where=received
    )
    op.create_index("ix_notifications_attempt", "notifications", ["attempt_id"])
    op.create_index("ix_notifications_received", "notifications", ["received_at"])


def _index_attempts(*, with_accounts: bool) -> None:
    live, owed = sa.text(LIVE[with_accounts]), sa.text(OWED[with_accounts])
    op.drop_index("uq_attempts_one_live", "attempts")
    op.drop_index("ix_attempts_owed", "attempts")
    op.create_index(
        "uq_attempts_one_live", "attempts", ["session_id"], unique=True, postgresql_where=live, sqlite_where=live
    )
    op.create_index("ix_attempts_owed", "attempts", ["check_at"], postgresql_where=owed, sqlite_where=owed)


def downgrade() -> None:
    op.drop_table("notifications")
    _index_attempts(with_accounts=False)
    op.drop_column("attempts", "notice_secret")
    op.drop_column("attempts", "virtual_account")
