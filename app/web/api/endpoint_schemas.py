"""The JSON of webhook endpoints."""

from typing import Literal

from pydantic import BaseModel

from app.web.api.types import OptionalBody


class EndpointPath(BaseModel):
    endpoint_id: str


class EnableBody(OptionalBody):
    """Nothing is to be said."""


class WebhookEndpoint(BaseModel):
    """A receiver that something was sent to.

    url: without what follows its question mark. reason: why it is disabled. failures: tries in a row that it did not
    accept, since failingSince. lastFailure: an HTTP status, or a word such as timeout.
    """

    id: str
    shopId: str
    url: str
    status: Literal["enabled", "disabled"]
    reason: Literal["gone", "failing"] | None
    failures: int
    failingSince: str | None
    lastFailure: str | None
    lastSuccessAt: str | None
    disabledAt: str | None
    createdAt: str
    livemode: bool


class EndpointList(BaseModel):
    success: Literal[True] = True
    data: list[WebhookEndpoint]
    hasMore: bool
    nextCursor: str | None
