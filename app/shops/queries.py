"""Questions about merchants, keys and shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db
from app.ids import is_id
from app.shops.models import ApiKey, BusinessCheck, GatewayAccount, Shop


def serves(livemode: bool | InstrumentedAttribute[bool]) -> ColumnElement[bool]:
    """Whether a shop can be seen in this mode: one of its own mode, or one of both."""
    return or_(Shop.livemode.is_(None), Shop.livemode == livemode)


@dataclass(frozen=True)
class KeyHolder:
    """Whom a key speaks for. default_shop_id: the shop of calls that name none. shop_id: the only shop the
    key may touch, None for all of the merchant's. default_timeout_s: payment_timeout of the default shop."""

    key_id: str
    merchant_id: str
    livemode: bool
    shop_id: str | None
    default_shop_id: str | None
    default_timeout_s: int | None


def holder_of_key(key_hash: str, *, now: datetime) -> KeyHolder | None:
    """None for a key that is unknown, revoked or past its grace."""
    row = db.session.execute(_HOLDER, {"key_hash": key_hash, "now": now}).first()
    return KeyHolder(*row) if row else None


def keys_of_merchant(merchant_id: str) -> list[ApiKey]:
    """All that ever were, the newest first."""
    found = select(ApiKey).where(ApiKey.merchant_id == merchant_id)
    return list(db.session.scalars(found.order_by(ApiKey.created_at.desc(), ApiKey.id)))


def shop_of_merchant(shop_id: str, merchant_id: str, *, livemode: bool) -> Shop | None:
    if not is_id("shop", shop_id):
        return None
    found = select(Shop).where(Shop.id == shop_id, Shop.merchant_id == merchant_id, serves(livemode))
    return db.session.scalar(found)


def shop_of_holder(shop_id: str, who: KeyHolder) -> Shop | None:
    """The shop, if the key may see it."""
    if who.shop_id not in (None, shop_id):
        return None
    return shop_of_merchant(shop_id, who.merchant_id, livemode=who.livemode)


def shops_of_holder(who: KeyHolder, *, before_row: tuple[datetime, str] | None, limit: int) -> list[Shop]:
    """The shops that the key may see, the newest first. before_row: created_at and id of the last one seen."""
    found = select(Shop).where(Shop.merchant_id == who.merchant_id, serves(who.livemode))
    if who.shop_id:
        found = found.where(Shop.id == who.shop_id)
    if before_row:
        found = found.where(tuple_(Shop.created_at, Shop.id) < tuple_(*map(literal, before_row)))
    return list(db.session.scalars(found.order_by(Shop.created_at.desc(), Shop.id.desc()).limit(limit)))


def checks_of_shops(shop_ids: Sequence[str]) -> dict[str, BusinessCheck]:
    """By shop; a shop that named no business has none."""
    found = select(BusinessCheck).where(BusinessCheck.shop_id.in_(shop_ids))
    return {check.shop_id: check for check in db.session.scalars(found)}


def gateways_of_shops(shop_ids: Sequence[str], *, livemode: bool) -> dict[str, set[str]]:
    """Names of the gateways that each shop has a contract with."""
    found: dict[str, set[str]] = {shop_id: set() for shop_id in shop_ids}
    rows = select(GatewayAccount.shop_id, GatewayAccount.gateway).where(
        GatewayAccount.shop_id.in_(shop_ids), GatewayAccount.livemode == livemode
    )
    for shop_id, gateway in db.session.execute(rows):
        found[shop_id].add(gateway)
    return found


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


# Asked with every call of the API, so the statement is built once.
_HOLDER = (
    select(ApiKey.id, ApiKey.merchant_id, ApiKey.livemode, ApiKey.shop_id, Shop.id, Shop.payment_timeout_s)
    .outerjoin(
        Shop,
        and_(
            Shop.merchant_id == ApiKey.merchant_id,
            or_(Shop.id == ApiKey.shop_id, and_(ApiKey.shop_id.is_(None), Shop.is_default)),
            serves(ApiKey.livemode),
        ),
    )
    .where(
        ApiKey.key_hash == bindparam("key_hash"),
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("now")),
    )
)
