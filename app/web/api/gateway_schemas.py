"""The JSON of a shop's contracts with gateways. snake_case, as of a shop."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.web.api.shop_schemas import RouteAnswer
from app.web.api.types import AnyText, Body

LONGEST_CREDENTIAL = 10_000
MOST_CREDENTIALS = 20


class GatewayPath(BaseModel):
    shop_id: str
    gateway: str


class CredentialsBody(Body):
    """What `PUT /api/shops/{shop_id}/gateways/{gateway}` takes. credentials: all members that the gateway asks for, as
    GET names them; they take the place of the earlier ones altogether."""

    credentials: dict[str, Annotated[AnyText, Field(max_length=LONGEST_CREDENTIAL)]] = Field(
        max_length=MOST_CREDENTIALS
    )


class CredentialAnswer(BaseModel):
    """A member of the credentials. The value itself is never told. last4: its end, where that gives nothing away."""

    name: str
    secret: bool
    required: bool
    multiline: bool
    is_set: bool
    last4: str | None


class IllnessAnswer(BaseModel):
    """method: a payment method, or * for all of them."""

    method: str
    since: str


class GatewayHealthAnswer(BaseModel):
    """status: sick where payments are sent elsewhere for now, if there is another gateway."""

    status: Literal["well", "sick"]
    sick: list[IllnessAnswer]


class GatewayAnswer(BaseModel):
    """A gateway, and the shop's contract there in the mode of the key. credentials_expire_at: when the certificate
    among them ends, where there is one. methods: what the gateway has. routing: as in the settings of the shop."""

    gateway: str
    configured: bool
    updated_at: str | None
    credentials: list[CredentialAnswer]
    credentials_expire_at: str | None
    methods: list[str]
    routing: RouteAnswer
    health: GatewayHealthAnswer
    livemode: bool


class GatewayList(BaseModel):
    success: Literal[True] = True
    data: list[GatewayAnswer]


class GatewayRemoved(BaseModel):
    success: Literal[True] = True
