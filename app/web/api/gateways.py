"""A shop's contracts with gateways over REST.

Always those of the mode of the key: live contracts are seen and changed by live keys alone, also of a shop that serves
both modes. Credentials go in and are never told again.
"""

from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire, to_wire_if_any
from app.gateways import GATEWAYS
from app.payments.health_report import illnesses_of
from app.payments.methods import METHODS
from app.shops.contracts import accounts_in_use, end_contract, hints_of, set_credentials
from app.shops.models import GatewayAccount, GatewayRoute
from app.shops.queries import routes_of_shops
from app.shops.routes import wanted_of
from app.web.api.auth import caller
from app.web.api.gateway_schemas import (
    CredentialAnswer,
    CredentialsBody,
    GatewayAnswer,
    GatewayHealthAnswer,
    GatewayList,
    GatewayPath,
    GatewayRemoved,
    IllnessAnswer,
)
from app.web.api.shop_schemas import RouteAnswer, ShopPath
from app.web.api.shops import own_shop

blueprint = APIBlueprint("api_gateways", __name__, url_prefix="/api/shops/<shop_id>/gateways")


@blueprint.get("", responses={200: GatewayList})
def list_gateways(path: ShopPath) -> dict[str, Any]:
    """List all gateways, and the contracts that a shop has with them"""
    return GatewayList(data=_answers(own_shop(path).id)).model_dump()


@blueprint.put("/<gateway>", responses={200: GatewayAnswer})
def set_gateway(path: GatewayPath, body: CredentialsBody) -> dict[str, Any]:
    """Set the credentials of a gateway"""
    shop = own_shop(ShopPath(shop_id=path.shop_id))
    set_credentials(
        shop_id=shop.id,
        livemode=caller().livemode,
        gateway=path.gateway,
        credentials=body.credentials,
        now=clock.now(),
    )
    [answer] = [one for one in _answers(shop.id) if one.gateway == path.gateway]
    return answer.model_dump()


@blueprint.delete("/<gateway>", responses={200: GatewayRemoved})
def delete_gateway(path: GatewayPath) -> dict[str, Any]:
    """End the use of a gateway. Payments that began there are finished, and can be refunded."""
    shop = own_shop(ShopPath(shop_id=path.shop_id))
    end_contract(shop_id=shop.id, livemode=caller().livemode, gateway=path.gateway, now=clock.now())
    return GatewayRemoved().model_dump()


def _answers(shop_id: str) -> list[GatewayAnswer]:
    livemode = caller().livemode
    accounts = accounts_in_use(shop_id, livemode=livemode)
    routes = routes_of_shops([shop_id], livemode=livemode)[shop_id]
    return [_answer(name, accounts.get(name), routes.get(name), livemode) for name in GATEWAYS]


def _answer(
    gateway: str, account: GatewayAccount | None, route: GatewayRoute | None, livemode: bool
) -> GatewayAnswer:
    methods = GATEWAYS[gateway].methods
    return GatewayAnswer(
        gateway=gateway,
        configured=account is not None,
        updated_at=to_wire_if_any(account.created_at if account else None),
        credentials=[CredentialAnswer(**vars(hint)) for hint in hints_of(gateway, account)],
        credentials_expire_at=to_wire_if_any(account.credentials_expire_at if account else None),
        methods=[method for method in METHODS if method in methods],
        routing=RouteAnswer(**wanted_of(route)),
        health=_health(gateway, account, livemode),
        livemode=livemode,
    )


def _health(gateway: str, account: GatewayAccount | None, livemode: bool) -> GatewayHealthAnswer:
    found = illnesses_of(gateway, livemode=livemode, account_id=account.id if account else None)
    told = [IllnessAnswer(method=one.method, since=to_wire(one.since)) for one in found]
    return GatewayHealthAnswer(status="sick" if told else "well", sick=told)
