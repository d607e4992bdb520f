"""What an address says about its receiver, for counting and keeping apart; nothing here is asked for."""

import hashlib
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def endpoint_url(url: str) -> str:
    """The address without what follows the question mark: that often names an order, and the receiver is the same
    program."""
    return url.partition("#")[0].partition("?")[0]


def endpoint_id(*, shop_id: str, livemode: bool, url: str) -> str:
    """The same for every delivery of a shop and mode to one receiver, so that it is known without a look."""
    told = f"{shop_id}\n{'live' if livemode else 'test'}\n{endpoint_url(url)}"
    return f"whe_{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def host_of(url: str) -> str:
    """`shop.example:443`; the text before the path where it is no address at all."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return url.partition("://")[2].partition("/")[0][:300]
    return f"{host}:{port}"[:300]
