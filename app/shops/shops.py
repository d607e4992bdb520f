"""Open shops and change them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.database import db, transaction
from app.errors import Invalid, NotAllowed, NotFound
from app.ids import new_id
from app.services import services
from app.shops.accounts import add_sandbox_accounts
from app.shops.business_numbers import has_check_digit
from app.shops.models import Merchant, Shop
from app.shops.queries import serves
from app.shops.routes import change_routes, problems_of_routes
from app.shops.verification import ask_for_check, is_same_business
from app.webhooks.endpoints import enable_address
from app.webhooks.secrets import add_secret

MERGED = ("business", "contact", "branding")
ROUTING = "routing"  # no column: each gateway has a row of its own


class LiveKeyRequired(NotAllowed):
    """A shop of both modes also takes real money: what a test key may do must not reach it."""

    code = "live_key_required"


class BadProfile(Invalid):
    """problems: path of the field, as the API calls it -> what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        field, reason = next(iter(problems.items()))
        super().__init__(field=field, reason=reason)
        if len(problems) > 1:
            self.details["fields"] = dict(problems)


def create_shop(
    *,
    merchant_id: str,
    livemode: bool,
    profile: Mapping[str, Any],
    now: datetime,
    shop_id: str | None = None,
) -> Shop:
    """Open a shop in one mode. A test shop can take test payments at once; a live one needs the merchant's own
    contracts. The first shop of a mode becomes its default.

    profile: columns of Shop -> values, and `routing` (see change_routes); None in `business`, `contact` and `branding`
    leaves a field out.
    shop_id: its id, where the caller may come twice with the same; the second time the shop is there.
    Raises BadProfile.
    """
    with transaction():
        _hold(merchant_id)
        earlier = db.session.get(Shop, shop_id) if shop_id else None
        if earlier is not None:
            return earlier
        shop = Shop(
            id=shop_id or new_id("shop"),
            merchant_id=merchant_id,
            livemode=livemode,
            is_default=not _has_default(merchant_id, livemode=livemode),
            created_at=now,
        )
        _apply(shop, profile)
        db.session.add(shop)
        db.session.flush()
        change_routes(shop.id, profile.get(ROUTING, {}), livemode=livemode)
        add_secret(shop_id=shop.id, livemode=livemode, vault=services().vault, now=now)
        if not livemode:
            add_sandbox_accounts(shop.id, now=now)
        ask_for_check(shop, now=now)
    return shop


def update_shop(*, shop_id: str, by_live_key: bool, changes: Mapping[str, Any], now: datetime) -> Shop:
    """Change what is named and leave the rest. `business`, `contact` and `branding` are merged by field: None
    takes a field away, None instead of all of them takes all away. `routing` is that of the key's mode.

    Raises BadProfile, LiveKeyRequired, NotFound.
    """
    with transaction():
        shop = _locked(shop_id)
        # The modes of a shop of both have routes of their own: a test key changes those of its own mode.
        if shop.livemode is None and not by_live_key and set(changes) != {ROUTING}:
            raise LiveKeyRequired()
        before = shop.business
        _apply(shop, changes)
        db.session.flush()
        change_routes(shop.id, changes.get(ROUTING, {}), livemode=by_live_key)
        if not is_same_business(shop.business, before):
            ask_for_check(shop, now=now)
        if changes.get("webhook_url"):  # named anew, so it is in order again, even where it is the same
            enable_address(shop_id=shop.id, url=changes["webhook_url"])
    return shop


def _hold(merchant_id: str) -> None:
    """Two first shops at once would both be the default."""
    db.session.execute(select(Merchant.id).where(Merchant.id == merchant_id).with_for_update())


def _has_default(merchant_id: str, *, livemode: bool) -> bool:
    found = select(Shop.id).where(Shop.merchant_id == merchant_id, Shop.is_default, serves(livemode))
    return db.session.scalar(found) is not None


def _locked(shop_id: str) -> Shop:
    shop = db.session.scalar(
        select(Shop).where(Shop.id == shop_id).with_for_update().execution_options(populate_existing=True)
    )
    if shop is None:
        raise NotFound("invalid_shop")
    return shop


def _apply(shop: Shop, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name != ROUTING:
            setattr(shop, name, _merged(getattr(shop, name), value) if name in MERGED else value)
    shop.branding = shop.branding or {}
    problems = _problems(shop, changes)
    if problems:
        raise BadProfile(problems)


def _merged(old: Mapping[str, Any] | None, changes: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A new object, so that the change is seen. None when nothing is left."""
    merged = {**(old or {}), **changes} if changes is not None else {}
    return {name: value for name, value in merged.items() if value is not None} or None


def _problems(shop: Shop, changes: Mapping[str, Any]) -> dict[str, str]:
    """Of what was just changed; a shop that was right once need not become right again to be renamed."""
    takes_money = shop.livemode is not False
    problems = {}
    if "business" in changes and shop.business is not None:
        number = shop.business.get("business_number")
        if number is None:
            problems["business_info.business_number"] = "is required"
        elif takes_money and not has_check_digit(number):
            problems["business_info.business_number"] = "is not a business registration number"
    problems |= problems_of_routes(changes.get(ROUTING))
    plain = changes.get("webhook_url") and not changes["webhook_url"].lower().startswith("https://")
    if takes_money and plain:
        problems["settings.webhook_url"] = "must begin with https://"
    return problems
