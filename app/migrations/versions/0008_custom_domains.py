"""custom domains of shops"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
VERIFIED = sa.text("verification = 'verified'")


def upgrade() -> None:
    op.create_table(
        "domains",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("verification", sa.String(length=12), nullable=False),
        sa.Column("configuration", sa.String(length=12), nullable=False),
        sa.Column("points_here", sa.Boolean(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("seen", JSON, nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_domains_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domains")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_domains_shop_id")),
    )
    op.create_index("ix_domains_name", "domains", ["name"])
    op.create_index("ix_domains_due", "domains", ["check_at"])
    op.create_index(
        "uq_domains_verified", "domains", ["name"], unique=True, postgresql_where=VERIFIED, sqlite_where=VERIFIED
    )


def downgrade() -> None:
    op.drop_table("domains")
