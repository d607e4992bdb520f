import time
from datetime import datetime, timedelta

import pytest

from app.database import db, transaction
from app.errors import GatewayError
from app.gateways.base import Approved
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments.attempts import close_attempt, take_return
from app.payments.outcomes import gateway_of, record_approval
from app.payments.reconcile import settle_attempt
from app.payments.sessions import cancel_session, expire_session
from app.shops.models import Shop
from tests.support.buyer import attempt_now, begin, come_back, events_of, launch, session_now
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session


def settle_until_known(attempt_id: str, *, start: datetime = NOW, within_s: int = 60) -> int:
    """What the worker does, by a clock of our own. Returns the seconds until the attempt was settled."""
    for second in range(within_s + 1):
        now = start + timedelta(seconds=second)
        for due in claim_unsettled(now=now, limit=10):
            settle_attempt(due, now=now)
        time.sleep(0.04)  # the gateway lives by the real clock
        if attempt_now(attempt_id).state not in ("confirming", "cancelling"):
            return second
    raise AssertionError(f"not settled within {within_s} s")


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "garbled"])
def test_money_taken_behind_a_lost_answer_completes_the_session(
    world: World, sandbox: Sandbox, fault: str
) -> None:
    session = make_session(world)
    attempt = begin(session)
    come_back(sandbox, attempt, fault=fault)
    assert session_now(session).state == "processing"

    settle_until_known(attempt)

    assert session_now(session).state == "completed"
    assert sandbox.taken(attempt) == 29000
    assert events_of(session) == ["payment.completed"]


@pytest.mark.parametrize(
    ("fault", "gateway_timeout_s"), [("request_lost", "10"), ("error_500_before", "10"), ("slow", "1")]
)
def test_a_confirm_that_did_nothing_yet_is_brought_to_its_end(
    world: World, sandbox: Sandbox, fault: str
) -> None:
    session = make_session(world)
    attempt = begin(session)
    fields = sandbox.choose(sandbox.open_window(launch(attempt)), "approve", fault, delay_s="1.5")
    query = dict(part.split("=") for part in fields.split("?")[1].split("&"))
    take_return(attempt_id=attempt, outcome="approved", fields=query, now=NOW)
    assert session_now(session).state == "processing"

    settle_until_known(attempt)

    assert session_now(session).state == "completed"
    assert sandbox.taken(attempt) == 29000


def test_a_process_that_died_before_it_asked_leaves_nothing_in_doubt(world: World, sandbox: Sandbox) -> None:
    """The intent is committed, the call never went out: the worker sends it."""
    session = make_session(world)
    attempt = begin(session)
    sandbox.arm("confirm", "outage")
    come_back(sandbox, attempt)
    sandbox.arm("confirm", "outage", times=0)

    settle_until_known(attempt)

    assert session_now(session).state == "completed"
    assert sandbox.taken(attempt) == 29000


def test_a_gateway_that_is_away_is_asked_again_soon_after_it_is_back(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    come_back(sandbox, attempt, fault="answer_lost")
    sandbox.arm("lookup", "outage")
    for second in range(0, 300, 5):
        now = NOW + timedelta(seconds=second)
        for due in claim_unsettled(now=now, limit=10):
            settle_attempt(due, now=now)
    assert session_now(session).state == "processing"
    sandbox.arm("lookup", "outage", times=0)

    took_s = settle_until_known(attempt, start=NOW + timedelta(seconds=300))

    assert took_s <= 60
    assert session_now(session).state == "completed"


def test_a_decline_behind_a_lost_answer_fails_the_session(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    come_back(sandbox, attempt, outcome="decline:REJECT_CARD_COMPANY", fault="answer_lost")

    settle_until_known(attempt)

    assert session_now(session).state == "failed"
    assert attempt_now(attempt).failure_reason == "card_declined"
    assert sandbox.taken(attempt) == 0


def test_an_authorisation_that_ran_out_unconfirmed_is_declined(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    sandbox.arm("confirm", "request_lost")
    come_back(sandbox, attempt)
    sandbox.arm("confirm", "request_lost", times=0)
    sandbox.advance(700)

    settle_until_known(attempt, start=NOW + timedelta(seconds=700))

    assert session_now(session).state == "failed"
    assert sandbox.taken(attempt) == 0


def test_two_workers_never_take_the_same_attempt(world: World, sandbox: Sandbox) -> None:
    attempt = begin(make_session(world))
    come_back(sandbox, attempt, fault="answer_lost")
    soon = NOW + timedelta(seconds=5)

    assert claim_unsettled(now=soon, limit=10) == [attempt]
    assert claim_unsettled(now=soon, limit=10) == []


def test_a_buyer_who_never_came_back_leaves_the_session_free(world: World) -> None:
    session = make_session(world)
    attempt = begin(session)
    later = NOW + timedelta(hours=1)

    for due in claim_unsettled(now=later, limit=10):
        settle_attempt(due, now=later)

    assert attempt_now(attempt).state == "abandoned"
    assert session_now(session).state == "pending"


def approve_behind_our_back(sandbox: Sandbox, attempt_id: str) -> Approved:
    """Money that the gateway took although the session had ended meanwhile."""
    fields = sandbox.authorise(launch(attempt_id))
    gateway = gateway_of(attempt_now(attempt_id))
    answer = gateway.confirm(returned=fields, order_id=attempt_id, amount=29000, earlier_errors=0)
    assert isinstance(answer, Approved)
    return answer


def test_an_approval_after_the_session_was_cancelled_is_given_back(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    approved = approve_behind_our_back(sandbox, attempt)
    cancel_session(session_id=session.id, now=NOW)

    record_approval(attempt_id=attempt, approved=approved, now=NOW)
    settle_until_known(attempt)

    assert session_now(session).state == "cancelled"
    assert attempt_now(attempt).state == "cancelled"
    assert sandbox.taken(attempt) == 0


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "error_500_before", "request_lost"])
def test_giving_back_survives_a_bad_line(world: World, sandbox: Sandbox, fault: str) -> None:
    session = make_session(world)
    attempt = begin(session)
    approved = approve_behind_our_back(sandbox, attempt)
    cancel_session(session_id=session.id, now=NOW)
    record_approval(attempt_id=attempt, approved=approved, now=NOW)
    sandbox.arm("cancel", fault)

    settle_until_known(attempt)

    assert attempt_now(attempt).state == "cancelled"
    assert sandbox.taken(attempt) == 0
    assert sandbox.payments(attempt)[0]["cancels"] == 1


def test_a_second_approval_is_given_back_and_the_first_stays(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    first = begin(session)
    late = approve_behind_our_back(sandbox, first)
    close_attempt(attempt_id=first, now=NOW)
    second = begin(session)
    come_back(sandbox, second)

    record_approval(attempt_id=first, approved=late, now=NOW)
    settle_until_known(first)

    assert session_now(session).state == "completed"
    assert sandbox.taken(first) == 0
    assert sandbox.taken(second) == 29000
    assert events_of(session) == ["payment.completed"]


def test_without_automatic_refunds_a_late_approval_waits_for_a_person(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    approved = approve_behind_our_back(sandbox, attempt)
    cancel_session(session_id=session.id, now=NOW)
    with transaction():
        db.session.get_one(Shop, world.shop_id).auto_refund_enabled = False

    record_approval(attempt_id=attempt, approved=approved, now=NOW)

    assert attempt_now(attempt).needs_person == "session_ended"
    assert claim_unsettled(now=NOW + timedelta(days=1), limit=10) == []


def test_an_approval_of_another_amount_is_given_back_and_fails_the_session(
    world: World, sandbox: Sandbox
) -> None:
    session = make_session(world)
    attempt = begin(session)
    real = approve_behind_our_back(sandbox, attempt)
    wrong = Approved(real.transaction_id, real.order_id, 100)

    record_approval(attempt_id=attempt, approved=wrong, now=NOW)
    settle_until_known(attempt)

    assert session_now(session).state == "failed"
    assert sandbox.taken(attempt) == 0


class TestExpiry:
    def test_an_unpaid_session_expires(self, world: World) -> None:
        session = make_session(world)

        assert expire_session(session_id=session.id, now=NOW + timedelta(hours=25))

        assert session_now(session).state == "expired"
        assert events_of(session) == ["session.expired"]

    def test_the_gateway_is_asked_first_and_money_it_took_completes_the_session(
        self, world: World, sandbox: Sandbox
    ) -> None:
        session = make_session(world)
        attempt = begin(session)
        approve_behind_our_back(sandbox, attempt)

        assert expire_session(session_id=session.id, now=NOW + timedelta(hours=25))

        assert session_now(session).state == "completed"
        assert sandbox.taken(attempt) == 29000

    def test_a_session_being_confirmed_does_not_expire(self, world: World, sandbox: Sandbox) -> None:
        session = make_session(world)
        attempt = begin(session)
        come_back(sandbox, attempt, fault="answer_lost")

        assert not expire_session(session_id=session.id, now=NOW + timedelta(hours=25))

        settle_until_known(attempt)
        assert session_now(session).state == "completed"

    def test_a_gateway_that_does_not_answer_holds_the_expiry_back(
        self, world: World, sandbox: Sandbox
    ) -> None:
        session = make_session(world)
        begin(session)
        sandbox.arm("lookup", "outage")

        with pytest.raises(GatewayError):
            expire_session(session_id=session.id, now=NOW + timedelta(hours=25))
        sandbox.arm("lookup", "outage", times=0)
        assert session_now(session).state == "processing"
        assert expire_session(session_id=session.id, now=NOW + timedelta(hours=26))

        assert session_now(session).state == "expired"

    def test_a_return_after_the_expiry_takes_nothing(self, world: World, sandbox: Sandbox) -> None:
        session = make_session(world)
        attempt = begin(session)
        fields = sandbox.authorise(launch(attempt))
        late = NOW + timedelta(hours=25)
        expire_session(session_id=session.id, now=late)

        take_return(attempt_id=attempt, outcome="approved", fields=fields, now=late)

        assert session_now(session).state == "expired"
        assert sandbox.taken(attempt) == 0
