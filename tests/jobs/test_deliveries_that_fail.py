"""What the worker writes down about a webhook that the shop did not take."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.jobs.deliver_webhooks import record_results
from app.jobs.due_deliveries import claim_due
from app.payments.sessions import cancel_session
from app.webhooks.models import Delivery, DeliveryTry
from app.webhooks.results import Due, Result
from app.webhooks.sender import Answer
from tests.support.world import World, make_session


def answered(due: Due, status: int | None, *, error: str | None = None) -> Result:
    return Result(due, clock.now(), Answer(status, error, "words of the shop", None, 12))


def due_deliveries(world: World, *, count: int, now: datetime) -> list[Due]:
    for _ in range(count):
        session = make_session(world, now=now, webhook_url="https://shop.example/hook")
        cancel_session(session_id=session.id, now=now)
    return claim_due(limit=10, now=now)


def delivery_of(due: Due) -> Delivery:
    db.session.rollback()
    return db.session.get_one(Delivery, due.delivery_id, populate_existing=True)


@pytest.mark.parametrize(("status", "error"), [(500, None), (302, None), (None, "timeout")])
def test_a_refused_delivery_is_stored_and_comes_due_again(
    world: World, status: int | None, error: str | None
) -> None:
    now = clock.now()
    [due] = due_deliveries(world, count=1, now=now)

    record_results([answered(due, status, error=error)])

    delivery = delivery_of(due)
    [tried] = db.session.scalars(select(DeliveryTry))
    assert (delivery.state, delivery.leased_until) == ("waiting", None)
    assert delivery.send_at >= now + timedelta(seconds=5)
    assert (tried.status, tried.error, tried.answer) == (status, error, "words of the shop")


def test_a_refused_delivery_takes_no_other_one_with_it(world: World) -> None:
    refused, accepted = due_deliveries(world, count=2, now=clock.now())

    record_results([answered(refused, 500), answered(accepted, 200)])

    assert delivery_of(refused).state == "waiting"
    assert delivery_of(accepted).state == "delivered"


def test_an_endpoint_that_is_gone_is_not_asked_again(world: World) -> None:
    [due] = due_deliveries(world, count=1, now=clock.now())

    record_results([answered(due, 410)])

    assert delivery_of(due).state == "failed"
