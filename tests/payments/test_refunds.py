"""What may be refunded, and what is written down when it is asked for."""

import pytest

from app.database import transaction
from app.errors import AppError, Invalid
from app.gateways.base import BankAccount
from app.payments.attempts import Buyer, start_attempt
from app.payments.queries import attempt_by_id
from app.payments.refunds import (
    NothingToRefund,
    RefundAccountNotNeeded,
    RefundAccountRequired,
    RefundBalanceChanged,
    RefundExceedsBalance,
    RefundOrder,
    SessionNotPaid,
    plan_refund,
)
from app.payments.sessions import cancel_session
from tests.support.buyer import begin, come_back, events_of, session_now
from tests.support.refunds import ask, attempt_of, cancels_at_gateway, paid_session, refund_now, work
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session

ACCOUNT = BankAccount("shinhan", "110123456789", "홍길동")


def test_a_refund_is_written_down_and_nothing_else_happens(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)

    refund = refund_now(ask(session, 10_000, reason="고객 요청 환불"))

    assert (refund.state, refund.amount, refund.reason) == ("processing", 10_000, "고객 요청 환불")
    assert session_now(session).state == "completed"
    assert session_now(session).refunded_amount == 0
    assert cancels_at_gateway(sandbox, session) == 0
    assert events_of(session) == ["payment.completed"]


def test_without_an_amount_all_that_is_left_is_refunded(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    ask(session, 9_000)

    rest = refund_now(ask(session))

    assert rest.amount == 20_000


def test_refunds_under_way_count_as_given_back(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    ask(session, 17_400)

    with pytest.raises(RefundExceedsBalance) as refused:
        ask(session, 17_400)

    assert refused.value.details == {"field": "amount", "amount": 17_400, "refundable": 11_600}
    assert ask(session, 11_600)


def test_a_refund_that_failed_counts_for_nothing(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    failed = ask(session, reason="sandbox:REFUND_REJECTED")
    work(failed)
    assert refund_now(failed).state == "failed"

    again = refund_now(ask(session))

    assert (again.amount, again.number) == (29_000, 2)


def test_more_than_was_paid_is_refused(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)

    with pytest.raises(RefundExceedsBalance):
        ask(session, 29_001)

    assert ask(session, 29_000)


def test_what_the_caller_expects_to_be_left_must_be_left(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    ask(session, 10_000, expected_refundable=29_000)

    with pytest.raises(RefundBalanceChanged) as refused:
        ask(session, 10_000, expected_refundable=29_000)

    assert refused.value.details == {"expected": 29_000, "refundable": 19_000}
    assert ask(session, 10_000, expected_refundable=19_000)


def test_a_balance_that_changed_is_told_before_one_that_is_too_small(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    ask(session, 20_000)

    with pytest.raises(RefundBalanceChanged):
        ask(session, 20_000, expected_refundable=29_000)


def test_when_all_is_on_its_way_nothing_is_left(world: World, sandbox: Sandbox) -> None:
    session = paid_session(world, sandbox)
    whole = ask(session)

    with pytest.raises(NothingToRefund):
        ask(session)
    work(whole)

    assert session_now(session).state == "refunded"
    with pytest.raises(NothingToRefund):
        ask(session, 1)


def test_only_a_paid_session_is_refunded(world: World, sandbox: Sandbox) -> None:
    pending, cancelled = make_session(world), make_session(world)
    processing, failed = make_session(world), make_session(world)
    begin(processing)
    come_back(sandbox, begin(failed), outcome="decline:REJECT_CARD_COMPANY")
    cancel_session(session_id=cancelled.id, now=NOW)

    for session in (pending, cancelled, processing, failed):
        with pytest.raises(SessionNotPaid) as refused:
            ask(session)
        assert refused.value.details == {"status": session_now(session).state}


def test_an_order_of_nothing_has_nothing_to_refund(world: World) -> None:
    session = make_session(
        world, items=[{"name": "견본", "price": 0, "quantity": 1}], subtotal=0, total_amount=0
    )
    start_attempt(session_id=session.id, method="", buyer=Buyer(), now=NOW)

    with pytest.raises(NothingToRefund):
        ask(session)


class TestTaxFreePart:
    """An order of 16 000 won, of which 5 000 are tax-free."""

    @pytest.fixture
    def orders(self, world: World, sandbox: Sandbox) -> list[int]:
        """The tax-free parts of 4 000, 4 000 and the rest, none of them said."""
        session = paid_session(world, sandbox, total_amount=16_000, tax_free_amount=5_000)
        return [refund_now(ask(session, amount)).tax_free_amount for amount in (4_000, 4_000, None)]

    def test_is_its_share_when_not_said_and_adds_up(self, orders: list[int]) -> None:
        assert orders == [1_250, 1_250, 2_500]

    @pytest.mark.parametrize("said", [0, 5_000])
    def test_is_as_said(self, world: World, sandbox: Sandbox, said: int) -> None:
        session = paid_session(world, sandbox, total_amount=16_000, tax_free_amount=5_000)

        refund = ask(session, 6_000, tax_free_amount=said)
        work(refund)

        assert refund_now(refund).tax_free_amount == said
        assert refund_now(refund).state == "succeeded"

    @pytest.mark.parametrize(("amount", "said"), [(6_000, 5_001), (4_000, 4_001), (12_000, 999)])
    def test_must_fit(self, world: World, sandbox: Sandbox, amount: int, said: int) -> None:
        session = paid_session(world, sandbox, total_amount=16_000, tax_free_amount=5_000)

        with pytest.raises(Invalid) as refused:
            ask(session, amount, tax_free_amount=said)

        assert refused.value.details["field"] == "taxFreeAmount"


class TestRefundAccount:
    """The sandbox has no virtual accounts yet, so a paid card attempt is called one."""

    @staticmethod
    def paid_by_account(world: World, sandbox: Sandbox) -> str:
        session = paid_session(world, sandbox)
        attempt_id = attempt_of(session)
        with transaction():
            attempt = attempt_by_id(attempt_id)
            assert attempt is not None
            attempt.method = "virtual_account"
        return session.id

    def test_a_paid_virtual_account_needs_one(self, world: World, sandbox: Sandbox) -> None:
        session_id = self.paid_by_account(world, sandbox)
        session = make_session(world)
        session.id = session_id

        with pytest.raises(RefundAccountRequired):
            ask(session)

        assert plan_refund(session_id=session_id, order=RefundOrder()).account_required

    def test_it_is_sealed_and_forgotten_when_the_money_is_back(self, world: World, sandbox: Sandbox) -> None:
        session = make_session(world)
        session.id = self.paid_by_account(world, sandbox)

        refund = ask(session, account=ACCOUNT)

        stored = refund_now(refund).account
        assert stored is not None
        assert ACCOUNT.number not in stored
        assert ACCOUNT.holder not in stored
        work(refund)
        assert (refund_now(refund).state, refund_now(refund).account) == ("succeeded", None)

    def test_a_wrong_one_fails_the_refund_and_is_forgotten(self, world: World, sandbox: Sandbox) -> None:
        session = make_session(world)
        session.id = self.paid_by_account(world, sandbox)

        refund = ask(session, account=ACCOUNT, reason="sandbox:INVALID_REFUND_ACCOUNT_INFO")
        work(refund)

        assert refund_now(refund).failure_reason == "invalid_refund_account"
        assert refund_now(refund).account is None

    def test_any_other_payment_takes_none(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox)

        with pytest.raises(RefundAccountNotNeeded):
            ask(session, account=ACCOUNT)


class TestPlan:
    def test_tells_what_a_refund_would_do_and_writes_nothing(self, world: World, sandbox: Sandbox) -> None:
        session = paid_session(world, sandbox)
        work(ask(session, 5_000))
        ask(session, 4_000)

        part = plan_refund(session_id=session.id, order=RefundOrder(amount=10_000))
        rest = plan_refund(session_id=session.id, order=RefundOrder())

        assert (part.paid, part.refunded, part.processing, part.refundable) == (29_000, 5_000, 4_000, 20_000)
        assert part.state_after == "partially_refunded"
        assert (rest.amount, rest.state_after) == (20_000, "refunded")
        assert not part.account_required

    @pytest.mark.parametrize("amount", [29_001, 10**9])
    def test_refuses_what_a_refund_would(self, world: World, sandbox: Sandbox, amount: int) -> None:
        session = paid_session(world, sandbox)

        with pytest.raises(AppError) as refused:
            plan_refund(session_id=session.id, order=RefundOrder(amount=amount))

        assert refused.value.code == "refund_exceeds_balance"
