"""A virtual account from its issue to the deposit, the reversal, the due date; and every way that these can cross."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.errors import GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways.base import Approved, BankAccount
from app.jobs.forget_notifications import forget_notifications
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments.attempts import close_attempt, confirm_attempt
from app.payments.deposits import watch_account
from app.payments.models import CheckoutSession, Notification
from app.payments.notifications import apply_notification, store_notification
from app.payments.outcomes import record_approval, record_issue
from app.payments.reconcile import settle_attempt
from app.payments.refunds import RefundOrder, refund_payment
from app.payments.sessions import PaymentInProgress, cancel_session, expire_session
from app.payments.states import AttemptState
from tests.support.bank import DUE, KEY, RETURNED, Bank, every_account_at, other_amount
from tests.support.buyer import attempt_now, begin, events_of, session_now
from tests.support.refunds import bodies_of
from tests.support.world import NOW, World, make_session

MINUTE = timedelta(minutes=1)
ISSUED, COMPLETED, REVERSED = (
    "payment.virtual_account_issued",
    "payment.completed",
    "payment.deposit_reversed",
)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    with every_account_at(Bank(), monkeypatch) as bank:
        yield bank


def issue(world: World, bank: Bank) -> tuple[CheckoutSession, str]:
    """A session whose buyer has an account to pay into, and its attempt."""
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    return session, attempt_id


def deposit(bank: Bank, attempt_id: str, *, now: datetime = NOW) -> None:
    bank.state = "deposited"
    notify(attempt_id, now=now)


def notify(attempt_id: str, text: str = "", *, now: datetime = NOW) -> str:
    account_id = attempt_now(attempt_id).gateway_account_id
    body = (text or f"{attempt_id} ps_secret").encode()
    notification_id = store_notification(
        account_id=account_id, content_type="", source="", body=body, now=now
    )
    apply_notification(notification_id, now=now)
    db.session.rollback()
    return db.session.get_one(Notification, notification_id, populate_existing=True).state


def where(session: CheckoutSession, attempt_id: str) -> tuple[str, str]:
    return session_now(session).state, attempt_now(attempt_id).state


def test_an_account_is_issued_and_the_session_waits_until_it_is_due(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    assert where(session, attempt_id) == ("processing", "issued")
    assert session_now(session).expires_at == DUE
    assert events_of(session) == [ISSUED]
    [told] = bodies_of(session, ISSUED)
    assert (told["status"], told["paymentMethod"]) == ("processing", "virtual_account")
    assert told["virtualAccount"] == {
        "bank": "woori",
        "number": "X6505831718354",
        "holder": "홍길동",
        "dueAt": "2026-03-03T09:00:00Z",
    }
    assert attempt_now(attempt_id).notice_secret not in (None, "ps_secret")


def test_a_deposit_completes_the_session(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    deposit(bank, attempt_id, now=NOW + MINUTE)
    notify(attempt_id)

    assert where(session, attempt_id) == ("completed", "approved")
    assert events_of(session) == [ISSUED, COMPLETED]
    assert session_now(session).completed_at == NOW + MINUTE


def test_a_notification_is_only_a_reason_to_ask(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    state = notify(attempt_id)

    assert state == "applied"
    assert where(session, attempt_id) == ("processing", "issued")


@pytest.mark.parametrize("text", ["pay_" + "0" * 32, "nonsense", "{attempt} ps_forged"])
def test_a_notification_about_nothing_of_ours_is_ignored(world: World, bank: Bank, text: str) -> None:
    session, attempt_id = issue(world, bank)
    bank.state, asked = "deposited", len(bank.asked)

    state = notify(attempt_id, text.format(attempt=attempt_id))

    assert state == "ignored"
    assert len(bank.asked) == asked
    assert where(session, attempt_id) == ("processing", "issued")


def test_a_notification_without_a_secret_is_asked_about(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    bank.state = "deposited"

    notify(attempt_id, attempt_id)

    assert session_now(session).state == "completed"


def test_a_deposit_is_found_without_any_notification(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    bank.state = "deposited"

    due = claim_unsettled(now=NOW + 5 * MINUTE, limit=8)
    settle_attempt(attempt_id, now=NOW + 5 * MINUTE)

    assert due == [attempt_id]
    assert session_now(session).state == "completed"


def test_an_account_without_a_deposit_is_looked_at_ever_less(world: World, bank: Bank) -> None:
    _, attempt_id = issue(world, bank)
    pauses, now = [], NOW
    for _ in range(8):
        check_at = attempt_now(attempt_id).check_at
        assert check_at is not None
        pauses.append((check_at - now) / MINUTE)
        now = check_at
        assert claim_unsettled(now=now, limit=8) == [attempt_id]
        settle_attempt(attempt_id, now=now)

    assert pauses == [5, 10, 20, 40, 60, 60, 60, 60]


def test_what_was_told_long_ago_is_forgotten_unless_it_is_still_to_be_applied(
    world: World, bank: Bank
) -> None:
    _, attempt_id = issue(world, bank)
    notify(attempt_id)
    account_id = attempt_now(attempt_id).gateway_account_id
    waiting = store_notification(account_id=account_id, content_type="", source="", body=b"x", now=NOW)
    notify(attempt_id, now=NOW + timedelta(days=1))

    forgotten = forget_notifications(now=NOW + timedelta(days=90))

    db.session.rollback()
    kept = list(db.session.scalars(select(Notification.id)))
    assert forgotten == 1
    assert len(kept) == 2
    assert waiting in kept


# --- reversal ---


def test_a_deposit_that_the_bank_takes_back_is_awaited_again(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id)
    bank.state = "waiting"

    notify(attempt_id, now=NOW + MINUTE)
    reversed_to = (where(session, attempt_id), session_now(session).completed_at)
    deposit(bank, attempt_id, now=NOW + 2 * MINUTE)

    assert reversed_to == (("processing", "issued"), None)
    assert where(session, attempt_id) == ("completed", "approved")
    assert events_of(session) == [ISSUED, COMPLETED, REVERSED, COMPLETED]
    assert bodies_of(session, REVERSED)[0]["previousStatus"] == "completed"


def test_a_reversal_is_found_without_any_notification(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id)
    bank.state = "waiting"

    assert claim_unsettled(now=NOW + MINUTE, limit=8) == [attempt_id]
    settle_attempt(attempt_id, now=NOW + MINUTE)

    assert where(session, attempt_id) == ("processing", "issued")


def test_a_deposit_that_stays_is_looked_at_for_a_while_and_then_no_more(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id)
    looks, now = 0, NOW
    while (check_at := attempt_now(attempt_id).check_at) is not None:
        now, looks = check_at, looks + 1
        assert claim_unsettled(now=now, limit=8) == [attempt_id]
        settle_attempt(attempt_id, now=now)

    assert (looks, now - NOW) == (4, 44 * MINUTE)
    assert where(session, attempt_id) == ("completed", "approved")


def test_a_reversal_after_a_refund_is_for_a_person(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id)
    account = BankAccount("shinhan", "110123456789", "홍길동")
    refund_payment(session_id=session.id, order=RefundOrder(amount=1000, account=account), now=NOW)
    bank.state = "waiting"

    notify(attempt_id)

    assert where(session, attempt_id) == ("completed", "approved")
    assert attempt_now(attempt_id).needs_person == "deposit_reversed_after_refund"


def test_an_old_answer_reverses_no_newer_deposit(world: World, bank: Bank) -> None:
    """The bank takes the money back and the buyer sends it again, all while one look is under way."""
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id)
    bank.state = "waiting"

    def paid_again() -> None:
        notify(attempt_id, now=NOW + MINUTE)
        deposit(bank, attempt_id, now=NOW + 2 * MINUTE)

    bank.meanwhile = paid_again
    watch_account(attempt_id, now=NOW + 3 * MINUTE)

    assert where(session, attempt_id) == ("completed", "approved")


def test_a_completion_out_of_an_old_answer_is_mended_within_a_minute(world: World, bank: Bank) -> None:
    """The deposit is reversed between the answer that tells of it and the writing down."""
    session, attempt_id = issue(world, bank)
    bank.state = "deposited"

    def taken_back() -> None:
        bank.state = "waiting"

    bank.meanwhile = taken_back
    watch_account(attempt_id, now=NOW)
    before = where(session, attempt_id)
    claim_unsettled(now=NOW + MINUTE, limit=8)
    settle_attempt(attempt_id, now=NOW + MINUTE)

    assert before == ("completed", "approved")
    assert where(session, attempt_id) == ("processing", "issued")


# --- the notification overtakes the answer ---


def test_a_notification_of_the_issue_may_overtake_the_answer(world: World, bank: Bank) -> None:
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.fault = GatewayOutcomeUnknown()
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    bank.order_id, bank.state = attempt_id, "waiting"

    notify(attempt_id)
    record_issue(attempt_id=attempt_id, issued=bank._issued(), now=NOW)

    assert where(session, attempt_id) == ("processing", "issued")
    assert events_of(session) == [ISSUED]


def test_a_deposit_may_overtake_the_answer_that_the_account_was_issued(world: World, bank: Bank) -> None:
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.fault = GatewayOutcomeUnknown()
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    bank.order_id = attempt_id
    deposit(bank, attempt_id)

    record_issue(attempt_id=attempt_id, issued=bank._issued(), now=NOW)

    assert where(session, attempt_id) == ("completed", "approved")
    assert events_of(session) == [COMPLETED]


def test_an_answer_that_was_lost_is_found_by_the_worker(world: World, bank: Bank) -> None:
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.fault = GatewayOutcomeUnknown()
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    bank.order_id, bank.state = attempt_id, "waiting"

    settle_attempt(attempt_id, now=NOW + MINUTE)

    assert where(session, attempt_id) == ("processing", "issued")


# --- the end of the time ---


def test_an_account_is_closed_at_the_gateway_before_its_session_expires(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    expire_session(session_id=session.id, now=DUE - MINUTE)
    before = (where(session, attempt_id), bank.state)
    expire_session(session_id=session.id, now=DUE)

    assert before == (("processing", "issued"), "waiting")
    assert where(session, attempt_id) == ("expired", "abandoned")
    assert bank.state == "closed"


def test_a_deposit_at_the_last_moment_is_kept(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    bank.state = "deposited"

    ended = expire_session(session_id=session.id, now=DUE)

    assert not ended
    assert where(session, attempt_id) == ("completed", "approved")


def test_a_deposit_between_the_look_and_the_closing_is_kept(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    def comes_now() -> None:
        bank.state = "deposited"

    bank.meanwhile = comes_now
    expire_session(session_id=session.id, now=DUE)

    assert where(session, attempt_id) == ("completed", "approved")
    assert bank.asked[-3:] == ["lookup", "cancel", "lookup"]


@pytest.mark.parametrize(
    "fault", [GatewayUnreachable(), GatewayOutcomeUnknown(), GatewayOutcomeUnknown(answered=True)]
)
def test_while_it_is_not_known_whether_it_was_closed_nothing_expires(
    world: World, bank: Bank, fault: Exception
) -> None:
    session, attempt_id = issue(world, bank)

    def no_answer() -> None:
        bank.fault = fault  # type: ignore[assignment]  # one of the errors of a gateway

    bank.meanwhile = no_answer
    with pytest.raises(type(fault)):
        expire_session(session_id=session.id, now=DUE)
    before = where(session, attempt_id)
    expire_session(session_id=session.id, now=DUE + MINUTE)

    assert before == ("processing", "issued")
    assert where(session, attempt_id) == ("expired", "abandoned")
    assert bank.keys[-1] == (f"close-{attempt_id}", int(getattr(fault, "answered", False)))


def test_an_account_that_was_closed_and_never_written_down_expires(world: World, bank: Bank) -> None:
    """Our process died between the two."""
    session, attempt_id = issue(world, bank)
    bank.state = "closed"

    expire_session(session_id=session.id, now=DUE)

    assert where(session, attempt_id) == ("expired", "abandoned")


def test_an_account_that_the_merchant_closed_at_the_gateway_fails_the_session(
    world: World, bank: Bank
) -> None:
    session, attempt_id = issue(world, bank)
    bank.state = "closed"

    notify(attempt_id)

    assert where(session, attempt_id) == ("failed", "declined")


def test_a_reversal_after_the_due_time_expires_the_session(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    deposit(bank, attempt_id, now=DUE - MINUTE)
    bank.state = "waiting"
    notify(attempt_id, now=DUE + MINUTE)

    expire_session(session_id=session.id, now=DUE + MINUTE)

    assert where(session, attempt_id) == ("expired", "abandoned")
    assert events_of(session)[-2:] == [REVERSED, "session.expired"]


# --- another way ---


def test_a_buyer_may_pay_in_another_way_once_the_account_is_closed(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    close_attempt(attempt_id=attempt_id, now=NOW)
    again = begin(session, method="virtual_account")

    assert bank.state == "closed"
    assert attempt_now(attempt_id).state == AttemptState.ABANDONED
    assert where(session, again) == ("processing", "launched")


def test_a_session_is_not_begun_anew_while_its_account_takes_money(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    with pytest.raises(PaymentInProgress):
        begin(session, method="virtual_account")

    assert where(session, attempt_id) == ("processing", "issued")


def test_a_session_is_cancelled_with_its_account(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    cancel_session(session_id=session.id, now=NOW)

    assert where(session, attempt_id) == ("cancelled", "abandoned")
    assert bank.state == "closed"


def test_a_session_that_was_paid_at_the_last_moment_is_not_cancelled(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    bank.state = "deposited"

    with pytest.raises(Exception, match="wrong_state"):
        cancel_session(session_id=session.id, now=NOW)

    assert where(session, attempt_id) == ("completed", "approved")


# --- what may not be kept ---


def test_an_account_over_another_amount_is_closed(world: World, bank: Bank) -> None:
    session = make_session(world)
    attempt_id = begin(session, method="virtual_account")
    bank.order_id = attempt_id
    bank.state = "waiting"

    record_issue(attempt_id=attempt_id, issued=other_amount(bank, 1000), now=NOW)
    settle_attempt(attempt_id, now=NOW)

    assert where(session, attempt_id) == ("failed", "cancelled")
    assert bank.state == "closed"


def test_a_merchant_may_expire_a_session_that_waits_for_its_deposit(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)

    expire_session(session_id=session.id, now=NOW, early=True)

    assert where(session, attempt_id) == ("expired", "abandoned")
    assert bank.state == "closed"


def test_money_that_comes_to_a_session_that_ended_is_for_a_person(world: World, bank: Bank) -> None:
    session, attempt_id = issue(world, bank)
    close_attempt(attempt_id=attempt_id, now=NOW)
    cancel_session(session_id=session.id, now=NOW)
    bank.state = "deposited"  # although it was closed

    record_approval(attempt_id=attempt_id, approved=Approved(KEY, attempt_id, 29_000), now=NOW)

    assert claim_unsettled(now=NOW + timedelta(days=1), limit=10) == []
    assert where(session, attempt_id) == ("cancelled", "cancelling")
    assert attempt_now(attempt_id).needs_person == "session_ended"
    assert bank.state == "deposited"
