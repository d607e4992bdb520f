"""Shops over REST.

A shop lives in the mode of the key that made it, and the other mode's keys do not find it. The shop that came
with the account serves both modes; test keys see it but only live keys change it, so that nobody redirects real
payments' webhooks with a test key. A key that is restricted to one shop sees that one and opens no others.
"""

from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.errors import Invalid, NotAllowed, NotFound
from app.shops.models import Shop
from app.shops.queries import shop_of_holder, shops_of_holder
from app.shops.shops import create_shop, update_shop
from app.web.api.auth import caller
from app.web.api.idempotency import repeated_id
from app.web.api.paging import PageQuery, cursor_from, page_of
from app.web.api.shop_json import answers_of
from app.web.api.shop_schemas import NewShop, ShopAnswer, ShopChanges, ShopList, ShopPath, named_settings

blueprint = APIBlueprint("api_shops", __name__, url_prefix="/api/shops")


@blueprint.post("", responses={201: ShopAnswer})
def create(body: NewShop) -> tuple[dict[str, Any], int]:
    """Open a shop"""
    who = caller()
    if who.shop_id:
        raise NotAllowed("key_restricted")
    shop = create_shop(
        merchant_id=who.merchant_id,
        livemode=who.livemode,
        profile=_columns(body),
        now=clock.now(),
        shop_id=repeated_id("shop"),
    )
    return _answer(shop), 201


@blueprint.get("", responses={200: ShopList})
def index(query: PageQuery) -> dict[str, Any]:
    """List shops, the newest first"""
    who = caller()
    found = shops_of_holder(who, before_row=cursor_from(query.cursor), limit=query.limit + 1)
    shown, next_cursor = page_of(found, query.limit)
    return ShopList(
        data=answers_of(shown, livemode=who.livemode),
        has_more=next_cursor is not None,
        next_cursor=next_cursor,
    ).model_dump()


@blueprint.get("/<shop_id>", responses={200: ShopAnswer})
def read(path: ShopPath) -> dict[str, Any]:
    """Read a shop"""
    return _answer(own_shop(path))


@blueprint.patch("/<shop_id>", responses={200: ShopAnswer})
def update(path: ShopPath, body: ShopChanges) -> dict[str, Any]:
    """Change a shop and its settings"""
    shop = update_shop(
        shop_id=own_shop(path).id, by_live_key=caller().livemode, changes=_columns(body), now=clock.now()
    )
    return _answer(shop)


def own_shop(path: ShopPath) -> Shop:
    """The shop, if the key may see it. Raises NotFound, the same for an id that does not exist."""
    shop = shop_of_holder(path.shop_id, caller())
    if shop is None:
        raise NotFound("invalid_shop", shopId=path.shop_id[:100], field="shopId")
    return shop


def _answer(shop: Shop) -> dict[str, Any]:
    [answer] = answers_of([shop], livemode=caller().livemode)
    return answer.model_dump()


def _columns(body: ShopChanges) -> dict[str, Any]:
    """What the body names, by column of Shop. Raises Invalid for a currency that is not ours."""
    columns = body.model_dump(exclude_unset=True, exclude={"settings"})
    settings = named_settings(body)
    if settings.get("currency", "KRW") != "KRW":
        raise Invalid("unsupported_currency", field="settings.currency")
    if "payment_timeout" in settings:
        settings["payment_timeout_s"] = settings.pop("payment_timeout")
    if "business_info" in columns:
        columns["business"] = columns.pop("business_info")
    return {**columns, **settings}
