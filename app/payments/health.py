"""How gateways answer, counted across all processes, and which of them are sick.

Outcomes are written after what became of the payment, in a transaction of their own that touches no other table: they
may be lost without harm, and hold up nobody. Live payments teach everybody with a contract at that gateway; that a
contract itself is refused (wrong keys) teaches that account alone, and so does everything in test mode, where testers
play failures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.database import db, transaction
from app.errors import GatewayError, GatewayMisconfigured
from app.payments.health_models import GatewayCondition, GatewayHealth
from app.payments.models import Attempt
from app.payments.queries import account_of_attempt
from app.payments.routing import Chosen, Sickness
from app.payments.sickness import (
    ALL_METHODS,
    FIRST_PAUSE,
    SLOW,
    SUCCESSES_NEEDED,
    WINDOW,
    Counts,
    Phase,
    bucket_of,
    next_pause,
    severity_of,
    severity_of_all,
)

EVERYBODY = ""
KEPT = timedelta(hours=1)
CERTAIN = 1.0  # keys that are refused once are refused always

log = structlog.get_logger()


@dataclass(frozen=True)
class Asked:
    """A gateway that is asked about one payment, for the outcome to be written down.

    began_at: when the payment was routed. is_probe: it finds out whether the gateway is still sick.
    """

    gateway: str
    livemode: bool
    account_id: str
    method: str
    phase: Phase
    began_at: datetime
    is_probe: bool
    started: float

    @property
    def scope(self) -> str:
        return EVERYBODY if self.livemode else self.account_id

    @property
    def took(self) -> timedelta:
        return timedelta(seconds=monotonic() - self.started)


def asking(attempt: Attempt, phase: Phase) -> Asked:
    """To be made just before the call."""
    return Asked(
        gateway=attempt.gateway,
        livemode=account_of_attempt(attempt).livemode,
        account_id=attempt.gateway_account_id,
        method=attempt.method,
        phase=phase,
        began_at=attempt.created_at,
        is_probe=(attempt.routing or {}).get("reason") == Chosen.PROBE,
        started=monotonic(),
    )


def note_answer(asked: Asked, *, took: timedelta, now: datetime) -> None:
    """The gateway has answered; that it declined is as good an answer as any. took: how long that was."""
    if took >= SLOW:
        _note(asked, "slow", took, now)
        return
    try:
        with transaction():
            if _count(asked, asked.scope, "ok", took, now):
                _note_success(asked, now)
    except SQLAlchemyError:
        log.exception("health.not_noted", gateway=asked.gateway)


def note_failure(asked: Asked, error: GatewayError, *, now: datetime) -> None:
    """The gateway gave no answer that could be used."""
    if isinstance(error, GatewayMisconfigured):
        _note(asked, "failed", timedelta(), now, scope=asked.account_id, severity=CERTAIN)
    else:
        _note(asked, "failed", timedelta(), now)


def sick_gateways(
    accounts: Mapping[str, str], *, method: str, livemode: bool, now: datetime
) -> tuple[dict[str, Sickness], dict[str, list[GatewayCondition]]]:
    """Of the gateways that are sick: how sick, and the rows that say so, for claim_probe().

    accounts: gateway -> id of the shop's account there.
    """
    asked = {
        "gateways": list(accounts),
        "livemode": livemode,
        "scopes": [EVERYBODY, *accounts.values()],
        "methods": [method, ALL_METHODS],
    }
    rows: dict[str, list[GatewayCondition]] = {}
    for row in db.session.scalars(_SICK, asked):
        rows.setdefault(row.gateway, []).append(row)
    return {gateway: _sickness(of_gateway, now) for gateway, of_gateway in rows.items()}, rows


# Asked for every payment of a shop with several gateways, so the statement is built once.
_SICK = (
    select(GatewayCondition)
    .where(
        GatewayCondition.gateway.in_(bindparam("gateways", expanding=True)),
        GatewayCondition.livemode == bindparam("livemode"),
        GatewayCondition.scope.in_(bindparam("scopes", expanding=True)),
        GatewayCondition.method.in_(bindparam("methods", expanding=True)),
        GatewayCondition.sick_at.is_not(None),
    )
    .execution_options(populate_existing=True)
)


def claim_probe(rows: Sequence[GatewayCondition], *, now: datetime) -> bool:
    """Whether this payment is the one that tries a sick gateway; others have to wait for the next pause to be over.
    The caller holds the transaction."""
    table = GatewayCondition
    due = select(table).where(or_(*map(_is_row, rows)), table.sick_at.is_not(None), table.probe_at <= now)
    # Whoever is held up here has a buyer waiting: what somebody else holds is taken as claimed.
    claimed = db.session.execute(due.with_for_update(skip_locked=True)).scalars().all()
    if len(claimed) < len(rows):
        return False
    for row in claimed:
        later = now + timedelta(seconds=row.pause_s)
        db.session.connection().execute(update(table).where(_is_row(row)).values(probe_at=later))
    return True


def forget_old_health(*, now: datetime) -> int:
    """How many buckets were forgotten. Conditions stay: there are few, and a sick gateway is sick until it is well."""
    with transaction():
        old = delete(GatewayHealth).where(GatewayHealth.bucket_at < now - KEPT)
        return db.session.connection().execute(old).rowcount


def _sickness(rows: Sequence[GatewayCondition], now: datetime) -> Sickness:
    return Sickness(
        severity=max(row.severity for row in rows) / 1000,
        since=min(row.sick_at for row in rows if row.sick_at),
        may_probe=all(row.probe_at <= now for row in rows),
    )


def _is_row(row: GatewayCondition) -> ColumnElement[bool]:
    key = ("gateway", "livemode", "scope", "phase", "method")
    return and_(*(getattr(GatewayCondition, name) == getattr(row, name) for name in key))


def _note(
    asked: Asked,
    outcome: str,
    took: timedelta,
    now: datetime,
    *,
    scope: str | None = None,
    severity: float | None = None,
) -> None:
    """An outcome that speaks against the gateway. severity: where it is known without counting."""
    scope = asked.scope if scope is None else scope
    try:
        with transaction():
            _count(asked, scope, outcome, took, now)
            if asked.is_probe:
                _postpone_probes(asked, now)
            _judge(asked, scope, severity, now)
    except SQLAlchemyError:
        log.exception("health.not_noted", gateway=asked.gateway)


def _count(asked: Asked, scope: str, outcome: str, took: timedelta, now: datetime) -> bool:
    """Add one outcome to its bucket. Whether the gateway is sick, in the same look."""
    took_ms = int(took.total_seconds() * 1000)
    counts = {name: int(name == outcome) for name in ("ok", "slow", "failed")}
    values = {
        "gateway": asked.gateway,
        "livemode": asked.livemode,
        "scope": scope,
        "phase": asked.phase.value,
        "bucket_at": bucket_of(now),
        "method": asked.method,
        **counts,
        "answer_ms": took_ms,
    }
    table = GatewayHealth
    grown = {outcome: getattr(table, outcome) + 1, "answer_ms": table.answer_ms + took_ms}
    sick = select(func.count()).select_from(GatewayCondition).where(_may_be_healed(asked)).scalar_subquery()
    key = ("gateway", "livemode", "scope", "phase", "bucket_at", "method")
    statement = _insert(table).values(values).on_conflict_do_update(index_elements=key, set_=grown)
    return bool(db.session.connection().execute(statement.returning(sick)).scalar_one())


def _may_be_healed(asked: Asked) -> ColumnElement[bool]:
    """Conditions that an answer to this payment speaks against. Whoever was confirmed was let in before."""
    table = GatewayCondition
    phases = (Phase.LAUNCH, Phase.CONFIRM) if asked.phase == Phase.CONFIRM else (Phase.LAUNCH,)
    return and_(
        table.gateway == asked.gateway,
        table.livemode == asked.livemode,
        table.scope.in_((EVERYBODY, asked.account_id)),
        table.phase.in_(phases),
        table.method.in_((asked.method, ALL_METHODS)),
        table.sick_at < asked.began_at,
    )


def _note_success(asked: Asked, now: datetime) -> None:
    table = GatewayCondition
    connection = db.session.connection()
    grown = {
        "successes": table.successes + 1,
        "probe_at": now,
        "pause_s": int(FIRST_PAUSE.total_seconds()),
    }
    connection.execute(update(table).where(_may_be_healed(asked)).values(grown))
    healed = and_(_may_be_healed(asked), table.successes >= SUCCESSES_NEEDED)
    if connection.execute(update(table).where(healed).values(sick_at=None, well_at=now)).rowcount:
        log.warning("gateway.well", gateway=asked.gateway, method=asked.method, livemode=asked.livemode)


def _postpone_probes(asked: Asked, now: datetime) -> None:
    """The try has failed: the next comes later."""
    table = GatewayCondition
    rows = db.session.execute(
        select(table).where(_may_be_healed(asked)).execution_options(populate_existing=True)
    )
    for row in rows.scalars():
        pause = next_pause(timedelta(seconds=row.pause_s))
        later = {"pause_s": int(pause.total_seconds()), "probe_at": now + pause, "successes": 0}
        db.session.connection().execute(update(table).where(_is_row(row)).values(later))


def _judge(asked: Asked, scope: str, severity: float | None, now: datetime) -> None:
    """Is it sick by now? Asked only after an outcome that speaks against it."""
    if severity is not None:
        _call_sick(asked, scope, asked.method, severity, now)
        return
    methods = _buckets(asked, scope, now)
    found = {
        asked.method: severity_of(methods.get(asked.method, {}), now=now),
        ALL_METHODS: severity_of_all(methods, now=now),
    }
    for method, share in found.items():
        if share is not None:
            _call_sick(asked, scope, method, share, now)


def _buckets(asked: Asked, scope: str, now: datetime) -> dict[str, dict[datetime, Counts]]:
    """What was counted in the window, by method; what was before a recovery is left out."""
    table, condition = GatewayHealth, GatewayCondition
    same = {"gateway": asked.gateway, "livemode": asked.livemode, "scope": scope, "phase": asked.phase.value}
    recovered = (
        select(func.max(condition.well_at))
        .where(
            *(getattr(condition, name) == value for name, value in same.items()),
            or_(condition.method == table.method, condition.method == ALL_METHODS),
        )
        .scalar_subquery()
    )
    found = select(table.method, table.bucket_at, table.ok, table.slow, table.failed).where(
        *(getattr(table, name) == value for name, value in same.items()),
        table.bucket_at > now - WINDOW - timedelta(minutes=1),
        or_(recovered.is_(None), table.bucket_at >= recovered),
    )
    methods: dict[str, dict[datetime, Counts]] = {}
    for method, bucket_at, ok, slow, failed in db.session.execute(found):
        methods.setdefault(method, {})[bucket_at] = Counts(ok + slow + failed, slow + failed)
    return methods


def _call_sick(asked: Asked, scope: str, method: str, severity: float, now: datetime) -> None:
    """No effect on what is sick already."""
    table = GatewayCondition
    fallen = {
        "sick_at": now,
        "severity": round(severity * 1000),
        "probe_at": now + FIRST_PAUSE,
        "pause_s": int(FIRST_PAUSE.total_seconds()),
        "successes": 0,
    }
    key = {
        "gateway": asked.gateway,
        "livemode": asked.livemode,
        "scope": scope,
        "phase": asked.phase.value,
        "method": method,
    }
    statement = _insert(table).values({**key, **fallen})
    statement = statement.on_conflict_do_update(
        index_elements=list(key), set_=fallen, where=table.sick_at.is_(None)
    )
    if db.session.connection().execute(statement).rowcount:
        log.error("gateway.sick", gateway=asked.gateway, method=method, severity=severity, scope=scope)


def _insert(table: type[Any]) -> Any:
    """INSERT that can turn into an UPDATE; each database has its own, and both are written alike."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
