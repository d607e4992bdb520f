"""Look at the DNS of a name and say what is wrong with it, each thing by its name."""

from collections.abc import Mapping, Sequence

from app.domains.address import Targets, check_address
from app.domains.findings import Finding, blocking
from app.domains.issuers import check_issuers
from app.domains.names import challenge_name, registrable
from app.domains.ownership import check_ownership
from app.domains.questions import SLOW_S, Dns, Reply, Server
from app.domains.states import Diagnosis, Seen, SeenServer

Replies = Mapping[Server, Reply]


def diagnose(
    name: str,
    token: str,
    *,
    targets: Targets,
    authorities: Sequence[str],
    dns: Dns,
    held_by: Sequence[str] = (),
) -> Diagnosis:
    """Asks the DNS only. held_by: the tokens of another shop that has verified the name."""
    zone, reply = dns.zone_of(name)
    if zone is None:
        return _no_zone(name, reply, dns)
    if _lies_above(zone, name):
        return _ends("zone_missing", registrable(name))
    signed = dns.resolve(name, "SOA")
    if signed.status == "SERVFAIL" and reply.usable:
        return _ends("dnssec_failure", zone)
    servers = dns.servers_of(zone)
    asked = {server: dns.ask(server, challenge_name(name), "TXT") for server in servers}
    findings = [found for server, said in asked.items() for found in _complaints(server, said)]
    good = {server: said for server, said in asked.items() if said.usable and said.authoritative}
    if not good:
        findings.insert(0, Finding("servers_unreachable", "servers", name=zone))
        return Diagnosis(False, False, tuple(findings), _seen(zone, asked, {}, name))
    routes = {server: dns.ask(server, name, "A") for server in good}
    findings += check_ownership(name, token, zone=zone, held_by=held_by, asked=good, dns=dns)
    findings += _check_routes(name, zone, routes, targets, authorities, dns)
    points_here = not blocking(findings, "address") and not blocking(findings, "certificate")
    owned = not blocking(findings, "ownership")
    return Diagnosis(owned, points_here, tuple(findings), _seen(zone, asked, routes, name))


def _seen(zone: str, asked: Replies, routes: Replies, name: str) -> Seen:
    """asked, routes: each name server's reply about the TXT record and about the name itself."""

    def every(replies: Replies, record_type: str, at: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(value for said in replies.values() for value in said.values(record_type, at))
        )

    return Seen(
        zone=zone,
        servers=tuple(
            SeenServer(server.name, server.address, said.status, round(said.took_s * 1000))
            for server, said in asked.items()
        ),
        txt=every(asked, "TXT", challenge_name(name)),
        cname=every(routes, "CNAME", name),
        addresses=every(routes, "A", name),
    )


def _check_routes(
    name: str, zone: str, asked: Replies, targets: Targets, authorities: Sequence[str], dns: Dns
) -> list[Finding]:
    usable = {server: reply for server, reply in asked.items() if reply.usable}
    if not usable:
        return [Finding("servers_unreachable", "address", name=zone)]
    found = check_address(name, zone=zone, asked=usable, targets=targets, dns=dns)
    first = next(iter(usable))
    return found + check_issuers(name, zone=zone, server=first, authorities=authorities, dns=dns)


def _no_zone(name: str, reply: Reply, dns: Dns) -> Diagnosis:
    if reply.usable:
        return _ends("zone_missing", registrable(name))
    if dns.is_blind():
        return Diagnosis(False, False, (Finding("resolver_unavailable", "servers"),), blind=True)
    return _ends("servers_unreachable", registrable(name))


def _lies_above(zone: str, name: str) -> bool:
    """Whether the zone that answers is only the public suffix, so that nobody has registered the domain."""
    owned = registrable(name)
    return owned is None or not (zone == owned or zone.endswith(f".{owned}"))


def _ends(code: str, name: str | None) -> Diagnosis:
    return Diagnosis(False, False, (Finding(code, "servers", name=name),))


def _complaints(server: Server, reply: Reply) -> list[Finding]:
    """A server that fails costs buyers time, or their way to us when they happen to ask it. The others may do."""

    def about(code: str) -> list[Finding]:
        return [Finding(code, "servers", blocks=False, record="NS", seen=(server.name,))]

    if server.address is None:
        return about("server_unresolvable")
    if reply.status == "silent":
        return about("server_silent")
    if not reply.usable or not reply.authoritative:
        return about("server_lame")
    return about("server_slow") if reply.took_s > SLOW_S else []
