"""shops and keys"""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
DEFAULTS = {
    "uq_shops_default_live": "is_default AND livemode IS NOT FALSE",
    "uq_shops_default_test": "is_default AND livemode IS NOT TRUE",
}


def upgrade() -> None:
    for column in _shop_columns():
        op.add_column("shops", column)
    for column in _key_columns():
        op.add_column("api_keys", column)
    op.drop_index("uq_shops_default", table_name="shops")
    op.drop_index("ix_shops_merchant_id", table_name="shops")
    for name, where in DEFAULTS.items():
        op.create_index(
            name,
            "shops",
            ["merchant_id"],
            unique=True,
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )
    op.create_index("ix_shops_list", "shops", ["merchant_id", "created_at", "id"])
    op.create_table(
        "business_checks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_business_checks_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_checks")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_business_checks_shop_id")),
    )
    op.create_index("ix_business_checks_due", "business_checks", ["check_at"])
    _settle_modes()
    _ask_for_checks()


def _shop_columns() -> list[sa.Column]:
    return [
        sa.Column("livemode", sa.Boolean(), nullable=True),
        sa.Column("description", sa.String(length=2000), nullable=True),
        sa.Column("website", sa.String(length=2048), nullable=True),
        sa.Column("currency", sa.String(length=3), server_default="KRW", nullable=False),
        sa.Column("notification_email", sa.String(length=254), nullable=True),
        sa.Column("payment_timeout_s", sa.Integer(), server_default="86400", nullable=False),
        sa.Column("branding", JSON, server_default="{}", nullable=False),
    ]


def _key_columns() -> list[sa.Column]:
    return [
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("replaced_by_id", sa.String(length=40), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _settle_modes() -> None:
    """A shop whose merchant never had a live key is a test shop; all others go on to serve both modes."""
    op.execute(
        "UPDATE shops SET livemode = FALSE WHERE NOT EXISTS"
        " (SELECT 1 FROM api_keys WHERE api_keys.merchant_id = shops.merchant_id AND api_keys.livemode)"
    )


def _ask_for_checks() -> None:
    """Every business that is known already is looked up once the worker runs. Numbers are ten digits from now on."""
    shops = sa.table("shops", sa.column("id"), sa.column("livemode", sa.Boolean), sa.column("business", JSON))
    checks = sa.table(
        "business_checks",
        *(sa.column(name) for name in ("id", "shop_id", "revision", "finding", "tries")),
        sa.column("livemode", sa.Boolean),
        sa.column("verified", sa.Boolean),
        sa.column("check_at", sa.DateTime(timezone=True)),
    )
    known = [shop for shop in op.get_bind().execute(sa.select(shops)) if shop.business]
    for shop in known:
        number = str(shop.business["business_number"]).replace("-", "")
        business = {**shop.business, "business_number": number}
        op.execute(shops.update().where(shops.c.id == shop.id).values(business=business))
    rows = [
        {
            "id": f"bck_{secrets.token_hex(16)}",
            "shop_id": shop.id,
            "livemode": shop.livemode is not False,
            "revision": 1,
            "finding": "pending",
            "verified": False,
            "check_at": datetime.now(UTC),
            "tries": 0,
        }
        for shop in known
    ]
    if rows:
        op.bulk_insert(checks, rows)


def downgrade() -> None:
    op.drop_index("ix_business_checks_due", table_name="business_checks")
    op.drop_table("business_checks")
    op.drop_index("ix_shops_list", table_name="shops")
    for name in DEFAULTS:
        op.drop_index(name, table_name="shops")
    _keep_one_default()
    op.create_index("ix_shops_merchant_id", "shops", ["merchant_id"])
    op.create_index(
        "uq_shops_default",
        "shops",
        ["merchant_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
        sqlite_where=sa.text("is_default"),
    )
    for column in reversed(_key_columns()):
        op.drop_column("api_keys", column.name)
    for column in reversed(_shop_columns()):
        op.drop_column("shops", column.name)


def _keep_one_default() -> None:
    """Before this revision a merchant had one default shop: the live one stays."""
    op.execute(
        "UPDATE shops SET is_default = FALSE WHERE livemode = FALSE AND is_default AND EXISTS"
        " (SELECT 1 FROM shops AS other WHERE other.merchant_id = shops.merchant_id"
        " AND other.is_default AND other.livemode)"
    )
