"""A small world to test in: a merchant with a shop, keys, a gateway account; and orders to create."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.database import db, transaction
from app.ids import new_id
from app.payments.models import CheckoutSession
from app.payments.sessions import NewSession, create_session
from app.services import services
from app.shops.accounts import add_account
from app.shops.keys import add_key
from app.shops.models import Merchant, Shop
from app.webhooks.secrets import add_secret

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Keys and secrets in clear."""

    merchant_id: str
    shop_id: str
    test_key: str
    live_key: str
    webhook_secret: str


def make_world(*, webhook_url: str | None = None, now: datetime = NOW) -> World:
    merchant_id, shop_id = new_id("mer"), new_id("shop")
    with transaction():
        db.session.add(Merchant(id=merchant_id, name="한빛", created_at=now))
        db.session.flush()
        db.session.add(
            Shop(
                id=shop_id,
                merchant_id=merchant_id,
                is_default=True,
                name="한빛 상점",
                webhook_url=webhook_url,
                created_at=now,
            )
        )
        db.session.flush()
        suffix = new_id("x")[2:]
        for livemode, mode in ((False, "test"), (True, "live")):
            keys = {"client_key": f"{mode}_ck_{suffix}", "secret_key": f"{mode}_sk_{suffix}"}
            add_account(shop_id=shop_id, livemode=livemode, gateway="toss", credentials=keys, now=now)
        secret = add_secret(shop_id=shop_id, livemode=False, vault=services().vault, now=now)
        add_secret(shop_id=shop_id, livemode=True, vault=services().vault, now=now)
        test_key = add_key(merchant_id=merchant_id, livemode=False, shop_id=None, now=now)
        live_key = add_key(merchant_id=merchant_id, livemode=True, shop_id=None, now=now)
    return World(merchant_id, shop_id, test_key, live_key, secret)


def make_session(world: World, *, now: datetime = NOW, **changes: Any) -> CheckoutSession:
    """A session of 29 000 won that waits to be paid. changes: fields of NewSession."""
    fields: dict[str, Any] = {
        "platform": "headless",
        "platform_order_id": "order_123",
        "items": [{"name": "텀블러", "price": 29000, "quantity": 1}],
        "subtotal": 29000,
        "shipping_fee": 0,
        "discount_amount": 0,
        "tax_free_amount": 0,
        "total_amount": 29000,
        "currency": "KRW",
        "customer_name": "홍길동",
        "customer_email": "customer@example.com",
        "customer_phone": "+821012345678",
        "return_url": "https://shop.example/success",
        "cancel_url": "https://shop.example/cancel",
        "webhook_url": None,
        "expires_at": now + timedelta(hours=24),
    }
    return create_session(
        merchant_id=world.merchant_id,
        shop_id=world.shop_id,
        livemode=False,
        order=NewSession(**{**fields, **changes}),
        now=now,
    )


def order_body(**changes: Any) -> dict[str, Any]:
    """A body for create-session, as in the merchants' documentation."""
    body: dict[str, Any] = {
        "platform": "headless",
        "platformOrderId": "order_123",
        "items": [{"name": "Sample Product", "price": 29000, "quantity": 1, "productId": "prod_123"}],
        "customer": {"name": "홍길동", "email": "customer@example.com", "phone": "+82-10-1234-5678"},
        "totalAmount": 29000,
        "currency": "KRW",
        "returnUrl": "https://yourstore.com/success",
        "cancelUrl": "https://yourstore.com/cancel",
        "webhookUrl": "https://yourstore.com/webhooks/checkout",
    }
    return {**body, **changes}
