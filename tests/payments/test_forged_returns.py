"""A buyer who comes back with somebody's payment, or with rubbish. The names in a return's address are the
buyer's to choose."""

from datetime import timedelta

import pytest

from app.gateways.base import Approved
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments.attempts import take_return
from app.payments.outcomes import record_approval
from app.payments.reconcile import settle_attempt
from tests.support.buyer import attempt_now, begin, come_back, launch, session_now
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session


def settle(attempt_id: str, *, minutes: int = 12) -> None:
    """What the worker does in that time, by a clock of our own."""
    for second in range(0, minutes * 60, 15):
        now = NOW + timedelta(seconds=second)
        for due in claim_unsettled(now=now, limit=10):
            settle_attempt(due, now=now)


def paid_payment(world: World, sandbox: Sandbox) -> tuple[str, dict[str, str]]:
    """An attempt that was paid, and the fields that the buyer's browser brought back from it."""
    attempt = begin(make_session(world))
    fields = sandbox.authorise(launch(attempt))
    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)
    assert sandbox.taken(attempt) == 29000
    return attempt, fields


def test_the_payment_of_another_order_pays_nothing_and_is_not_given_back(
    world: World, sandbox: Sandbox
) -> None:
    """Else a buyer could take the goods of one order, and the money back by way of another."""
    paid, fields = paid_payment(world, sandbox)
    session = make_session(world)
    attempt = begin(session)

    take_return(attempt_id=attempt, outcome="approved", fields={**fields, "orderId": attempt}, now=NOW)
    settle(attempt)

    assert sandbox.taken(paid) == 29000
    assert attempt_now(paid).state == "approved"
    assert attempt_now(attempt).state == "declined"
    assert session_now(session).state == "failed"


def test_the_payment_of_another_order_behind_a_lost_answer_is_not_given_back_either(
    world: World, sandbox: Sandbox
) -> None:
    paid, fields = paid_payment(world, sandbox)
    session = make_session(world)
    attempt = begin(session)
    sandbox.arm("confirm", "request_lost")

    take_return(attempt_id=attempt, outcome="approved", fields={**fields, "orderId": attempt}, now=NOW)
    assert attempt_now(attempt).state == "confirming"
    settle(attempt)

    assert sandbox.taken(paid) == 29000
    assert attempt_now(attempt).state == "declined"


def test_an_approval_of_another_order_is_left_to_a_person(world: World, sandbox: Sandbox) -> None:
    """Whatever an adapter lets through, money of another order is not moved."""
    paid, fields = paid_payment(world, sandbox)
    session = make_session(world)
    attempt = begin(session)

    record_approval(attempt_id=attempt, approved=Approved(fields["paymentKey"], paid, 29000), now=NOW)
    settle(attempt, minutes=2)

    assert sandbox.taken(paid) == 29000
    assert attempt_now(attempt).needs_person == "payment_of_another_order"
    assert attempt_now(attempt).transaction_id is None
    assert session_now(session).state == "processing"


@pytest.mark.parametrize("payment_key", ["..", "../orders", "no such payment", "%2e%2e", "x" * 200])
def test_a_payment_key_that_is_none_takes_nothing(world: World, sandbox: Sandbox, payment_key: str) -> None:
    session = make_session(world)
    attempt = begin(session)
    fields = {**sandbox.authorise(launch(attempt)), "paymentKey": payment_key}

    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)

    assert session_now(session).state in ("processing", "failed")
    assert sandbox.taken(attempt) == 0
    assert attempt_now(attempt).state in ("launched", "declined")


def test_no_database_stumbles_over_what_a_browser_says(world: World) -> None:
    """PostgreSQL takes no NUL in a text."""
    session = make_session(world)
    attempt = begin(session)
    fields = {"code": "REJECT\0ED", "message": "한도\0초과\n" + "가" * 2000, "orderId": attempt}

    take_return(attempt_id=attempt, outcome="failed", fields=fields, now=NOW)

    refused = attempt_now(attempt)
    assert session_now(session).state == "failed"
    assert refused.gateway_code == "REJECTED"
    assert refused.gateway_message is not None
    assert refused.gateway_message.startswith("한도초과가")
    assert len(refused.gateway_message) == 500


def test_a_failed_lookup_leaves_the_idempotency_key_of_the_confirm_alone(
    world: World, sandbox: Sandbox
) -> None:
    """The confirm was never answered, so it may still be running: only the same key repeats it safely."""
    attempt = begin(make_session(world))
    come_back(sandbox, attempt, fault="request_lost")
    sandbox.arm("lookup", "error_500_before")

    [due] = claim_unsettled(now=NOW + timedelta(seconds=2), limit=10)
    settle_attempt(due, now=NOW + timedelta(seconds=2))

    assert attempt_now(attempt).error_answers == 0
    assert attempt_now(attempt).state == "confirming"


def test_an_error_answered_to_a_confirm_changes_its_next_idempotency_key(
    world: World, sandbox: Sandbox
) -> None:
    attempt = begin(make_session(world))

    come_back(sandbox, attempt, fault="error_500_before")

    assert attempt_now(attempt).error_answers == 1
