"""Inicis' hashes and the encryption of refund accounts (notes §1.5, §1.8, §1.10, §2.3, §3.1 to §3.3)."""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# Last digit of the timestamp of the approval: what is signed, in this order.
AUTH_SIGNATURE_ORDERS = {
    "1": ("MOID", "mid", "tstamp"),
    "2": ("MOID", "tstamp", "mid"),
    "3": ("mid", "MOID", "tstamp"),
    "4": ("mid", "tstamp", "MOID"),
    "5": ("tstamp", "mid", "MOID"),
    "6": ("tstamp", "MOID", "mid"),
    "7": ("TotPrice", "mid", "tstamp"),
    "8": ("TotPrice", "tstamp", "mid"),
    "9": ("TotPrice", "MOID", "tstamp"),
    "0": ("TotPrice", "tstamp", "MOID"),
}


def signature(**values: str) -> str:
    """signature and verification: `name=value`, alphabetically by name, joined by `&`. SHA-256 in small hex."""
    return _sha256("&".join(f"{name}={values[name]}" for name in sorted(values)))


def merchant_key(sign_key: str) -> str:
    """mKey."""
    return _sha256(sign_key)


def auth_signature(*, mid: str, oid: str, price: str, timestamp: str) -> str:
    """authSignature. timestamp: the one that was sent to authUrl."""
    values = {"mid": mid, "MOID": oid, "TotPrice": price, "tstamp": timestamp}
    return _sha256("&".join(f"{name}={values[name]}" for name in AUTH_SIGNATURE_ORDERS[timestamp[-1]]))


def check_fake(*, amount: str, oid: str, timestamp: str, hash_key: str) -> str:
    """P_CHKFAKE: Base64 of the 64 bytes of SHA-512, not of their hex."""
    return base64.b64encode(hashlib.sha512(f"{amount}{oid}{timestamp}{hash_key}".encode()).digest()).decode()


def api_hash(key: str, *parts: str) -> str:
    """hashData of INIAPI: SHA-512 in small hex over the key and the parts, with nothing between them."""
    return hashlib.sha512("".join([key, *parts]).encode()).hexdigest()


def same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def decrypted_account(encrypted: str, *, key: str, iv: str) -> str | None:
    """refundAcctNum in clear: AES-128-CBC, PKCS#7. None unless digits come out.

    key, iv: 16 characters each, taken as they stand; the IV only looks like Base64.
    """
    try:
        data = base64.b64decode(encrypted, validate=True)
        decryptor = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).decryptor()
        padded = decryptor.update(data) + decryptor.finalize()
        unpadder = padding.PKCS7(128).unpadder()
        clear = (unpadder.update(padded) + unpadder.finalize()).decode("ascii")
    except (ValueError, binascii.Error):
        return None
    return clear if clear.isdecimal() and 6 <= len(clear) <= 20 else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
