"""Ask the DNS: a resolver as buyers do, and the name servers of a zone themselves, where a fresh record is at once."""

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

ONE_QUESTION_S = 2.0
SLOW_S = 1.0


@dataclass(frozen=True)
class Record:
    """type: "A", "TXT" … value: a name without its last dot, an address, or the text of a TXT record."""

    name: str
    type: str
    value: str
    ttl: int


@dataclass(frozen=True)
class Reply:
    """status: "NOERROR", "NXDOMAIN", "SERVFAIL" … or "silent". authority_zone, negative_ttl: of the SOA record that a
    reply without records carries."""

    status: str
    records: tuple[Record, ...] = ()
    authoritative: bool = False
    took_s: float = 0.0
    authority_zone: str | None = None
    negative_ttl: int | None = None

    @property
    def usable(self) -> bool:
        """It tells what is there, or that nothing is."""
        return self.status in ("NOERROR", "NXDOMAIN")

    def values(self, record_type: str, name: str | None = None) -> tuple[str, ...]:
        """Of the records of this type, at this name only when one is given."""
        return tuple(
            record.value
            for record in self.records
            if record.type == record_type and name in (None, record.name)
        )


SILENT = Reply("silent")


def system_resolvers() -> list[tuple[str, int]]:
    """Those that this machine asks."""
    found = dns.resolver.Resolver()
    return [(address, found.port) for address in found.nameservers if isinstance(address, str)]


@dataclass(frozen=True)
class Server:
    """One name server of a zone. address: None when its name has none that we would ask."""

    name: str
    address: str | None


@dataclass
class Dns:
    """One round of questions with an end. resolvers: (address, port) each. port: of name servers.
    allow_private: ask servers at private addresses too; elsewhere a shop could send us about in our own network."""

    resolvers: Sequence[tuple[str, int]]
    port: int = 53
    allow_private: bool = False
    time_s: float = 20.0
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.time_s

    def resolve(self, name: str, record_type: str, *, checking: bool = True) -> Reply:
        """What buyers are told. checking: False asks the resolver not to check DNSSEC."""
        reply = SILENT
        for address, port in self.resolvers:
            reply = self._ask(address, port, name, record_type, recurse=True, checking=checking)
            if reply.usable or reply.status == "SERVFAIL":
                return reply
        return reply

    def ask(self, server: Server, name: str, record_type: str) -> Reply:
        """What a name server itself says."""
        if server.address is None:
            return SILENT
        return self._ask(server.address, self.port, name, record_type, recurse=False)

    def is_blind(self) -> bool:
        """Whether the resolver does not even know the root: then it is us who cannot ask."""
        return not self.resolve(".", "NS").usable

    def zone_of(self, name: str) -> tuple[str | None, Reply]:
        """The zone that a name is in, and the reply that told it; None when none came."""
        reply = self.resolve(name, "SOA", checking=False)
        if reply.values("SOA", name):
            return name, reply
        if reply.values("CNAME", name) and "." in name:  # what follows is about the target's zone
            return self.zone_of(name.partition(".")[2])
        return reply.authority_zone, reply

    def servers_of(self, zone: str) -> list[Server]:
        names = sorted(set(self.resolve(zone, "NS", checking=False).values("NS", zone)))[:6]
        return [Server(name, self._address_of(name)) for name in names]

    def _address_of(self, name: str) -> str | None:
        for record_type in ("A", "AAAA"):
            for address in self.resolve(name, record_type, checking=False).values(record_type):
                if self.allow_private or ipaddress.ip_address(address).is_global:
                    return address
        return None

    def _ask(
        self, address: str, port: int, name: str, record_type: str, *, recurse: bool, checking: bool = True
    ) -> Reply:
        left = self._end - time.monotonic()
        if left <= 0:
            return SILENT
        question = dns.message.make_query(name, record_type, use_edns=0, payload=1232)
        question.flags = dns.flags.Flag(dns.flags.RD if recurse else 0)
        if not checking:
            question.flags |= dns.flags.CD
        began = time.monotonic()
        try:
            answer, _ = dns.query.udp_with_fallback(
                question, address, timeout=min(ONE_QUESTION_S, left), port=port, ignore_unexpected=True
            )
        except (dns.exception.DNSException, OSError, EOFError):
            return SILENT
        return _reply(answer, time.monotonic() - began)


def _reply(answer: dns.message.Message, took_s: float) -> Reply:
    soa = [rrset for rrset in answer.authority if rrset.rdtype == dns.rdatatype.SOA]
    return Reply(
        status=dns.rcode.to_text(answer.rcode()),
        records=tuple(
            Record(_plain(rrset.name), dns.rdatatype.to_text(rrset.rdtype), _value(rdata), rrset.ttl)
            for rrset in answer.answer
            for rdata in rrset
        ),
        authoritative=bool(answer.flags & dns.flags.AA),
        took_s=took_s,
        authority_zone=_plain(soa[0].name) if soa else None,
        negative_ttl=min(soa[0].ttl, soa[0][0].minimum) if soa else None,
    )


def _value(rdata: dns.rdata.Rdata) -> str:
    if rdata.rdtype == dns.rdatatype.TXT:
        text = b"".join(rdata.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]  # a TXT record's
        return "".join(letter for letter in text if letter.isprintable())[:300]
    if rdata.rdtype in (dns.rdatatype.CNAME, dns.rdatatype.NS):
        return _plain(rdata.target)  # type: ignore[attr-defined]  # they have one
    return rdata.to_text()[:300]


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
