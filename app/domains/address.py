"""Do buyers who open a name come to us?"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domains.cdns import cdn_of_address, cdn_of_target
from app.domains.findings import Finding
from app.domains.questions import Dns, Reply, Server


@dataclass(frozen=True)
class Targets:
    """Where domains are to point. addresses: of the edge. cname: its name."""

    addresses: tuple[str, ...]
    cname: str


def check_address(
    name: str, *, zone: str, asked: Mapping[Server, Reply], targets: Targets, dns: Dns
) -> list[Finding]:
    """Nothing blocking when everybody who asks is sent to us. asked: each name server that answers -> its A reply."""
    server, reply = next(iter(asked.items()))
    cnames = reply.values("CNAME", name) or dns.ask(server, name, "CNAME").values("CNAME", name)
    addresses = _set(reply.values("A", name))
    ipv6 = _set(dns.ask(server, name, "AAAA").values("AAAA", name))
    if cnames and (addresses or ipv6):
        return [_wrong("a_and_cname", name, "A", addresses or ipv6, targets)]
    if cnames:
        found = _check_cname(name, cnames[0], zone, targets, dns)
    else:
        found = _check_addresses(name, addresses, ipv6, targets)
    return found or _check_servers(name, asked, targets) or _check_caches(name, targets, dns)


def _check_cname(name: str, target: str, zone: str, targets: Targets, dns: Dns) -> list[Finding]:
    if target == targets.cname:
        return []
    if target == name:
        return [_wrong("cname_loop", name, "CNAME", (target,), targets)]
    if target == f"{targets.cname}.{zone}":
        return [_wrong("cname_zone_doubled", name, "CNAME", (target,), targets)]
    if cdn_of_target(target):
        return [_wrong("proxied", name, "CNAME", (target,), targets)]
    reply = dns.resolve(target, "A")
    chain = reply.values("CNAME")
    if name in chain or target in chain:
        return [_wrong("cname_loop", name, "CNAME", (target,), targets)]
    if targets.cname in chain:
        return []
    addresses, ipv6 = _set(reply.values("A")), _set(dns.resolve(target, "AAAA").values("AAAA"))
    if not addresses and not ipv6:
        return [_wrong("cname_dangling", name, "CNAME", (target,), targets)]
    if _ours(addresses + ipv6, targets):
        return []
    code = "proxied" if any(cdn_of_address(address) for address in addresses + ipv6) else "cname_wrong"
    return [_wrong(code, name, "CNAME", (target,), targets)]


def _check_addresses(
    name: str, addresses: tuple[str, ...], ipv6: tuple[str, ...], targets: Targets
) -> list[Finding]:
    elsewhere = tuple(address for address in addresses if not _ours((address,), targets))
    if not addresses and (not ipv6 or _ours(ipv6, targets)):
        return [] if ipv6 else [_wrong("address_missing", name, "CNAME", (), targets)]
    if addresses and not elsewhere:
        wrong = tuple(address for address in ipv6 if not _ours((address,), targets))
        return [_wrong("aaaa_elsewhere", name, "AAAA", wrong, targets)] if wrong else []
    if len(elsewhere) < len(addresses):
        return [_wrong("address_extra", name, "A", elsewhere, targets)]
    seen, kind = (elsewhere, "A") if elsewhere else (ipv6, "AAAA")
    if any(cdn_of_address(address) for address in seen):
        return [_wrong("proxied", name, kind, seen, targets)]
    private = all(ipaddress.ip_address(address).is_private for address in seen)
    return [_wrong("address_private" if private else "address_wrong", name, kind, seen, targets)]


def _check_servers(name: str, asked: Mapping[Server, Reply], targets: Targets) -> list[Finding]:
    """The first server is right. Are the others as well?"""
    first = next(iter(asked.values()))
    right = (_set(first.values("A", name)), first.values("CNAME", name))
    lacking = tuple(
        server.name
        for server, reply in asked.items()
        if (_set(reply.values("A", name)), reply.values("CNAME", name)) != right
    )
    if not lacking:
        return []
    return [
        Finding("servers_disagree", "address", record="A", name=name, seen=lacking, expected=targets.cname)
    ]


def _check_caches(name: str, targets: Targets, dns: Dns) -> list[Finding]:
    """What others still remember of an earlier setting."""
    reply = dns.resolve(name, "A")
    chain, addresses = reply.values("CNAME"), _set(reply.values("A"))
    if targets.cname in chain or (addresses and _ours(addresses, targets)):
        return []
    if not addresses and _ours(ipv6 := _set(dns.resolve(name, "AAAA").values("AAAA")), targets) and ipv6:
        return []
    stale = [record.ttl for record in reply.records] or [reply.negative_ttl or 300]
    seen = chain[:1] or addresses or ("-",)
    return [
        Finding(
            "cache_stale",
            "address",
            record="A",
            name=name,
            seen=seen,
            seconds=max(stale),
            expected=targets.cname,
        )
    ]


def _wrong(code: str, name: str, record: str, seen: Sequence[str], targets: Targets) -> Finding:
    return Finding(code, "address", record=record, name=name, seen=tuple(seen), expected=targets.cname)


def _ours(addresses: Sequence[str], targets: Targets) -> bool:
    wanted = {ipaddress.ip_address(address) for address in targets.addresses}
    return all(ipaddress.ip_address(address) in wanted for address in addresses)


def _set(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
