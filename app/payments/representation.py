"""The JSON of a session, one source for the API and the webhooks. Times are RFC 3339 UTC, amounts whole won."""

from collections.abc import Sequence
from typing import Any

from app.clock import to_wire, to_wire_if_any
from app.gateways.reasons import retry_after
from app.payments.models import Attempt, CheckoutSession, Refund


def session_data(
    session: CheckoutSession, attempt: Attempt | None, refunds: Sequence[Refund]
) -> dict[str, Any]:
    """`data` of GET /api/checkout/session/{id}. attempt: the newest one, which paid, failed or is under way.
    refunds: all of the session's, in any state."""
    return {
        **_order(session),
        "platform": session.platform,
        "shopId": session.shop_id,
        "items": session.items,
        "amounts": _amounts(session, refunds),
        "coupon": session.coupon,
        "collectShippingAddress": session.collect_shipping_address,
        "customFields": session.custom_fields,
        "locale": session.locale,
        "appearance": session.appearance,
        "returnUrl": session.return_url,
        "cancelUrl": session.cancel_url,
        "webhookUrl": session.webhook_url,
        **_payment(session, attempt),
        "routing": attempt.routing if attempt else None,
        "refunds": [refund_data(refund) for refund in refunds],
        "livemode": session.livemode,
    }


def refund_data(refund: Refund) -> dict[str, Any]:
    """One refund, for the API and the webhooks. The account that the money goes to is never told."""
    return {
        **refund_summary(refund),
        "sessionId": refund.session_id,
        "taxFreeAmount": refund.tax_free_amount,
        "notifyCustomer": refund.notify_customer,
        "gatewayRefundId": refund.transaction_id,
        "failure": _refund_failure(refund),
        "createdAt": to_wire(refund.created_at),
        "livemode": refund.livemode,
    }


def refund_summary(refund: Refund) -> dict[str, Any]:
    """The documented answer to a request for a refund. processedAt: when the status became what it is."""
    return {
        "refundId": refund.id,
        "status": refund.state,
        "amount": refund.amount,
        "reason": refund.reason,
        "processedAt": to_wire(refund.ended_at or refund.created_at),
    }


def event_data(
    session: CheckoutSession, attempt: Attempt | None, refund: Refund | None = None, *, previous: str
) -> dict[str, Any]:
    """`data` of a webhook: as documented, plus what a receiver needs to order and to check events."""
    return {
        **_order(session),
        **_payment(session, attempt),
        **_about(session, refund),
        "previousStatus": previous,
        "sequence": session.sequence,
        "livemode": session.livemode,
    }


def _about(session: CheckoutSession, refund: Refund | None) -> dict[str, Any]:
    return {"refund": refund_data(refund), "refundedAmount": session.refunded_amount} if refund else {}


def _order(session: CheckoutSession) -> dict[str, Any]:
    return {
        "sessionId": session.id,
        "status": session.state,
        "platformOrderId": session.platform_order_id,
        "totalAmount": session.total_amount,
        "currency": session.currency,
        "customer": {
            "name": session.customer_name,
            "email": session.customer_email,
            "phone": session.customer_phone,
        },
        "metadata": session.order_metadata,
        "shippingAddress": session.shipping_address,
        "customFieldValues": session.custom_field_values,
        "createdAt": to_wire(session.created_at),
        "expiresAt": to_wire(session.expires_at),
        "completedAt": to_wire_if_any(session.completed_at),
    }


def _amounts(session: CheckoutSession, refunds: Sequence[Refund]) -> dict[str, int]:
    """refundable: what may still be asked for; refunds under way are counted as given back."""
    under_way = sum(refund.amount for refund in refunds if refund.state == "processing")
    paid = session.total_amount if session.completed_at else 0
    return {
        "subtotal": session.subtotal,
        "shipping": session.shipping_fee,
        "discount": session.discount_amount,
        "couponDiscount": session.coupon_discount,
        "taxFree": session.tax_free_due,
        "total": session.total_amount,
        "refunded": session.refunded_amount,
        "refundable": paid - session.refunded_amount - under_way,
    }


def _payment(session: CheckoutSession, attempt: Attempt | None) -> dict[str, Any]:
    paid = session.completed_at is not None
    told = attempt and (paid or attempt.failure_reason or attempt.virtual_account)
    known = attempt if told else None
    return {
        "paymentMethod": known.method if known else ("free" if paid else None),
        "gateway": known.gateway if known else None,
        "gatewayTransactionId": known.transaction_id if known else None,
        "card": known.card if known else None,
        "virtualAccount": known.virtual_account if known else None,
        "receiptUrl": known.receipt_url if known else None,
        "failure": _failure(session, attempt),
    }


def _failure(session: CheckoutSession, attempt: Attempt | None) -> dict[str, str | None] | None:
    if session.state != "failed" or attempt is None or attempt.failure_reason is None:
        return None
    return {
        "code": attempt.failure_reason,
        "message": attempt.gateway_message,
        "gatewayCode": attempt.gateway_code,
        "retry": retry_after(attempt.failure_reason).value,
    }


def _refund_failure(refund: Refund) -> dict[str, str | None] | None:
    if refund.failure_reason is None:
        return None
    return {
        "code": refund.failure_reason,
        "message": refund.gateway_message,
        "gatewayCode": refund.gateway_code,
    }
