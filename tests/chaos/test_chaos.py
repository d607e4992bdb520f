"""A short run: whole payments, faults, kills. The long ones are run by hand: `flask chaos --payments 2000`."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.chaos.books import Books, settle_books
from app.chaos.run import run_chaos
from app.coupons.models import Coupon
from app.database import db, transaction
from app.payments.models import Attempt
from app.payments.queries import locked_session
from app.payments.session_coupons import apply_coupon
from app.payments.states import AttemptState, move_attempt
from tests.conftest import DATABASES
from tests.support.buyer import begin, come_back
from tests.support.coupons import make_coupon
from tests.support.databases import postgresql_database, sqlite_database
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session

# In these plans no confirm is lost on its way, which would be waited for as long as one may be under way.
PAYMENTS, SEED = 12, 52720


@pytest.mark.parametrize("kind", DATABASES)
def test_the_books_balance_after_a_short_run(kind: str, tmp_path: Path) -> None:
    opened = postgresql_database() if kind == "postgresql" else sqlite_database(tmp_path)
    with opened as url:
        outcome = run_chaos(payments=PAYMENTS, seed=SEED, database_url=url, folder=tmp_path)

    assert outcome.kills > 0
    assert outcome.is_good, (outcome.books, outcome.trouble)
    assert sum(outcome.books.states.values()) == PAYMENTS
    assert outcome.tally.total > PAYMENTS
    assert outcome.line.startswith(f"CHAOS payments={PAYMENTS} faults={outcome.tally.total} kills=")


class TestBooks:
    """That the books would show what went wrong."""

    @pytest.fixture
    def paid(self, world: World, sandbox: Sandbox) -> str:
        session = make_session(world)
        come_back(sandbox, begin(session))
        return session.id

    def books(self, sandbox: Sandbox, session_id: str) -> Books:
        received = {session_id: [(1, "payment.completed")]}
        return settle_books([session_id], sandbox=sandbox.url, received=received)

    def test_what_was_paid_balances(self, sandbox: Sandbox, paid: str) -> None:
        books = self.books(sandbox, paid)

        assert books.balance, books
        assert books.states == {"completed": 1}

    def test_money_without_a_payment_is_lost(self, sandbox: Sandbox, paid: str) -> None:
        with transaction():
            locked_session(paid).refunded_amount = 1

        assert len(self.books(sandbox, paid).lost) == 1

    def test_a_coupon_that_is_used_too_often_is_oversold(self, world: World, sandbox: Sandbox) -> None:
        coupon = make_coupon(world, usage_limit=1)
        session = make_session(world)
        apply_coupon(session_id=session.id, code=coupon.code, now=NOW)
        come_back(sandbox, begin(session))
        assert self.books(sandbox, session.id).oversold == []

        with transaction():
            db.session.get_one(Coupon, coupon.id, populate_existing=True).usage_limit = 0

        assert len(self.books(sandbox, session.id).oversold) == 1

    def test_an_attempt_that_hangs_is_unknown(self, world: World, sandbox: Sandbox) -> None:
        session = make_session(world)
        begin(session)
        with transaction():
            locked_session(session.id)
            attempt = db.session.scalars(select(Attempt).where(Attempt.session_id == session.id)).one()
            move_attempt(attempt, AttemptState.CONFIRMING)

        books = settle_books([session.id], sandbox=sandbox.url, received={})

        assert len(books.unknown) == 1

    @pytest.mark.parametrize(
        "received",
        [[], [(1, "payment.failed")], [(2, "payment.refunded"), (1, "payment.completed")]],
        ids=["nothing", "something else", "out of order"],
    )
    def test_a_webhook_that_did_not_come_right_is_missed(
        self, sandbox: Sandbox, paid: str, received: list[tuple[int, str]]
    ) -> None:
        books = settle_books([paid], sandbox=sandbox.url, received={paid: received})

        assert len(books.undelivered) == 1

    def test_a_webhook_that_came_twice_is_no_fault(self, sandbox: Sandbox, paid: str) -> None:
        twice = [(1, "payment.completed")] * 2

        assert settle_books([paid], sandbox=sandbox.url, received={paid: twice}).undelivered == []
