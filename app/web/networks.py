"""Who may ask what strangers may not see: whoever comes straight from a network that a setting names."""

import ipaddress
from collections.abc import Iterable

from flask import request


def comes_straight_from(networks: Iterable[str]) -> bool:
    """What a proxy passes on for somebody else carries X-Forwarded-For, and nobody else can take it away."""
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        peer = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(network) for network in networks)
