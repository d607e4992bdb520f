"""The JSON of a session, one source for the API and the webhooks. Times are RFC 3339 UTC, amounts whole won."""

from datetime import datetime
from typing import Any

from app.clock import to_wire
from app.payments.models import Attempt, CheckoutSession


def session_data(session: CheckoutSession, attempt: Attempt | None) -> dict[str, Any]:
    """`data` of GET /api/checkout/session/{id}. attempt: the newest one, which paid, failed or is under way."""
    return {
        **_order(session),
        "platform": session.platform,
        "shopId": session.shop_id,
        "items": session.items,
        "amounts": _amounts(session),
        "coupon": None,
        "shippingAddress": session.shipping_address,
        "collectShippingAddress": session.collect_shipping_address,
        "customFields": session.custom_fields,
        "customFieldValues": {},
        "locale": session.locale,
        "appearance": session.appearance,
        "returnUrl": session.return_url,
        "cancelUrl": session.cancel_url,
        "webhookUrl": session.webhook_url,
        **_payment(session, attempt),
        "virtualAccount": None,
        "refunds": [],
        "livemode": session.livemode,
    }


def event_data(session: CheckoutSession, attempt: Attempt | None, *, previous: str) -> dict[str, Any]:
    """`data` of a webhook: as documented, plus what a receiver needs to order and to check events."""
    return {
        **_order(session),
        **_payment(session, attempt),
        "previousStatus": previous,
        "sequence": session.sequence,
        "livemode": session.livemode,
    }


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
        "createdAt": to_wire(session.created_at),
        "expiresAt": to_wire(session.expires_at),
        "completedAt": _time(session.completed_at),
    }


def _amounts(session: CheckoutSession) -> dict[str, int]:
    return {
        "subtotal": session.subtotal,
        "shipping": session.shipping_fee,
        "discount": session.discount_amount,
        "taxFree": session.tax_free_amount,
        "total": session.total_amount,
        "refunded": 0,
    }


def _payment(session: CheckoutSession, attempt: Attempt | None) -> dict[str, Any]:
    paid = session.completed_at is not None
    known = attempt if attempt and (paid or attempt.failure_reason) else None
    return {
        "paymentMethod": known.method if known else ("free" if paid else None),
        "gateway": known.gateway if known else None,
        "gatewayTransactionId": known.transaction_id if known else None,
        "card": known.card if known else None,
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
    }


def _time(moment: datetime | None) -> str | None:
    return to_wire(moment) if moment else None
