"""The secrets that webhooks are signed with, one or (while one is rotated) several a shop and mode."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select

from app.database import UtcDateTime, db, transaction
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


@dataclass(frozen=True)
class Sealed:
    """A secret as it is stored (see app.vault)."""

    secret_id: str
    text: str


Secrets = dict[tuple[str, bool], tuple[str, ...]]  # in clear, by shop and whether it is live


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
    sealed = sealed_secrets([shop_id], now=now).get((shop_id, livemode), [])
    return list(open_secrets(sealed, vault=vault))


def sealed_secrets(shop_ids: Collection[str], *, now: datetime) -> dict[tuple[str, bool], list[Sealed]]:
    """Every secret that is valid now, the newest first, by shop and whether it is live."""
    found: dict[tuple[str, bool], list[Sealed]] = {}
    if shop_ids:
        for row in db.session.execute(_SEALED, {"shops": list(shop_ids), "now": now}):
            found.setdefault((row.shop_id, row.livemode), []).append(Sealed(row.id, row.secret))
    return found


def open_secrets(sealed: Iterable[Sealed], *, vault: Vault) -> tuple[str, ...]:
    """In clear. Raises CannotOpen."""
    return tuple(vault.open(one.text, row=one.secret_id) for one in sealed)


def _alive(shop_id: str, livemode: bool, now: datetime) -> Select[Any]:
    mine = (WebhookSecret.shop_id == shop_id) & (WebhookSecret.livemode == livemode)
    return select(WebhookSecret).where(mine, _is_alive(now)).order_by(*_NEWEST_FIRST)


def _is_alive(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > now)


def _add(row_id: str, *, shop_id: str, livemode: bool, vault: Vault, now: datetime) -> str:
    secret = new_secret()
    sealed = vault.seal(secret, row=row_id)
    db.session.add(
        WebhookSecret(id=row_id, shop_id=shop_id, livemode=livemode, secret=sealed, created_at=now)
    )
    db.session.flush()
    return secret


_NEWEST_FIRST = (WebhookSecret.created_at.desc(), WebhookSecret.id)
_SEALED = (
    select(WebhookSecret.id, WebhookSecret.shop_id, WebhookSecret.livemode, WebhookSecret.secret)
    .where(
        WebhookSecret.shop_id.in_(bindparam("shops", expanding=True)),
        _is_alive(bindparam("now", type_=UtcDateTime)),
    )
    .order_by(*_NEWEST_FIRST)
)
