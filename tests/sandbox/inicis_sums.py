"""Inicis' hashes as a shop computes them, written apart from the simulator's."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


@dataclass(frozen=True)
class Keys:
    mid: str
    sign_key: str
    api_key: str
    api_iv: str
    hash_key: str


PAY_TEST = Keys(
    "INIpayTest",
    "SU5JTElURV9UUklQTEVERVNfS0VZU1RS",
    "ItEQKi3rY7uvDS8l",
    "HYb3yQ4f65QL89==",
    "3CB8183A4BE283555ACC8363C0360223",
)
ESCROW_TEST = Keys(
    "iniescrow0",
    "SU5JTElURV9UUklQTEVERVNfS0VZU1RS",
    "yERbIlJ3NhTeObsA",
    "tOGDXbfoajk2DQ==",
    "37F3A120C1DFCDEB708B00F5383D2263",
)


def signature(**values: str) -> str:
    text = "&".join(f"{name}={value}" for name, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def merchant_key(sign_key: str) -> str:
    return hashlib.sha256(sign_key.encode()).hexdigest()


def check_fake(amount: str, oid: str, timestamp: str, hash_key: str) -> str:
    return base64.b64encode(hashlib.sha512((amount + oid + timestamp + hash_key).encode()).digest()).decode()


def api_hash(key: str, *parts: str) -> str:
    return hashlib.sha512((key + "".join(parts)).encode()).hexdigest()


def encrypted(account: str, keys: Keys) -> str:
    room = 16 - len(account) % 16
    padded = account.encode() + bytes([room]) * room
    encryptor = Cipher(algorithms.AES(keys.api_key.encode()), modes.CBC(keys.api_iv.encode())).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()
