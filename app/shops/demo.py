"""A merchant to try the product with: one shop, a test key, the sandbox gateways, a webhook address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.database import db, transaction
from app.ids import new_id
from app.services import services
from app.shops.accounts import add_sandbox_accounts
from app.shops.keys import add_key
from app.shops.models import Merchant, Shop
from app.shops.queries import serves
from app.shops.verification import ask_for_check
from app.webhooks.secrets import add_secret, secrets_of_shop

NAME = "Demo merchant"


@dataclass(frozen=True)
class Demo:
    """api_key, webhook_secret: in clear, for the one who asked."""

    api_key: str
    shop_id: str
    webhook_secret: str


def seed_demo(*, webhook_url: str | None, now: datetime) -> Demo:
    """Make the demo merchant, or, where it is there, give it one more key and the webhook address."""
    with transaction():
        merchant = db.session.scalar(select(Merchant).where(Merchant.name == NAME))
        shop = _shop_of(merchant) if merchant else _add_demo(now)
        shop.webhook_url = webhook_url
        key = add_key(merchant_id=shop.merchant_id, livemode=False, shop_id=None, now=now)
        secret = secrets_of_shop(shop.id, livemode=False, vault=services().vault, now=now)[0]
    return Demo(key, shop.id, secret)


def _shop_of(merchant: Merchant) -> Shop:
    return db.session.execute(
        select(Shop).where(Shop.merchant_id == merchant.id, Shop.is_default, serves(False))
    ).scalar_one()


def _add_demo(now: datetime) -> Shop:
    merchant = Merchant(id=new_id("mer"), name=NAME, created_at=now)
    shop = Shop(
        id=new_id("shop"),
        merchant_id=merchant.id,
        livemode=False,
        is_default=True,
        name="한빛 상점",
        business={
            "business_number": "1234567890",
            "business_name": "한빛 상점",
            "ceo_name": "김철수",
            "address": "서울특별시 강남구 테헤란로 123",
        },
        contact={"email": "help@example.com", "phone": "+82212345678"},
        created_at=now,
    )
    db.session.add(merchant)
    db.session.flush()
    db.session.add(shop)
    db.session.flush()
    add_sandbox_accounts(shop.id, now=now)
    ask_for_check(shop, now=now)
    add_secret(shop_id=shop.id, livemode=False, vault=services().vault, now=now)
    return shop
