"""One order, always the same: rows that are in no database."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import inspect

from app.database import Table
from app.payments.models import Attempt, CheckoutSession
from app.payments.states import AttemptState, SessionState
from app.shops.models import Shop

T = TypeVar("T", bound=Table)

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SESSION_ID = "cs_" + "0" * 32
ATTEMPT_ID = "pay_" + "0" * 32
TOTAL = 71_000

SHOP: dict[str, Any] = {
    "id": "shop_gallery",
    "name": "한빛 상점",
    "language": "ko",
    "timezone": "Asia/Seoul",
    "branding": {},
    "website": "https://shop.example",
    "business": {
        "business_number": "1208800767",
        "business_name": "주식회사 한빛",
        "ceo_name": "김철수",
        "address": "서울특별시 강남구 테헤란로 123, 5층",
        "mail_order_number": "제2024-서울강남-01234호",
        "terms_url": "https://shop.example/terms",
        "refund_policy_url": "https://shop.example/refunds",
    },
    "contact": {"email": "help@shop.example", "phone": "+82212345678"},
}
SESSION: dict[str, Any] = {
    "id": SESSION_ID,
    "shop_id": SHOP["id"],
    "livemode": True,
    "sequence": 1,
    "platform": "headless",
    "platform_order_id": "20261128-000123",
    "items": [
        {"name": "스테인리스 텀블러 480 ml", "price": 29_000, "quantity": 2, "description": "색상: 네이비"},
        {"name": "유기농 보리차 티백 100개입", "price": 12_500, "quantity": 1},
    ],
    "currency": "KRW",
    "subtotal": 70_500,
    "shipping_fee": 3_000,
    "discount_amount": 2_500,
    "tax_free_amount": 0,
    "total_amount": TOTAL,
    "refunded_amount": 0,
    "coupon_discount": 0,
    "customer_name": "홍길동",
    "customer_email": "buyer@example.com",
    "customer_phone": "+821012345678",
    "return_url": "https://shop.example/thanks",
    "cancel_url": "https://shop.example/cart",
    "order_metadata": {},
    "collect_shipping_address": False,
    "custom_fields": [],
    "appearance": {},
    "created_at": NOW,
    "expires_at": NOW + timedelta(days=1),
}
ATTEMPT: dict[str, Any] = {
    "id": ATTEMPT_ID,
    "session_id": SESSION_ID,
    "gateway": "toss",
    "method": "card",
    "amount": TOTAL,
    "created_at": NOW,
}
CARD = {"issuer": "hyundai", "number": "43301234****123*", "installmentMonths": 3}
ACCOUNT = {
    "bank": "shinhan",
    "number": "562-12-345678901",
    "holder": "한빛 상점",
    "dueAt": (NOW + timedelta(days=3)).isoformat(),
}


def shop(**changes: Any) -> Shop:
    return _row(Shop, SHOP | changes)


def session(state: SessionState, **changes: Any) -> CheckoutSession:
    paid = state in (SessionState.COMPLETED, SessionState.PARTIALLY_REFUNDED, SessionState.REFUNDED)
    refunded = {SessionState.PARTIALLY_REFUNDED: 29_000, SessionState.REFUNDED: TOTAL}.get(state, 0)
    of_state = {"state": state.value, "completed_at": NOW if paid else None, "refunded_amount": refunded}
    return _row(CheckoutSession, SESSION | of_state | changes)


def attempt(state: AttemptState, **changes: Any) -> Attempt:
    paid = {"card": CARD, "receipt_url": "https://dashboard.example/receipt"}
    of_state = {"state": state.value, **(paid if state == AttemptState.APPROVED else {})}
    return _row(Attempt, ATTEMPT | of_state | changes)


def _row(kind: type[T], values: dict[str, Any]) -> T:
    """With what a column is when nobody says, which else only the database fills in."""
    attributes = {attribute.key: attribute.columns[0].default for attribute in inspect(kind).column_attrs}
    defaults = {key: default.arg for key, default in attributes.items() if default is not None}
    of_nobody = {key: value(None) if callable(value) else value for key, value in defaults.items()}
    return kind(**of_nobody | values)
