"""The webhook secret over REST."""

from datetime import timedelta

from flask import Response, g, jsonify
from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire
from app.errors import NotFound
from app.services import services
from app.shops.queries import shop_of_holder
from app.web.api.auth import caller
from app.web.api.idempotency import repeated_id
from app.web.api.secret_schemas import RotatedSecret, RotateSecretBody
from app.webhooks.secrets import Rotated, rotate_secret

blueprint = APIBlueprint("api_webhook_secrets", __name__, url_prefix="/api/webhooks/secret")


@blueprint.post("/rotate", responses={200: RotatedSecret})
def rotate(body: RotateSecretBody) -> Response:
    """Rotate the webhook secret"""
    shop_id = _own_shop(body.shopId)
    rotated = rotate_secret(
        shop_id=shop_id,
        livemode=caller().livemode,
        grace=timedelta(hours=body.graceHours),
        vault=services().vault,
        now=clock.now(),
        secret_id=repeated_id("whs"),
    )
    return _answer(rotated, shop_id)


def _own_shop(shop_id: str | None) -> str:
    """Raises NotFound for a shop that the key does not see."""
    wanted = shop_id if shop_id is not None else caller().default_shop_id
    if wanted is None or shop_of_holder(wanted, caller()) is None:
        raise NotFound("invalid_shop", shopId=(wanted or "")[:100], field="shopId")
    return wanted


def _answer(rotated: Rotated, shop_id: str) -> Response:
    told = RotatedSecret(
        id=rotated.secret_id,
        shopId=shop_id,
        secret=rotated.secret,
        othersEndAt=to_wire(rotated.others_end_at),
        createdAt=to_wire(rotated.created_at),
        livemode=caller().livemode,
    )
    g.answer_is_secret = True
    response = jsonify(told.model_dump())
    if rotated.is_repeat:
        response.headers["Idempotent-Replayed"] = "true"
    return response
