"""Where gateways' servers tell us of payments: an address for each shop, mode and gateway."""

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from app import clock
from app.errors import NotFound
from app.gateways import GATEWAYS
from app.payments.notifications import LARGEST_BODY, store_notification
from app.shops.queries import account_at

log = structlog.get_logger()

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.post("/<any(test, live):mode>/<gateway>/<shop_id>")
def receive(mode: str, gateway: str, shop_id: str) -> Response:
    """Kept before it is acknowledged, so the gateway need not repeat it; the worker does the rest. What is not whole is
    kept for whoever looks for the reason, and the gateway is let send it again."""
    account = account_at(shop_id, livemode=mode == "live", gateway=gateway)
    if account is None:
        raise NotFound()
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge()
    body = request.get_data(cache=False, parse_form_data=False)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge()
    store_notification(
        account_id=account.id,
        content_type=request.content_type or "",
        body=body,
        source=request.remote_addr or "",
        now=clock.now(),
    )
    if not GATEWAYS[gateway].is_whole(body):
        log.warning("notification.not_whole", gateway=gateway, shop=shop_id)
        return Response("FAIL", status=400, mimetype="text/plain")
    taken = GATEWAYS[gateway].acknowledgement
    return Response(taken.body, mimetype=taken.mimetype)
