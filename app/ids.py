"""Random names of things: a prefix that tells the kind, then 128 random bits."""

import re
import secrets

_SHAPE = "[0-9a-f]{32}"


def new_id(prefix: str) -> str:
    """`prefix` without the underscore: "cs" gives "cs_" and 32 lowercase hex digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def is_id(prefix: str, text: str) -> bool:
    return re.fullmatch(f"{prefix}_{_SHAPE}", text, re.ASCII) is not None


def shortened(name: str) -> str:
    """A name for the logs. A session's id opens the buyer's page, so logs never carry it whole."""
    prefix, _, rest = name.rpartition("_")
    return f"{prefix}_{rest[:8]}…"
