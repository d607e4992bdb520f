"""Refunds brought to their end against the sandbox, over good and bad lines."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.database import db, transaction
from app.gateways.base import Cancelled
from app.jobs.process_refunds import claim_refunds
from app.payments.models import Refund
from app.payments.refund_outcomes import record_refund, settle_refund
from app.services import services
from app.shops.models import GatewayAccount
from tests.support.buyer import events_of, session_now
from tests.support.refunds import (
    ask,
    bodies_of,
    cancel_in_console,
    cancels_at_gateway,
    left_at_gateway,
    mails,
    paid_session,
    refund_now,
    work,
)
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World

FAULTS = ["answer_lost", "error_500_after", "error_500_before", "request_lost", "garbled"]


def test_a_part_is_given_back_and_the_shop_is_told(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000, reason="고객 요청 환불")

    work(refund)

    assert left_at_gateway(sandbox, session) == 19_000
    assert session_now(session).state == "partially_refunded"
    assert session_now(session).refunded_amount == 10_000
    assert events_of(session) == ["payment.completed", "payment.refunded"]
    data = bodies_of(session, "payment.refunded")[0]
    assert (data["status"], data["previousStatus"], data["sequence"]) == (
        "partially_refunded",
        "completed",
        2,
    )
    assert data["refundedAmount"] == 10_000
    assert data["refund"]["refundId"] == refund
    assert (data["refund"]["status"], data["refund"]["amount"]) == ("succeeded", 10_000)
    assert data["refund"]["gatewayRefundId"].startswith("txrd_")
    assert data["paymentMethod"] == "card"


@pytest.mark.parametrize("method", ["card", "bank_transfer", "kakao_pay"])
def test_several_parts_add_up_to_all(world: World, sandbox: Sandbox, method: str) -> None:
    session = paid_session(world, sandbox, method=method)
    refunds = [ask(session, 9_000), ask(session, 10_000), ask(session)]

    work(refunds[-1])

    assert [refund_now(refund).state for refund in refunds] == ["succeeded"] * 3
    assert left_at_gateway(sandbox, session) == 0
    assert session_now(session).state == "refunded"
    assert events_of(session) == ["payment.completed", *["payment.refunded"] * 3]
    told = bodies_of(session, "payment.refunded")
    assert [data["refundedAmount"] for data in told] == [9_000, 19_000, 29_000]
    assert [data["status"] for data in told] == ["partially_refunded", "partially_refunded", "refunded"]


@pytest.mark.parametrize("amount", [10_000, 29_000])
@pytest.mark.parametrize("fault", FAULTS)
def test_over_a_bad_line_money_goes_back_once(
    world: World, sandbox: Sandbox, fault: str, amount: int
) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, amount)
    sandbox.arm("cancel", fault)

    work(refund)

    assert refund_now(refund).state == "succeeded"
    assert left_at_gateway(sandbox, session) == 29_000 - amount
    assert cancels_at_gateway(sandbox, session) == 1
    assert events_of(session) == ["payment.completed", "payment.refunded"]


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after"])
def test_of_two_like_refunds_each_is_done_once(world: World, sandbox: Sandbox, fault: str) -> None:
    """What the first did must not be taken for the second's, though amount and reason are the same."""
    session = paid_session(world, sandbox)
    sandbox.arm("cancel", fault, times=2)
    refunds = [ask(session, 10_000, reason="같은 사유"), ask(session, 10_000, reason="같은 사유")]

    work(refunds[1])

    assert [refund_now(refund).state for refund in refunds] == ["succeeded", "succeeded"]
    assert left_at_gateway(sandbox, session) == 9_000
    names = {refund_now(refund).transaction_id for refund in refunds}
    assert len(names) == 2


@pytest.mark.parametrize("gateway_timeout_s", ["1"])
def test_a_slow_answer_gives_back_once(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000)
    sandbox.arm("cancel", "slow", delay_s=1.5)

    work(refund)

    assert left_at_gateway(sandbox, session) == 19_000
    assert cancels_at_gateway(sandbox, session) == 1


@pytest.mark.parametrize("target", ["lookup", "cancel", "all"])
def test_a_gateway_that_is_away_is_asked_again_until_it_is_back(
    world: World, sandbox: Sandbox, target: str
) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000)
    sandbox.arm(target, "outage")
    for second in range(0, 120, 5):
        for due in claim_refunds(now=NOW + timedelta(seconds=second), limit=10):
            settle_refund(due, now=NOW + timedelta(seconds=second))
    assert refund_now(refund).state == "processing"
    sandbox.arm(target, "outage", times=0)

    took_s = work(refund, start=NOW + timedelta(seconds=120))

    assert took_s <= 60
    assert cancels_at_gateway(sandbox, session) == 1


def test_the_answer_is_found_out_even_when_the_gateway_goes_away_after_it(
    world: World, sandbox: Sandbox
) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000)
    sandbox.arm("cancel", "error_500_after")
    for due in claim_refunds(now=NOW, limit=10):
        settle_refund(due, now=NOW)
    sandbox.arm("lookup", "answer_lost", times=2)

    work(refund, start=NOW + timedelta(seconds=2))

    assert refund_now(refund).state == "succeeded"
    assert cancels_at_gateway(sandbox, session) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("EXCEED_MAX_REFUND_DUE", "refund_period_over"),
        ("NOT_ALLOWED_PARTIAL_REFUND", "partial_refund_not_possible"),
        ("NOT_CANCELABLE_PAYMENT", "refund_not_possible"),
        ("EXCEED_MAX_REFUND_AMOUNT", "refund_limit_exceeded"),
        ("INVALID_REQUEST", "refund_refused"),
        ("UNAUTHORIZED_KEY", "gateway_misconfigured"),
    ],
)
def test_a_refusal_fails_the_refund_and_the_shop_is_told(
    world: World, sandbox: Sandbox, code: str, reason: str
) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000, reason=f"sandbox:{code}", notify_customer=True)

    work(refund)

    assert refund_now(refund).state == "failed"
    assert refund_now(refund).failure_reason == reason
    assert session_now(session).state == "completed"
    assert left_at_gateway(sandbox, session) == 29_000
    assert events_of(session) == ["payment.completed", "refund.failed"]
    data = bodies_of(session, "refund.failed")[0]
    assert (data["status"], data["refundedAmount"]) == ("completed", 0)
    assert data["refund"]["failure"]["code"] == reason
    assert data["refund"]["failure"]["gatewayCode"] == code
    assert mails() == []


def test_a_failed_refund_holds_up_none_after_it(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    failed = ask(session, 10_000, reason="sandbox:REFUND_REJECTED")
    after = ask(session, 5_000)

    work(after)

    assert refund_now(failed).state == "failed"
    assert refund_now(after).state == "succeeded"
    assert events_of(session) == ["payment.completed", "refund.failed", "payment.refunded"]


@pytest.mark.parametrize("code", ["NOT_AVAILABLE_BANK", "FORBIDDEN_CONSECUTIVE_REQUEST"])
def test_a_refund_that_is_refused_for_now_waits(world: World, sandbox: Sandbox, code: str) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000, reason=f"sandbox:{code}")
    for second in range(240):
        for due in claim_refunds(now=NOW + timedelta(seconds=second), limit=10):
            settle_refund(due, now=NOW + timedelta(seconds=second))
    assert refund_now(refund).state == "processing"
    assert refund_now(refund).check_tries == 1
    with transaction():
        db.session.execute(update(Refund).values(reason="은행 점검이 끝났어요"))

    work(refund, start=NOW + timedelta(minutes=5))

    assert refund_now(refund).state == "succeeded"


def test_a_refund_that_takes_long_is_shown_to_a_person(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000)
    sandbox.arm("all", "outage")
    later = NOW + timedelta(hours=25)

    for due in claim_refunds(now=later, limit=10):
        settle_refund(due, now=later)
    sandbox.arm("all", "outage", times=0)

    assert refund_now(refund).needs_person == "refund_unsettled"
    work(refund, start=later + timedelta(seconds=30))
    assert refund_now(refund).needs_person is None


class TestCancelsInTheConsole:
    def test_what_is_left_there_can_still_be_refunded(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox)
        cancel_in_console(sandbox, session, 9_000)

        refund = ask(session, 20_000)
        work(refund)

        assert refund_now(refund).state == "succeeded"
        assert left_at_gateway(sandbox, session) == 0

    @pytest.mark.parametrize(("cancelled", "asked"), [(9_000, 29_000), (29_000, 10_000)])
    def test_what_is_no_longer_there_cannot(
        self, world: World, sandbox: Sandbox, cancelled: int, asked: int
    ) -> None:
        session = paid_session(world, sandbox)
        cancel_in_console(sandbox, session, cancelled)

        refund = ask(session, asked)
        work(refund)

        assert refund_now(refund).failure_reason == "gateway_balance_differs"
        assert left_at_gateway(sandbox, session) == 29_000 - cancelled

    def test_one_of_the_same_amount_is_not_taken_for_ours(self, world: World, sandbox: Sandbox) -> None:
        """Our request never got there, and the merchant cancels the same amount by hand meanwhile: the
        balance no longer fits, so nothing is given back a second time."""
        session = paid_session(world, sandbox)
        refund = ask(session, 10_000)
        sandbox.arm("cancel", "request_lost")
        for due in claim_refunds(now=NOW, limit=10):
            settle_refund(due, now=NOW)
        cancel_in_console(sandbox, session, 10_000)

        work(refund, start=NOW + timedelta(seconds=2))

        assert refund_now(refund).failure_reason == "gateway_balance_differs"
        assert left_at_gateway(sandbox, session) == 19_000


class TestKeysOfTheGateway:
    @staticmethod
    def lose_them(world: World) -> dict[str, str]:
        """The shop's credentials now belong to nobody. Returns what they were."""
        with transaction():
            found = select(GatewayAccount).where(GatewayAccount.shop_id == world.shop_id)
            accounts = db.session.scalars(found).all()
            before = {account.id: account.credentials for account in accounts}
            for account in accounts:
                keys = '{"client_key": "wrong", "secret_key": "wrong"}'
                account.credentials = services().vault.seal(keys, row=account.id)
        return before

    @staticmethod
    def restore(before: dict[str, str]) -> None:
        with transaction():
            for account_id, credentials in before.items():
                db.session.get_one(GatewayAccount, account_id).credentials = credentials

    def test_without_them_a_refund_fails_at_once(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox)
        refund = ask(session, 10_000)
        self.lose_them(world)

        work(refund)

        assert refund_now(refund).failure_reason == "gateway_misconfigured"

    def test_a_refund_in_doubt_waits_until_they_are_back(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox)
        refund = ask(session, 10_000)
        sandbox.arm("cancel", "answer_lost")
        for due in claim_refunds(now=NOW, limit=10):
            settle_refund(due, now=NOW)
        before = self.lose_them(world)
        for due in claim_refunds(now=NOW + timedelta(seconds=5), limit=10):
            settle_refund(due, now=NOW + timedelta(seconds=5))
        assert refund_now(refund).state == "processing"
        assert str(refund_now(refund).needs_person).startswith("gateway_misconfigured:")
        self.restore(before)

        work(refund, start=NOW + timedelta(seconds=10))

        assert refund_now(refund).state == "succeeded"
        assert cancels_at_gateway(sandbox, session) == 1


class TestMail:
    def test_the_buyer_is_told_when_the_money_is_on_its_way(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox, locale="en")
        refund = ask(session, 10_000, notify_customer=True)
        assert mails() == []

        work(refund)

        assert [(mail.recipient, mail.template, mail.language) for mail in mails()] == [
            ("customer@example.com", "refund", "en")
        ]
        assert mails()[0].values["amount"] == 10_000

    def test_is_sent_only_when_asked_for_and_to_a_known_address(self, world: World, sandbox: Sandbox) -> None:
        quiet = paid_session(world, sandbox)
        unknown = paid_session(world, sandbox, customer_email=None)

        work(ask(quiet))
        work(ask(unknown, notify_customer=True))

        assert mails() == []


def test_an_outcome_told_twice_is_recorded_once(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    refund = ask(session, 10_000, notify_customer=True)

    for _ in range(2):
        record_refund(refund, Cancelled("txrd_1"), now=NOW)

    assert session_now(session).refunded_amount == 10_000
    assert events_of(session) == ["payment.completed", "payment.refunded"]
    assert len(mails()) == 1


class TestClaims:
    def test_two_workers_never_take_the_same_refund(self, world: World, sandbox: Sandbox) -> None:
        refund = ask(paid_session(world, sandbox), 10_000)

        assert claim_refunds(now=NOW, limit=10) == [refund]
        assert claim_refunds(now=NOW, limit=10) == []

    def test_a_refund_waits_for_the_one_before_it(self, world: World, sandbox: Sandbox) -> None:
        session, other = paid_session(world, sandbox), paid_session(world, sandbox)
        first, _second, elsewhere = ask(session, 1_000), ask(session, 1_000), ask(other, 1_000)

        assert set(claim_refunds(now=NOW, limit=10)) == {first, elsewhere}
        assert claim_refunds(now=NOW + timedelta(seconds=1), limit=10) == []

    def test_a_dead_workers_refund_comes_back(self, world: World, sandbox: Sandbox) -> None:
        refund = ask(paid_session(world, sandbox), 10_000)
        claim_refunds(now=NOW, limit=10)

        assert claim_refunds(now=NOW + timedelta(seconds=30), limit=10) == [refund]
