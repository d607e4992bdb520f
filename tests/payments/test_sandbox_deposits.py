"""Virtual accounts from the pay window to the refund, over real HTTP with the simulated gateway."""

from datetime import datetime, timedelta

from app import clock
from app.gateways.base import BankAccount
from app.payments.deposits import watch_account
from app.payments.queries import session_by_id
from app.payments.reconcile import settle_attempt
from app.payments.sessions import cancel_session
from tests.support.buyer import attempt_now, begin, come_back, events_of, session_now
from tests.support.refunds import ask, refund_now, work
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session

ACCOUNT = BankAccount("shinhan", "110123456789", "홍길동")


def issued(world: World, sandbox: Sandbox) -> tuple[str, str]:
    """Session and attempt of a buyer who has an account to pay into."""
    session = make_session(world, now=clock.now())
    attempt_id = begin(session, method="virtual_account", now=clock.now())
    come_back(sandbox, attempt_id, now=clock.now())
    return session.id, attempt_id


def where(session_id: str, attempt_id: str) -> tuple[str, str]:
    attempt = attempt_now(attempt_id)
    return session_now_by_id(session_id), attempt.state


def session_now_by_id(session_id: str) -> str:

    session = session_by_id(session_id)
    assert session is not None
    return session_now(session).state


def test_an_account_is_issued_until_the_session_expires(world: World, sandbox: Sandbox) -> None:
    session_id, attempt_id = issued(world, sandbox)

    account = attempt_now(attempt_id).virtual_account
    assert where(session_id, attempt_id) == ("processing", "issued")
    assert account is not None
    assert (account["bank"], account["holder"]) == ("woori", "홍길동")
    due_at = datetime.fromisoformat(account["dueAt"])
    assert abs(due_at - clock.now() - timedelta(hours=24)) < timedelta(minutes=2)


def test_a_deposit_is_taken_back_and_comes_again(world: World, sandbox: Sandbox) -> None:
    session_id, attempt_id = issued(world, sandbox)
    states = []

    for change in (sandbox.pay_in, sandbox.take_back, sandbox.pay_in):
        change(attempt_id)
        watch_account(attempt_id, now=clock.now())
        states.append(where(session_id, attempt_id))

    assert states == [("completed", "approved"), ("processing", "issued"), ("completed", "approved")]
    assert sandbox.taken(attempt_id) == 29_000


def test_a_deposit_is_refunded_to_an_account(world: World, sandbox: Sandbox) -> None:

    session_id, attempt_id = issued(world, sandbox)
    sandbox.pay_in(attempt_id)
    watch_account(attempt_id, now=clock.now())
    session = session_by_id(session_id)
    assert session is not None

    refund_id = ask(session, 9_000, account=ACCOUNT)
    work(refund_id)

    assert refund_now(refund_id).state == "succeeded"
    assert sandbox.taken(attempt_id) == 20_000


def test_an_account_is_closed_when_the_session_is_cancelled(world: World, sandbox: Sandbox) -> None:
    session_id, attempt_id = issued(world, sandbox)

    cancel_session(session_id=session_id, now=clock.now())

    assert where(session_id, attempt_id) == ("cancelled", "abandoned")
    assert sandbox.payments(attempt_id)[0]["status"] == "CANCELED"


def test_an_account_whose_issue_was_never_answered_is_found(world: World, sandbox: Sandbox) -> None:

    session = make_session(world, now=clock.now())
    attempt_id = begin(session, method="virtual_account", now=clock.now())
    come_back(sandbox, attempt_id, fault="answer_lost", now=clock.now())
    before = attempt_now(attempt_id).state

    settle_attempt(attempt_id, now=clock.now())

    assert before == "confirming"
    assert where(session.id, attempt_id) == ("processing", "issued")
    found = session_by_id(session.id)
    assert found is not None
    assert events_of(found) == ["payment.virtual_account_issued"]
