"""Orders with one thing changed, named by its path as the errors name it."""

import copy
import re
from typing import Any

from tests.support.world import order_body

FULL: dict[str, Any] = order_body(
    items=[
        {
            "name": "Sample Product", "price": 29000, "quantity": 1, "productId": "prod_123",
            "description": "Product description", "imageUrl": "https://yourstore.com/p.png",
        }
    ],
    metadata={"internal_order_id": "12345"},
    expiresIn=3600,
    locale="ko",
    paymentMethods=["card"],
    shippingFee=0,
    discountAmount=0,
    taxFreeAmount=0,
    collectShippingAddress=False,
    shippingAddress={
        "recipient": "홍길동", "phone": "010-1234-5678", "postalCode": "06236",
        "address": "서울특별시 강남구 테헤란로 123", "detail": "4층", "memo": "문 앞",
        "extra": "(역삼동)", "lotAddress": "서울 강남구 역삼동 1", "region": "서울", "district": "강남구",
        "districtCode": "1168010100", "buildingCode": "1168010100107000001000001",
    },
    customFields=[
        {"key": "gift", "type": "select", "label": "포장", "required": False, "options": ["예", "아니요"]}
    ],
    appearance={"--primary-color": "#0a0b0c"},
)  # fmt: skip


def order_with(path: str, value: object) -> dict[str, Any]:
    """The order with every field, and `value` at a path such as items[0].price."""
    body = copy.deepcopy(FULL)
    place, last = _place(body, path)
    place[last] = value
    return body


def order_without(path: str) -> dict[str, Any]:
    body = copy.deepcopy(FULL)
    place, last = _place(body, path)
    del place[last]
    return body


def _place(body: Any, path: str) -> tuple[Any, Any]:
    found = re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)
    parts = [int(number) if number else name for number, name in found]
    for part in parts[:-1]:
        body = body[part]
    return body, parts[-1]
