"""Cash from 100,000 won gets its receipt although no buyer asked for it, and keeps it for what is not refunded."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app import clock
from app.database import db, transaction
from app.gateways.base import Approved
from app.gateways.orders import CashReceipt as Asked
from app.gateways.orders import Choice
from app.jobs.issue_receipts import claim_receipts
from app.payments.attempts import Buyer, start_attempt
from app.payments.models import CashReceipt, CheckoutSession
from app.payments.outcomes import record_approval, record_reversal
from app.payments.queries import locked_session
from app.payments.receipt_outcomes import settle_receipt
from tests.support.buyer import attempt_now, come_back, session_now
from tests.support.refunds import ask, refund_now, work
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session

DAY = timedelta(days=1)


def paid(
    world: World, sandbox: Sandbox, *, amount: int = 150_000, method: str = "bank_transfer", **told: Any
) -> tuple[CheckoutSession, str]:
    """told: of the session, and `receipt` that the buyer asks for."""
    receipt = told.pop("receipt", None)
    items = [{"name": "텀블러", "price": amount, "quantity": 1}]
    session = make_session(world, now=clock.now(), items=items, subtotal=amount, total_amount=amount, **told)
    choice = Choice(cash_receipt=receipt)
    attempt_id = start_attempt(
        session_id=session.id, method=method, buyer=Buyer(), choice=choice, now=clock.now()
    )
    assert attempt_id is not None
    come_back(sandbox, attempt_id, now=clock.now())
    assert attempt_now(attempt_id).state == "approved"
    return session, attempt_id


def let_work(*, after: timedelta = DAY) -> None:
    """All that the worker does about receipts by then; the pauses of a repeat are passed over."""
    for second in range(12):
        now = clock.now() + after + timedelta(minutes=second * 10)
        for receipt_id in claim_receipts(now=now, limit=10):
            settle_receipt(receipt_id, now=now)


def at_toss(sandbox: Sandbox, attempt_id: str) -> list[tuple[str, int]]:
    """What was issued and taken back, in order."""
    found = requests.get(f"{sandbox.url}/toss/sim/cash-receipts", timeout=10).json()
    return [(one["transactionType"], one["amount"]) for one in found if one["orderId"] == attempt_id]


def planned(attempt_id: str) -> CashReceipt | None:
    db.session.rollback()
    return db.session.scalar(select(CashReceipt).where(CashReceipt.attempt_id == attempt_id))


def test_it_is_issued_a_day_after_the_payment_and_once(world: World, sandbox: Sandbox) -> None:
    _session, attempt_id = paid(world, sandbox)

    let_work(after=timedelta(hours=20))
    early = at_toss(sandbox, attempt_id)
    let_work()
    let_work()

    assert early == []
    assert at_toss(sandbox, attempt_id) == [("CONFIRM", 150_000)]
    receipt = planned(attempt_id)
    assert receipt is not None
    assert (receipt.check_at, receipt.issued_amount) == (None, 150_000)


@pytest.mark.parametrize(
    "told",
    [
        {"amount": 99_999},
        {"method": "card"},
        {"receipt": Asked("income", "01012345678")},
    ],
    ids=["less", "no cash", "the window issues it"],
)
def test_none_is_issued_that_need_not_be(world: World, sandbox: Sandbox, told: dict[str, Any]) -> None:
    _session, attempt_id = paid(world, sandbox, **told)

    let_work()

    assert planned(attempt_id) is None
    assert at_toss(sandbox, attempt_id) == []


def test_what_is_refunded_before_is_not_in_it(world: World, sandbox: Sandbox) -> None:
    session, attempt_id = paid(world, sandbox)
    whole, all_of_it = paid(world, sandbox)
    work(ask(session, 50_000))
    work(ask(whole))

    let_work()

    assert at_toss(sandbox, attempt_id) == [("CONFIRM", 100_000)]
    assert at_toss(sandbox, all_of_it) == []


def test_what_is_refunded_later_is_taken_off_it(world: World, sandbox: Sandbox) -> None:
    session, attempt_id = paid(world, sandbox, tax_free_amount=30_000)
    let_work()

    for amount in (50_000, None):
        refund = ask(session, amount)
        work(refund)
        assert refund_now(refund).state == "succeeded"
        let_work(after=2 * DAY)

    assert at_toss(sandbox, attempt_id) == [("CONFIRM", 150_000), ("CANCEL", 50_000), ("CANCEL", 100_000)]


@pytest.mark.parametrize(
    "fault", ["answer_lost", "error_500_after", "error_500_before", "request_lost", "garbled"]
)
@pytest.mark.parametrize("step", ["issue", "cancel"])
def test_a_bad_line_never_issues_nor_takes_back_twice(
    world: World, sandbox: Sandbox, fault: str, step: str
) -> None:
    session, attempt_id = paid(world, sandbox)
    if step == "cancel":
        let_work()
        work(ask(session, 50_000))
    arm = {"target": "receipt", "fault": fault, "times": 1}
    requests.post(f"{sandbox.url}/toss/sim/faults", json=arm, timeout=10).raise_for_status()

    let_work(after=2 * DAY)

    taken_back = [("CANCEL", 50_000)] if step == "cancel" else []
    assert at_toss(sandbox, attempt_id) == [("CONFIRM", 150_000), *taken_back]
    receipt = planned(attempt_id)
    assert receipt is not None
    assert receipt.check_at is None


def test_a_deposit_that_the_bank_took_back_has_none_until_it_comes_again(
    world: World, sandbox: Sandbox
) -> None:
    session, attempt_id = paid(world, sandbox)
    let_work()
    attempt = attempt_now(attempt_id)
    approved = Approved(attempt.transaction_id or "", attempt_id, attempt.amount)

    record_reversal(attempt_id=attempt_id, approved_at=attempt.ended_at, now=clock.now())
    let_work()
    meanwhile = (session_now(session).state, at_toss(sandbox, attempt_id))
    record_approval(attempt_id=attempt_id, approved=approved, now=clock.now())
    let_work()

    taken_back = [("CONFIRM", 150_000), ("CANCEL", 150_000)]
    assert meanwhile == ("processing", taken_back)
    assert at_toss(sandbox, attempt_id) == [*taken_back, ("CONFIRM", 150_000)]


def test_what_the_gateway_will_not_issue_is_left_to_the_shop(world: World, sandbox: Sandbox) -> None:
    session, attempt_id = paid(world, sandbox)
    with transaction():
        session = locked_session(session.id)
        session.items = [{**session.items[0], "name": ""}]

    let_work()

    receipt = planned(attempt_id)
    assert receipt is not None
    assert (receipt.check_at, receipt.refused_code) == (None, "INVALID_REQUEST")
    assert at_toss(sandbox, attempt_id) == []


def test_after_five_days_without_an_answer_it_is_left_to_the_shop(world: World, sandbox: Sandbox) -> None:
    _session, attempt_id = paid(world, sandbox)
    arm = {"target": "receipt", "fault": "request_lost", "times": 50}
    requests.post(f"{sandbox.url}/toss/sim/faults", json=arm, timeout=10).raise_for_status()

    let_work()
    before = planned(attempt_id)
    assert before is not None
    assert before.refused_code is None
    let_work(after=7 * DAY)

    requests.post(f"{sandbox.url}/toss/sim/faults", json={**arm, "times": 0}, timeout=10).raise_for_status()
    receipt = planned(attempt_id)
    assert receipt is not None
    assert (receipt.check_at, receipt.refused_code) == (None, "gateway_outcome_unknown")
