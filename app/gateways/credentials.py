"""What a merchant has to enter of a contract with a gateway, declared by each adapter as data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

# Shorter ones would be half told by their end.
SHORTEST_TO_HINT = 12
HINT = 4


@dataclass(frozen=True)
class CredentialField:
    """One member of the credentials.

    live, test: pattern of the whole value in either mode. secret: never shown where it is entered.
    required: whether there is no contract without it. multiline: a text of several lines, such as a certificate.
    """

    name: str
    live: str
    test: str
    secret: bool = True
    required: bool = True
    multiline: bool = False
    longest: int = 200

    def fits(self, value: str, *, livemode: bool) -> bool:
        pattern = self.live if livemode else self.test
        return len(value) <= self.longest and re.fullmatch(pattern, value, re.ASCII) is not None


@dataclass(frozen=True)
class Examined:
    """What credentials tell by themselves. problems: as of problems_of. expire_at: when the gateway stops taking them;
    None where they do not tell."""

    problems: Mapping[str, str] = field(default_factory=dict)
    expire_at: datetime | None = None


def examine_words(credentials: Mapping[str, str]) -> Examined:
    """Of keys that are words: only the gateway can tell whether they are right."""
    return Examined()


def problems_of(
    credentials: Mapping[str, str], fields: Sequence[CredentialField], *, livemode: bool
) -> dict[str, str]:
    """Name of a member -> what is wrong with it, never its value. Empty: all is as the gateway has it."""
    known = {one.name: one for one in fields}
    problems = {name: "is not a known field" for name in credentials if name not in known}
    for name, one in known.items():
        if name not in credentials:
            if one.required:
                problems[name] = "is required"
        elif not one.fits(credentials[name], livemode=livemode):
            mode = "live" if livemode else "test"
            problems[name] = f"does not have the form that this gateway's {mode} contracts have"
    return problems


def hint_of(value: str) -> str | None:
    """The last characters, by which a merchant knows a value again; None where they would say too much or nothing."""
    end = value[-HINT:]
    return end if len(value) >= SHORTEST_TO_HINT and end.isalnum() else None
