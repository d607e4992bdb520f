"""The documentation's webhook handlers, run as they stand by node, and what the worker really delivers to them."""

import json
from collections.abc import Callable

import pytest
import requests
from sqlalchemy import select

from app import clock
from app.database import db, transaction
from app.payments.queries import session_by_id
from app.payments.sessions import cancel_session
from app.shops.models import Shop
from app.webhooks.models import Delivery, DeliveryTry
from app.webhooks.signing import HEADER, new_secret, signature_headers
from tests.spec.documentation import Documentation, lacks
from tests.spec.live import Live, Node
from tests.support.buyer import begin, come_back
from tests.support.processes import wait_until
from tests.web.site import CREATE

End = Callable[[Live, str], None]


def pay(live: Live, session_id: str) -> None:
    live.pay(session_id)


def decline(live: Live, session_id: str) -> None:
    with live.inside():
        session, now = session_by_id(session_id), clock.now()
        assert session is not None
        come_back(live.sandbox, begin(session, now=now), outcome="decline:REJECT_CARD_PAYMENT", now=now)


def cancel(live: Live, session_id: str) -> None:
    with live.inside():
        cancel_session(session_id=session_id, now=clock.now())


# A word of the script, the path it listens on, and what is called by which end of a session.
HANDLERS: list[tuple[str, str, dict[End, list[str]]]] = [
    (
        "updateOrderStatus",
        "/webhooks/checkout",
        {pay: ["updateOrderStatus", "fulfillOrder"], decline: [], cancel: []},
    ),
    (
        "monitorPayment",
        "/webhooks/payment",
        {pay: ["handlePaymentSuccess"], decline: ["handlePaymentFailure"], cancel: []},
    ),
    (
        "verifySignature",
        "/webhooks/checkout",
        {pay: ["handlePaymentCompleted"], decline: ["handlePaymentFailed"], cancel: ["console.log"]},
    ),
]
ENDS = [(word, path, end, called) for word, path, ends in HANDLERS for end, called in ends.items()]
EVENTS = {pay: "payment.completed", decline: "payment.failed", cancel: "session.cancelled"}


def receiver(live: Live, documentation: Documentation, word: str) -> Node:
    return live.node(live.adapt(documentation.script(word)))


def address(node: Node) -> str:
    return f"http://127.0.0.1:{node.next()['listening']}"


def created(live: Live, documentation: Documentation, shop: str, path: str) -> str:
    """A session by the documented command; the webhook goes where that says, else where the shop's setting says."""
    with live.inside(), transaction():
        db.session.get_one(Shop, live.world.shop_id).webhook_url = shop + path
    command = next(
        command
        for command in documentation.commands(CREATE)
        if (path in command) or "webhookUrl" not in command
    )
    answer = live.curl(command, shop=shop)
    assert answer.status == 201
    return str(answer.json["sessionId"])


def delivered(live: Live, session_id: str) -> list[tuple[str, int | None]]:
    """State of each delivery of the session, with the status that the receiver answered."""
    with live.inside():
        rows = db.session.execute(
            select(Delivery.state, DeliveryTry.status)
            .outerjoin(DeliveryTry, DeliveryTry.delivery_id == Delivery.id)
            .where(Delivery.session_id == session_id)
        )
        return [(state, status) for state, status in rows]


@pytest.mark.parametrize(
    ("word", "path", "end", "called"), ENDS, ids=lambda value: getattr(value, "__name__", None) or str(value)
)
def test_a_handler_takes_what_is_delivered(
    live: Live, documentation: Documentation, word: str, path: str, end: End, called: list[str]
) -> None:
    with receiver(live, documentation, word) as node:
        session_id = created(live, documentation, address(node), path)

        end(live, session_id)
        wait_until(lambda: delivered(live, session_id) == [("delivered", 200)], "the webhook is delivered")
        told = [node.next() for _ in called]

        assert [line["called"] for line in told] == called
        assert node.is_silent
    for line in told:
        assert (
            line["called"] == "console.log" or session_id in json.dumps(line) or line["with"] == ["order_123"]
        )


def test_what_is_delivered_has_everything_that_is_documented(
    live: Live, documentation: Documentation
) -> None:
    [documented] = [sample for sample in documentation.answers("paymentMethod") if "event" in sample]
    script = "app.post('/webhooks/checkout', (req, res) => { console.log(req.body); res.status(200).send('OK'); });"

    with live.node(script) as node:
        session_id = created(live, documentation, address(node), "/webhooks/checkout")
        live.pay(session_id)
        [body] = node.next()["with"]

    assert lacks(documented, body) == []
    assert body["event"] == "payment.completed"
    assert body["data"]["sessionId"] == session_id
    assert body["livemode"] is False


@pytest.mark.parametrize("forgery", ["another secret", "another body", "an old one"])
def test_the_handler_that_verifies_refuses_a_forged_webhook(
    live: Live, documentation: Documentation, forgery: str
) -> None:
    body = '{"event":"payment.completed","data":{"sessionId":"cs_forged"}}'
    secret = new_secret() if forgery == "another secret" else live.world.webhook_secret
    now = clock.now().replace(year=2025) if forgery == "an old one" else clock.now()
    headers = signature_headers(event_id="evt_1", body=body, whsecs=[secret], now=now)
    sent = body.replace("forged", "other") if forgery == "another body" else body

    with receiver(live, documentation, "verifySignature") as node:
        url = address(node) + "/webhooks/checkout"
        refused = requests.post(url, data=sent, headers={HEADER: headers[HEADER]}, timeout=10)

        assert (refused.status_code, refused.text) == (400, "Invalid signature")
        assert node.is_silent


def test_the_handler_that_verifies_takes_any_secret_while_one_rotates(
    live: Live, documentation: Documentation
) -> None:
    body = '{"event":"payment.completed","data":{"sessionId":"cs_1"}}'
    secrets = [new_secret(), live.world.webhook_secret]
    headers = signature_headers(event_id="evt_1", body=body, whsecs=secrets, now=clock.now())

    with receiver(live, documentation, "verifySignature") as node:
        url = address(node) + "/webhooks/checkout"
        taken = requests.post(url, data=body, headers={HEADER: headers[HEADER]}, timeout=10)

        assert (taken.status_code, taken.text) == (200, "OK")
        assert node.next()["called"] == "handlePaymentCompleted"
