"""A confirm whose answer did not come, at a gateway that takes back whatever came of it: every way that this can end,
and everything that can happen meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import (
    Approved,
    Cancellation,
    Cancelled,
    CannotTell,
    Declined,
    Issued,
    Notification,
    Unpaid,
    VirtualAccount,
    WhenUnknown,
)
from app.gateways.reasons import Reason
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments import attempts, notifications, outcomes
from app.payments.attempts import close_attempt, confirm_attempt, start_attempt
from app.payments.models import CheckoutSession
from app.payments.notifications import apply_notification, store_notification
from app.payments.outcomes import record_approval
from app.payments.reconcile import UNDER_WAY, settle_attempt
from app.payments.sessions import PaymentInProgress, cancel_session
from tests.support.buyer import attempt_now, begin, events_of, session_now
from tests.support.world import NOW, World, make_session

TID = "tid_1"
AMOUNT = 29_000


class Death(BaseException):
    """Of the process, at this very place."""


@dataclass
class TakesBack:
    """A gateway whose confirms are never answered. taken: whether one has taken money, which undo() takes back.

    undoes: answers of undo() in place of that. dies: before or after the next undo(). sends: no confirm leaves us.
    """

    taken: bool = True
    takes_back: bool = True
    cannot_tell: bool = False
    sends: bool = True
    fault: GatewayError | None = None
    dies: str = ""
    issues: bool = False
    meanwhile: Callable[[], None] | None = None
    asked: list[str] = field(default_factory=list)
    order_id: str = ""
    name: str = "toss"
    methods: frozenset[str] = frozenset({"card", "virtual_account"})
    confirm_window: timedelta = timedelta(minutes=10)
    launch_window: timedelta = timedelta(minutes=45)
    when_unknown: WhenUnknown = WhenUnknown.UNDO

    def confirm(self, *, order_id: str, **_: Any) -> Approved:
        self.asked.append("confirm")
        self.order_id = order_id
        if not self.sends:
            raise GatewayUnreachable()
        raise GatewayOutcomeUnknown()

    def undo(self, **_: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        self.asked.append("undo")
        if self.dies == "before":
            raise Death
        fault, self.fault = self.fault, None
        if fault:
            raise fault
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if self.cannot_tell:
            return CannotTell("E001")
        if self.taken and not self.takes_back:
            return self.payment()
        had, self.taken = self.taken, False
        if self.dies == "after":
            raise Death
        return Declined(Reason.NOT_CONFIRMED, "NET_CANCEL", "") if had else Unpaid("NOT_FOUND")

    def lookup(self, **_: Any) -> Approved | Issued | Unpaid:
        self.asked.append("lookup")
        return self.payment() if self.taken else Unpaid("NOT_FOUND")

    def cancel(self, what: Cancellation) -> Cancelled:
        self.asked.append("cancel")
        self.taken = False
        return Cancelled("txrd_1")

    def read_notification(self, *, body: bytes, **_: Any) -> Notification:
        return Notification(body.decode())

    def payment(self) -> Approved | Issued:
        if self.issues:
            account = VirtualAccount("woori", "27490088800001", "홍길동", NOW + timedelta(days=1))
            return Issued(TID, self.order_id, AMOUNT, account)
        return Approved(TID, self.order_id, AMOUNT)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> TakesBack:
    """Whatever contract is opened, it is with this one."""
    opened = TakesBack()
    for module in (outcomes, notifications):
        monkeypatch.setattr(module, "open_account", lambda _account: opened)
    return opened


def unanswered(world: World, method: str = "card") -> tuple[CheckoutSession, str]:
    session = make_session(world)
    attempt_id = begin(session, method=method)
    confirm_attempt(attempt_id=attempt_id, returned={"token": "x"}, now=NOW)
    return session, attempt_id


def settle(attempt_id: str, after: timedelta = timedelta(seconds=1)) -> None:
    settle_attempt(attempt_id, now=NOW + after)


def where(session: CheckoutSession, attempt_id: str) -> tuple[str, str]:
    return session_now(session).state, attempt_now(attempt_id).state


def test_what_was_taken_is_taken_back_and_the_buyer_may_try_again(world: World, gateway: TakesBack) -> None:
    session, attempt_id = unanswered(world)
    assert where(session, attempt_id) == ("processing", "confirming")

    settle(attempt_id)
    again = begin(session_now(session), now=NOW + timedelta(seconds=5))

    assert attempt_now(attempt_id).state == "declined"
    assert attempt_now(attempt_id).failure_reason == "payment_not_confirmed"
    assert attempt_now(attempt_id).check_at is None
    assert where(session, again) == ("processing", "launched")
    assert gateway.asked == ["confirm", "undo"]
    assert events_of(session) == ["payment.failed"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_around_the_undo_is_followed_by_another(
    world: World, gateway: TakesBack, when: str
) -> None:
    session, attempt_id = unanswered(world)
    gateway.dies = when
    with pytest.raises(Death):
        settle(attempt_id)
    assert where(session, attempt_id) == ("processing", "undoing")
    gateway.dies = ""

    settle(attempt_id, UNDER_WAY)

    assert where(session, attempt_id) == ("failed", "declined")
    assert gateway.asked == ["confirm", "undo", "undo"]
    assert not gateway.taken


def test_the_worker_finds_an_undo_that_died_by_itself(world: World, gateway: TakesBack) -> None:
    _, attempt_id = unanswered(world)
    gateway.dies = "before"
    [due] = claim_unsettled(now=NOW + timedelta(seconds=30), limit=10)
    with pytest.raises(Death):
        settle_attempt(due, now=NOW + timedelta(seconds=30))

    assert claim_unsettled(now=NOW + timedelta(seconds=31), limit=10) == []
    assert claim_unsettled(now=NOW + timedelta(seconds=61), limit=10) == [attempt_id]


def test_nothing_else_is_done_to_an_attempt_that_is_being_undone(world: World, gateway: TakesBack) -> None:
    session, attempt_id = unanswered(world)
    gateway.fault = GatewayOutcomeUnknown()
    settle(attempt_id)

    with pytest.raises(PaymentInProgress):
        cancel_session(session_id=session.id, now=NOW)
    with pytest.raises(PaymentInProgress):
        start_attempt(session_id=session.id, method="card", buyer=attempts.Buyer(), now=NOW)
    close_attempt(attempt_id=attempt_id, now=NOW)
    confirm_attempt(attempt_id=attempt_id, returned={"token": "y"}, now=NOW)

    assert where(session, attempt_id) == ("processing", "undoing")
    assert gateway.asked == ["confirm", "undo"]


def test_an_approval_that_arrives_while_it_is_undone_never_completes(
    world: World, gateway: TakesBack
) -> None:
    session, attempt_id = unanswered(world)

    def arrive() -> None:
        record_approval(attempt_id=attempt_id, approved=Approved(TID, attempt_id, AMOUNT), now=NOW)

    gateway.meanwhile = arrive

    settle(attempt_id)

    assert where(session, attempt_id) == ("failed", "declined")
    assert events_of(session) == ["payment.failed"]
    assert not gateway.taken


def test_a_notification_while_it_is_undone_asks_nobody(world: World, gateway: TakesBack) -> None:
    session, attempt_id = unanswered(world)
    gateway.fault = GatewayOutcomeUnknown()
    settle(attempt_id)
    told = store_notification(
        account_id=attempt_now(attempt_id).gateway_account_id,
        content_type="",
        body=attempt_id.encode(),
        source="",
        now=NOW,
    )

    apply_notification(told, now=NOW)

    assert where(session, attempt_id) == ("processing", "undoing")
    assert gateway.asked == ["confirm", "undo"]


def test_an_approval_after_the_undo_is_given_back(world: World, gateway: TakesBack) -> None:
    """By the very process that had asked for it, hours of its clock later."""
    session, attempt_id = unanswered(world)
    settle(attempt_id)
    gateway.taken = True

    record_approval(attempt_id=attempt_id, approved=Approved(TID, attempt_id, AMOUNT), now=NOW)
    settle(attempt_id)

    assert where(session, attempt_id) == ("failed", "cancelled")
    assert attempt_now(attempt_id).failure_reason == "declined_before"
    assert not gateway.taken
    assert "payment.completed" not in events_of(session)


def test_an_undo_that_finds_it_approved_for_good_completes_the_session(
    world: World, gateway: TakesBack
) -> None:
    gateway.takes_back = False
    session, attempt_id = unanswered(world)

    settle(attempt_id)
    settle(attempt_id)

    assert where(session, attempt_id) == ("completed", "approved")
    assert events_of(session) == ["payment.completed"]


def test_an_undo_that_finds_an_account_waits_for_its_deposit(world: World, gateway: TakesBack) -> None:
    gateway.takes_back, gateway.issues = False, True
    session, attempt_id = unanswered(world, "virtual_account")

    settle(attempt_id)

    assert where(session, attempt_id) == ("processing", "issued")


def test_an_undo_that_cannot_tell_is_held_for_a_person(world: World, gateway: TakesBack) -> None:
    gateway.cannot_tell = True
    session, attempt_id = unanswered(world)

    settle(attempt_id)

    attempt = attempt_now(attempt_id)
    assert (attempt.needs_person, attempt.check_at) == ("outcome_unknown", None)
    assert where(session, attempt_id) == ("processing", "undoing")
    assert claim_unsettled(now=NOW + timedelta(days=1), limit=10) == []
    assert events_of(session) == []


@pytest.mark.parametrize("fault", [GatewayUnreachable(), GatewayOutcomeUnknown(answered=True)])
def test_an_undo_without_an_answer_is_asked_again(
    world: World, gateway: TakesBack, fault: GatewayError
) -> None:
    session, attempt_id = unanswered(world)
    gateway.fault = fault

    settle(attempt_id)
    looked_at = attempt_now(attempt_id).check_at
    settle(attempt_id, timedelta(seconds=3))

    assert looked_at == NOW + timedelta(seconds=2)
    assert where(session, attempt_id) == ("failed", "declined")
    assert gateway.asked == ["confirm", "undo", "undo"]


def test_keys_that_are_not_accepted_call_a_person_and_it_goes_on(world: World, gateway: TakesBack) -> None:
    session, attempt_id = unanswered(world)
    gateway.fault = GatewayMisconfigured("ERR205")

    settle(attempt_id)
    called = attempt_now(attempt_id).needs_person
    settle(attempt_id)

    assert called == "gateway_misconfigured:ERR205"
    assert where(session, attempt_id) == ("failed", "declined")


def test_a_confirm_that_was_never_sent_is_sent_again_and_not_undone(world: World, gateway: TakesBack) -> None:
    gateway.sends = False
    session, attempt_id = unanswered(world)

    settle(attempt_id)

    assert gateway.asked == ["confirm", "confirm"]
    assert where(session, attempt_id) == ("processing", "confirming")


# --- what may still be on its way ---


def test_nothing_is_declined_while_the_confirm_may_still_be_on_its_way(
    world: World, gateway: TakesBack
) -> None:
    gateway.taken = False
    session, attempt_id = unanswered(world)

    settle(attempt_id, UNDER_WAY - timedelta(seconds=1))
    before = where(session, attempt_id)
    gateway.taken = True  # here it is
    settle(attempt_id, UNDER_WAY)

    assert before == ("processing", "undoing")
    assert where(session, attempt_id) == ("failed", "declined")
    assert not gateway.taken


def last_look(attempt_id: str) -> datetime:
    looked_at = attempt_now(attempt_id).check_at
    assert looked_at == NOW + timedelta(minutes=10) + UNDER_WAY
    return looked_at


def test_what_comes_after_all_is_found_and_given_back(world: World, gateway: TakesBack) -> None:
    gateway.taken = False
    session, attempt_id = unanswered(world)
    settle(attempt_id, UNDER_WAY)
    gateway.taken = True

    now = last_look(attempt_id)
    for moment in (now, now + timedelta(minutes=1)):
        for due in claim_unsettled(now=moment, limit=10):
            settle_attempt(due, now=moment)

    assert where(session, attempt_id) == ("failed", "cancelled")
    assert not gateway.taken
    assert events_of(session) == ["payment.failed"]


def test_what_comes_after_all_is_given_back_beside_another_that_paid(
    world: World, gateway: TakesBack
) -> None:
    gateway.taken = False
    session, attempt_id = unanswered(world)
    settle(attempt_id, UNDER_WAY)
    other = begin(session_now(session), now=NOW + UNDER_WAY)
    record_approval(attempt_id=other, approved=Approved("tid_2", other, AMOUNT), now=NOW + UNDER_WAY)
    gateway.taken = True

    settle_attempt(attempt_id, now=last_look(attempt_id))
    settle_attempt(attempt_id, now=last_look_or_now(attempt_id))

    assert where(session, attempt_id) == ("completed", "cancelled")
    assert attempt_now(other).state == "approved"
    assert not gateway.taken


def last_look_or_now(attempt_id: str) -> datetime:
    return attempt_now(attempt_id).check_at or NOW


def test_nothing_that_came_after_all_ends_the_watch(world: World, gateway: TakesBack) -> None:
    gateway.taken = False
    session, attempt_id = unanswered(world)
    settle(attempt_id, UNDER_WAY)

    settle_attempt(attempt_id, now=last_look(attempt_id))

    assert where(session, attempt_id) == ("failed", "declined")
    assert attempt_now(attempt_id).check_at is None


def test_a_late_look_without_an_answer_is_repeated(world: World, gateway: TakesBack) -> None:
    gateway.taken = False
    _, attempt_id = unanswered(world)
    settle(attempt_id, UNDER_WAY)
    now = last_look(attempt_id)

    def fail(**_: Any) -> Any:
        raise GatewayOutcomeUnknown()

    gateway.lookup = fail  # type: ignore[method-assign]  # for this test

    settle_attempt(attempt_id, now=now)

    assert attempt_now(attempt_id).state == "declined"
    assert attempt_now(attempt_id).check_at == now + timedelta(seconds=1)
