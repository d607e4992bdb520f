"""Questions about merchants, keys and shops."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from app.database import db
from app.ids import is_id
from app.shops.models import ApiKey, GatewayAccount, Shop


@dataclass(frozen=True)
class KeyHolder:
    """Whom a key speaks for. default_shop_id: the shop of calls that name none. shop_id: the only shop the
    key may touch, None for all of the merchant's."""

    key_id: str
    merchant_id: str
    livemode: bool
    shop_id: str | None
    default_shop_id: str | None


def holder_of_key(key_hash: str, *, now: datetime) -> KeyHolder | None:
    """None for a key that is unknown, revoked or past its grace."""
    row = db.session.execute(_HOLDER, {"key_hash": key_hash, "now": now}).first()
    return KeyHolder(*row) if row else None


# Asked with every call of the API, so the statement is built once.
_HOLDER = (
    select(ApiKey.id, ApiKey.merchant_id, ApiKey.livemode, ApiKey.shop_id, Shop.id)
    .outerjoin(
        Shop,
        and_(
            Shop.merchant_id == ApiKey.merchant_id,
            or_(Shop.id == ApiKey.shop_id, and_(ApiKey.shop_id.is_(None), Shop.is_default)),
        ),
    )
    .where(
        ApiKey.key_hash == bindparam("key_hash"),
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("now")),
    )
)


def shop_of_merchant(shop_id: str, merchant_id: str) -> Shop | None:
    if not is_id("shop", shop_id):
        return None
    return db.session.scalar(select(Shop).where(Shop.id == shop_id, Shop.merchant_id == merchant_id))


def gateways_of_shop(shop_id: str, *, livemode: bool) -> list[str]:
    """The names of the gateways that a shop has a contract with."""
    return list(db.session.scalars(_GATEWAYS, {"shop_id": shop_id, "livemode": livemode}))


_GATEWAYS = (
    select(GatewayAccount.gateway)
    .where(GatewayAccount.shop_id == bindparam("shop_id"), GatewayAccount.livemode == bindparam("livemode"))
    .distinct()
)


def accounts_of_shop(shop_id: str, *, livemode: bool) -> list[GatewayAccount]:
    """A shop's gateway accounts, the oldest first."""
    return list(
        db.session.scalars(
            select(GatewayAccount)
            .where(GatewayAccount.shop_id == shop_id, GatewayAccount.livemode == livemode)
            .order_by(GatewayAccount.created_at, GatewayAccount.id)
        )
    )
