"""What only test mode has: a shop's clock that can be moved forward."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from flask_openapi import APIBlueprint
from pydantic import BaseModel, Field

from app.errors import NotFound, TestKeyRequired
from app.payments.sandbox_clock import LONGEST_STEP, pass_time
from app.shops.queries import shop_of_holder
from app.web.api.auth import caller
from app.web.api.types import WHOLE, AnyText, Body

blueprint = APIBlueprint("api_sandbox", __name__, url_prefix="/api/sandbox")


class AdvanceClockBody(Body):
    """seconds: how far the shop's clock moves forward, at most 30 days. Without shopId, the default shop."""

    seconds: Annotated[int, Field(ge=1, le=int(LONGEST_STEP.total_seconds())), WHOLE]
    shopId: AnyText | None = None


class ClockAdvanced(BaseModel):
    """Everything that the shop has in test mode is now `seconds` older."""

    success: Literal[True] = True
    shopId: str
    seconds: int
    livemode: Literal[False] = False


@blueprint.post("/advance-clock", responses={200: ClockAdvanced})
def advance_clock(body: AdvanceClockBody) -> dict[str, Any]:
    """Move a shop's test clock forward"""
    holder = caller()
    shop_id = body.shopId if body.shopId is not None else holder.default_shop_id
    if shop_id is None or shop_of_holder(shop_id, holder) is None:
        raise NotFound("invalid_shop", shopId=(shop_id or "")[:100], field="shopId")
    if holder.livemode:
        raise TestKeyRequired()
    pass_time(shop_id=shop_id, step=timedelta(seconds=body.seconds))
    return ClockAdvanced(shopId=shop_id, seconds=body.seconds).model_dump()
