"""coupons, their uses, and what they take off a session"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
COUNTED = sa.text("state IN ('reserved', 'used')")


def upgrade() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_ko", sa.String(length=200), nullable=True),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("discount_type", sa.String(length=20), nullable=True),
        sa.Column("discount_value", sa.BigInteger(), nullable=False),
        sa.Column("maximum_discount_amount", sa.BigInteger(), nullable=True),
        sa.Column("minimum_order_amount", sa.BigInteger(), nullable=False),
        sa.Column("product_ids", JSON, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("usage_limit", sa.BigInteger(), nullable=True),
        sa.Column("usage_limit_per_customer", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_coupons_merchant_id_merchants")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_coupons_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
    )
    op.create_index("uq_coupons_code", "coupons", ["shop_id", "livemode", "code"], unique=True)
    op.create_index("ix_coupons_merchant", "coupons", ["merchant_id", "livemode", "created_at", "id"])
    _create_uses()
    for column in _session_columns():
        op.add_column("checkout_sessions", column)


def _create_uses() -> None:
    op.create_table(
        "coupon_uses",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("coupon_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_uses_coupon_id_coupons")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["checkout_sessions.id"], name=op.f("fk_coupon_uses_session_id_checkout_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_uses")),
    )
    op.create_index("ix_coupon_uses_session_id", "coupon_uses", ["session_id"])
    counted = {"postgresql_where": COUNTED, "sqlite_where": COUNTED}
    op.create_index("uq_coupon_uses_session", "coupon_uses", ["session_id"], unique=True, **counted)
    op.create_index("ix_coupon_uses_email", "coupon_uses", ["coupon_id", "email"], **counted)
    op.create_index("ix_coupon_uses_phone", "coupon_uses", ["coupon_id", "phone"], **counted)


def _session_columns() -> list[sa.Column]:
    return [
        sa.Column("coupon_id", sa.String(length=40), nullable=True),
        sa.Column("coupon", JSON, nullable=True),
        sa.Column("coupon_discount", sa.BigInteger(), server_default="0", nullable=False),
    ]


def downgrade() -> None:
    for column in reversed(_session_columns()):
        op.drop_column("checkout_sessions", column.name)
    op.drop_table("coupon_uses")
    op.drop_table("coupons")
