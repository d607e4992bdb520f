"""A gateway dies for ten minutes and comes back. The time is simulated, everything else is as it is in earnest."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.database import db, transaction
from app.errors import GatewayError, GatewayOutcomeUnknown, GatewayUnreachable
from app.payments.attempts import Buyer, start_attempt, take_return
from app.payments.health_report import health_now
from app.payments.models import Attempt, CheckoutSession
from app.payments.queries import attempt_by_id
from app.payments.reconcile import settle_attempt
from tests.support.acquirers import Acquirer, acquirers, contract_with
from tests.support.world import NOW, World, make_session

NAMES = ("alpha", "beta", "gamma")
DIES, RECOVERS, ENDS = (NOW + timedelta(seconds=seconds) for seconds in (30, 630, 900))
PERIOD, CALM_PERIOD = timedelta(milliseconds=750), timedelta(milliseconds=1500)
AT_THE_GATEWAY = timedelta(seconds=5)
METHODS = ("card", "card", "bank_transfer")


@dataclass
class Replay:
    """sessions: ids of those that wait to be paid. started: when each attempt began. at_gateway: when its buyer comes
    back. Ids only: every transaction forgets all that is loaded, and to forget a thousand sessions takes longer than to
    pay one."""

    gateways: dict[str, Acquirer]
    sessions: list[str]
    clock: datetime = NOW
    started: list[tuple[datetime, str]] = field(default_factory=list)
    at_gateway: list[tuple[datetime, str]] = field(default_factory=list)

    def alpha_fails(self) -> GatewayError | None:
        """Half of what is sent to it never arrives, of the other half nobody hears again."""
        if not DIES <= self.clock < RECOVERS:
            return None
        return GatewayUnreachable() if len(self.started) % 2 else GatewayOutcomeUnknown()

    def run(self) -> None:
        while self.clock < ENDS:
            number = len(self.started)
            method = METHODS[number % len(METHODS)]
            attempt_id = start_attempt(
                session_id=self.sessions.pop(), method=method, buyer=Buyer(), now=self.clock
            )
            assert attempt_id is not None
            self.started.append((self.clock, attempt_id))
            self.at_gateway.append((self.clock + AT_THE_GATEWAY, attempt_id))
            self._let_come_back()
            self.clock += PERIOD if self.clock < RECOVERS else CALM_PERIOD
        self.clock += AT_THE_GATEWAY
        self._let_come_back()

    def _let_come_back(self) -> None:
        """All that went to the gateway that dies, and every eighth of the others; the rest leave without paying."""
        while self.at_gateway and self.at_gateway[0][0] <= self.clock:
            _when, attempt_id = self.at_gateway.pop(0)
            attempt = attempt_by_id(attempt_id)
            assert attempt is not None
            if attempt.gateway == "alpha" or attempt.session_id.endswith(("0", "8")):
                self._come_back(attempt_id)

    def _come_back(self, attempt_id: str) -> None:
        take_return(attempt_id=attempt_id, outcome="approved", fields={}, now=self.clock)

    def settle_all(self) -> None:
        """What the worker does in time."""
        unsettled = select(Attempt.id).where(Attempt.state == "confirming")
        for attempt_id in list(db.session.scalars(unsettled)):
            settle_attempt(attempt_id, now=self.clock)

    def gateways_of(self, start: datetime, end: datetime) -> Counter[str]:
        found = db.session.execute(select(Attempt.id, Attempt.gateway))
        gateways = {row.id: row.gateway for row in found}
        return Counter(gateways[attempt_id] for when, attempt_id in self.started if start <= when < end)


def waiting_sessions(world: World, count: int) -> list[str]:
    """All at once, which is quicker, and always the same: the chance in routing comes from their ids."""
    [model] = [make_session(world, expires_at=NOW + timedelta(days=1))]
    columns = {column.key: getattr(model, column.key) for column in model.__mapper__.column_attrs}
    ids = [f"cs_{hashlib.sha256(str(number).encode()).hexdigest()[:32]}" for number in range(count)]
    with transaction():
        db.session.execute(insert(CheckoutSession), [{**columns, "id": session_id} for session_id in ids])
    return ids


@pytest.fixture
def replay(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    if db.engine.dialect.name == "sqlite":  # what is lost with the power is of no interest here
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
    with acquirers(*NAMES, patch=monkeypatch) as gateways:
        contract_with(world.shop_id, *NAMES)
        made = Replay(gateways, waiting_sessions(world, 1100))
        gateways["alpha"].fails = made.alpha_fails
        yield made


def test_a_gateway_that_dies_is_passed_over_and_gets_its_payments_back(replay: Replay) -> None:
    replay.run()

    before = replay.gateways_of(NOW, DIES)
    dead = replay.gateways_of(DIES + timedelta(seconds=30), RECOVERS)
    after = replay.gateways_of(RECOVERS + timedelta(minutes=3), ENDS)
    elsewhere = 1 - dead["alpha"] / dead.total()
    print(f"REPLAY before={dict(before)} dead={dict(dead)} elsewhere={elsewhere:.4f} after={dict(after)}")
    assert before["alpha"] / before.total() > 0.2
    assert elsewhere >= 0.99
    assert dead["alpha"] > 0  # or nobody would ever find out that it is back
    assert min(dead["beta"], dead["gamma"]) / dead.total() > 0.4
    assert after["alpha"] / after.total() > 0.25
    assert not [health for health in health_now(replay.clock) if health.sick or health.accounts_sick]

    replay.settle_all()
    taken = [amounts for gateway in replay.gateways.values() for amounts in gateway.taken.values()]
    assert [amounts for amounts in taken if amounts != [29000]] == []
    states = Counter(db.session.scalars(select(CheckoutSession.state)))
    assert states["completed"] == len(taken) > 80
