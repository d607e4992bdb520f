"""Questions about merchants, keys and shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db
from app.gateways import GATEWAYS
from app.ids import is_id
from app.shops.models import (
    DEFAULT_PRIORITY,
    DEFAULT_WEIGHT,
    ApiKey,
    BusinessCheck,
    GatewayAccount,
    GatewayRoute,
    Shop,
)


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


@dataclass(frozen=True)
class Contract:
    """A gateway that a shop can take new payments through, and how the shop wants it used (see GatewayRoute)."""

    account_id: str
    gateway: str
    since: datetime
    priority: int = DEFAULT_PRIORITY
    weight: int = DEFAULT_WEIGHT
    enabled: bool = True
    methods_off: frozenset[str] = frozenset()

    @property
    def methods(self) -> frozenset[str]:
        """What a buyer can choose because of it."""
        return GATEWAYS[self.gateway].methods - self.methods_off if self.enabled else frozenset()


def contracts_of_shop(shop_id: str, *, livemode: bool) -> list[Contract]:
    """The oldest first."""
    return contracts_of_shops([shop_id], livemode=livemode)[shop_id]


def contracts_of_shops(shop_ids: Sequence[str], *, livemode: bool) -> dict[str, list[Contract]]:
    """By shop; the oldest first."""
    found: dict[str, list[Contract]] = {shop_id: [] for shop_id in shop_ids}
    for row in db.session.execute(_CONTRACTS, {"shop_ids": list(shop_ids), "livemode": livemode}):
        shop_id, account_id, gateway, since, route = row
        contract = Contract(account_id, gateway, since)
        if route is not None:
            contract = Contract(
                account_id,
                gateway,
                since,
                priority=route.priority,
                weight=route.weight,
                enabled=route.enabled,
                methods_off=frozenset(route.methods_off),
            )
        found[shop_id].append(contract)
    return found


_CONTRACTS = (
    select(
        GatewayAccount.shop_id,
        GatewayAccount.id,
        GatewayAccount.gateway,
        GatewayAccount.created_at,
        GatewayRoute,
    )
    .outerjoin(
        GatewayRoute,
        and_(
            GatewayRoute.shop_id == GatewayAccount.shop_id,
            GatewayRoute.livemode == GatewayAccount.livemode,
            GatewayRoute.gateway == GatewayAccount.gateway,
        ),
    )
    .where(
        GatewayAccount.shop_id.in_(bindparam("shop_ids", expanding=True)),
        GatewayAccount.livemode == bindparam("livemode"),
        GatewayAccount.archived_at.is_(None),
    )
    .order_by(GatewayAccount.created_at, GatewayAccount.id)
    .execution_options(populate_existing=True)
)


def routes_of_shops(shop_ids: Sequence[str], *, livemode: bool) -> dict[str, dict[str, GatewayRoute]]:
    """By shop and gateway, whether or not there is a contract yet."""
    found: dict[str, dict[str, GatewayRoute]] = {shop_id: {} for shop_id in shop_ids}
    rows = select(GatewayRoute).where(GatewayRoute.shop_id.in_(shop_ids), GatewayRoute.livemode == livemode)
    for route in db.session.scalars(rows):
        found[route.shop_id][route.gateway] = route
    return found


def account_at(shop_id: str, *, livemode: bool, gateway: str) -> GatewayAccount | None:
    """A shop's contract with one gateway in one mode; where that has ended, the last there was."""
    accounts = accounts_at(shop_id, livemode=livemode, gateway=gateway) if is_id("shop", shop_id) else []
    return accounts[0] if accounts else None


def accounts_at(shop_id: str, *, livemode: bool, gateway: str) -> list[GatewayAccount]:
    """All that there ever were at one gateway: the one in use first, then the newest."""
    found = select(GatewayAccount).where(
        GatewayAccount.shop_id == shop_id,
        GatewayAccount.livemode == livemode,
        GatewayAccount.gateway == gateway,
    )
    newest = (
        GatewayAccount.archived_at.is_not(None),
        GatewayAccount.created_at.desc(),
        GatewayAccount.id,
    )
    return list(db.session.scalars(found.order_by(*newest)))


def contracts_to_renew(*, before: datetime) -> list[tuple[str, str, datetime]]:
    """Shop, gateway, and when the certificate ends: live contracts of which that is before then, or is over already."""
    found = (
        select(GatewayAccount.shop_id, GatewayAccount.gateway, GatewayAccount.credentials_expire_at)
        .where(
            GatewayAccount.livemode.is_(True),
            GatewayAccount.archived_at.is_(None),
            GatewayAccount.credentials_expire_at < before,
        )
        .order_by(GatewayAccount.credentials_expire_at, GatewayAccount.id)
    )
    return [(shop_id, gateway, at) for shop_id, gateway, at in db.session.execute(found) if at]


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
