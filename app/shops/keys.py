"""API keys: `sk_live_` or `sk_test_` and 64 hex digits, of which only the hash is kept."""

import hashlib
import re
import secrets
from datetime import datetime

from app.database import db
from app.ids import new_id
from app.shops.models import ApiKey

_SHAPE = re.compile(r"sk_(live|test)_[0-9a-f]{64}", re.ASCII)


def hash_of_key(key: str) -> str | None:
    """None for a text that cannot be a key."""
    return hashlib.sha256(key.encode()).hexdigest() if _SHAPE.fullmatch(key) else None


def add_key(*, merchant_id: str, livemode: bool, shop_id: str | None, now: datetime) -> str:
    """The new key, the only time that it can be seen. The caller holds the transaction."""
    key = f"sk_{'live' if livemode else 'test'}_{secrets.token_hex(32)}"
    db.session.add(
        ApiKey(
            id=new_id("key"),
            merchant_id=merchant_id,
            shop_id=shop_id,
            livemode=livemode,
            key_hash=hashlib.sha256(key.encode()).hexdigest(),
            last4=key[-4:],
            created_at=now,
        )
    )
    return key
