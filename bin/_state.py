"""What bin/dev remembers in var/dev.json: the secrets it made up, and how far each database is set up."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bin._setup import Stop


class State:
    """One file, readable by its owner only. Databases go by a hash: their address may hold a password."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self._path = root / "var" / "dev.json"
        self._content = self._read(root, environ)

    @property
    def secret_key(self) -> str:
        return str(self._content["secretKey"])

    @property
    def master_keys(self) -> str:
        return str(self._content["masterKeys"])

    def database(self, url: str) -> dict[str, Any]:
        """What is remembered of a database; change it and save()."""
        entry = self._content["databases"].setdefault(hashlib.sha256(url.encode()).hexdigest()[:16], {})
        assert isinstance(entry, dict)
        return entry

    def save(self) -> None:
        draft = self._path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._content, file, indent=2)
            file.write("\n")
        draft.replace(self._path)

    def _read(self, root: Path, environ: Mapping[str, str]) -> dict[str, Any]:
        try:
            content = json.loads(self._path.read_text())
            if all(name in content for name in ("secretKey", "masterKeys", "databases")):
                return dict(content)
        except FileNotFoundError:
            if (root / "var" / "korea-checkout.db").exists() and not environ.get("MASTER_KEYS"):
                raise Stop(
                    "var/dev.json, with the database's keys, is gone: remove var/ to start afresh."
                ) from None
            return _fresh()
        except (ValueError, TypeError):
            pass
        raise Stop("var/dev.json cannot be read: remove var/ to start afresh.")


def _fresh() -> dict[str, Any]:
    master_key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {"secretKey": secrets.token_hex(32), "masterKeys": f"k1:{master_key}", "databases": {}}
