"""Webhook endpoints over REST: how receivers fare, and switching one on again."""

from typing import Any

from flask_openapi import APIBlueprint

from app.clock import to_wire, to_wire_if_any
from app.errors import NotFound
from app.web.api import endpoint_schemas as schemas
from app.web.api.auth import caller
from app.web.api.endpoint_schemas import EnableBody, EndpointList, EndpointPath
from app.web.api.paging import PageQuery, cursor_from, page_of
from app.webhooks.endpoints import enable_endpoint
from app.webhooks.models import WebhookEndpoint
from app.webhooks.queries import endpoint_of_holder, endpoints_of_holder

blueprint = APIBlueprint("api_webhook_endpoints", __name__, url_prefix="/api/webhooks/endpoints")


@blueprint.get("", responses={200: EndpointList})
def index(query: PageQuery) -> dict[str, Any]:
    """List webhook endpoints, the newest first"""
    found = endpoints_of_holder(caller(), before_row=cursor_from(query.cursor), limit=query.limit + 1)
    shown, next_cursor = page_of(found, query.limit)
    return EndpointList(
        data=[_answer(endpoint) for endpoint in shown],
        hasMore=next_cursor is not None,
        nextCursor=next_cursor,
    ).model_dump()


@blueprint.post("/<endpoint_id>/enable", responses={200: schemas.WebhookEndpoint})
def enable(path: EndpointPath, body: EnableBody) -> dict[str, Any]:
    """Send to a webhook endpoint again"""
    endpoint = endpoint_of_holder(path.endpoint_id, caller())
    if endpoint is None:
        raise NotFound("endpoint_not_found", endpointId=path.endpoint_id[:100], field="endpointId")
    return _answer(enable_endpoint(endpoint.id)).model_dump()


def _answer(endpoint: WebhookEndpoint) -> schemas.WebhookEndpoint:
    told = {
        "id": endpoint.id,
        "shopId": endpoint.shop_id,
        "url": endpoint.url,
        "status": endpoint.state,
        "reason": endpoint.reason,
        "failures": endpoint.failures,
        "failingSince": to_wire_if_any(endpoint.first_failed_at),
        "lastFailure": endpoint.last_failure,
        "lastSuccessAt": to_wire_if_any(endpoint.last_success_at),
        "disabledAt": to_wire_if_any(endpoint.disabled_at),
        "createdAt": to_wire(endpoint.created_at),
        "livemode": endpoint.livemode,
    }
    return schemas.WebhookEndpoint.model_validate(told)
