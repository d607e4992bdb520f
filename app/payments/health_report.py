"""How gateways are, for people and for metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.payments.health import EVERYBODY
from app.payments.health_models import GatewayCondition, GatewayHealth
from app.payments.sickness import WINDOW


@dataclass(frozen=True)
class Health:
    """Of one gateway, way to pay and phase (see sickness.Phase) in one mode, over the last minutes.

    ok, slow, failed: answers in time, answers too late, and no usable answer. answer_ms: the mean of the answers; None
    without any. sick: for everybody with a contract there. accounts_sick: single contracts that are; in test mode only
    those can be.
    """

    gateway: str
    livemode: bool
    method: str
    phase: str
    ok: int
    slow: int
    failed: int
    answer_ms: float | None
    sick: bool
    accounts_sick: int


@dataclass(frozen=True)
class Illness:
    """method: one, or sickness.ALL_METHODS."""

    method: str
    since: datetime


def health_now(now: datetime) -> list[Health]:
    """What was asked in the window or is sick, in a fixed order. Two small queries."""
    counts = _counts(now)
    sick, accounts = _sick()
    return [
        Health(*key, ok, slow, failed, _mean(answer_ms, ok + slow), key in sick, accounts.get(key, 0))
        for key in sorted({*counts, *sick, *accounts})
        for ok, slow, failed, answer_ms in [counts.get(key, (0, 0, 0, 0))]
    ]


def illnesses_of(gateway: str, *, livemode: bool, account_id: str | None) -> list[Illness]:
    """What one contract suffers from, the oldest first. account_id: None where there is no contract yet."""
    table = GatewayCondition
    scopes = [EVERYBODY, *([account_id] if account_id else [])]
    found = (
        select(table.method, func.min(table.sick_at))
        .where(
            table.gateway == gateway,
            table.livemode == livemode,
            table.scope.in_(scopes),
            table.sick_at.is_not(None),
        )
        .group_by(table.method)
    )
    told = [Illness(method, since) for method, since in db.session.execute(found) if since]
    return sorted(told, key=lambda one: one.since)


Key = tuple[str, bool, str, str]


def _counts(now: datetime) -> dict[Key, tuple[int, int, int, int]]:
    table = GatewayHealth
    key = (table.gateway, table.livemode, table.method, table.phase)
    sums = (func.sum(column) for column in (table.ok, table.slow, table.failed, table.answer_ms))
    found = select(*key, *sums).where(table.bucket_at > now - WINDOW).group_by(*key)
    return {
        (row[0], row[1], row[2], row[3]): (int(row[4]), int(row[5]), int(row[6]), int(row[7]))
        for row in db.session.execute(found)
    }


def _sick() -> tuple[set[Key], dict[Key, int]]:
    table = GatewayCondition
    found = select(table.gateway, table.livemode, table.method, table.phase, table.scope).where(
        table.sick_at.is_not(None)
    )
    sick: set[Key] = set()
    accounts: dict[Key, int] = {}
    for gateway, livemode, method, phase, scope in db.session.execute(found):
        key = (gateway, livemode, method, phase)
        if scope == EVERYBODY:
            sick.add(key)
        else:
            accounts[key] = accounts.get(key, 0) + 1
    return sick, accounts


def _mean(total_ms: int, answers: int) -> float | None:
    return total_ms / answers if answers else None
