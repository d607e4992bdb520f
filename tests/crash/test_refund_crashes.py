"""Kill the worker in the middle of a refund. Afterwards the money has gone back once, and the shop and the buyer
have been told once. (tests/payments/test_refund_deaths.py dies at every single point, within one process.)"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.database import db, transaction
from app.mails.models import Mail
from app.payments.models import CheckoutSession, Refund
from app.payments.refunds import RefundOrder, refund_payment
from app.webhooks.models import Delivery
from tests.crash.test_crashes import MOST_POINTS, Stage, healthy_worker, points_of
from tests.support.processes import wait_until
from tests.support.shopper import Shopper

POINTS = {
    f"{when} {what}" for when in ("before", "after") for what in ("commit", "gateway call", "webhook", "mail")
}


@dataclass
class RefundStage:
    """A stage where sessions are paid and mails are files."""

    stage: Stage
    mails: Path

    def paid_session(self) -> str:
        session_id = self.stage.new_session()
        shopper = Shopper(self.stage.healthy_web, self.stage.sandbox)
        shopper.come_back(shopper.authorise(shopper.press_pay(session_id)))
        assert self.stage.state_of(session_id) == "completed"
        return session_id

    def ask(self, session_id: str, amount: int) -> str:
        order = RefundOrder(amount=amount, notify_customer=True)
        return refund_payment(session_id=session_id, order=order, now=datetime.now(UTC)).id

    def let_leases_run_out(self) -> None:
        self.stage.let_leases_run_out()
        past = datetime.now(UTC) - timedelta(seconds=1)
        with transaction():
            db.session.execute(update(Refund).where(Refund.state == "processing").values(check_at=past))
            db.session.execute(update(Mail).where(Mail.state == "waiting").values(leased_until=past))

    def is_settled(self) -> bool:
        """No refund is under way, and nothing is owed to shop or buyer."""
        db.session.rollback()
        waiting = (
            select(Refund.id).where(Refund.state == "processing"),
            select(Delivery.id).where(Delivery.state == "waiting"),
            select(Mail.id).where(Mail.state == "waiting"),
        )
        return all(db.session.scalar(found.limit(1)) is None for found in waiting)

    def finish(self, what: str) -> None:
        self.let_leases_run_out()
        if not self.is_settled():
            with healthy_worker(self.stage):
                wait_until(self.is_settled, what)

    def check(self, session_id: str, refund_id: str, amount: int) -> None:
        db.session.rollback()
        session = db.session.get_one(CheckoutSession, session_id)
        refund = db.session.get_one(Refund, refund_id)
        assert (refund.state, session.refunded_amount) == ("succeeded", amount)
        assert session.state == "partially_refunded"
        assert self.stage.money_taken(session_id) == 29000 - amount
        assert self.stage.sandbox.payments(refund.attempt_id)[0]["cancels"] == 1
        told = {
            event["id"]
            for event in self.stage.received
            if event["event"] == "payment.refunded" and event["data"]["refund"]["refundId"] == refund_id
        }
        assert len(told) == 1
        assert sum(session_id in text_of(file) for file in self.mails.iterdir()) == 1


def text_of(file: Path) -> str:
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def refunds(stage: Stage, tmp_path: Path) -> RefundStage:
    stage.environ["SMTP_URL"] = f"file://{tmp_path / 'mails'}"
    return RefundStage(stage, tmp_path / "mails")


def test_the_worker_dies_in_the_middle_of_a_refund(refunds: RefundStage) -> None:
    """Every fifth write point; the first answer of the gateway is lost besides."""
    survived = False
    for die_at in range(2, MOST_POINTS * 2, 5):
        session_id = refunds.paid_session()
        refund_id = refunds.ask(session_id, 10000)
        refunds.stage.sandbox.arm("cancel", "answer_lost")

        survived = run_a_doomed_worker(refunds, die_at)
        refunds.finish(f"settled after point {die_at}")
        refunds.stage.sandbox.arm("cancel", "answer_lost", times=0)
        refunds.check(session_id, refund_id, 10000)
        if survived:
            break
    assert survived
    assert set(points_of(refunds.stage, f"{die_at}.points")) >= POINTS


def run_a_doomed_worker(refunds: RefundStage, die_at: int) -> bool:
    """True when it lived until everything was settled."""
    stage = refunds.stage
    worker = stage.doomed("worker", str(die_at), str(stage.folder / f"{die_at}.points"))
    try:
        wait_until(lambda: not worker.is_running or refunds.is_settled(), f"point {die_at} or the end")
        return worker.is_running
    finally:
        worker.kill()
