"""Shortcuts through the operations of a refund."""

import json
import time
from datetime import datetime, timedelta
from typing import Any

import requests
from sqlalchemy import select

from app.database import db
from app.gateways.toss.adapter import TossGateway
from app.jobs.process_refunds import claim_refunds
from app.mails.models import Mail
from app.payments.models import CheckoutSession, Refund
from app.payments.outcomes import gateway_of
from app.payments.queries import live_attempt, refund_by_id
from app.payments.reconcile import settle_attempt
from app.payments.refund_outcomes import settle_refund
from app.payments.refunds import RefundOrder, refund_payment
from app.webhooks.models import Event
from tests.support.buyer import attempt_now, begin, come_back
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session


def paid_session(world: World, sandbox: Sandbox, *, method: str = "card", **changes: Any) -> CheckoutSession:
    """29 000 won, paid at the sandbox. changes: fields of NewSession."""
    session = make_session(world, **changes)
    attempt_id = begin(session, method=method)
    come_back(sandbox, attempt_id)
    _settle(attempt_id)
    return session


def _settle(attempt_id: str) -> None:
    """Where the machine stood still for longer than a call to the gateway may take, the confirm had no answer."""
    for second in range(20):
        if attempt_now(attempt_id).state != "confirming":
            return
        settle_attempt(attempt_id, now=NOW + timedelta(seconds=second))
        time.sleep(0.2)


def ask(session: CheckoutSession, amount: int | None = None, **order: Any) -> str:
    """The id of a new refund. order: further fields of RefundOrder."""
    return ask_for(session.id, amount, **order)


def ask_for(session_id: str, amount: int | None = None, **order: Any) -> str:
    return refund_payment(session_id=session_id, order=RefundOrder(amount=amount, **order), now=NOW).id


def refund_now(refund_id: str) -> Refund:
    db.session.rollback()
    found = refund_by_id(refund_id)
    assert found is not None
    return found


def work(refund_id: str, *, start: datetime = NOW, within_s: int = 60) -> int:
    """What the worker does, by a clock of our own. Returns the seconds until the refund was settled."""
    for second in range(within_s + 1):
        now = start + timedelta(seconds=second)
        for due in claim_refunds(now=now, limit=10):
            settle_refund(due, now=now)
        if refund_now(refund_id).state != "processing":
            return second
        time.sleep(0.04)  # the gateway lives by the real clock
    raise AssertionError(f"not settled within {within_s} s")


def attempt_of(session: CheckoutSession) -> str:
    db.session.rollback()
    attempt = live_attempt(session.id)
    assert attempt is not None
    return attempt.id


def left_at_gateway(sandbox: Sandbox, session: CheckoutSession) -> int:
    return sandbox.taken(attempt_of(session))


def cancels_at_gateway(sandbox: Sandbox, session: CheckoutSession) -> int:
    """How often money was given back."""
    count: int = sandbox.payments(attempt_of(session))[0]["cancels"]
    return count


def cancel_in_console(sandbox: Sandbox, session: CheckoutSession, amount: int) -> None:
    """The merchant gives money back at the gateway, behind our back."""
    payment = sandbox.payments(attempt_of(session))[0]
    secret = gateway_secret(session)
    answer = requests.post(
        f"{sandbox.url}/toss/v1/payments/{payment['paymentKey']}/cancel",
        json={"cancelReason": "콘솔에서 취소", "cancelAmount": amount},
        auth=(secret, ""),
        timeout=10,
    )
    assert answer.status_code == 200, answer.text


def gateway_secret(session: CheckoutSession) -> str:
    attempt = live_attempt(session.id)
    assert attempt is not None
    gateway = gateway_of(attempt)
    assert isinstance(gateway, TossGateway)
    return gateway.secret_key


def bodies_of(session: CheckoutSession, event: str) -> list[dict[str, Any]]:
    """`data` of each event of this name, the oldest first."""
    db.session.rollback()
    found = select(Event.body).where(Event.session_id == session.id, Event.name == event)
    return [json.loads(body)["data"] for body in db.session.scalars(found.order_by(Event.sequence))]


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).order_by(Mail.created_at)))
