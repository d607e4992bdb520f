"""Which names may become a shop's custom domain: subdomains of a domain that somebody can own, and not ours."""

import ipaddress
from collections.abc import Collection
from functools import cache

import idna
from confusable_homoglyphs import confusables
from publicsuffixlist import PublicSuffixList

from app.errors import Invalid

CHALLENGE = "_vercel-challenge"
LONGEST = 253 - len(CHALLENGE) - 1  # the record that proves ownership must still be a name
# Names that the public DNS will never have (RFC 6761, RFC 6762, RFC 7686, RFC 8375).
NEVER_PUBLIC = frozenset({"localhost", "local", "invalid", "onion", "arpa", "internal", "alt"})


class BadDomain(Invalid):
    code = "invalid_domain"


class NotASubdomain(Invalid):
    code = "domain_not_subdomain"


class ReservedDomain(Invalid):
    """Ours, or made to look like ours, or no name of the public DNS."""

    code = "domain_reserved"


def to_domain(text: str, *, ours: Collection[str]) -> str:
    """The name in small letters and punycode. ours: host names of this installation.

    Raises BadDomain, NotASubdomain, ReservedDomain.
    """
    name = _to_ascii(text.strip().removesuffix("."))
    owned = registrable(name)
    if owned is None or owned == name:
        raise NotASubdomain(field="domain")
    if name.rpartition(".")[2] in NEVER_PUBLIC or any(_belongs_to(name, host) for host in ours):
        raise ReservedDomain(field="domain")
    return name


def registrable(name: str) -> str | None:
    """The part that somebody registers: yourstore.com of checkout.yourstore.com. None for a public suffix."""
    found: str | None = _suffixes().privatesuffix(name)
    return found


def challenge_name(name: str) -> str:
    """Where the TXT record stands that proves who owns the name."""
    return f"{CHALLENGE}.{name}"


def relative_name(name: str) -> str:
    """A name as a DNS console asks for it: without the domain that it is in."""
    return name.removesuffix(f".{registrable(name)}")


def _to_ascii(text: str) -> str:
    if _is_address(text):
        raise BadDomain(field="domain", reason="must be a name, not an IP address")
    try:
        name = idna.encode(text, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise _bad() from None
    if len(name) > LONGEST or name.rpartition(".")[2].isdigit():
        raise _bad()
    return name


def _bad() -> BadDomain:
    return BadDomain(
        field="domain", reason="must be a host name such as checkout.yourstore.com and nothing else"
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _belongs_to(name: str, host: str) -> bool:
    """Whether a name is below our own domain, has it inside, or is written to be taken for it."""
    domain = registrable(host)
    if domain is None or _is_address(host):
        return False
    if f".{domain}." in f".{name}.":
        return True
    brand = _skeleton(domain.partition(".")[0])
    labels = [idna.decode(label) for label in name.split(".")]
    return any(not label.isascii() and _skeleton(label) == brand for label in labels)


def _skeleton(label: str) -> str:
    """What a label looks like: every letter replaced by the Latin one that it can be taken for."""
    return "".join(_latin(letter) for letter in label).lower()


@cache
def _latin(letter: str) -> str:
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"]) or []
    shapes = [twin["c"] for one in found for twin in one["homoglyphs"]]
    return next((shape for shape in shapes if shape.isascii() and shape.isalpha()), letter)


@cache
def _suffixes() -> PublicSuffixList:
    """The list comes with the package; nothing is fetched."""
    return PublicSuffixList()
