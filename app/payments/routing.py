"""Which gateway a payment goes to, and why. Pure: what is known goes in, a decision comes out.

A shop's gateways that can take the payment are put in order: by priority, and among those of one priority by chance,
in proportion to their weights. The chance comes from the seed alone, so the same payment finds the same order again.
The first that is well takes the payment. Are all sick, the least sick does: a payment that could be made is never
refused.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.gateways.reasons import Reason

# Refusals after which the next try is better made elsewhere: the gateway's doing, or none that names its cause, which
# another gateway's lines to the issuer may not meet. What lies with the buyer or the card would be refused there, too.
BETTER_ELSEWHERE = frozenset(
    {Reason.METHOD, Reason.CONFIGURATION, Reason.NOT_CONFIRMED, Reason.REFUSED, Reason.OTHER}
)


class Chosen(StrEnum):
    """Why a gateway takes a payment.

    only_one: no other can. preferred: the first in order that is well. probe: it is sick, and this payment finds out
    whether it still is. least_sick: no other is better.
    """

    ONLY_ONE = "only_one"
    PREFERRED = "preferred"
    PROBE = "probe"
    LEAST_SICK = "least_sick"


class Passed(StrEnum):
    """Why a gateway does not take it. failed_before: a try in this very session came to nothing there."""

    SWITCHED_OFF = "switched_off"
    METHOD_MISSING = "method_not_offered"
    METHOD_OFF = "method_switched_off"
    FAILED = "failed_before"
    SICK = "sick"
    PRIORITY = "lower_priority"
    WEIGHT = "by_weight"


@dataclass(frozen=True)
class Candidate:
    """A gateway that the shop has a contract with. methods: what the gateway has. The rest: what the shop set."""

    gateway: str
    methods: frozenset[str]
    priority: int
    weight: int
    enabled: bool = True
    methods_off: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sickness:
    """severity: share of what failed. may_probe: nobody has tried for long enough."""

    severity: float
    since: datetime
    may_probe: bool


@dataclass(frozen=True)
class Decision:
    """passed: the others, with the reason of each."""

    gateway: str
    reason: Chosen
    passed: dict[str, Passed] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the attempt, and told to the merchant."""
        return {
            "gateway": self.gateway,
            "reason": self.reason.value,
            "passedOver": [{"gateway": name, "reason": why.value} for name, why in self.passed.items()],
        }


def able(candidates: Sequence[Candidate], method: str, *, refused: Collection[str] = ()) -> list[Candidate]:
    """Those that could take the payment. refused: gateways that are not to be asked again."""
    return [one for one in candidates if _hindrance(one, method) is None and one.gateway not in refused]


def decide(
    candidates: Sequence[Candidate],
    *,
    method: str,
    seed: str,
    sick: Mapping[str, Sickness] | None = None,
    failed: Collection[str] = (),
    refused: Collection[str] = (),
) -> Decision | None:
    """None: no gateway can take it.

    sick: of the gateways that are. failed: those where an earlier try in this session came to nothing, and the next is
    better made elsewhere; taken only where the others are no better. refused: as of able().
    """
    sick = sick or {}
    order = in_order(able(candidates, method, refused=refused), seed=seed)
    if not order:
        return None
    first = order[0].gateway
    if first in sick and sick[first].may_probe and not failed and not refused and len(order) > 1:
        chosen, reason = first, Chosen.PROBE
    else:
        chosen = min(order, key=lambda one: _badness(one.gateway, sick, failed)).gateway
        reason = _reason(chosen, order, sick, failed)
    taken = next(one for one in order if one.gateway == chosen)
    passed = {
        one.gateway: _hindrance(one, method) or _why_not(one, taken, sick, {*failed, *refused})
        for one in candidates
        if one.gateway != chosen
    }
    return Decision(chosen, reason, passed)


def in_order(candidates: Sequence[Candidate], *, seed: str) -> list[Candidate]:
    """By priority, then by chance in proportion to weight (Efraimidis and Spirakis); weight 0 behind all others."""
    return sorted(candidates, key=lambda one: (one.priority, *_turn(one, seed)))


def _turn(candidate: Candidate, seed: str) -> tuple[bool, float]:
    digest = hashlib.sha256(f"{seed}/{candidate.gateway}".encode()).digest()
    chance = (int.from_bytes(digest[:8]) + 1) / 2**64  # above 0, at most 1
    return candidate.weight == 0, -math.log(chance) / (candidate.weight or 1)


def _hindrance(candidate: Candidate, method: str) -> Passed | None:
    if not candidate.enabled:
        return Passed.SWITCHED_OFF
    if method not in candidate.methods:
        return Passed.METHOD_MISSING
    return Passed.METHOD_OFF if method in candidate.methods_off else None


def _badness(gateway: str, sick: Mapping[str, Sickness], failed: Collection[str]) -> float:
    """0 is well. What has just failed for this buyer is as bad as what fails for everybody."""
    severity = sick[gateway].severity if gateway in sick else 0.0
    return max(severity, 1.0 if gateway in failed else 0.0)


def _reason(
    chosen: str, order: Sequence[Candidate], sick: Mapping[str, Sickness], failed: Collection[str]
) -> Chosen:
    if len(order) == 1:
        return Chosen.ONLY_ONE
    return Chosen.LEAST_SICK if _badness(chosen, sick, failed) else Chosen.PREFERRED


def _why_not(
    one: Candidate, taken: Candidate, sick: Mapping[str, Sickness], failed: Collection[str]
) -> Passed:
    if one.gateway in failed:
        return Passed.FAILED
    if one.gateway in sick:
        return Passed.SICK
    return Passed.PRIORITY if one.priority > taken.priority else Passed.WEIGHT
