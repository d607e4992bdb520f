"""The secrets that webhooks are signed with, one or (while one is rotated) several a shop and mode."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.database import db, transaction
from app.errors import Conflict
from app.ids import new_id
from app.shops.models import Shop
from app.vault import Vault
from app.webhooks.models import WebhookSecret
from app.webhooks.signing import new_secret

LONGEST_GRACE_H = 168
# Each signs every webhook, and a receiver tries them all.
MOST_ALIVE = 3


class TooManySecrets(Conflict):
    """So many are valid already. Without a grace the others end at once, so that is always possible."""

    code = "too_many_webhook_secrets"


@dataclass(frozen=True)
class Rotated:
    """secret: in clear, the only time that it is shown. others_end_at: when the earlier ones sign no more.
    is_repeat: it was made by the same request before."""

    secret_id: str
    secret: str
    created_at: datetime
    others_end_at: datetime
    is_repeat: bool


def add_secret(*, shop_id: str, livemode: bool, vault: Vault, now: datetime) -> str:
    """The new secret in clear, the only time that it is shown. The caller holds the transaction."""
    return _add(new_id("whs"), shop_id=shop_id, livemode=livemode, vault=vault, now=now)


def rotate_secret(
    *,
    shop_id: str,
    livemode: bool,
    grace: timedelta,
    vault: Vault,
    now: datetime,
    secret_id: str | None = None,
) -> Rotated:
    """A new secret. The earlier ones sign beside it until the grace (0 to 168 hours) is over, and no longer than they
    would have.

    secret_id: its id, where the caller may come twice with the same; the second time the secret is there, and is
    shown to the one who asked for it. Raises TooManySecrets.
    """
    with transaction():
        db.session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True))
        earlier = db.session.get(WebhookSecret, secret_id) if secret_id else None
        if earlier is not None:
            secret = vault.open(earlier.secret, row=earlier.id)
            return Rotated(earlier.id, secret, earlier.created_at, earlier.created_at + grace, True)
        alive = list(db.session.scalars(_alive(shop_id, livemode, now)))
        if grace and len(alive) >= MOST_ALIVE:
            raise TooManySecrets(most=MOST_ALIVE)
        for old in alive:
            old.expires_at = min(old.expires_at or now + grace, now + grace)
        row_id = secret_id or new_id("whs")
        secret = _add(row_id, shop_id=shop_id, livemode=livemode, vault=vault, now=now)
    return Rotated(row_id, secret, now, now + grace, False)


def secrets_of_shop(shop_id: str, *, livemode: bool, vault: Vault, now: datetime) -> list[str]:
    """Every secret that is valid now, in clear, the newest first."""
    return [vault.open(row.secret, row=row.id) for row in db.session.scalars(_alive(shop_id, livemode, now))]


def _alive(shop_id: str, livemode: bool, now: datetime):  # type: ignore[no-untyped-def]  # a select
    return (
        select(WebhookSecret)
        .where(
            WebhookSecret.shop_id == shop_id,
            WebhookSecret.livemode == livemode,
            or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > now),
        )
        .order_by(WebhookSecret.created_at.desc(), WebhookSecret.id)
    )


def _add(row_id: str, *, shop_id: str, livemode: bool, vault: Vault, now: datetime) -> str:
    secret = new_secret()
    sealed = vault.seal(secret, row=row_id)
    db.session.add(
        WebhookSecret(id=row_id, shop_id=shop_id, livemode=livemode, secret=sealed, created_at=now)
    )
    db.session.flush()
    return secret
