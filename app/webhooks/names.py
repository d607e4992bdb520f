"""Ask the DNS where a receiver is.

Not by the machine's resolver: that waits as long as it likes, tries our own domain behind the name, and reads
odd spellings and /etc/hosts.
"""

from collections.abc import Sequence
from ipaddress import ip_address

import dns.exception
import dns.resolver

from app.webhooks.public import Address

LIFETIME_S = 5.0


class NameNotFound(OSError):
    """Nobody knows an address for the name, or nobody answered in time."""


class Names:
    """servers: addresses of name servers, the machine's own when not given."""

    def __init__(self, *, servers: Sequence[str] | None = None, port: int = 53) -> None:
        self._resolver = dns.resolver.Resolver(configure=servers is None)
        if servers is not None:
            self._resolver.nameservers = list(servers)
            self._resolver.port = port
        self._resolver.lifetime = LIFETIME_S
        self._resolver.cache = dns.resolver.LRUCache(1000)  # no longer than the zone allows

    def addresses(self, name: str, *, within_s: float = LIFETIME_S) -> list[Address]:
        """All of a name's addresses. Raises NameNotFound."""
        lifetime = min(LIFETIME_S, within_s)
        try:
            found = self._resolver.resolve_name(name.rstrip(".") + ".", lifetime=lifetime, search=False)
        except (dns.exception.DNSException, UnicodeError, ValueError) as error:
            raise NameNotFound(name) from error
        return [ip_address(text) for text in found.addresses()]
