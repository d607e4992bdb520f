"""One order, always the same: rows that are in no database."""

import json
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
NOBODY = {"customer_name": None, "customer_email": None, "customer_phone": None}
COUPON: dict[str, Any] = {
    "coupon": {"code": "WELCOME10", "nameKo": "첫 구매 10% 할인", "nameEn": "10% off your first order"},
    "coupon_discount": 7_100,
    "total_amount": 63_900,
}
# From 100,000 won a receipt for cash is issued unasked.
LARGE: dict[str, Any] = {
    "items": [*SESSION["items"], {"name": "온도 조절 전기 주전자 1 L", "price": 100_000, "quantity": 1}],
    "subtotal": 170_500,
    "total_amount": 171_000,
}
QUESTIONS: list[dict[str, Any]] = [
    {"key": "engraving", "type": "text", "label": "각인 문구", "required": False},
    {"key": "color", "type": "select", "label": "포장 색상", "required": True, "options": ["크림", "네이비"]},
    {"key": "card", "type": "textarea", "label": "카드에 적을 말", "required": False},
    {"key": "adult", "type": "checkbox", "label": "만 19세 이상이에요", "required": True},
]
CHOSEN = {
    "recipient": "김영희",
    "recipient_phone": "010-9876-5432",
    "postal_code": "06236",
    "address": "서울 강남구 테헤란로 123",
    "address_detail": "101동 1203호",
    "address_found": json.dumps(
        {
            "postalCode": "06236",
            "address": "서울 강남구 테헤란로 123",
            "extra": "(역삼동, 한빛아파트)",
            "lotAddress": "서울 강남구 역삼동 648-23",
        }
    ),
    "memo": "other",
    "memo_text": "공동현관 비밀번호는 연락 주세요",
}
DELIVERY = {
    "recipient": "김영희",
    "phone": "+821098765432",
    "postalCode": "06236",
    "address": "서울 강남구 테헤란로 123",
    "detail": "101동 1203호",
    "extra": "(역삼동, 한빛아파트)",
    "memo": "문 앞에 놓아주세요",
}
LONG_SHOP = {
    "name": "주식회사 대한민국농산물직거래유통협동조합 온라인 직영몰 강남본점",
    "contact": {"email": "customer.service.department@very-long-domain.shop.example", "phone": "1588-0000"},
}
LONG_ORDER: dict[str, Any] = {
    "platform_order_id": "ORDER-2026-11-28-GANGNAM-0000000000000123456789",
    "items": [
        {
            "name": "[당일발송/무료배송] 프리미엄 국내산 유기농 햇보리로 정성껏 볶은 보리차 티백 300개입 선물세트",
            "price": 12_345_000,
            "quantity": 12,
            "description": "옵션: 금박 보자기 포장, 쇼핑백 포함, 메시지 카드 (생일 축하해요)",
        },
        {"name": "Supercalifragilisticexpialidocious_Limited_Edition_2026", "price": 1_000, "quantity": 1},
    ],
    "subtotal": 148_141_000,
    "total_amount": 148_000_000,
    "discount_amount": 0,
    "shipping_fee": 0,
    "coupon": {
        "code": "2026-BLACKFRIDAY-MEMBERS-ONLY-SPECIAL",
        "nameKo": "2026 블랙프라이데이 멤버십 회원 전용 특별 감사 할인 쿠폰 (일부 상품 제외)",
        "nameEn": "Black Friday 2026 thank-you coupon for members only (some items are excluded)",
    },
    "coupon_discount": 141_000,
    "customer_name": "Maximiliana Alexandra von und zu Hohenstein-Rosenberg",
    "customer_email": "maximiliana.alexandra.hohenstein-rosenberg@very-long-domain.example",
    "shipping_address": {
        **DELIVERY,
        "address": "경기 성남시 분당구 판교역로 235, 에이치스퀘어 엔동 옆 신축 건물 지하 2층",
    },
}
IN_KAKAOTALK = (
    "Mozilla/5.0 (Linux; Android 15; SM-S931N; wv) Chrome/140 Mobile Safari/537.36 KAKAOTALK/25.9.1"
)
IN_INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Instagram 400.0.0"
MAIL: dict[str, Any] = {
    "shop": SHOP["name"],
    "first_item": SESSION["items"][0]["name"],
    "further_items": 1,
    "order_number": SESSION["platform_order_id"],
    "url": f"https://pay.example/{SESSION_ID}",
    "livemode": True,
    "shop_email": SHOP["contact"]["email"],
    "shop_phone": SHOP["contact"]["phone"],
    "amount": 29_000,
    "paid": TOTAL,
    "refunded": 29_000,
    "reason": "색상 교환",
    "to_card": True,
    "to_account": False,
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
