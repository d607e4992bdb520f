"""May our certificate authority issue for a name? CAA records, RFC 8659 and RFC 8657."""

import re
from collections.abc import Sequence

from app.domains.findings import Finding
from app.domains.questions import Dns, Reply, Server

KNOWN_TAGS = frozenset({"issue", "issuewild", "issuemail", "iodef", "contactemail", "contactphone"})
OUR_METHODS = frozenset({"http-01", "tls-alpn-01"})
_CAA = re.compile(r'(\d+) ([A-Za-z0-9]+) "(.*)"')


def check_issuers(
    name: str, *, zone: str, server: Server, authorities: Sequence[str], dns: Dns
) -> list[Finding]:
    """Nothing when one of our authorities may issue. authorities: their names in CAA records."""
    where = name
    while "." in where:
        reply = _reply(where, zone, server, dns)
        if not reply.usable:
            return [Finding("caa_unanswered", "certificate", record="CAA", name=where)]
        records = reply.values("CAA", where)
        if records:
            return _judge(where, records, authorities)
        where = where.partition(".")[2]
    return []


def _reply(where: str, zone: str, server: Server, dns: Dns) -> Reply:
    """Inside of the zone its own server is asked, where a fresh record is at once."""
    if where == zone or where.endswith(f".{zone}"):
        return dns.ask(server, where, "CAA")
    return dns.resolve(where, "CAA")


def _judge(where: str, records: Sequence[str], authorities: Sequence[str]) -> list[Finding]:
    parsed = [found.groups() for record in records if (found := _CAA.fullmatch(record))]
    strange = [tag for flags, tag, _ in parsed if int(flags) & 128 and tag.lower() not in KNOWN_TAGS]
    if strange:
        return [Finding("caa_critical", "certificate", record="CAA", name=where, seen=tuple(strange))]
    values = tuple(value for _, tag, value in parsed if tag.lower() == "issue")
    if not values or any(_allows(value, authorities) for value in values):
        return []
    return [
        Finding("caa_forbids", "certificate", record="CAA", name=where, seen=values, expected=authorities[0])
    ]


def _allows(value: str, authorities: Sequence[str]) -> bool:
    """An account or a method that is not ours forbids as well."""
    issuer, *parameters = (part.strip() for part in value.split(";"))
    pairs = dict(parameter.partition("=")[::2] for parameter in parameters if parameter)
    methods = pairs.get("validationmethods")
    return (
        issuer.lower() in authorities
        and "accounturi" not in pairs
        and (methods is None or not OUR_METHODS.isdisjoint(methods.split(",")))
    )
