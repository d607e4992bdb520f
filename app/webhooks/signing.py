"""Two signatures of the same bytes: our own header, and the one of the Standard Webhooks specification."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

HEADER = "x-korea-checkout-signature"


def new_secret() -> str:
    """`whsec_` and the base64 of 32 random bytes, as Standard Webhooks libraries expect it."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def signature_headers(*, event_id: str, body: str, whsecs: Sequence[str], now: datetime) -> dict[str, str]:
    """Headers for one try. whsecs: every secret that is valid now; each signs, so a rotation breaks nobody.

    Our own header is keyed with the whole secret text, `whsec_` included; Standard Webhooks with the bytes
    that its base64 part stands for.
    """
    t = int(now.timestamp())
    own = [f"v1={_own_signature(secret, t, body)}" for secret in whsecs]
    standard = [Webhook(secret).sign(event_id, now, body) for secret in whsecs]
    return {
        HEADER: ",".join([f"t={t}", *own]),
        "webhook-id": event_id,
        "webhook-timestamp": str(t),
        "webhook-signature": " ".join(standard),
    }


def _own_signature(secret: str, t: int, body: str) -> str:
    return hmac.new(secret.encode(), f"{t}.{body}".encode(), hashlib.sha256).hexdigest()
