"""Shortcuts through the operations of a payment, for tests that are about something else."""

from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.gateways.orders import (
    Device,
    Launch,
    ScriptLaunch,
)
from app.payments.attempts import Buyer, start_attempt, take_return
from app.payments.launches import Addresses, launch_of
from app.payments.models import Attempt, CheckoutSession
from app.payments.queries import attempt_by_id, session_by_id
from app.webhooks.models import Event
from tests.support.sandbox import Sandbox
from tests.support.world import NOW


def begin(session: CheckoutSession, *, method: str = "card", now: datetime = NOW) -> str:
    """The id of a new attempt."""
    attempt_id = start_attempt(session_id=session.id, method=method, buyer=Buyer(), now=now)
    assert attempt_id is not None
    return attempt_id


def launch(attempt_id: str) -> ScriptLaunch:
    how = launch_at(attempt_id)
    assert isinstance(how, ScriptLaunch)
    return how


def launch_at(attempt_id: str, device: Device = Device.DESKTOP, *, now: datetime = NOW) -> Launch:
    home = "https://checkout.example"
    addresses = Addresses(returns=f"{home}/return/{attempt_id}", notices=f"{home}/notifications")
    return launch_of(attempt_id=attempt_id, addresses=addresses, device=device, now=now)


def come_back(
    sandbox: Sandbox, attempt_id: str, *, outcome: str = "approve", fault: str = "none", now: datetime = NOW
) -> None:
    """Choose in the pay window and return from there."""
    fields = sandbox.authorise(launch(attempt_id), outcome, fault)
    returned = "approved" if outcome.startswith(("approve", "decline")) else "failed"
    take_return(attempt_id=attempt_id, outcome=returned, fields=fields, now=now)


def session_now(session: CheckoutSession) -> CheckoutSession:
    """The session as the database has it."""
    db.session.rollback()
    found = session_by_id(session.id)
    assert found is not None
    return found


def attempt_now(attempt_id: str) -> Attempt:
    db.session.rollback()
    found = attempt_by_id(attempt_id)
    assert found is not None
    return found


def events_of(session: CheckoutSession) -> list[str]:
    db.session.rollback()
    found = select(Event.name).where(Event.session_id == session.id).order_by(Event.sequence)
    return list(db.session.scalars(found))
