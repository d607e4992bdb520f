"""NHN KCP from the launch to the refund, over real HTTP with the simulated gateway."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask

from app import clock
from app.database import db
from app.gateways.base import BankAccount
from app.gateways.orders import Device
from app.jobs.process_refunds import claim_refunds
from app.jobs.reconcile_attempts import claim_unsettled
from app.payments.attempts import close_attempt, take_return
from app.payments.deposits import watch_account
from app.payments.held import CannotBeChecked, resolve_as_issued, resolve_as_paid, resolve_as_unpaid
from app.payments.models import CheckoutSession, Notification
from app.payments.notifications import apply_notification, store_notification
from app.payments.reconcile import settle_attempt
from app.payments.refund_outcomes import settle_refund
from app.payments.sessions import cancel_session
from tests.sandbox.ear import Ear, listening
from tests.support.buyer import attempt_now, events_of, launch_at, session_now
from tests.support.kcp import KcpBuyer, kcp_world
from tests.support.refunds import ask, refund_now
from tests.support.sandbox import Sandbox

HOLDER = BankAccount("shinhan", "110123456789", "홍길동")
BOTH = pytest.mark.parametrize("device", list(Device))


@pytest.fixture
def buyer(app: Flask, sandbox: Sandbox) -> Iterator[KcpBuyer]:
    buyer = KcpBuyer(kcp_world(), sandbox)
    yield buyer
    for name, values in _switches(buyer).items():
        buyer.shop.switch(**{name: values})


@pytest.fixture
def ear(buyer: KcpBuyer) -> Iterator[Ear]:
    with listening() as ear:
        yield ear


def _switches(buyer: KcpBuyer) -> dict[str, str]:
    """What the tests here change, as it is at first."""
    return {
        "inquiry_vbank_state": "nothing",
        "inquiry": "allowed",
        "vbank_code": "0000",
        "error_status": "200",
    }


def where(session: CheckoutSession, attempt_id: str) -> tuple[str, str]:
    return session_now(session).state, attempt_now(attempt_id).state


def account_of(buyer: KcpBuyer, ear: Ear, *, device: Device = Device.DESKTOP) -> tuple[CheckoutSession, str]:
    """A buyer who has an account to pay into."""
    session, attempt_id = buyer.begin("virtual_account")
    buyer.pay(attempt_id, device=device)
    buyer.shop.listen_at(ear.url)
    return session, attempt_id


def hear(ear: Ear, attempt_id: str, number: int = -1, *, source: str = "127.0.0.1") -> str:
    """Take a notice in, as the web server and the worker do; its state afterwards."""
    account_id = attempt_now(attempt_id).gateway_account_id
    body = ear.heard[number]
    notice = store_notification(
        account_id=account_id, content_type="", body=body, source=source, now=clock.now()
    )
    apply_notification(notice, now=clock.now())
    db.session.rollback()
    return db.session.get_one(Notification, notice, populate_existing=True).state


def refund(session: CheckoutSession, amount: int | None = None, **order: object) -> tuple[str, str | None]:
    """State and reason of a refund that was worked on once."""
    refund_id = ask(session, amount, **order)
    for due in claim_refunds(now=clock.now(), limit=10):
        settle_refund(due, now=clock.now())
    found = refund_now(refund_id)
    return found.state, found.failure_reason


# --- card and easy pay ---


@BOTH
def test_a_card_pays_in_instalments(buyer: KcpBuyer, device: Device) -> None:
    session, attempt_id = buyer.begin(total_amount=55_000, subtotal=55_000, items=ITEMS)

    buyer.pay(attempt_id, device=device, quota="03", card_cd="CCLG")

    attempt = attempt_now(attempt_id)
    assert where(session, attempt_id) == ("completed", "approved")
    assert attempt.card == {"issuer": "shinhan", "number": "433012******1234", "installmentMonths": 3}
    assert attempt.transaction_id == buyer.seen(attempt_id)["paymentKey"]
    assert buyer.held(attempt_id) == 55_000


ITEMS = [{"name": "텀블러 <한정판> & '굿즈' 👍", "price": 55_000, "quantity": 1}]


@BOTH
def test_kakao_pay_may_pay_with_its_own_money(buyer: KcpBuyer, device: Device) -> None:
    session, attempt_id = buyer.begin("kakao_pay")

    buyer.pay(attempt_id, device=device, funding="money")

    assert where(session, attempt_id) == ("completed", "approved")
    assert attempt_now(attempt_id).card is None


@pytest.mark.parametrize("method", ["bank_transfer", "mobile_phone", "naver_pay", "samsung_pay", "payco"])
@BOTH
def test_every_other_method_pays(buyer: KcpBuyer, method: str, device: Device) -> None:
    session, attempt_id = buyer.begin(method)

    buyer.pay(attempt_id, device=device)

    assert where(session, attempt_id) == ("completed", "approved")
    assert buyer.held(attempt_id) == 29_000


@pytest.mark.parametrize("status", ["200", "400", "500"])
def test_a_decline_is_one_whatever_the_status(buyer: KcpBuyer, status: str) -> None:
    buyer.shop.switch(error_status=status)
    session, attempt_id = buyer.begin()

    buyer.pay(attempt_id, outcome="decline:SIMD")

    attempt = attempt_now(attempt_id)
    assert where(session, attempt_id) == ("failed", "declined")
    assert (attempt.failure_reason, attempt.gateway_code) == ("payment_failed", "SIMD")


@BOTH
def test_a_closed_window_leaves_the_session_open(buyer: KcpBuyer, device: Device) -> None:
    session, attempt_id = buyer.begin()

    buyer.pay(attempt_id, device=device, outcome="close")

    assert where(session, attempt_id) == ("pending", "abandoned")


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "system_error_after", "garbled"])
def test_an_approval_without_its_answer_is_held_for_a_person(buyer: KcpBuyer, fault: str) -> None:
    session, attempt_id = buyer.begin()
    buyer.pay(attempt_id, fault=fault)

    settle_attempt(attempt_id, now=clock.now())

    assert where(session, attempt_id) == ("processing", "confirming")
    assert attempt_now(attempt_id).needs_person == "outcome_unknown"
    assert attempt_id not in claim_unsettled(now=clock.now() + timedelta(days=1), limit=10)
    assert events_of(session) == []


def test_an_answer_in_the_other_charset_is_read(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin()

    buyer.pay(attempt_id, fault="wrong_charset")

    assert where(session, attempt_id) == ("completed", "approved")


def test_the_window_of_another_order_pays_nothing(buyer: KcpBuyer) -> None:
    _, other = buyer.begin()
    stolen = buyer.leave(launch_at(other))
    session, attempt_id = buyer.begin()
    forged = {**stolen, "ordr_idxx": attempt_id.replace("_", "")}

    take_return(attempt_id=attempt_id, outcome="approved", fields=stolen, now=clock.now())
    assert where(session, attempt_id) == ("processing", "launched")
    take_return(attempt_id=attempt_id, outcome="approved", fields=forged, now=clock.now())

    assert where(session, attempt_id) == ("failed", "declined")
    assert buyer.held(attempt_id) == buyer.held(other) == 0


# --- refunds ---


def test_a_payment_is_given_back_in_parts_and_then_the_rest(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin()
    buyer.pay(attempt_id)

    outcomes = [refund(session, 9_000), refund(session, 5_000), refund(session)]

    assert outcomes == [("succeeded", None)] * 3
    assert session_now(session).state == "refunded"
    assert buyer.held(attempt_id) == 0
    assert buyer.seen(attempt_id)["cancels"] == 3


def test_a_part_of_mixed_tax_is_split_to_the_won(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin(tax_free_amount=4_001)
    buyer.pay(attempt_id)

    outcomes = [refund(session, 3_333), refund(session, 7_777), refund(session, 1), refund(session)]

    assert outcomes == [("succeeded", None)] * 4
    assert buyer.held(attempt_id) == 0


def test_all_is_given_back_at_once_where_parts_are_not_possible(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin("mobile_phone")
    buyer.pay(attempt_id)

    assert refund(session, 1_000) == ("failed", "refund_refused")
    assert refund(session) == ("succeeded", None)
    assert buyer.held(attempt_id) == 0


def test_a_cancel_without_its_answer_is_found_again(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin()
    buyer.pay(attempt_id)
    buyer.shop.arm("cancel", "answer_lost")
    refund_id = ask(session, 9_000)

    for _ in range(2):
        settle_refund(refund_id, now=clock.now())

    assert refund_now(refund_id).state == "succeeded"
    assert buyer.held(attempt_id) == 20_000


def test_a_refund_waits_while_the_shop_is_owed_too_little(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin()
    buyer.pay(attempt_id)

    assert refund(session, 1_000, reason="sandbox:8178") == ("processing", None)


# --- virtual accounts ---


@BOTH
@pytest.mark.parametrize("code", ["0000", "V000"])
def test_a_deposit_completes_the_session(buyer: KcpBuyer, ear: Ear, device: Device, code: str) -> None:
    buyer.shop.switch(vbank_code=code)
    session, attempt_id = account_of(buyer, ear, device=device)
    assert where(session, attempt_id) == ("processing", "issued")

    buyer.shop.deposit(buyer.seen(attempt_id)["paymentKey"])
    ear.wait_for(1)

    assert hear(ear, attempt_id) == "applied"
    assert hear(ear, attempt_id) == "applied"
    assert where(session, attempt_id) == ("completed", "approved")
    assert events_of(session) == ["payment.virtual_account_issued", "payment.completed"]


@pytest.mark.parametrize("tells", ["nothing", "shop_status"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_reversal_takes_the_payment_back_in_whatever_order_it_is_told(
    buyer: KcpBuyer, ear: Ear, tells: str, order: tuple[int, int]
) -> None:
    buyer.shop.switch(inquiry_vbank_state=tells)
    session, attempt_id = account_of(buyer, ear)
    tno = buyer.seen(attempt_id)["paymentKey"]
    buyer.shop.deposit(tno)
    ear.wait_for(1)
    buyer.shop.post("sim/reversals", {"tno": tno})
    ear.wait_for(2)

    for number in order:
        hear(ear, attempt_id, number)

    assert where(session, attempt_id) == ("processing", "issued")
    watch_account(attempt_id, now=clock.now())
    assert where(session, attempt_id) == ("processing", "issued")


def test_a_deposit_counts_where_the_shop_may_not_inquire(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id = account_of(buyer, ear)
    buyer.shop.switch(inquiry="refused")
    tno = buyer.seen(attempt_id)["paymentKey"]
    buyer.shop.deposit(tno)
    ear.wait_for(1)

    hear(ear, attempt_id)

    assert where(session, attempt_id) == ("completed", "approved")
    buyer.shop.post("sim/reversals", {"tno": tno})
    ear.wait_for(2)
    hear(ear, attempt_id)
    assert where(session, attempt_id) == ("processing", "issued")


def test_a_deposit_of_another_amount_is_for_a_person(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id = account_of(buyer, ear)
    buyer.shop.deposit(buyer.seen(attempt_id)["paymentKey"], amount=28_000)
    ear.wait_for(1)

    hear(ear, attempt_id)

    assert where(session, attempt_id) == ("processing", "issued")
    assert attempt_now(attempt_id).needs_person == "deposit_amount_differs"


@pytest.mark.parametrize(
    "change",
    [
        {"source": "203.0.113.7"},
        {"tno": "26080199999999"},
        {"account": "56299999999999"},
        {"site_cd": "T9999"},
        {"order_no": "pay" + "0" * 32},
    ],
)
def test_a_forged_notice_changes_nothing(buyer: KcpBuyer, ear: Ear, change: dict[str, str]) -> None:
    session, attempt_id = account_of(buyer, ear)
    buyer.shop.deposit(buyer.seen(attempt_id)["paymentKey"])
    ear.wait_for(1)
    forged = {**ear.fields(0), **change}
    source = forged.pop("source", "127.0.0.1")
    ear.heard.append(urlencode(forged).encode())

    assert hear(ear, attempt_id, source=source) == "ignored"

    assert where(session, attempt_id) == ("processing", "issued")


def test_a_deposit_is_given_back_by_hand(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id = account_of(buyer, ear)
    buyer.shop.deposit(buyer.seen(attempt_id)["paymentKey"])
    ear.wait_for(1)
    hear(ear, attempt_id)

    assert refund(session, account=HOLDER) == ("failed", "refund_by_hand")
    assert buyer.held(attempt_id) == 29_000


def test_a_shop_with_that_contract_pays_back_to_an_account(
    sandbox: Sandbox, buyer: KcpBuyer, ear: Ear
) -> None:
    paying = KcpBuyer(kcp_world(pays_back_to_accounts="yes"), sandbox)
    paying.shop.switch(inquiry_vbank_state="shop_status", vbank_refund="on")
    session, attempt_id = account_of(paying, ear)
    paying.shop.deposit(paying.seen(attempt_id)["paymentKey"])
    ear.wait_for(1)
    hear(ear, attempt_id)

    outcomes = [refund(session, 9_000, account=HOLDER), refund(session, account=HOLDER)]

    paying.shop.switch(vbank_refund="off")
    assert outcomes == [("succeeded", None)] * 2
    assert paying.held(attempt_id) == 0


def test_a_deposit_to_an_account_that_was_closed_is_for_a_person(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id = account_of(buyer, ear)
    tno = buyer.seen(attempt_id)["paymentKey"]
    close_attempt(attempt_id=attempt_id, now=clock.now())
    cancel_session(session_id=session.id, now=clock.now())
    ear.wait_for(1)  # that it is closed
    buyer.shop.deposit(tno, force=True)
    ear.wait_for(2)

    hear(ear, attempt_id)

    assert where(session, attempt_id) == ("cancelled", "cancelling")
    assert attempt_now(attempt_id).needs_person == "session_ended"
    assert buyer.held(attempt_id) == 29_000


def test_a_deposit_may_be_told_before_the_account(buyer: KcpBuyer, ear: Ear) -> None:
    """The answer to the approval comes after the money."""
    buyer.shop.listen_at(ear.url)
    session, attempt_id = buyer.begin("virtual_account")
    buyer.shop.listen_at(ear.url)
    buyer.pay(attempt_id, deposit="before_answer")
    ear.wait_for(1)

    hear(ear, attempt_id)

    assert where(session, attempt_id) == ("completed", "approved")


def without_answer(buyer: KcpBuyer, ear: Ear) -> tuple[CheckoutSession, str, str]:
    """An account that we heard nothing of; with KCP's number of it."""
    session, attempt_id = buyer.begin("virtual_account")
    buyer.pay(attempt_id, fault="answer_lost")
    buyer.shop.listen_at(ear.url)
    settle_attempt(attempt_id, now=clock.now())
    return session, attempt_id, buyer.seen(attempt_id)["paymentKey"]


def test_an_account_that_a_person_found_waits_for_its_deposit(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id, tno = without_answer(buyer, ear)

    with pytest.raises(CannotBeChecked):
        resolve_as_paid(attempt_id=attempt_id, transaction_id=tno, unchecked=False, now=clock.now())
    resolve_as_issued(attempt_id=attempt_id, transaction_id=tno, now=clock.now())

    attempt = attempt_now(attempt_id)
    assert where(session, attempt_id) == ("processing", "issued")
    assert (attempt.needs_person, attempt.transaction_id) == (None, tno)
    buyer.shop.deposit(tno)
    ear.wait_for(1)
    hear(ear, attempt_id)
    assert where(session, attempt_id) == ("completed", "approved")


def test_an_account_that_nobody_can_ask_about_is_no_account(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id, tno = without_answer(buyer, ear)
    buyer.shop.switch(inquiry="refused")

    with pytest.raises(CannotBeChecked):
        resolve_as_issued(attempt_id=attempt_id, transaction_id=tno, now=clock.now())

    assert where(session, attempt_id) == ("processing", "confirming")


def test_a_deposit_to_an_account_that_a_person_overlooked_is_not_lost(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id, tno = without_answer(buyer, ear)
    resolve_as_unpaid(attempt_id=attempt_id, now=clock.now())
    buyer.shop.deposit(tno)
    ear.wait_for(1)

    hear(ear, attempt_id)

    assert where(session, attempt_id) == ("failed", "cancelling")
    assert attempt_now(attempt_id).needs_person == "declined_before"


def test_a_buyer_who_wants_another_way_has_the_account_closed(buyer: KcpBuyer, ear: Ear) -> None:
    session, attempt_id = account_of(buyer, ear)
    buyer.shop.switch(inquiry="refused")

    close_attempt(attempt_id=attempt_id, now=clock.now())

    assert where(session, attempt_id) == ("pending", "abandoned")
    assert buyer.seen(attempt_id)["status"] == "VA_CLOSED"


def test_an_account_in_clear_is_not_believed(buyer: KcpBuyer) -> None:
    session, attempt_id = buyer.begin("virtual_account")
    buyer.shop.switch(mobile_vbank_return="clear")

    fields = buyer.pay(attempt_id, device=Device.PHONE)

    buyer.shop.switch(mobile_vbank_return="encrypted")
    assert fields["account"] in json.dumps(fields)
    assert where(session, attempt_id) == ("processing", "launched")
