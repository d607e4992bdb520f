"""Checkout sessions over REST."""

from datetime import datetime, timedelta
from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire
from app.errors import Invalid, NotFound
from app.money import subtotal_of, total_of
from app.payments.addresses import page_address
from app.payments.models import CheckoutSession
from app.payments.queries import (
    SessionFilter,
    newest_attempt,
    refunds_of_session,
    refunds_of_sessions,
    sessions_with_attempts,
)
from app.payments.representation import session_data
from app.payments.sessions import NewSession, create_session
from app.shops.queries import KeyHolder, shop_of_holder
from app.web.api.auth import caller
from app.web.api.idempotency import repeated_id
from app.web.api.owned import session_of_caller
from app.web.api.paging import cursor_from, page_of
from app.web.api.session_answers import SessionAnswer, SessionList
from app.web.api.session_schemas import (
    LONGEST_LIFE_S,
    SHORTEST_LIFE_S,
    CreatedSession,
    NewSessionBody,
    SessionListQuery,
    SessionPath,
)
from app.web.api.validation import invalid_fields

blueprint = APIBlueprint("api_sessions", __name__, url_prefix="/api/checkout", doc_ui=True)


@blueprint.post("/create-session", responses={201: CreatedSession})
def create(body: NewSessionBody) -> tuple[dict[str, Any], int]:
    """Create a checkout session"""
    who, now = caller(), clock.now()
    shop_id, timeout_s = _shop_and_timeout(body, who)
    order = _order(body, livemode=who.livemode, timeout_s=timeout_s, now=now)
    session = create_session(
        merchant_id=who.merchant_id,
        shop_id=shop_id,
        livemode=who.livemode,
        order=order,
        now=now,
        session_id=repeated_id("cs"),
    )
    answer = CreatedSession(
        sessionId=session.id,
        checkoutUrl=page_address(session),
        expiresAt=to_wire(session.expires_at),
    )
    return answer.model_dump(), 201


@blueprint.get("/session/<session_id>", responses={200: SessionAnswer})
def read(path: SessionPath) -> dict[str, Any]:
    """Read a checkout session"""
    return answer_of(session_of_caller(path.session_id))


@blueprint.get("/sessions", responses={200: SessionList})
def index(query: SessionListQuery) -> dict[str, Any]:
    """List checkout sessions, the newest first"""
    who = caller()
    wanted = SessionFilter(
        merchant_id=who.merchant_id,
        livemode=who.livemode,
        shop_id=_shop_named(query.shopId, who) if query.shopId is not None else who.shop_id,
        state=query.status,
        platform_order_id=query.platformOrderId,
        created_after=query.created_after,
        created_before=query.created_before,
        before_row=cursor_from(query.cursor),
    )
    found = sessions_with_attempts(wanted, limit=query.limit + 1)
    shown, next_cursor = page_of(found, query.limit, row_of=lambda pair: pair[0])
    refunds = refunds_of_sessions([session.id for session, _attempt in shown])
    return {
        "success": True,
        "data": [session_data(session, attempt, refunds[session.id]) for session, attempt in shown],
        "hasMore": next_cursor is not None,
        "nextCursor": next_cursor,
    }


def answer_of(session: CheckoutSession) -> dict[str, Any]:
    refunds = refunds_of_session(session.id) if session.completed_at else []
    data = session_data(session, newest_attempt(session.id), refunds)
    return {"success": True, "status": session.state, "data": data}


def _shop_and_timeout(body: NewSessionBody, who: KeyHolder) -> tuple[str, int]:
    """The shop's id and its payment_timeout in seconds. Raises NotFound for a shop that the key may not see."""
    if who.default_shop_id and who.default_timeout_s and body.shopId in (None, who.default_shop_id):
        return who.default_shop_id, who.default_timeout_s
    shop = shop_of_holder(body.shopId, who) if body.shopId else None
    if shop is None:
        raise NotFound("invalid_shop", field="shopId")
    return shop.id, shop.payment_timeout_s


def _shop_named(wanted: str, who: KeyHolder) -> str:
    """Raises NotFound for a shop that the key may not see."""
    shop = shop_of_holder(wanted, who)
    if shop is None:
        raise NotFound("invalid_shop", field="shopId")
    return shop.id


def _order(body: NewSessionBody, *, livemode: bool, timeout_s: int, now: datetime) -> NewSession:
    pairs = [(item.price, item.quantity) for item in body.items]
    _check_amounts(body, pairs)
    _check_addresses(body, livemode=livemode)
    return NewSession(
        platform=body.platform,
        platform_order_id=body.platformOrderId,
        items=[item.model_dump(exclude_none=True) for item in body.items],
        subtotal=subtotal_of(pairs),
        shipping_fee=body.shippingFee,
        discount_amount=body.discountAmount,
        tax_free_amount=body.taxFreeAmount,
        total_amount=body.totalAmount,
        currency=body.currency,
        customer_name=body.customer.name,
        customer_email=body.customer.email,
        customer_phone=body.customer.phone,
        return_url=body.returnUrl,
        cancel_url=body.cancelUrl,
        webhook_url=body.webhookUrl,
        expires_at=_expiry(body, timeout_s, now),
        order_metadata=body.metadata,
        locale=body.locale,
        payment_methods=body.paymentMethods,
        collect_shipping_address=body.collectShippingAddress,
        shipping_address=body.shippingAddress.model_dump() if body.shippingAddress else None,
        custom_fields=[field.model_dump() for field in body.customFields],
        appearance=body.appearance,
    )


def _check_amounts(body: NewSessionBody, pairs: list[tuple[int, int]]) -> None:
    if body.currency != "KRW":
        raise Invalid("unsupported_currency", field="currency")
    expected = total_of(items=pairs, shipping_fee=body.shippingFee, discount_amount=body.discountAmount)
    if expected != body.totalAmount:
        raise Invalid(
            "amount_mismatch", field="totalAmount", totalAmount=body.totalAmount, expectedAmount=expected
        )
    if body.taxFreeAmount > body.totalAmount:
        raise invalid_fields({"taxFreeAmount": "must not be more than totalAmount"})


def _check_addresses(body: NewSessionBody, *, livemode: bool) -> None:
    addresses = {"returnUrl": body.returnUrl, "cancelUrl": body.cancelUrl, "webhookUrl": body.webhookUrl}
    plain = {
        name: "must begin with https://"
        for name, url in addresses.items()
        if livemode and url and not url.lower().startswith("https://")
    }
    if plain:
        raise invalid_fields(plain)


def _expiry(body: NewSessionBody, timeout_s: int, now: datetime) -> datetime:
    if body.expiresIn is not None:
        return now + timedelta(seconds=body.expiresIn)
    if body.expiresAt is None:
        return now + timedelta(seconds=timeout_s)
    life_s = (body.expiresAt - now).total_seconds()
    # A merchant's clock may be a little off, and the request takes a moment.
    if not SHORTEST_LIFE_S - 5 <= life_s <= LONGEST_LIFE_S + 5:
        raise invalid_fields({"expiresAt": "must be 5 minutes to 7 days from now"})
    return body.expiresAt
