"""cash receipts that no buyer asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OWED = {
    "postgresql_where": sa.text("check_at IS NOT NULL"),
    "sqlite_where": sa.text("check_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "cash_receipts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.String(length=40), nullable=False),
        sa.Column("receipt_key", sa.String(length=200), nullable=True),
        sa.Column("issued_amount", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_amount", sa.BigInteger(), nullable=False),
        sa.Column("refused_code", sa.String(length=80), nullable=True),
        sa.Column("error_answers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_cash_receipts_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_receipts")),
    )
    op.create_index("uq_cash_receipts_attempt", "cash_receipts", ["attempt_id"], unique=True)
    op.create_index("ix_cash_receipts_due", "cash_receipts", ["check_at"], **OWED)


def downgrade() -> None:
    op.drop_table("cash_receipts")
