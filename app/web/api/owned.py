"""What a key may see. Anything else is told like a thing that does not exist."""

from app.errors import NotFound
from app.payments.models import CheckoutSession, Refund
from app.payments.queries import refund_of_merchant, session_of_merchant
from app.web.api.auth import caller


def session_of_caller(session_id: str) -> CheckoutSession:
    """Raises NotFound."""
    who = caller()
    session = session_of_merchant(
        session_id, merchant_id=who.merchant_id, livemode=who.livemode, shop_id=who.shop_id
    )
    if session is None:
        raise NotFound("invalid_session", sessionId=session_id[:100], field="sessionId")
    return session


def refund_of_caller(refund_id: str, *, field: str) -> Refund:
    """field: where the id was given. Raises NotFound."""
    who = caller()
    refund = refund_of_merchant(
        refund_id, merchant_id=who.merchant_id, livemode=who.livemode, shop_id=who.shop_id
    )
    if refund is None:
        raise NotFound("invalid_refund", refundId=refund_id[:100], field=field)
    return refund
