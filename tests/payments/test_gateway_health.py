"""Gateways fall sick by how they answer, are probed, and get well; on the tables that all processes share."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import db, transaction
from app.errors import (
    GatewayError,
    GatewayMisconfigured,
    GatewayOutcomeUnknown,
    GatewayUnreachable,
)
from app.gateways.base import Declined
from app.gateways.reasons import Reason
from app.payments.attempts import ask_and_record, take_return
from app.payments.health import (
    asking,
    claim_probe,
    forget_old_health,
    note_answer,
    note_failure,
    sick_gateways,
)
from app.payments.health_models import GatewayCondition, GatewayHealth
from app.payments.health_report import health_now
from app.payments.models import Attempt
from app.payments.queries import attempt_by_id
from app.payments.sickness import FIRST_PAUSE, LONGEST_PAUSE, SLOW, SUCCESSES_NEEDED, Phase
from tests.support.acquirers import Acquirer, acquirers, contract_with
from tests.support.buyer import attempt_now, begin
from tests.support.world import NOW, World, make_session

ONE_SECOND = timedelta(seconds=1)


@pytest.fixture
def gateways(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Acquirer]]:
    with acquirers("alpha", "beta", patch=monkeypatch) as made:
        contract_with(world.shop_id, "alpha", "beta")
        yield made


def routed(world: World, *, now: datetime = NOW, method: str = "card") -> Attempt:
    return attempt_now(begin(make_session(world, now=now), method=method, now=now))


def attempt_at(gateway: str, world: World, *, now: datetime = NOW, method: str = "card") -> Attempt:
    """Sessions are made until chance sends one there."""
    while (attempt := routed(world, now=now, method=method)).gateway != gateway:
        pass
    return attempt


def fail(attempt: Attempt, error: GatewayError | None = None, *, now: datetime = NOW) -> None:
    asked = asking(attempt_now(attempt.id), Phase.CONFIRM)
    note_failure(asked, error or GatewayUnreachable(), now=now)


def succeed(attempt: Attempt, *, now: datetime = NOW) -> None:
    note_answer(asking(attempt_now(attempt.id), Phase.CONFIRM), took=ONE_SECOND, now=now)


def make_sick(gateway: str, world: World, *, now: datetime = NOW) -> None:
    attempt = attempt_at(gateway, world, now=now)
    for _ in range(4):
        fail(attempt, now=now)


def gateways_of_next(world: World, *, now: datetime, count: int = 12) -> set[str]:
    return {routed(world, now=now).gateway for _ in range(count)}


def condition(gateway: str = "alpha") -> GatewayCondition:
    db.session.rollback()
    found = select(GatewayCondition).where(GatewayCondition.gateway == gateway)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def test_both_are_used_while_both_are_well(world: World, gateways: dict[str, Acquirer]) -> None:
    assert gateways_of_next(world, now=NOW, count=20) == {"alpha", "beta"}


def test_a_sick_gateway_is_passed_over_and_the_reason_is_kept(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    make_sick("alpha", world)

    assert gateways_of_next(world, now=NOW + ONE_SECOND) == {"beta"}
    assert routed(world).routing == {
        "gateway": "beta",
        "reason": "preferred",
        "passedOver": [{"gateway": "alpha", "reason": "sick"}],
    }


def test_another_method_of_it_is_not_passed_over(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)

    assert attempt_at("alpha", world, method="bank_transfer").gateway == "alpha"


def test_when_all_methods_fail_it_is_sick_for_those_too_that_were_not_tried(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    card, transfer = attempt_at("alpha", world), attempt_at("alpha", world, method="bank_transfer")
    for _ in range(3):
        fail(card)
        fail(transfer)

    accounts = {"alpha": card.gateway_account_id}
    sick, _rows = sick_gateways(accounts, method="payco", livemode=False, now=NOW)

    assert sick["alpha"].severity == 1


def test_a_decline_is_a_healthy_answer(world: World, gateways: dict[str, Acquirer]) -> None:
    gateways["alpha"].declines = Declined(Reason.REFUSED, "X", "")
    for _ in range(6):
        take_return(attempt_id=attempt_at("alpha", world).id, outcome="approved", fields={}, now=NOW)

    [health] = health_now(NOW)
    assert (health.gateway, health.ok, health.failed, health.sick) == ("alpha", 6, 0, False)
    assert attempt_at("alpha", world).gateway == "alpha"


@pytest.mark.parametrize("error", [GatewayUnreachable(), GatewayOutcomeUnknown(answered=True)])
def test_a_confirm_without_an_answer_is_none(
    world: World, gateways: dict[str, Acquirer], error: GatewayError
) -> None:
    gateways["alpha"].fails = lambda: error
    for _ in range(4):
        take_return(attempt_id=attempt_at("alpha", world).id, outcome="approved", fields={}, now=NOW)

    assert gateways_of_next(world, now=NOW) == {"beta"}


def test_the_repeats_of_one_payment_count_once(world: World, gateways: dict[str, Acquirer]) -> None:
    gateways["alpha"].fails = GatewayUnreachable
    attempt = attempt_at("alpha", world)
    take_return(attempt_id=attempt.id, outcome="approved", fields={}, now=NOW)
    for _ in range(8):
        with transaction():
            found = attempt_by_id(attempt.id)
            assert found is not None
            found.check_tries += 1
        ask_and_record(attempt.id, now=NOW)

    [health] = health_now(NOW)
    assert health.failed == 1
    assert gateways_of_next(world, now=NOW, count=20) == {"alpha", "beta"}


def test_answers_that_come_late_make_it_sick_as_well(world: World, gateways: dict[str, Acquirer]) -> None:
    attempt = attempt_at("alpha", world)
    for _ in range(4):
        note_answer(asking(attempt_now(attempt.id), Phase.CONFIRM), took=SLOW, now=NOW)

    [health] = health_now(NOW)
    assert (health.slow, health.answer_ms) == (4, SLOW.total_seconds() * 1000)
    assert gateways_of_next(world, now=NOW) == {"beta"}


def test_one_payment_at_a_time_probes_a_sick_gateway(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    later = NOW + FIRST_PAUSE

    made = [routed(world, now=later) for _ in range(20)]

    [probe] = [attempt for attempt in made if attempt.gateway == "alpha"]
    assert (probe.routing or {})["reason"] == "probe"
    assert (probe.routing or {})["passedOver"] == [{"gateway": "beta", "reason": "by_weight"}]


def test_of_two_processes_one_gets_the_probe(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    later, accounts = NOW + FIRST_PAUSE, {"alpha": condition().scope}
    _sick, rows = sick_gateways(accounts, method="card", livemode=False, now=later)

    claims = []
    for _ in range(2):
        with transaction():
            claims.append(claim_probe(rows["alpha"], now=later))

    assert claims == [True, False]


def test_probes_that_fail_come_ever_more_seldom(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    now, pauses = NOW, []
    for _ in range(6):
        now = condition().probe_at
        probe = attempt_at("alpha", world, now=now)
        fail(probe, now=now)
        pauses.append(condition().probe_at - now)

    assert pauses[:3] == [FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert pauses[-1] == LONGEST_PAUSE


def test_what_fails_besides_probes_keeps_nobody_from_probing(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    early = attempt_at("alpha", world)
    make_sick("alpha", world)
    due = condition().probe_at

    fail(early, now=NOW + ONE_SECOND)

    assert condition().probe_at == due


def test_it_gets_its_payments_back_after_successes_in_a_row(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    make_sick("alpha", world)
    now = NOW
    for _ in range(SUCCESSES_NEEDED):
        now = max(now + ONE_SECOND, condition().probe_at)
        assert condition().sick_at == NOW
        succeed(attempt_at("alpha", world, now=now), now=now)

    assert (condition().sick_at, condition().well_at) == (None, now)
    assert gateways_of_next(world, now=now, count=20) == {"alpha", "beta"}


def test_a_failure_between_them_begins_the_count_anew(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    for is_good in (True, True, False, True, True):
        now = max(NOW + ONE_SECOND, condition().probe_at)
        attempt = attempt_at("alpha", world, now=now)
        (succeed if is_good else fail)(attempt, now=now)

    assert condition().sick_at == NOW
    assert condition().successes == 2


def test_what_was_asked_before_it_fell_sick_is_no_sign_of_recovery(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    early = attempt_at("alpha", world, now=NOW - ONE_SECOND)
    make_sick("alpha", world)

    for _ in range(SUCCESSES_NEEDED):
        succeed(early)

    assert condition().sick_at == NOW


def test_failures_from_before_a_recovery_count_no_more(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    now = NOW + FIRST_PAUSE
    for _ in range(SUCCESSES_NEEDED):
        now = max(now, condition().probe_at)
        succeed(attempt_at("alpha", world, now=now), now=now)

    fail(attempt_at("alpha", world, now=now), now=now)

    assert condition().sick_at is None


def test_when_all_are_sick_payments_go_on(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    make_sick("beta", world)

    attempt = routed(world, now=NOW + ONE_SECOND)

    assert (attempt.routing or {})["reason"] == "least_sick"


def test_wrong_keys_make_the_contract_sick_at_once_and_nobody_elses(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    gateways["alpha"].fails = lambda: GatewayMisconfigured("INVALID_API_KEY")
    take_return(attempt_id=attempt_at("alpha", world).id, outcome="approved", fields={}, now=NOW)

    account_id = condition().scope
    assert gateways_of_next(world, now=NOW) == {"beta"}
    assert account_id != ""
    assert [(health.sick, health.accounts_sick) for health in health_now(NOW)] == [(False, 1)]


@pytest.mark.parametrize("livemode", [True, False])
def test_live_payments_teach_everybody_and_testers_only_themselves(
    world: World, gateways: dict[str, Acquirer], livemode: bool
) -> None:
    contract_with(world.shop_id, "alpha", "beta", livemode=True)
    session = make_session(world)
    with transaction():
        session.livemode = livemode
        db.session.add(session)
    attempt = attempt_now(begin(session))
    for _ in range(4):
        fail(attempt)

    others = {attempt.gateway: "gwa_of_another_shop"}
    sick, _rows = sick_gateways(others, method="card", livemode=livemode, now=NOW)

    assert bool(sick) is livemode


def test_a_shop_with_one_gateway_helps_to_heal_it(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)
    now = NOW + ONE_SECOND
    attempts: list[Attempt] = []
    while len(attempts) < SUCCESSES_NEEDED:
        attempt = attempt_now(begin(make_session(world, now=now), now=now))
        with transaction():
            found = attempt_by_id(attempt.id)
            assert found is not None
            found.gateway, found.gateway_account_id = "alpha", condition_scope()
        attempts.append(attempt)

    for attempt in attempts:
        succeed(attempt, now=now)

    assert condition().sick_at is None


def condition_scope() -> str:
    return db.session.scalars(select(GatewayCondition.scope)).one()


def test_old_counts_are_forgotten_and_conditions_are_not(world: World, gateways: dict[str, Acquirer]) -> None:
    make_sick("alpha", world)

    assert forget_old_health(now=NOW + timedelta(minutes=30)) == 0
    assert forget_old_health(now=NOW + timedelta(hours=2)) == 1
    assert db.session.scalars(select(GatewayHealth)).all() == []
    assert condition().sick_at == NOW
