"""Is the TXT record there that proves who owns a name? And if not, where did it go?"""

from collections.abc import Mapping, Sequence

from app.domains.findings import Finding
from app.domains.names import CHALLENGE, challenge_name, registrable, relative_name
from app.domains.questions import Dns, Reply, Server


def check_ownership(
    name: str, token: str, *, zone: str, held_by: Sequence[str], asked: Mapping[Server, Reply], dns: Dns
) -> list[Finding]:
    """Nothing blocking when the record is there. asked: each name server that answers -> its TXT reply.

    held_by: the tokens of another shop that has this name; while its record is still there, the name is theirs.
    """
    challenge = challenge_name(name)
    values = [value for reply in asked.values() for value in reply.values("TXT")]
    if token not in values:
        return [_lost(name, token, zone, tuple(sorted(set(values))), next(iter(asked.items())), dns)]
    lacking = tuple(server.name for server, reply in asked.items() if token not in reply.values("TXT"))
    if lacking:
        return [Finding("servers_disagree", "ownership", record="TXT", name=challenge, seen=lacking)]
    if any(other in values for other in held_by):
        return [Finding("held_by_another_shop", "ownership", record="TXT", name=challenge, expected=token)]
    return []


def _lost(
    name: str, token: str, zone: str, values: tuple[str, ...], first: tuple[Server, Reply], dns: Dns
) -> Finding:
    server, reply = first
    challenge = challenge_name(name)
    if token in (value.strip("\"'“”‘’ ") for value in values):
        return Finding("txt_quoted", "ownership", record="TXT", name=challenge, seen=values, expected=token)
    doubled = f"{challenge}.{zone}"
    if token in dns.ask(server, doubled, "TXT").values("TXT"):
        return _misplaced("txt_zone_doubled", name, doubled)
    for elsewhere in _other_names(name):
        if token in dns.ask(server, elsewhere, "TXT").values("TXT"):
            return _misplaced("txt_wrong_name", name, elsewhere)
    targets = reply.values("CNAME", challenge)
    if targets:
        code = "txt_covered_by_cname"
        return Finding(code, "ownership", record="TXT", name=challenge, seen=targets, expected=token)
    code = "txt_other_value" if values else "txt_missing"
    return Finding(code, "ownership", record="TXT", name=challenge, seen=values, expected=token)


def _misplaced(code: str, name: str, where: str) -> Finding:
    challenge = challenge_name(name)
    expected = relative_name(challenge)
    return Finding(code, "ownership", record="TXT", name=challenge, seen=(where,), expected=expected)


def _other_names(name: str) -> list[str]:
    """Where the record is found when the instructions were read in haste."""
    domain = registrable(name) or name
    first, _, rest = name.partition(".")
    guesses = [
        name,
        domain,
        challenge_name(domain),
        f"{CHALLENGE.removeprefix('_')}.{name}",
        f"{first}.{challenge_name(rest)}",
    ]
    return [guess for guess in dict.fromkeys(guesses) if guess != challenge_name(name)]
