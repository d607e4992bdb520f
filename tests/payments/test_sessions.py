from datetime import timedelta

import pytest
from flask import Flask

from app.errors import WrongState
from app.payments.attempts import Buyer, start_attempt
from app.payments.models import CheckoutSession
from app.payments.queries import session_by_id
from app.payments.sessions import cancel_session
from tests.support.world import NOW, World, make_session


def stored(session_id: str) -> CheckoutSession:
    session = session_by_id(session_id)
    assert session is not None
    return session


def test_a_session_waits_to_be_paid(world: World) -> None:
    session = make_session(world)

    assert stored(session.id).state == "pending"


def test_cancelling_ends_a_session_once_and_for_all(world: World) -> None:
    session = make_session(world)

    cancel_session(session_id=session.id, now=NOW)
    cancel_session(session_id=session.id, now=NOW)

    assert stored(session.id).state == "cancelled"
    with pytest.raises(WrongState):
        start_attempt(session_id=session.id, method="card", buyer=Buyer(), now=NOW)


def test_cancelling_lets_go_of_a_buyer_who_is_at_the_gateway(world: World) -> None:
    session = make_session(world)
    start_attempt(session_id=session.id, method="card", buyer=Buyer(), now=NOW)

    cancel_session(session_id=session.id, now=NOW)

    assert stored(session.id).state == "cancelled"


def test_an_order_of_nothing_completes_without_a_gateway(app: Flask, world: World) -> None:
    session = make_session(
        world, items=[{"name": "견본", "price": 0, "quantity": 1}], subtotal=0, total_amount=0
    )

    attempt = start_attempt(session_id=session.id, method="", buyer=Buyer(), now=NOW + timedelta(minutes=1))

    assert attempt is None
    assert stored(session.id).state == "completed"
