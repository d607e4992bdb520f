"""Merchant accounts and who may speak for them (protocol notes §1.2, §1.3, §2.1).

There is no registration: `test_ck_X` and `test_sk_X` are the key pair of the account X, whatever X is. Two
keys with different X belong to different merchants.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from app.sandbox.toss.errors import TossError

_CLIENT_KEY = re.compile(r"test_ck_([A-Za-z0-9_-]{1,100})")
_SECRET_KEY = re.compile(r"test_sk_([A-Za-z0-9_-]{1,100})")
_CUSTOMER_KEY = re.compile(r"[A-Za-z0-9_=.@-]{2,50}")


@dataclass(frozen=True)
class Account:
    """One merchant: `name` is the X of its keys."""

    name: str

    @property
    def merchant_id(self) -> str:
        """The MID (`mId`): at most 14 characters, stable for a key pair."""
        return "tsb" + hashlib.sha256(self.name.encode()).hexdigest()[:11]


def account_of_client_key(client_key: object) -> Account:
    """Raises TossError NOT_SUPPORTED_WIDGET_KEY or INVALID_CLIENT_KEY."""
    if not isinstance(client_key, str):
        raise TossError("INVALID_CLIENT_KEY")
    if client_key.startswith(("test_gck_", "live_gck_")):
        raise TossError("NOT_SUPPORTED_WIDGET_KEY")
    match = _CLIENT_KEY.fullmatch(client_key)
    if match is None:
        raise TossError("INVALID_CLIENT_KEY")
    return Account(match[1])


def check_customer_key(customer_key: object) -> None:
    """Raises TossError INSECURE_KEY_USAGE or INVALID_CUSTOMER_KEY. A guest's key is `@@ANONYMOUS`."""
    if not isinstance(customer_key, str):
        raise TossError("INVALID_CUSTOMER_KEY")
    if re.match(r"(test|live)_g?sk_", customer_key):
        raise TossError("INSECURE_KEY_USAGE")
    if not _CUSTOMER_KEY.fullmatch(customer_key):
        raise TossError("INVALID_CUSTOMER_KEY")


def authenticate(authorization: str | None) -> Account:
    """The account of an `Authorization: Basic base64("{secretKey}:")` header.

    Raises TossError: 403 INCORRECT_BASIC_AUTH_FORMAT without the colon, 401 UNAUTHORIZED_KEY for all else.
    """
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        raise TossError("UNAUTHORIZED_KEY")
    credentials = _decode(encoded.strip())
    if ":" not in credentials:
        raise TossError("INCORRECT_BASIC_AUTH_FORMAT")
    match = _SECRET_KEY.fullmatch(credentials.split(":", 1)[0])
    if match is None:
        raise TossError("UNAUTHORIZED_KEY")
    return Account(match[1])


def _decode(encoded: str) -> str:
    try:
        padded = encoded.rstrip("=") + "=" * (
            -len(encoded.rstrip("=")) % 4
        )  # unpadded is accepted too (§9.2)
        return base64.b64decode(padded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise TossError("UNAUTHORIZED_KEY") from None
