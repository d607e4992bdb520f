"""when the credentials of a contract end"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gateway_accounts", sa.Column("credentials_expire_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("gateway_accounts", "credentials_expire_at")
