"""The JSON of a webhook secret that is rotated."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.web.api.types import WHOLE, AnyText, OptionalBody
from app.webhooks.secrets import LONGEST_GRACE_H


class RotateSecretBody(OptionalBody):
    """graceHours: how long the earlier secrets sign beside the new one. 0 after a leak. Without shopId, the default
    shop."""

    graceHours: Annotated[int, Field(ge=0, le=LONGEST_GRACE_H), WHOLE] = 24
    shopId: AnyText | None = None


class RotatedSecret(BaseModel):
    """secret: shown this once. othersEndAt: when the earlier ones sign no more."""

    success: Literal[True] = True
    id: str
    shopId: str
    secret: str
    othersEndAt: str
    createdAt: str
    livemode: bool
