"""How a shop wants its payments to be spread over its gateways: the setting `routing`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.database import db
from app.gateways import GATEWAYS
from app.shops.models import DEFAULT_PRIORITY, DEFAULT_WEIGHT, GatewayRoute

HIGHEST_PRIORITY, HIGHEST_WEIGHT = 99, 1000

Changes = Mapping[str, Mapping[str, Any] | None]


def defaults() -> dict[str, Any]:
    return {"priority": DEFAULT_PRIORITY, "weight": DEFAULT_WEIGHT, "enabled": True, "methods_off": []}


def wanted_of(route: GatewayRoute | None) -> dict[str, Any]:
    """What counts for one gateway, whether or not the shop said anything about it."""
    return {name: getattr(route, name) if route else value for name, value in defaults().items()}


def problems_of_routes(changes: Changes | None) -> dict[str, str]:
    known = ", ".join(sorted(GATEWAYS))
    return {
        f"settings.routing.{name[:40]}": f"is not a gateway; there are: {known}"
        for name in changes or {}
        if name not in GATEWAYS
    }


def change_routes(shop_id: str, changes: Changes | None, *, livemode: bool) -> None:
    """Merge by gateway and field; None in place of a field, of a gateway or of all goes back to the defaults. The
    caller holds the shop."""
    found = select(GatewayRoute).where(GatewayRoute.shop_id == shop_id, GatewayRoute.livemode == livemode)
    routes = {route.gateway: route for route in db.session.scalars(found)}
    if changes is None:
        changes = dict.fromkeys(routes)
    for gateway, fields in changes.items():
        route = routes.get(gateway)
        if fields is None:
            if route is not None:
                db.session.delete(route)
            continue
        given = {name: value if value is not None else defaults()[name] for name, value in fields.items()}
        if route is None:
            key = {"shop_id": shop_id, "livemode": livemode, "gateway": gateway}
            db.session.add(GatewayRoute(**key, **{**defaults(), **given}))
            continue
        for name, value in given.items():
            setattr(route, name, value)
