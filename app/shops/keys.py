"""API keys: `sk_live_` or `sk_test_` and 64 hex digits, of which only the hash is kept."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from app.database import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.ids import is_id, new_id
from app.shops.models import ApiKey, Merchant
from app.shops.queries import shop_of_merchant

LONGEST_GRACE = timedelta(days=7)
USE_IS_NOTED_EVERY = timedelta(minutes=5)

_SHAPE = re.compile(r"sk_(live|test)_[0-9a-f]{64}", re.ASCII)


class UnknownKey(NotFound):
    code = "unknown_api_key"


class KeyNotActive(Conflict):
    """It was revoked or rotated already, or its grace is over."""

    code = "api_key_not_active"


class KeyIsRestricted(Conflict):
    """It serves another shop only; it never comes to see more than it did."""

    code = "api_key_is_restricted"


@dataclass(frozen=True)
class IssuedKey:
    """secret: the key in clear. It is kept nowhere, so this is the only time that it can be shown."""

    key_id: str
    secret: str


def hash_of_key(key: str) -> str | None:
    """None for a text that cannot be a key."""
    return hashlib.sha256(key.encode()).hexdigest() if _SHAPE.fullmatch(key) else None


def issue_key(
    *, merchant_id: str, livemode: bool, shop_id: str | None = None, name: str | None = None, now: datetime
) -> IssuedKey:
    """A new key for all of a merchant's shops in one mode, or for one shop only.

    Raises NotFound for a merchant or a shop that is not there, or not in this mode.
    """
    with transaction():
        if db.session.get(Merchant, merchant_id) is None:
            raise NotFound("unknown_merchant")
        _check_shop(shop_id, merchant_id, livemode)
        return _add(merchant_id=merchant_id, livemode=livemode, shop_id=shop_id, name=name, now=now)


def rotate_key(*, key_id: str, grace: timedelta, now: datetime) -> IssuedKey:
    """A new key like the old one, which lives on for the grace (0 to 7 days) and not a moment longer.

    Raises Invalid for another grace, UnknownKey, KeyNotActive.
    """
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise Invalid(field="grace", reason="must be 0 to 7 days")
    with transaction():
        old = _locked(key_id)
        if not _is_active(old, now) or old.replaced_by_id:
            raise KeyNotActive()
        issued = _add(
            merchant_id=old.merchant_id, livemode=old.livemode, shop_id=old.shop_id, name=old.name, now=now
        )
        old.replaced_by_id, old.expires_at = issued.key_id, now + grace
    return issued


def revoke_key(*, key_id: str, now: datetime) -> None:
    """From the next request on the key opens nothing. Revoking twice is no error. Raises UnknownKey."""
    with transaction():
        key = _locked(key_id)
        key.revoked_at = key.revoked_at or now


def restrict_key(*, key_id: str, shop_id: str, now: datetime) -> None:
    """From the next request on the key sees this shop only, for good.

    Raises UnknownKey, KeyNotActive, KeyIsRestricted, and NotFound for a shop that the key does not see.
    """
    with transaction():
        key = _locked(key_id)
        if not _is_active(key, now):
            raise KeyNotActive()
        if key.shop_id not in (None, shop_id):
            raise KeyIsRestricted()
        _check_shop(shop_id, key.merchant_id, key.livemode)
        key.shop_id = shop_id


def note_use(*, key_id: str, now: datetime) -> None:
    """Remember when a key was last used, unless that was written down a few minutes ago, by any process."""
    with transaction():
        db.session.execute(
            update(ApiKey)
            .where(
                ApiKey.id == key_id,
                or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now - USE_IS_NOTED_EVERY),
            )
            .values(last_used_at=now)
            .execution_options(synchronize_session=False)
        )


def add_key(*, merchant_id: str, livemode: bool, shop_id: str | None, now: datetime) -> str:
    """The new key, the only time that it can be seen. The caller holds the transaction."""
    return _add(merchant_id=merchant_id, livemode=livemode, shop_id=shop_id, name=None, now=now).secret


def _add(
    *, merchant_id: str, livemode: bool, shop_id: str | None, name: str | None, now: datetime
) -> IssuedKey:
    secret = f"sk_{'live' if livemode else 'test'}_{secrets.token_hex(32)}"
    key = ApiKey(
        id=new_id("key"),
        merchant_id=merchant_id,
        shop_id=shop_id,
        livemode=livemode,
        name=name,
        key_hash=hashlib.sha256(secret.encode()).hexdigest(),
        last4=secret[-4:],
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    return IssuedKey(key.id, secret)


def _locked(key_id: str) -> ApiKey:
    key = None
    if is_id("key", key_id):
        found = select(ApiKey).where(ApiKey.id == key_id).with_for_update()
        key = db.session.scalar(found.execution_options(populate_existing=True))
    if key is None:
        raise UnknownKey()
    return key


def _is_active(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def _check_shop(shop_id: str | None, merchant_id: str, livemode: bool) -> None:
    if shop_id and shop_of_merchant(shop_id, merchant_id, livemode=livemode) is None:
        raise NotFound("invalid_shop", field="shop_id")
