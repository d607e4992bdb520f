"""KG Inicis' hashes, and how the number of a refund account is encrypted. All of its four keys end here."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# Last digit of the timestamp of an approval -> what authSignature is made of, in this order.
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


@dataclass(frozen=True)
class Keys:
    """sign_key: of PC payments. hash_key: of phones. api_key, api_iv: of INIAPI, 16 characters each."""

    mid: str
    sign_key: str = field(repr=False)
    hash_key: str = field(repr=False)
    api_key: str = field(repr=False)
    api_iv: str = field(repr=False)

    def merchant_key(self) -> str:
        """mKey."""
        return _sha256(self.sign_key)

    def signatures(self, **values: str) -> dict[str, str]:
        """signature and verification over the same values."""
        return {
            "signature": _sha256(_joined(values)),
            "verification": _sha256(_joined({**values, "signKey": self.sign_key})),
        }

    def check_fake(self, *, amount: int, order_id: str, timestamp: str) -> str:
        """P_CHKFAKE: Base64 of the bytes of the hash, not of its hex."""
        text = f"{amount}{order_id}{timestamp}{self.hash_key}"
        return base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()

    def api_hash(self, *parts: str) -> str:
        """hashData of INIAPI: nothing stands between the parts."""
        return hashlib.sha512("".join((self.api_key, *parts)).encode()).hexdigest()

    def encrypted(self, account_number: str) -> str:
        """refundAcctNum. The IV only looks like Base64: it is taken as it stands."""
        padder = padding.PKCS7(128).padder()
        padded = padder.update(account_number.encode()) + padder.finalize()
        cipher = Cipher(algorithms.AES(self.api_key.encode()), modes.CBC(self.api_iv.encode()))
        encryptor = cipher.encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def auth_signature(*, mid: str, order_id: str, amount: str, timestamp: str) -> str:
    """authSignature. There is no key in it, so it shows that an answer is whole, not that it is genuine.

    timestamp: the one that was sent with the approval.
    """
    values = {"mid": mid, "MOID": order_id, "TotPrice": amount, "tstamp": timestamp}
    return _sha256("&".join(f"{name}={values[name]}" for name in AUTH_SIGNATURE_ORDERS[timestamp[-1]]))


def _joined(values: Mapping[str, str]) -> str:
    """`name=value` in the order of the names; the values as they are, not escaped."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
