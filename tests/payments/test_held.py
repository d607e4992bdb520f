"""A gateway that cannot be asked by our order number: a confirm without an answer waits for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.errors import GatewayError, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import Approved, CannotTell, Declined, Issued, Unpaid, WhenUnknown
from app.payments.attempts import confirm_attempt
from app.payments.held import (
    CannotBeChecked,
    NotHeld,
    NotThisPayment,
    held_attempts,
    resolve_as_paid,
    resolve_as_unpaid,
)
from app.payments.models import CheckoutSession
from app.payments.outcomes import begin_again
from app.payments.reconcile import settle_attempt
from app.payments.sessions import PaymentInProgress, cancel_session, expire_session
from tests.support.bank import KEY, RETURNED, Bank, every_account_at
from tests.support.buyer import attempt_now, begin, events_of, session_now
from tests.support.world import NOW, World, make_session

LATER = NOW + timedelta(minutes=1)


@dataclass
class DeafBank(Bank):
    """knows: the payment that can be looked up by its number, "all" for any, None where no number helps."""

    methods: frozenset[str] = frozenset({"card"})
    when_unknown: WhenUnknown = WhenUnknown.HOLD
    knows: str | None = KEY

    def confirm(self, *, order_id: str, **_: Any) -> Approved | Issued | Declined:
        self._called("confirm")
        return Approved(KEY, order_id, self.amount)

    def lookup(self, **asked: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        self._called("lookup")
        if self.knows is None:
            return CannotTell("NO_INQUIRY")
        is_known = asked["transaction_id"] == self.knows
        return Approved(KEY, asked["order_id"] if is_known else "pay_other", self.amount)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeafBank]:
    with every_account_at(DeafBank(), monkeypatch) as bank:
        assert isinstance(bank, DeafBank)
        yield bank


def unanswered(world: World, bank: Bank, fault: GatewayError) -> tuple[CheckoutSession, str]:
    session = make_session(world)
    attempt_id = begin(session)
    bank.fault = fault
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    return session, attempt_id


def held(world: World, bank: Bank) -> tuple[CheckoutSession, str]:
    session, attempt_id = unanswered(world, bank, GatewayOutcomeUnknown())
    settle_attempt(attempt_id, now=LATER)
    return session, attempt_id


def test_nothing_is_guessed_and_nothing_else_can_happen(world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)

    attempt = attempt_now(attempt_id)
    assert (attempt.state, attempt.needs_person, attempt.check_at) == ("confirming", "outcome_unknown", None)
    assert session_now(session).state == "processing"
    assert bank.asked == ["confirm"]
    assert [one.id for one in held_attempts()] == [attempt_id]
    assert expire_session(session_id=session.id, now=NOW + timedelta(days=30)) is False
    with pytest.raises(PaymentInProgress):
        cancel_session(session_id=session.id, now=LATER)


def test_a_payment_that_a_person_found_is_checked_and_completes(world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)

    resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=False, now=LATER)

    attempt = attempt_now(attempt_id)
    assert (attempt.state, attempt.needs_person, attempt.transaction_id) == ("approved", None, KEY)
    assert session_now(session).state == "completed"
    assert events_of(session) == ["payment.completed"]
    assert held_attempts() == []


def test_a_payment_of_another_order_resolves_nothing(world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)

    with pytest.raises(NotThisPayment):
        resolve_as_paid(attempt_id=attempt_id, transaction_id="other", unchecked=True, now=LATER)

    assert attempt_now(attempt_id).needs_person == "outcome_unknown"
    assert session_now(session).state == "processing"


def test_a_person_is_believed_only_where_the_gateway_cannot_be_asked(world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)
    bank.knows = None

    with pytest.raises(CannotBeChecked):
        resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=False, now=LATER)
    resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=True, now=LATER)

    assert session_now(session).state == "completed"


def test_a_payment_that_is_not_there_lets_the_buyer_try_again(world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)

    resolve_as_unpaid(attempt_id=attempt_id, now=LATER)

    attempt = attempt_now(attempt_id)
    assert (attempt.state, attempt.failure_reason, attempt.needs_person) == (
        "declined",
        "payment_not_confirmed",
        None,
    )
    assert session_now(session).state == "failed"
    assert begin(session, now=LATER) != attempt_id


def test_what_is_settled_is_not_resolved_again(world: World, bank: DeafBank) -> None:
    _, attempt_id = held(world, bank)
    resolve_as_unpaid(attempt_id=attempt_id, now=LATER)

    with pytest.raises(NotHeld):
        resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=True, now=LATER)


def test_a_confirm_that_was_never_sent_is_sent_again(world: World, bank: DeafBank) -> None:
    session, attempt_id = unanswered(world, bank, GatewayUnreachable())

    settle_attempt(attempt_id, now=NOW + timedelta(seconds=2))

    assert bank.asked == ["confirm", "confirm"]
    assert session_now(session).state == "completed"


def test_a_confirm_that_was_never_sent_is_given_up_when_its_time_is_over(
    world: World, bank: DeafBank
) -> None:
    session, attempt_id = unanswered(world, bank, GatewayUnreachable())

    settle_attempt(attempt_id, now=NOW + bank.confirm_window)

    assert bank.asked == ["confirm"]
    assert (session_now(session).state, attempt_now(attempt_id).state) == ("failed", "declined")


def test_a_crash_while_it_is_sent_again_leaves_it_unknown(world: World, bank: DeafBank) -> None:
    """The word that nothing was sent is taken back before anything is."""
    session, attempt_id = unanswered(world, bank, GatewayUnreachable())
    assert begin_again(attempt_id=attempt_id)  # and the process dies here

    settle_attempt(attempt_id, now=LATER)

    assert attempt_now(attempt_id).needs_person == "outcome_unknown"
    assert session_now(session).state == "processing"


def test_what_a_person_reads_and_types(app: Flask, world: World, bank: DeafBank) -> None:
    session, attempt_id = held(world, bank)
    runner = app.test_cli_runner()

    shown = runner.invoke(args=["attempts", "held"])
    neither = runner.invoke(args=["attempts", "resolve", attempt_id])
    wrong = runner.invoke(args=["attempts", "resolve", attempt_id, "--paid", "other"])
    done = runner.invoke(args=["attempts", "resolve", attempt_id, "--paid", KEY])
    nothing_left = runner.invoke(args=["attempts", "held"])
    again = runner.invoke(args=["attempts", "resolve", attempt_id, "--not-paid"])
    unknown = runner.invoke(args=["attempts", "resolve", "pay_x", "--not-paid"])

    assert attempt_id in shown.output
    assert "29000" in shown.output
    assert "Find the order number in its console." in shown.output
    assert (neither.exit_code, wrong.exit_code, again.exit_code, unknown.exit_code) == (2, 1, 1, 1)
    assert "Say one of --paid NUMBER, --account NUMBER, --not-paid and --seen-to." in neither.output
    assert "did not pay this attempt" in wrong.output
    assert done.exit_code == 0, done.output
    assert nothing_left.output == "No payment waits for a person.\n"
    assert "No such attempt waits for a person." in again.output
    assert "No such attempt waits for a person." in unknown.output
    assert session_now(session).state == "completed"
