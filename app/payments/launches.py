"""Send the buyer to a gateway, and to another one where the first lets nobody in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.database import db, end_reading, transaction
from app.errors import GatewayError, GatewayMisconfigured, WrongState
from app.gateways.base import Declined
from app.gateways.orders import CashReceipt, Choice, Device, Launch, Order
from app.gateways.reasons import Reason
from app.payments.attempts import add_attempt
from app.payments.gateway_choice import MethodNotAvailable, choose_gateway
from app.payments.health import asking, note_answer, note_failure
from app.payments.installments import interest_free_months
from app.payments.models import Attempt, CheckoutSession
from app.payments.outcomes import decline, fail, gateway_of, record_refusal
from app.payments.queries import attempt_by_id, gateways_that_failed, locked_session, session_by_id
from app.payments.sickness import Phase
from app.payments.states import AttemptState
from app.shops.models import Shop

# A session that is about to expire still leaves its buyer the time to transfer money to an account.
SHORTEST_DEPOSIT = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class Addresses:
    """Where the gateway is to send the buyer back to, and its server's notifications. returns: of our return pages for
    one attempt, without the outcome. notices: of the pages for notifications, without mode, gateway and shop.

    closed: of the page for a window that was closed; its script reaches only a page of the same origin, so it is at
    the name that the buyer's page is at. "": beside the return pages.
    """

    returns: str
    notices: str
    closed: str = ""


def launch_of(
    *,
    attempt_id: str,
    addresses: Addresses,
    device: Device,
    now: datetime,
    browser_app: str | None = None,
) -> Launch:
    """How to send the buyer to the gateway. browser_app: as of an Order.

    Raises WrongState when the attempt is no longer waiting for its buyer, and GatewayError when the gateway does not
    let the buyer in: then launch_elsewhere().
    """
    attempt = attempt_by_id(attempt_id)
    if attempt is None or attempt.state != AttemptState.LAUNCHED:
        raise WrongState()
    session = session_by_id(attempt.session_id)
    assert session is not None
    gateway = gateway_of(attempt)
    order = replace(_order(session, attempt, addresses, device), browser_app=browser_app)
    asked = asking(attempt, Phase.LAUNCH)
    end_reading()
    try:
        how = gateway.launch(order)
    except GatewayError as error:
        note_failure(asked, error, now=now)
        raise
    if how.asked:
        note_answer(asked, took=asked.took, now=now)
    return how


def launch_elsewhere(*, attempt_id: str, error: GatewayError, now: datetime) -> str | None:
    """The gateway did not let the buyer in, so nothing was taken nor can be: begin anew at another one, at once. The
    session goes on as it was, the use of its coupon still held, and the merchant hears of no failure.

    Returns the new attempt's id. None when there is no other gateway to try: the attempt has failed; or when somebody
    else has moved it meanwhile.
    """
    found = attempt_by_id(attempt_id)
    assert found is not None
    with transaction():
        session = locked_session(found.session_id)
        attempt = attempt_by_id(attempt_id)
        if attempt is None or attempt.state != AttemptState.LAUNCHED:
            return None
        failed = {attempt.gateway, *gateways_that_failed(session.id)}
        try:
            routed = choose_gateway(session, attempt.method, now=now, refused=failed)
        except MethodNotAvailable:
            fail(session, attempt, _refused_launch(error), now)
            return None
        decline(attempt, _refused_launch(error), now)
        again = add_attempt(session, routed, attempt.method, attempt.choice, now)
    log.warning("attempt.launched_elsewhere", attempt=attempt_id, instead=again.id, error=error.code)
    return again.id


def refuse_launch(*, attempt_id: str, gateway_code: str, now: datetime) -> None:
    """The gateway's script would not even open its window. Nothing was taken."""
    declined = Declined(Reason.METHOD, gateway_code, "")
    record_refusal(attempt_id=attempt_id, declined=declined, now=now)


def _refused_launch(error: GatewayError) -> Declined:
    if isinstance(error, GatewayMisconfigured):
        return Declined(Reason.CONFIGURATION, error.gateway_code, "")
    return Declined(Reason.METHOD, error.code, "")


def _order(session: CheckoutSession, attempt: Attempt, addresses: Addresses, device: Device) -> Order:
    shop = db.session.get_one(Shop, session.shop_id)
    mode = "live" if session.livemode else "test"
    return Order(
        order_id=attempt.id,
        name=order_name(session.items),
        amount=attempt.amount,
        tax_free_amount=session.tax_free_due,
        method=attempt.method,
        customer_name=session.customer_name or "",
        customer_email=session.customer_email or "",
        customer_phone=session.customer_phone or "",
        approved_url=f"{addresses.returns}/approved",
        failed_url=f"{addresses.returns}/failed",
        closed_url=addresses.closed or f"{addresses.returns}/closed",
        notice_url=f"{addresses.notices}/{mode}/{attempt.gateway}/{session.shop_id}",
        due_at=max(session.expires_at, attempt.created_at + SHORTEST_DEPOSIT),
        device=device,
        choice=_choice_of(attempt),
        interest_free=interest_free_months(shop, attempt.amount) if attempt.method == "card" else {},
    )


def _choice_of(attempt: Attempt) -> Choice:
    told = dict(attempt.choice or {})
    receipt = told.pop("cash_receipt", None)
    return Choice(**told, cash_receipt=CashReceipt(**receipt) if receipt else None)


def order_name(items: list[dict[str, object]]) -> str:
    """`텀블러 외 1건`: the first item and how many more, short enough for every gateway (100 characters)."""
    first = str(items[0]["name"])
    rest = f" 외 {len(items) - 1}건" if len(items) > 1 else ""
    return first[: 100 - len(rest)] + rest
