"""routing: what shops want, how gateways answer, which are sick; accounts that are kept when their credentials change"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
ACCOUNT = ["shop_id", "livemode", "gateway"]
IN_USE = sa.text("archived_at IS NULL")


def upgrade() -> None:
    op.add_column("attempts", sa.Column("routing", JSON, nullable=True))
    op.add_column("gateway_accounts", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "postgresql":  # SQLite does not count the characters
        op.alter_column("gateway_accounts", "credentials", type_=sa.Text(), existing_nullable=False)
    op.drop_index("uq_gateway_accounts_shop", "gateway_accounts")
    op.create_index(
        "uq_gateway_accounts_shop", "gateway_accounts", ACCOUNT, unique=True, postgresql_where=IN_USE, sqlite_where=IN_USE
    )
    op.create_index("ix_gateway_accounts_shop", "gateway_accounts", ACCOUNT)
    op.create_table(
        "gateway_routes",
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("methods_off", JSON, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_gateway_routes_shop_id_shops")),
        sa.PrimaryKeyConstraint(*ACCOUNT, name=op.f("pk_gateway_routes")),
    )
    op.create_table(
        "gateway_health",
        *_whose(),
        sa.Column("bucket_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("ok", "slow", "failed", "answer_ms")),
        sa.PrimaryKeyConstraint(
            "gateway", "livemode", "scope", "phase", "bucket_at", "method", name=op.f("pk_gateway_health")
        ),
    )
    op.create_index("ix_gateway_health_bucket", "gateway_health", ["bucket_at"])
    op.create_table(
        "gateway_conditions",
        *_whose(),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("sick_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pause_s", sa.Integer(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("well_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("gateway", "livemode", "scope", "phase", "method", name=op.f("pk_gateway_conditions")),
    )


def _whose() -> list[sa.Column[object]]:
    return [
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
    ]


def downgrade() -> None:
    """Accounts that were kept for the payments that began with them cannot stand beside those that came after, so they
    give way where they can and stop it where they cannot."""
    op.drop_table("gateway_conditions")
    op.drop_table("gateway_health")
    op.drop_table("gateway_routes")
    op.execute(
        "DELETE FROM gateway_accounts WHERE archived_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.gateway_account_id = gateway_accounts.id)"
        " AND NOT EXISTS (SELECT 1 FROM notifications WHERE notifications.gateway_account_id = gateway_accounts.id)"
    )
    op.drop_index("ix_gateway_accounts_shop", "gateway_accounts")
    op.drop_index("uq_gateway_accounts_shop", "gateway_accounts")
    op.create_index("uq_gateway_accounts_shop", "gateway_accounts", ACCOUNT, unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("gateway_accounts", "credentials", type_=sa.String(length=4000), existing_nullable=False)
    op.drop_column("gateway_accounts", "archived_at")
    op.drop_column("attempts", "routing")
