"""Closing a virtual account while money may be on its way to it, above all where the gateway cannot be asked how an
account stands, so that a deposit is known only from what its server tells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.database import db
from app.errors import GatewayOutcomeUnknown, GatewayUnreachable
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
)
from app.payments.attempts import close_attempt, confirm_attempt
from app.payments.closings import begin_closing
from app.payments.deposits import watch_account
from app.payments.held import resolve_as_issued, resolve_as_paid, resolve_as_unpaid
from app.payments.models import CheckoutSession
from app.payments.notifications import apply_notification, store_notification
from app.payments.outcomes import record_issue
from app.payments.patience import patience
from app.payments.reconcile import settle_attempt
from app.payments.sessions import cancel_session
from tests.support.bank import KEY, RETURNED, Bank, every_account_at, issue_account, other_amount
from tests.support.buyer import attempt_now, begin, events_of, session_now
from tests.support.world import NOW, World, make_session

ACCOUNT = "6505831718354"


@dataclass
class MuteBank(Bank):
    """It says nothing of how an account stands, and closes one with money on it too. while_closing: done before the
    answer to a cancel. loses: that answer never comes."""

    is_mute: bool = True
    while_closing: Callable[[], object] | None = None
    loses: bool = False

    def lookup(self, **asked: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        found = super().lookup(**asked)
        if not self.is_mute or isinstance(found, Unpaid):
            return found
        told: Notification | None = asked.get("told")
        if told is None or told.deposit is None:
            return CannotTell("NO_STATE")
        return self._issued() if told.deposit.reversed else Approved(KEY, self.order_id, self.amount)

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused:
        self._called("cancel")
        if self.while_closing:
            self.while_closing()
        if not self.is_mute and self.state == "deposited":
            answer = super().cancel(what)
        else:
            self.state, answer = "closed", Cancelled("txrd_1")
        if self.loses:
            self.loses = False
            raise GatewayOutcomeUnknown()
        return answer

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        order_id, what, name = body.decode().split()
        deposit = Deposit(self.amount, ACCOUNT, reversed=what == "went", at=NOW, notice=name)
        return Notification(order_id, transaction_id=KEY, deposit=deposit)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[MuteBank]:
    bank = MuteBank()
    with every_account_at(bank, monkeypatch):
        yield bank


def tell(attempt_id: str, what: str, name: str = "1") -> str:
    """Of a deposit: came or went. The notification's id; it is not applied yet."""
    account_id, body = attempt_now(attempt_id).gateway_account_id, f"{attempt_id} {what} {name}".encode()
    return store_notification(account_id=account_id, content_type="", source="", body=body, now=NOW)


def hear(attempt_id: str, what: str, name: str = "1") -> str:
    notification_id = tell(attempt_id, what, name)
    apply_notification(notification_id, now=NOW)
    return notification_id


def where(session: CheckoutSession, attempt_id: str) -> tuple[str, str, str | None]:
    db.session.rollback()
    attempt = attempt_now(attempt_id)
    return session_now(session).state, attempt.state, attempt.needs_person


def closing_without_an_answer(world: World, bank: MuteBank) -> tuple[CheckoutSession, str]:
    session, attempt_id = issue_account(world)
    bank.loses = True
    with pytest.raises(GatewayOutcomeUnknown):
        cancel_session(session_id=session.id, now=NOW)
    return session, attempt_id


def held(world: World, bank: MuteBank) -> tuple[CheckoutSession, str]:
    """A closing without an answer, and a deposit that is told after it."""
    session, attempt_id = closing_without_an_answer(world, bank)
    notification_id = tell(attempt_id, "came")
    with pytest.raises(GatewayOutcomeUnknown):
        apply_notification(notification_id, now=NOW)  # the closing may be done at this moment
    apply_notification(notification_id, now=NOW + patience())
    return session, attempt_id


def test_a_deposit_that_is_told_is_believed(world: World, bank: MuteBank) -> None:
    session, attempt_id = issue_account(world)

    hear(attempt_id, "came")

    assert where(session, attempt_id) == ("completed", "approved", None)


def test_after_a_closing_without_an_answer_it_is_for_a_person(world: World, bank: MuteBank) -> None:
    session, attempt_id = held(world, bank)

    assert where(session, attempt_id) == ("processing", "issued", "closing_unknown")
    assert "payment.completed" not in events_of(session)
    assert attempt_now(attempt_id).check_at is None


def test_a_person_finds_the_money_gone(world: World, bank: MuteBank) -> None:
    session, attempt_id = held(world, bank)

    resolve_as_unpaid(attempt_id=attempt_id, now=NOW)

    assert where(session, attempt_id) == ("failed", "declined", None)


def test_a_person_finds_the_money(world: World, bank: MuteBank) -> None:
    session, attempt_id = held(world, bank)

    resolve_as_paid(attempt_id=attempt_id, transaction_id=KEY, unchecked=True, now=NOW)

    assert where(session, attempt_id) == ("completed", "approved", None)
    assert attempt_now(attempt_id).close_asked_at is None


def test_a_person_finds_the_account_open_and_no_money(world: World, bank: MuteBank) -> None:
    session, attempt_id = held(world, bank)

    resolve_as_issued(attempt_id=attempt_id, transaction_id=KEY, now=NOW)
    waiting = where(session, attempt_id)
    hear(attempt_id, "came", "2")

    assert waiting == ("processing", "issued", None)
    assert where(session, attempt_id) == ("completed", "approved", None)


def test_while_it_is_held_nobody_asks_for_the_closing_again(world: World, bank: MuteBank) -> None:
    session, attempt_id = held(world, bank)
    asked = bank.asked.count("cancel")

    with pytest.raises(GatewayOutcomeUnknown):
        cancel_session(session_id=session.id, now=NOW)

    assert bank.asked.count("cancel") == asked
    assert where(session, attempt_id) == ("processing", "issued", "closing_unknown")


def test_without_a_deposit_it_is_asked_for_again(world: World, bank: MuteBank) -> None:
    session, attempt_id = closing_without_an_answer(world, bank)

    settle_attempt(attempt_id, now=NOW + patience())
    cancel_session(session_id=session.id, now=NOW + patience())

    assert where(session, attempt_id) == ("cancelled", "abandoned", None)


def test_a_closing_that_was_never_sent_changes_nothing(world: World, bank: MuteBank) -> None:
    session, attempt_id = issue_account(world)

    def unreachable() -> None:
        raise GatewayUnreachable()

    bank.while_closing = unreachable
    with pytest.raises(GatewayUnreachable):
        cancel_session(session_id=session.id, now=NOW)
    hear(attempt_id, "came")

    assert where(session, attempt_id) == ("completed", "approved", None)


def test_money_that_comes_while_it_is_closed_is_for_a_person(world: World, bank: MuteBank) -> None:
    session, attempt_id = issue_account(world)
    told: list[str] = []

    def comes() -> None:
        told.append(tell(attempt_id, "came"))
        with pytest.raises(GatewayOutcomeUnknown):
            apply_notification(told[0], now=NOW)

    bank.while_closing = comes
    cancel_session(session_id=session.id, now=NOW)
    at_once = where(session, attempt_id)
    apply_notification(told[0], now=NOW)

    assert at_once == ("cancelled", "abandoned", "deposit_at_closing")
    state, attempt, why = where(session, attempt_id)
    assert (state, attempt) == ("cancelled", "cancelling")
    assert why is not None


def test_an_answer_of_before_completes_nothing_while_it_is_closed(world: World, bank: MuteBank) -> None:
    """Whoever applies a notification has asked the gateway already when somebody else begins to close."""
    session, attempt_id = issue_account(world)

    bank.meanwhile = lambda: begin_closing(attempt_id=attempt_id, now=NOW)
    hear(attempt_id, "came")
    before = where(session, attempt_id)
    settle_attempt(attempt_id, now=NOW + patience())

    assert before == ("processing", "issued", None)
    assert where(session, attempt_id) == ("processing", "issued", "closing_unknown")


def test_of_two_who_close_the_one_that_hears_of_money_does_not_complete(world: World, bank: MuteBank) -> None:
    """The other has asked for the closing since; the money may go back with it."""
    session, attempt_id = issue_account(world)
    bank.is_mute, bank.state = False, "deposited"

    bank.meanwhile = lambda: begin_closing(attempt_id=attempt_id, now=NOW)
    close_attempt(attempt_id=attempt_id, now=NOW)

    assert where(session, attempt_id) == ("processing", "issued", None)


def test_a_deposit_that_was_told_is_not_closed_away(world: World, bank: MuteBank) -> None:
    session, attempt_id = issue_account(world)
    bank.meanwhile = lambda: close_attempt(attempt_id=attempt_id, now=NOW)

    hear(attempt_id, "came")

    assert "cancel" not in bank.asked
    assert where(session, attempt_id) == ("completed", "approved", None)


def test_a_gateway_that_can_be_asked_is_believed_after_the_closing(world: World, bank: MuteBank) -> None:
    bank.is_mute = False
    session, attempt_id = closing_without_an_answer(world, bank)
    bank.state = "deposited"  # the closing was lost on its way

    with pytest.raises(GatewayOutcomeUnknown):
        watch_account(attempt_id, now=NOW)
    watch_account(attempt_id, now=NOW + patience())

    assert where(session, attempt_id) == ("completed", "approved", None)


def test_a_gateway_that_says_that_it_still_waits_is_believed(world: World, bank: MuteBank) -> None:
    bank.is_mute = False
    session, attempt_id = closing_without_an_answer(world, bank)
    bank.state = "waiting"

    watch_account(attempt_id, now=NOW + patience())

    assert where(session, attempt_id) == ("processing", "issued", None)
    assert attempt_now(attempt_id).close_asked_at is None


def test_a_gateway_that_says_that_it_is_closed_leaves_a_deposit_to_a_person(
    world: World, bank: MuteBank
) -> None:
    bank.is_mute = False
    session, attempt_id = closing_without_an_answer(world, bank)
    notification_id = tell(attempt_id, "came")

    apply_notification(notification_id, now=NOW + patience())

    assert where(session, attempt_id) == ("failed", "declined", "deposit_at_closing")


@pytest.mark.parametrize("when", ["while", "after"])
def test_money_to_an_account_that_was_never_to_be_is_for_a_person(
    world: World, bank: MuteBank, when: str
) -> None:
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.order_id, bank.state = attempt_id, "waiting"
    record_issue(attempt_id=attempt_id, issued=other_amount(bank, 1000), now=NOW)

    if when == "while":
        bank.while_closing = lambda: hear(attempt_id, "came")
    settle_attempt(attempt_id, now=NOW)
    if when == "after":
        hear(attempt_id, "came")

    assert where(session, attempt_id) == ("failed", "cancelled", "deposit_at_closing")


@pytest.mark.parametrize("is_mute", [True, False], ids=["told only", "said by the gateway"])
def test_money_to_a_closed_account_does_not_pay_a_session_that_goes_on(
    world: World, bank: MuteBank, is_mute: bool
) -> None:
    """It was told before the buyer chose another way to pay, and is applied after: the closing sent it back."""
    session, attempt_id = issue_account(world)
    told = tell(attempt_id, "came")
    close_attempt(attempt_id=attempt_id, now=NOW)

    bank.is_mute, bank.state = is_mute, "deposited"
    apply_notification(told, now=NOW)

    assert where(session, attempt_id) == ("pending", "cancelling", "deposit_at_closing")
    assert "payment.completed" not in events_of(session)


def test_money_to_a_closed_account_does_not_stop_another_payment(world: World, bank: MuteBank) -> None:
    session, attempt_id = issue_account(world)
    close_attempt(attempt_id=attempt_id, now=NOW)
    second = begin(session, method="virtual_account")

    hear(attempt_id, "came")
    confirm_attempt(attempt_id=second, returned=dict(RETURNED), now=NOW)

    assert where(session, second) == ("processing", "issued", None)
    assert where(session, attempt_id)[1:] == ("cancelling", "deposit_at_closing")
