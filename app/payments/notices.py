"""Mails to buyers about their payment."""

from datetime import datetime
from typing import Any

from app.database import db
from app.languages import CATALOGUES, DEFAULT
from app.mails import outbox
from app.payments.addresses import page_address
from app.payments.methods import METHODS
from app.payments.models import Attempt, CheckoutSession, Refund
from app.shops.models import Shop


def language_of(session: CheckoutSession, shop: Shop) -> str:
    """The language that a buyer is written to in: what they chose on the page is known there only."""
    wanted = session.locale or shop.language
    return wanted if wanted in CATALOGUES else DEFAULT


def mail_refund(session: CheckoutSession, attempt: Attempt, refund: Refund, *, now: datetime) -> None:
    """Tell the buyer that money is on its way back, where an address is known. In the transaction that records
    the refund."""
    if session.customer_email is None:
        return
    shop = db.session.get_one(Shop, session.shop_id)
    contact = shop.contact or {}
    outbox.record(
        "refund",
        to=session.customer_email,
        language=language_of(session, shop),
        sender=shop.name,
        reply_to=contact.get("email"),
        values={
            **_about_order(session, shop),
            "shop_email": contact.get("email"),
            "shop_phone": contact.get("phone"),
            "amount": refund.amount,
            "paid": attempt.amount,
            "refunded": session.refunded_amount,
            "reason": refund.reason,
            "to_card": attempt.card is not None,
            "to_account": METHODS[attempt.method].refund_needs_account,
        },
        now=now,
    )


def _about_order(session: CheckoutSession, shop: Shop) -> dict[str, Any]:
    return {
        "shop": shop.name,
        "first_item": session.items[0]["name"],
        "further_items": len(session.items) - 1,
        "order_number": session.platform_order_id,
        "url": page_address(session),
        "livemode": session.livemode,
    }
