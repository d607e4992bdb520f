"""What a person did in a gateway's console, and that nothing else takes the place of what they are called for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.attempt_commands import IN_CONSOLE, sentence_of
from app.database import db, transaction
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import (
    Approved,
    Cancellation,
    Cancelled,
    CancelRefused,
    CannotTell,
    Declined,
    Deposit,
    Issued,
    Notification,
    Unpaid,
    WhenUnknown,
)
from app.gateways.reasons import RefundReason
from app.payments.attempts import close_attempt, confirm_attempt
from app.payments.closings import hold_account
from app.payments.held import (
    CannotBeChecked,
    KnownAlready,
    NotGivenBack,
    NotHeld,
    NotKnownYet,
    StillAsked,
    held_attempts,
    resolve_as_paid,
    resolve_as_seen_to,
    resolve_as_unpaid,
)
from app.payments.models import Attempt, CheckoutSession, Refund
from app.payments.notifications import apply_notification, store_notification
from app.payments.outcomes import call_person, record_approval
from app.payments.people import DEPOSIT_AT_CLOSING
from app.payments.reconcile import settle_attempt
from app.payments.sessions import cancel_session
from tests.support.bank import KEY, RETURNED, Bank, every_account_at, issue_account
from tests.support.buyer import attempt_now, begin, session_now
from tests.support.world import NOW, World, make_session

ACCOUNT = "6505831718354"
LATER = NOW + timedelta(minutes=1)


@dataclass
class MumBank(Bank):
    """is_mum: it does not say how a payment stands. refuses: to give back what it has."""

    is_mum: bool = False
    refuses: bool = False
    told_amount: int = 29_000

    def lookup(self, **asked: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        found = super().lookup(**asked)
        return CannotTell("NO_STATE") if self.is_mum else found

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused:
        if not self.refuses:
            return super().cancel(what)
        self._called("cancel")
        return CancelRefused(RefundReason.OTHER, "8042", "")

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        return Notification(body.decode(), deposit=Deposit(self.told_amount, ACCOUNT, reversed=False, at=NOW))


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[MumBank]:
    bank = MumBank()
    with every_account_at(bank, monkeypatch):
        yield bank


def paid_after_the_end(world: World, bank: MumBank) -> str:
    """Money on an account of a session that was cancelled: it cannot go back by itself."""
    session, attempt_id = issue_account(world)
    close_attempt(attempt_id=attempt_id, now=NOW)
    cancel_session(session_id=session.id, now=NOW)
    bank.state = "deposited"
    record_approval(attempt_id=attempt_id, approved=Approved(KEY, attempt_id, 29_000), now=NOW)
    assert where(attempt_id) == ("cancelling", "session_ended")
    return attempt_id


def unanswered(world: World, bank: MumBank) -> tuple[CheckoutSession, str]:
    """A confirm that nobody can find out about."""
    bank.when_unknown = WhenUnknown.HOLD
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.fault = GatewayOutcomeUnknown()
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    settle_attempt(attempt_id, now=LATER)
    assert where(attempt_id) == ("confirming", "outcome_unknown")
    return session, attempt_id


def where(attempt_id: str) -> tuple[str, str | None]:
    db.session.rollback()
    attempt = attempt_now(attempt_id)
    return attempt.state, attempt.needs_person


def seen_to(attempt_id: str, *, unchecked: bool = False) -> None:
    resolve_as_seen_to(attempt_id=attempt_id, unchecked=unchecked, now=LATER)


def tell_of_deposit(attempt_id: str) -> None:
    account_id = attempt_now(attempt_id).gateway_account_id
    told = store_notification(
        account_id=account_id, content_type="", source="", body=attempt_id.encode(), now=NOW
    )
    apply_notification(told, now=NOW)


# --- what was done in the console ---


def test_money_that_was_given_back_in_the_console_is_cancelled(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    bank.state = "closed"

    seen_to(attempt_id)

    assert where(attempt_id) == ("cancelled", None)
    assert attempt_now(attempt_id).ended_at == LATER
    assert held_attempts() == []


def test_money_that_is_still_there_was_not_given_back(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)

    with pytest.raises(NotGivenBack):
        seen_to(attempt_id, unchecked=True)

    assert where(attempt_id) == ("cancelling", "session_ended")


def test_an_account_that_still_takes_money_was_not_seen_to(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    bank.state = "waiting"

    with pytest.raises(NotGivenBack):
        seen_to(attempt_id, unchecked=True)

    assert where(attempt_id) == ("cancelling", "session_ended")


def test_a_person_is_believed_only_where_the_gateway_cannot_be_asked(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    bank.is_mum = True

    with pytest.raises(CannotBeChecked):
        seen_to(attempt_id)
    before = where(attempt_id)
    seen_to(attempt_id, unchecked=True)

    assert before == ("cancelling", "session_ended")
    assert where(attempt_id) == ("cancelled", None)


def test_without_an_answer_nothing_is_seen_to(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    bank.fault = GatewayUnreachable()

    with pytest.raises(GatewayUnreachable):
        seen_to(attempt_id, unchecked=True)

    assert where(attempt_id) == ("cancelling", "session_ended")


def test_a_deposit_to_a_closed_account_is_checked_too_and_its_attempt_stays(
    world: World, bank: MumBank
) -> None:
    _, attempt_id = issue_account(world)
    close_attempt(attempt_id=attempt_id, now=NOW)
    call_person(attempt_id=attempt_id, why=DEPOSIT_AT_CLOSING)
    bank.state = "deposited"

    with pytest.raises(NotGivenBack):
        seen_to(attempt_id)
    bank.state = "closed"
    seen_to(attempt_id)

    assert where(attempt_id) == ("abandoned", None)


def test_a_refusal_to_give_back_is_seen_to(world: World, bank: MumBank) -> None:
    session = make_session(world)
    attempt_id = begin(session)
    bank.order_id, bank.refuses = attempt_id, True
    cancel_session(session_id=session.id, now=NOW)
    record_approval(attempt_id=attempt_id, approved=Approved(KEY, attempt_id, 29_000), now=NOW)
    settle_attempt(attempt_id, now=NOW)
    refused = where(attempt_id)
    bank.state = "closed"

    seen_to(attempt_id)

    assert refused == ("cancelling", "cancel_refused:8042")
    assert where(attempt_id) == ("cancelled", None)


def test_what_nobody_knows_yet_is_not_seen_to(world: World, bank: MumBank) -> None:
    _, attempt_id = unanswered(world, bank)

    with pytest.raises(NotKnownYet):
        seen_to(attempt_id, unchecked=True)

    assert where(attempt_id) == ("confirming", "outcome_unknown")


def test_what_waits_for_no_person_is_not_seen_to(world: World, bank: MumBank) -> None:
    _, attempt_id = issue_account(world)

    for one in (attempt_id, "pay_none"):
        with pytest.raises(NotHeld):
            seen_to(one)


def test_what_is_known_is_not_told_again(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)

    with pytest.raises(KnownAlready):
        resolve_as_unpaid(attempt_id=attempt_id, now=LATER)
    with pytest.raises(KnownAlready):
        resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=True, now=LATER)

    assert where(attempt_id) == ("cancelling", "session_ended")


def test_of_two_calls_the_second_is_not_seen_to_with_the_first(world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    bank.state = "closed"
    bank.meanwhile = lambda: call_person(attempt_id=attempt_id, why="payment_of_another_order")

    with pytest.raises(NotHeld):
        seen_to(attempt_id)

    assert where(attempt_id) == ("cancelling", "payment_of_another_order")


# --- credentials ---


def test_credentials_are_not_for_a_person_to_see_to_while_the_gateway_is_asked(
    world: World, bank: MumBank
) -> None:
    _, attempt_id = issue_account(world)
    bank.fault = GatewayMisconfigured("UNAUTHORIZED_KEY")
    settle_attempt(attempt_id, now=LATER)
    called = where(attempt_id)

    with pytest.raises(StillAsked):
        seen_to(attempt_id)
    still = where(attempt_id)
    settle_attempt(attempt_id, now=LATER)

    assert called == still == ("issued", "gateway_misconfigured:UNAUTHORIZED_KEY")
    assert where(attempt_id) == ("issued", None)  # it answers again


def test_credentials_that_were_corrected_need_nobody_once_the_money_is_back(
    world: World, bank: MumBank
) -> None:
    session = make_session(world)
    attempt_id = begin(session)
    cancel_session(session_id=session.id, now=NOW)
    record_approval(attempt_id=attempt_id, approved=Approved(KEY, attempt_id, 29_000), now=NOW)
    bank.fault = GatewayMisconfigured("UNAUTHORIZED_KEY")
    settle_attempt(attempt_id, now=NOW)
    called = where(attempt_id)
    settle_attempt(attempt_id, now=LATER)

    assert called == ("cancelling", "gateway_misconfigured:UNAUTHORIZED_KEY")
    assert where(attempt_id) == ("cancelled", None)


def test_credentials_take_the_place_of_no_other_call(world: World, bank: MumBank) -> None:
    _, attempt_id = issue_account(world)
    bank.told_amount = 1000
    tell_of_deposit(attempt_id)
    bank.fault = GatewayMisconfigured("UNAUTHORIZED_KEY")

    settle_attempt(attempt_id, now=LATER)

    assert where(attempt_id) == ("issued", "deposit_amount_differs")
    seen_to(attempt_id)
    assert where(attempt_id) == ("issued", None)  # and the account still waits for the right amount


# --- what is not known comes first ---


def test_a_deposit_of_another_amount_does_not_hide_that_the_outcome_is_unknown(
    world: World, bank: MumBank
) -> None:
    """Else nobody could tell it any more, and the session would be in payment for ever."""
    session, attempt_id = unanswered(world, bank)
    bank.told_amount = 1000

    tell_of_deposit(attempt_id)
    after = where(attempt_id)
    resolve_as_unpaid(attempt_id=attempt_id, now=LATER)

    assert after == ("confirming", "outcome_unknown")
    assert session_now(session).state == "failed"


def test_nor_that_a_closing_is_unknown(world: World, bank: MumBank) -> None:
    session, attempt_id = issue_account(world)
    hold_account(attempt_id=attempt_id)
    bank.told_amount = 1000

    tell_of_deposit(attempt_id)
    after = where(attempt_id)
    bank.is_mum = True
    resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=True, now=LATER)

    assert after == ("issued", "closing_unknown")
    assert session_now(session).state == "completed"


# --- what a person reads and types ---


def test_what_a_person_types(app: Flask, world: World, bank: MumBank) -> None:
    attempt_id = paid_after_the_end(world, bank)
    runner = app.test_cli_runner()

    shown = runner.invoke(args=["attempts", "held"])
    still_there = runner.invoke(args=["attempts", "resolve", attempt_id, "--seen-to"])
    two_words = runner.invoke(args=["attempts", "resolve", attempt_id, "--seen-to", "--not-paid"])
    bank.state = "closed"
    done = runner.invoke(args=["attempts", "resolve", attempt_id, "--seen-to"])
    left = runner.invoke(args=["attempts", "held"])

    assert f"Paid after the session had ended. {IN_CONSOLE}" in shown.output
    assert (still_there.exit_code, two_words.exit_code, done.exit_code) == (1, 2, 0)
    assert "The gateway says that the money is still there" in still_there.output
    assert "Say one of --paid NUMBER, --account NUMBER, --not-paid and --seen-to." in two_words.output
    assert left.output == "No payment waits for a person.\n"


def test_a_refund_that_waits_is_shown_with_its_payment(app: Flask, world: World, bank: MumBank) -> None:
    _, attempt_id = issue_account(world)
    with transaction():
        db.session.add(unsettled_refund(attempt_now(attempt_id)))

    shown = app.test_cli_runner().invoke(args=["attempts", "held"]).output

    row = shown.splitlines()[1]
    assert row.split()[:4] == ["ref_waits", "toss", "refund", "10000"]
    assert row.endswith("The gateway has not done this refund for a day. It is asked again by itself.")


def unsettled_refund(attempt: Attempt) -> Refund:
    session = db.session.get_one(CheckoutSession, attempt.session_id)
    return Refund(
        id="ref_waits",
        session_id=session.id,
        attempt_id=attempt.id,
        merchant_id=session.merchant_id,
        shop_id=session.shop_id,
        livemode=session.livemode,
        number=1,
        amount=10_000,
        tax_free_amount=0,
        notify_customer=False,
        state="processing",
        created_at=NOW,
        needs_person="refund_unsettled",
    )


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("already_paid", f"Paid twice. {IN_CONSOLE}"),
        ("coupon_expired", f"Paid, but it cannot be kept (coupon_expired). {IN_CONSOLE}"),
        (
            "cancel_refused:8042",
            "The gateway refuses to give the money back. Give it back in its console. (8042)",
        ),
    ],
)
def test_what_a_person_reads(why: str, sentence: str) -> None:
    assert sentence_of(why) == sentence
