"""Calls of the shop API, as tests make them."""

from typing import Any

from werkzeug.test import TestResponse

from app.database import transaction
from app.shops.keys import add_key
from tests.support.world import NOW
from tests.web.site import Site

SHOPS = "/api/shops"

# To the letter as in the documentation.
NEW_SHOP: dict[str, Any] = {
    "name": "My Korean Store",
    "description": "Premium Korean products",
    "website": "https://mystore.com",
    "business_info": {
        "business_number": "123-45-67890",
        "business_name": "My Store Co., Ltd.",
        "ceo_name": "김철수",
        "address": "Seoul, Gangnam-gu, Teheran-ro 123",
    },
    "contact": {"email": "contact@mystore.com", "phone": "+82-2-1234-5678"},
    "settings": {"currency": "KRW", "timezone": "Asia/Seoul", "language": "ko"},
}
CHANGES: dict[str, Any] = {
    "settings": {
        "webhook_url": "https://mystore.com/webhooks",
        "notification_email": "admin@mystore.com",
        "auto_refund_enabled": True,
        "payment_timeout": 1800,
    }
}
GOOD_NUMBER = "120-88-00767"


def post(site: Site, body: object = NEW_SHOP, **kwargs: Any) -> TestResponse:
    return site.send("POST", SHOPS, json=body, **kwargs)


def opened(site: Site, body: object = NEW_SHOP, **kwargs: Any) -> dict[str, Any]:
    answer = post(site, body, **kwargs)
    assert answer.status_code == 201, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def patch(site: Site, shop_id: str, body: object, **kwargs: Any) -> TestResponse:
    return site.send("PATCH", f"{SHOPS}/{shop_id}", json=body, **kwargs)


def changed(site: Site, shop_id: str, body: object, **kwargs: Any) -> dict[str, Any]:
    answer = patch(site, shop_id, body, **kwargs)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def read(site: Site, shop_id: str, **kwargs: Any) -> dict[str, Any]:
    answer = site.send("GET", f"{SHOPS}/{shop_id}", **kwargs)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.get_json()
    return content


def restricted_key(site: Site, shop_id: str, *, livemode: bool = False) -> str:
    with site.inside(), transaction():
        return add_key(merchant_id=site.world.merchant_id, livemode=livemode, shop_id=shop_id, now=NOW)
