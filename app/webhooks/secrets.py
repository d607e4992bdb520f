"""The secrets that webhooks are signed with, one or (while one is rotated) several a shop and mode."""

from datetime import datetime

from sqlalchemy import or_, select

from app.database import db
from app.ids import new_id
from app.vault import Vault
from app.webhooks.models import WebhookSecret
from app.webhooks.signing import new_secret


def add_secret(*, shop_id: str, livemode: bool, vault: Vault, now: datetime) -> str:
    """The new secret in clear, the only time that it is shown. The caller holds the transaction."""
    row_id, secret = new_id("whs"), new_secret()
    sealed = vault.seal(secret, row=row_id)
    db.session.add(
        WebhookSecret(id=row_id, shop_id=shop_id, livemode=livemode, secret=sealed, created_at=now)
    )
    db.session.flush()
    return secret


def secrets_of_shop(shop_id: str, *, livemode: bool, vault: Vault, now: datetime) -> list[str]:
    """Every secret that is valid now, in clear, the newest first."""
    rows = db.session.scalars(
        select(WebhookSecret)
        .where(
            WebhookSecret.shop_id == shop_id,
            WebhookSecret.livemode == livemode,
            or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > now),
        )
        .order_by(WebhookSecret.created_at.desc())
    )
    return [vault.open(row.secret, row=row.id) for row in rows]
