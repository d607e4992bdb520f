"""The documentation's function that watches a payment, run as it stands by node."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.payments.models import CheckoutSession
from app.payments.sessions import cancel_session
from tests.spec.documentation import Documentation
from tests.spec.live import Live
from tests.support.buyer import begin, come_back, session_now
from tests.support.processes import wait_until
from tests.support.world import make_session

WATCH = """
monitorPayment(process.env.SESSION_ID).then(
  (session) => console.log("returned", session.status),
  (error) => console.log("threw", error.message),
);
"""


def watch(live: Live, documentation: Documentation, session_id: str) -> list[dict[str, Any]]:
    """What the function called, in order, and how it ended. The webhook handler beside it is not called here."""
    script = live.adapt(documentation.script("monitorPayment"))
    with live.node(script + WATCH, SESSION_ID=session_id, ENDS_BY_ITSELF="1") as node:
        return [line for line in node.rest() if "called" in line]


def in_state(live: Live, state: str) -> CheckoutSession:
    """A new session that has come to this state."""
    now = clock.now()
    if state == "expired":
        session = make_session(live.world, now=now, expires_at=now + timedelta(seconds=1))
        wait_until(lambda: session_now(session).state == "expired", "the worker ends it")
        return session
    session = make_session(live.world, now=now)
    if state == "cancelled":
        cancel_session(session_id=session.id, now=now)
    elif state != "pending":
        attempt = begin(session, now=now)
        outcome = {"failed": "decline:REJECT_CARD_PAYMENT", "completed": "approve"}.get(state)
        if outcome:
            come_back(live.sandbox, attempt, outcome=outcome, now=now)
    assert session_now(session).state == state
    return session


@pytest.mark.parametrize(
    ("state", "called"),
    [
        ("completed", "handlePaymentSuccess"),
        ("failed", "handlePaymentFailure"),
        ("cancelled", "handlePaymentCancellation"),
        ("expired", "handleSessionExpiry"),
    ],
)
def test_a_session_that_has_come_to_an_end_is_handled(
    live: Live, documentation: Documentation, state: str, called: str
) -> None:
    with live.inside():
        session_id = in_state(live, state).id

    handled, ended = watch(live, documentation, session_id)

    assert handled["called"] == called
    [session] = handled["with"]
    assert session["status"] == session["data"]["status"] == state
    assert session["data"]["sessionId"] == session_id
    assert ended["with"] == ["returned", state]


def test_a_session_that_nobody_pays_yet_is_not_handled(live: Live, documentation: Documentation) -> None:
    with live.inside():
        session_id = in_state(live, "pending").id

    [ended] = watch(live, documentation, session_id)

    assert ended["with"] == ["returned", "pending"]


def test_a_payment_under_way_is_asked_for_again_until_it_is_paid(
    live: Live, documentation: Documentation
) -> None:
    with live.inside():
        session_id = in_state(live, "processing").id
    paying = threading.Timer(1, live.pay, [session_id])
    paying.start()

    told = watch(live, documentation, session_id)

    paying.join(timeout=20)
    assert told[0]["with"] == ["returned", "processing"]
    assert [line["called"] for line in told[1:]] == ["handlePaymentSuccess"]
    assert told[1]["with"][0]["data"]["paymentMethod"] == "card"


def test_a_session_that_is_not_there_is_an_error_with_a_sentence(
    live: Live, documentation: Documentation
) -> None:
    [documented] = documentation.answers("invalid_session")

    said, ended = watch(live, documentation, "cs_" + "0" * 32)

    assert said["called"] == "console.error"
    assert ended["with"] == ["threw", documented["error"]["message"]]
