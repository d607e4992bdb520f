"""A gateway that lets no buyer in: the payment begins anew at another one before anybody notices."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.database import db
from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import Declined
from app.gateways.reasons import Reason
from app.payments.attempts import take_return
from app.payments.health_report import health_now
from app.payments.launches import launch_elsewhere
from app.payments.models import Attempt
from app.payments.routing import BETTER_ELSEWHERE
from app.payments.session_coupons import apply_coupon
from app.payments.sessions import PaymentInProgress
from tests.support.acquirers import Acquirer, acquirers, contract_with
from tests.support.buyer import attempt_now, begin, events_of, launch_at, session_now
from tests.support.coupons import counts, make_coupon
from tests.support.world import NOW, World, make_session

NAMES = ("alpha", "beta", "gamma")


@pytest.fixture
def gateways(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Acquirer]]:
    with acquirers(*NAMES, patch=monkeypatch) as made:
        contract_with(world.shop_id, *NAMES)
        yield made


def elsewhere(attempt_id: str, error: GatewayError | None = None) -> str | None:
    return launch_elsewhere(attempt_id=attempt_id, error=error or GatewayUnreachable(), now=NOW)


def attempts_of(session_id: str) -> list[Attempt]:
    db.session.rollback()
    return list(db.session.scalars(select(Attempt).where(Attempt.session_id == session_id)))


@pytest.mark.parametrize(
    ("error", "reason", "code"),
    [
        (GatewayUnreachable(), "method_unavailable", "gateway_unreachable"),
        (GatewayOutcomeUnknown(), "method_unavailable", "gateway_outcome_unknown"),
        (GatewayMisconfigured("KEYS"), "gateway_misconfigured", "KEYS"),
    ],
)
def test_it_begins_anew_at_another_gateway_in_the_same_session(
    world: World, gateways: dict[str, Acquirer], error: GatewayError, reason: str, code: str
) -> None:
    session = make_session(world)
    first = begin(session)
    failed = attempt_now(first).gateway

    second = elsewhere(first, error)

    assert second is not None
    dead, new = attempt_now(first), attempt_now(second)
    assert (dead.state, dead.failure_reason, dead.gateway_code) == ("declined", reason, code)
    assert new.state == "launched"
    assert new.gateway != failed
    assert (new.method, new.amount) == (dead.method, dead.amount)
    assert {"gateway": failed, "reason": "failed_before"} in (new.routing or {})["passedOver"]
    assert session_now(session).state == "processing"
    assert events_of(session) == []


def test_each_gateway_is_tried_once_and_then_the_payment_has_failed(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    session = make_session(world)
    attempt: str | None = begin(session)
    tried = []
    while attempt is not None:
        tried.append(attempt_now(attempt).gateway)
        attempt = elsewhere(attempt)

    assert sorted(tried) == sorted(NAMES)
    assert session_now(session).state == "failed"
    assert events_of(session) == ["payment.failed"]
    assert {attempt.state for attempt in attempts_of(session.id)} == {"declined"}


def test_it_can_be_paid_there(world: World, gateways: dict[str, Acquirer]) -> None:
    session = make_session(world)
    second = elsewhere(begin(session))
    assert second is not None

    launch_at(second)
    take_return(attempt_id=second, outcome="approved", fields={}, now=NOW)

    assert session_now(session).state == "completed"
    assert events_of(session) == ["payment.completed"]
    assert sum(len(gateway.taken) for gateway in gateways.values()) == 1


def test_a_return_to_the_attempt_that_was_given_up_takes_nothing(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    session = make_session(world)
    first = begin(session)
    elsewhere(first)

    take_return(attempt_id=first, outcome="approved", fields={}, now=NOW)

    assert session_now(session).state == "processing"
    assert not any(gateway.taken for gateway in gateways.values())


def test_the_use_of_the_coupon_stays_held(world: World, gateways: dict[str, Acquirer]) -> None:
    session = make_session(world)
    coupon = make_coupon(world, usage_limit=1)
    apply_coupon(session_id=session.id, code=coupon.code, now=NOW)
    first = begin(session)

    second = elsewhere(first)

    assert second is not None
    assert counts(coupon) == (0, 1)
    assert attempt_now(second).amount == attempt_now(first).amount == session_now(session).total_amount


def test_a_second_look_at_a_launch_that_failed_changes_nothing(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    session = make_session(world)
    first = begin(session)
    second = elsewhere(first)

    assert elsewhere(first) is None
    assert second is not None
    assert attempt_now(second).state == "launched"
    assert len(attempts_of(session.id)) == 2


@pytest.mark.parametrize("asks", [True, False])
def test_launches_are_counted_where_the_gateway_is_asked(
    world: World, gateways: dict[str, Acquirer], asks: bool
) -> None:
    attempt = begin(make_session(world))
    gateways[attempt_now(attempt).gateway].asks = asks

    launch_at(attempt)

    assert [(health.phase, health.ok) for health in health_now(NOW)] == ([("launch", 1)] if asks else [])


def test_a_gateway_whose_launches_fail_is_passed_over(world: World, gateways: dict[str, Acquirer]) -> None:
    gateways["alpha"].refuses = GatewayUnreachable
    while sum(health.failed for health in health_now(NOW)) < 4:
        attempt = begin(make_session(world))
        if attempt_now(attempt).gateway == "alpha":
            with pytest.raises(GatewayUnreachable):
                launch_at(attempt)

    chosen = {attempt_now(begin(make_session(world))).gateway for _ in range(15)}

    assert chosen == {"beta", "gamma"}
    assert [(health.phase, health.accounts_sick) for health in health_now(NOW)] == [("launch", 1)]


# --- the buyer tries again ---


@pytest.mark.parametrize("reason", sorted(BETTER_ELSEWHERE))
def test_after_a_failure_without_a_cause_in_the_card_the_next_try_goes_elsewhere_with_the_coupon(
    world: World, gateways: dict[str, Acquirer], reason: Reason
) -> None:
    session, coupon = make_session(world), make_coupon(world)
    apply_coupon(session_id=session.id, code=coupon.code, now=NOW)
    first = begin(session)
    failed = attempt_now(first).gateway
    gateways[failed].declines = Declined(reason, "X", "")
    take_return(attempt_id=first, outcome="approved", fields={}, now=NOW)
    assert counts(coupon) == (0, 0)

    second = begin(session)
    again = attempt_now(second)
    take_return(attempt_id=second, outcome="approved", fields={}, now=NOW)

    assert again.gateway != failed
    assert {"gateway": failed, "reason": "failed_before"} in (again.routing or {})["passedOver"]
    assert counts(coupon) == (1, 0)
    assert gateways[failed].taken == {}
    assert [amounts for one in gateways.values() for amounts in one.taken.values()] == [[26_100]]


@pytest.mark.parametrize("reason", sorted(set(Reason) - BETTER_ELSEWHERE))
def test_after_a_card_was_declined_the_next_try_goes_where_it_would_have_gone(
    world: World, gateways: dict[str, Acquirer], reason: Reason
) -> None:
    session = make_session(world)
    first = begin(session)
    before = attempt_now(first).gateway
    gateways[before].declines = Declined(reason, "X", "")
    take_return(attempt_id=first, outcome="approved", fields={}, now=NOW)

    assert attempt_now(begin(session)).gateway == before


def test_while_an_outcome_is_unknown_nothing_is_routed_around_it(
    world: World, gateways: dict[str, Acquirer]
) -> None:
    session = make_session(world)
    first = begin(session)
    gateways[attempt_now(first).gateway].fails = GatewayOutcomeUnknown
    take_return(attempt_id=first, outcome="approved", fields={}, now=NOW)

    with pytest.raises(PaymentInProgress):
        begin(session)

    assert elsewhere(first) is None
    assert attempt_now(first).state == "confirming"
    assert len(attempts_of(session.id)) == 1
