from datetime import timedelta

import pytest

from app.errors import WrongState
from app.payments.attempts import (
    Buyer,
    close_attempt,
    start_attempt,
    take_return,
)
from app.payments.gateway_choice import MethodNotAvailable
from app.payments.sessions import PaymentInProgress, SessionExpired, cancel_session
from tests.support.buyer import attempt_now, begin, come_back, events_of, launch, session_now
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session


@pytest.mark.parametrize("method", ["card", "bank_transfer", "kakao_pay", "naver_pay", "toss_pay", "payco"])
def test_a_payment_completes_the_session(world: World, sandbox: Sandbox, method: str) -> None:
    session = make_session(world)
    attempt = begin(session, method=method)

    come_back(sandbox, attempt)

    assert session_now(session).state == "completed"
    assert attempt_now(attempt).state == "approved"
    assert sandbox.taken(attempt) == 29000
    assert events_of(session) == ["payment.completed"]


def test_a_card_payment_keeps_what_a_receipt_needs(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)

    come_back(sandbox, attempt)

    paid = attempt_now(attempt)
    assert paid.transaction_id == sandbox.payments(attempt)[0]["paymentKey"]
    assert paid.card is not None
    assert set(paid.card) == {"issuer", "number", "installmentMonths"}
    assert paid.receipt_url is not None


def test_a_declined_payment_takes_nothing_and_can_be_tried_again(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    refused = begin(session)

    come_back(sandbox, refused, outcome="decline:REJECT_CARD_PAYMENT")

    assert session_now(session).state == "failed"
    assert attempt_now(refused).failure_reason == "insufficient_funds"
    assert sandbox.taken(refused) == 0
    come_back(sandbox, begin(session))
    assert session_now(session).state == "completed"
    assert events_of(session) == ["payment.failed", "payment.completed"]


@pytest.mark.parametrize(("outcome", "state"), [("close", "pending"), ("abort", "failed")])
def test_leaving_the_pay_window_takes_nothing(
    world: World, sandbox: Sandbox, outcome: str, state: str
) -> None:
    session = make_session(world)
    attempt = begin(session)

    come_back(sandbox, attempt, outcome=outcome)

    assert session_now(session).state == state
    assert sandbox.taken(attempt) == 0


def test_a_return_that_comes_twice_takes_money_once(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    fields = sandbox.authorise(launch(attempt))

    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)
    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)
    take_return(attempt_id=attempt, outcome="failed", fields={"code": "PAY_PROCESS_ABORTED"}, now=NOW)

    assert session_now(session).state == "completed"
    assert sandbox.taken(attempt) == 29000
    assert events_of(session) == ["payment.completed"]


@pytest.mark.parametrize(
    "change",
    [{"amount": "1"}, {"orderId": "pay_" + "0" * 32}, {"paymentKey": ""}, {"amount": "29000.0"}],
    ids=lambda change: next(iter(change)),
)
def test_a_forged_return_changes_nothing(world: World, sandbox: Sandbox, change: dict[str, str]) -> None:
    session = make_session(world)
    attempt = begin(session)
    fields = {**sandbox.authorise(launch(attempt)), **change}

    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)

    assert session_now(session).state == "processing"
    assert attempt_now(attempt).state == "launched"
    assert sandbox.taken(attempt) == 0


def test_a_payment_of_another_amount_at_the_gateway_is_not_taken(world: World, sandbox: Sandbox) -> None:
    """The page was changed in the browser: the window shows less than the order costs."""
    session = make_session(world)
    attempt = begin(session)
    cheaper = launch(attempt)
    cheaper.params["request"]["amount"]["value"] = 100
    fields = {**sandbox.authorise(cheaper), "amount": "29000"}

    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)

    assert session_now(session).state == "failed"
    assert sandbox.taken(attempt) == 0


def test_of_two_tabs_the_one_that_comes_back_first_pays(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    first = begin(session)
    first_fields = sandbox.authorise(launch(first))
    second = begin(session)
    second_fields = sandbox.authorise(launch(second))

    take_return(attempt_id=first, outcome="approved", fields=first_fields, now=NOW)
    take_return(attempt_id=second, outcome="approved", fields=second_fields, now=NOW)

    assert session_now(session).state == "completed"
    assert attempt_now(first).state == "approved"
    assert sandbox.taken(first) == 29000
    assert sandbox.taken(second) == 0


def test_closing_a_window_that_was_left_for_another_ends_nothing(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    left = begin(session)
    attempt = begin(session)

    close_attempt(attempt_id=left, now=NOW)

    assert session_now(session).state == "processing"
    come_back(sandbox, attempt)
    assert session_now(session).state == "completed"


def test_a_paid_session_starts_no_new_attempt(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    come_back(sandbox, begin(session))

    with pytest.raises(WrongState):
        begin(session)


def test_a_session_whose_time_is_up_is_not_paid(world: World, sandbox: Sandbox) -> None:
    session = make_session(world, expires_at=NOW + timedelta(minutes=5))
    late = NOW + timedelta(minutes=5)
    attempt = begin(session)
    fields = sandbox.authorise(launch(attempt))

    take_return(attempt_id=attempt, outcome="approved", fields=fields, now=late)

    assert sandbox.taken(attempt) == 0
    assert session_now(session).state == "processing"
    with pytest.raises(SessionExpired):
        begin(session, now=late)


def test_nobody_cancels_while_the_gateway_is_being_asked(world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    come_back(sandbox, attempt, fault="answer_lost")

    with pytest.raises(PaymentInProgress):
        cancel_session(session_id=session.id, now=NOW)
    with pytest.raises(PaymentInProgress):
        begin(session)

    assert attempt_now(attempt).state == "confirming"


def test_only_methods_that_shop_and_gateway_offer_can_be_chosen(world: World) -> None:
    session = make_session(world, payment_methods=["card"])

    with pytest.raises(MethodNotAvailable):
        begin(session, method="kakao_pay")
    with pytest.raises(MethodNotAvailable):
        begin(make_session(world), method="free")


def test_the_buyer_fills_in_only_what_the_shop_did_not_say(world: World) -> None:
    session = make_session(world, customer_name=None)
    buyer = Buyer(name="김철수", email="other@example.com", phone="+821099998888")

    start_attempt(session_id=session.id, method="card", buyer=buyer, now=NOW)

    assert session_now(session).customer_name == "김철수"
    assert session_now(session).customer_email == "customer@example.com"
