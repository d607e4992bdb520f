"""Secrets at rest: sealed with AES-256-GCM, bound to the row they belong to."""

import base64
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """The master key is gone, or the text was changed or moved to another row."""


@dataclass(frozen=True)
class Vault:
    """keys: (name, 32 bytes), the first seals and all of them open, so a master key can be rotated."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def prefix(self) -> str:
        """What every text begins with that the first key has sealed."""
        return f"{self.keys[0][0]}:"

    def seal(self, secret: str, *, row: str) -> str:
        """Text to store: key name, a colon, base64 of nonce and ciphertext. row: what the secret belongs to."""
        _, key = self.keys[0]
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, secret.encode(), row.encode())
        return self.prefix + base64.b64encode(sealed).decode()

    def open(self, text: str, *, row: str) -> str:
        """Raises CannotOpen."""
        name, _, encoded = text.partition(":")
        key = dict(self.keys).get(name)
        if key is None:
            raise CannotOpen(f"no master key is called {name}")
        try:
            sealed = base64.b64decode(encoded, validate=True)
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], row.encode()).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen("the stored secret does not open") from None
