"""webhook endpoints, the order in which events are read, and what deliveries are sent to"""

import hashlib
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = {"postgresql_where": sa.text("state = 'waiting'"), "sqlite_where": sa.text("state = 'waiting'")}
FAILED = {"postgresql_where": sa.text("state = 'failed'"), "sqlite_where": sa.text("state = 'failed'")}
UNNUMBERED = {"postgresql_where": sa.text("position IS NULL"), "sqlite_where": sa.text("position IS NULL")}


def upgrade() -> None:
    _create_endpoints()
    op.create_table(
        "event_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_feed")),
    )
    op.execute("INSERT INTO event_feed (id, last_position) VALUES (1, 0)")
    op.add_column("events", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index("uq_events_position", "events", ["position"], unique=True)
    op.create_index("ix_events_feed", "events", ["shop_id", "livemode", "position"])
    op.create_index("ix_events_created", "events", ["created_at"])
    op.create_index("ix_events_unnumbered", "events", ["created_at"], **UNNUMBERED)
    for column in _delivery_columns():
        op.add_column("deliveries", column)
    _fill_deliveries()
    op.drop_index("ix_deliveries_due", table_name="deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["send_at", "host"], **WAITING)
    op.create_index("ix_deliveries_endpoint", "deliveries", ["endpoint_id"], **WAITING)
    op.create_index("ix_deliveries_failed", "deliveries", ["shop_id", "ended_at"], **FAILED)


def _create_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("shop_id", sa.String(length=40), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=60), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_webhook_endpoints_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    columns = ["shop_id", "livemode", "created_at", "id"]
    op.create_index("ix_webhook_endpoints_list", "webhook_endpoints", columns)


def _delivery_columns() -> list[sa.Column]:
    return [
        sa.Column("from_shop", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("host", sa.String(length=300), server_default="", nullable=False),
        sa.Column("endpoint_id", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("most_tries", sa.Integer(), server_default="11", nullable=False),
    ]


def _fill_deliveries() -> None:
    """What is known of deliveries that are there already. Events get their positions from the worker."""
    op.execute("UPDATE deliveries SET reason = 'exhausted' WHERE state = 'failed'")
    op.execute(
        "UPDATE deliveries SET from_shop = (SELECT webhook_url IS NULL FROM checkout_sessions"
        " WHERE checkout_sessions.id = deliveries.session_id)"
    )
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT DISTINCT events.shop_id, events.livemode, url"
            " FROM deliveries JOIN events ON events.id = event_id"
        )
    ).all()
    change = sa.text(
        "UPDATE deliveries SET host = :host, endpoint_id = :endpoint WHERE url = :url AND shop_id = :shop"
        " AND event_id IN (SELECT id FROM events WHERE livemode = :livemode AND shop_id = :shop)"
    )
    for shop_id, livemode, url in found:
        # As app/webhooks/addresses.py had it when this was written.
        told = f"{shop_id}\n{'live' if livemode else 'test'}\n{url.partition('#')[0].partition('?')[0]}"
        endpoint = f"whe_{hashlib.sha256(told.encode()).hexdigest()[:32]}"
        values = {"host": _host(url), "endpoint": endpoint, "url": url, "shop": shop_id}
        connection.execute(change, {**values, "livemode": bool(livemode)})


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        return f"{parts.hostname or ''}:{port}"[:300]
    except ValueError:
        return url.partition("://")[2].partition("/")[0][:300]


def downgrade() -> None:
    for index in ("ix_deliveries_failed", "ix_deliveries_endpoint", "ix_deliveries_due"):
        op.drop_index(index, table_name="deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["send_at"], **WAITING)
    for column in reversed(_delivery_columns()):
        op.drop_column("deliveries", column.name)
    for index in ("ix_events_unnumbered", "ix_events_created", "ix_events_feed", "uq_events_position"):
        op.drop_index(index, table_name="events")
    op.drop_column("events", "position")
    op.drop_table("event_feed")
    op.drop_table("webhook_endpoints")
