"""The JSON of events that shops read, and of asking for them again."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.web.api.paging import LARGEST_PAGE, Query
from app.web.api.types import AnyText, Body, Moment, OptionalBody
from app.webhooks.events import EVENTS


def _known(name: str) -> str:
    if name not in EVENTS:
        raise PydanticCustomError("event", "must be the name of an event such as payment.completed")
    return name


EventName = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(EVENTS)})]
State = Literal["waiting", "delivered", "failed"]
Reason = Literal["exhausted", "gone", "endpoint_disabled"]


class EventsQuery(Query):
    """Which events to read, the oldest first."""

    after: str | None = Field(
        None, max_length=100, description="Id of the last event that was read or received"
    )
    limit: int = Field(20, ge=1, le=LARGEST_PAGE)
    event: EventName | None = None
    sessionId: str | None = None
    shopId: str | None = None


class EventPath(BaseModel):
    event_id: str


class RedeliverBody(OptionalBody):
    """Nothing is to be said."""


class RedeliverAllBody(Body):
    """since: what was given up or not sent from then on."""

    since: Moment
    shopId: AnyText | None = None


class Delivery(BaseModel):
    """What became of sending an event. reason: why it failed. nextTryAt: while it waits."""

    status: State
    reason: Reason | None
    url: str
    endpointId: str
    nextTryAt: str | None
    endedAt: str | None


class DeliveryTry(BaseModel):
    """One request to the receiver. status: of its answer, null when there was none; reason then says why. answer: how
    the answer began."""

    startedAt: str
    durationMs: int
    status: int | None
    reason: str | None
    answer: str | None


class WebhookEvent(BaseModel):
    """The webhook's body, and what became of it. delivery: null where there was no address to send it to."""

    id: str
    event: str
    createdAt: str
    livemode: bool
    data: dict[str, Any]
    shopId: str
    delivery: Delivery | None


class WebhookEventWithTries(WebhookEvent):
    tries: list[DeliveryTry]


class EventList(BaseModel):
    """nextCursor: the value for `after`, whether or not there is more already."""

    success: Literal[True] = True
    data: list[WebhookEvent]
    hasMore: bool
    nextCursor: str | None


class RedeliveredAnswer(BaseModel):
    """redelivered: how many are sent again now. skipped: how many are not, because their endpoint is disabled or
    there is no address. hasMore: call again for the rest."""

    success: Literal[True] = True
    redelivered: int
    skipped: int
    hasMore: bool
