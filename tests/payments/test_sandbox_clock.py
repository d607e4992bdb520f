"""A shop's test clock is moved forward: expiry, due dates and retries follow, and nobody else's."""

from datetime import datetime, timedelta

import pytest
import requests

from app import clock
from app.coupons.coupons import create_coupon
from app.coupons.models import Coupon
from app.database import db, transaction
from app.errors import GatewayError, GatewayUnreachable
from app.gateways import http
from app.jobs.due_deliveries import claim_due
from app.jobs.expire_sessions import expire_due_sessions
from app.payments.models import CheckoutSession, Refund
from app.payments.queries import session_by_id
from app.payments.sandbox_clock import pass_time
from app.payments.sessions import expire_session
from app.webhooks.models import Delivery, Event
from tests.support.buyer import attempt_now, begin, come_back, events_of, launch, session_now
from tests.support.refunds import ask
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session, make_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def nobody_answers(*_: object, **__: object) -> None:
    raise GatewayUnreachable


def times(row: object) -> dict[str, datetime]:
    db.session.refresh(row)
    table = type(row).__table__  # type: ignore[attr-defined]  # a model
    values = {column.name: getattr(row, column.name) for column in table.columns}
    return {name: value for name, value in values.items() if isinstance(value, datetime)}


def test_a_session_expires_when_its_time_has_passed(world: World, sandbox: Sandbox) -> None:
    session = make_session(world, now=clock.now())
    before = times(session)

    pass_time(shop_id=world.shop_id, step=2 * DAY)
    expire_due_sessions(now=clock.now(), limit=10)

    assert session_now(session).state == "expired"
    assert events_of(session) == ["session.expired"]
    assert abs(times(session)["created_at"] - before["created_at"] + 2 * DAY) < timedelta(milliseconds=2)


def test_what_others_have_and_live_mode_stay_as_they_are(world: World, sandbox: Sandbox) -> None:
    stranger, now = make_world(), clock.now()
    others = [make_session(stranger, now=now), make_session(world, now=now)]
    with transaction():
        others[1].livemode = True
    before = [times(session) for session in others]

    pass_time(shop_id=world.shop_id, step=DAY)

    assert [times(session) for session in others] == before


def test_an_account_is_past_its_due_date_at_the_gateway_too(world: World, sandbox: Sandbox) -> None:
    session = make_session(world, now=clock.now())
    attempt_id = begin(session, method="virtual_account", now=clock.now())
    come_back(sandbox, attempt_id, now=clock.now())
    account = attempt_now(attempt_id).virtual_account
    assert account is not None

    pass_time(shop_id=world.shop_id, step=DAY + HOUR)

    moved = attempt_now(attempt_id).virtual_account
    assert moved is not None
    assert datetime.fromisoformat(moved["dueAt"]) == datetime.fromisoformat(account["dueAt"]) - DAY - HOUR
    with pytest.raises(requests.HTTPError):  # the bank takes nothing any more
        sandbox.pay_in(attempt_id)
    assert expire_session(session_id=session.id, now=clock.now())
    assert session_now(session).state == "expired"
    assert sandbox.taken(attempt_id) == 0


def test_the_window_of_an_attempt_is_over(world: World, sandbox: Sandbox) -> None:
    session = make_session(world, now=clock.now())
    attempt_id = begin(session, now=clock.now())
    sandbox.authorise(launch(attempt_id))

    pass_time(shop_id=world.shop_id, step=HOUR)

    [payment] = sandbox.payments(attempt_id)
    assert payment["status"] == "EXPIRED"


def test_a_webhook_that_waits_for_its_retry_is_due(world: World, sandbox: Sandbox) -> None:
    session = make_session(world, now=clock.now(), webhook_url="https://shop.example/hook")
    attempt_id = begin(session, now=clock.now())
    come_back(sandbox, attempt_id, now=clock.now())
    with transaction():
        db.session.query(Delivery).one().send_at = clock.now() + 5 * HOUR
    assert claim_due(limit=10, now=clock.now()) == []

    pass_time(shop_id=world.shop_id, step=6 * HOUR)

    assert len(claim_due(limit=10, now=clock.now())) == 1


def test_everything_of_the_shop_becomes_older_by_the_same(world: World, sandbox: Sandbox) -> None:
    now = clock.now()
    values = {"code": "SOON", "type": "percentage", "discount_value": 10, "valid_until": now + DAY}
    create_coupon(
        merchant_id=world.merchant_id, shop_id=world.shop_id, livemode=False, values=values, now=now
    )
    session = make_session(world, now=now)
    attempt_id = begin(session, now=now)
    come_back(sandbox, attempt_id, now=now)
    ask(session, amount=1000)
    rows = [db.session.query(model).first() for model in (CheckoutSession, Coupon, Refund, Event)]
    before = [times(row) for row in rows] + [times(attempt_now(attempt_id))]

    pass_time(shop_id=world.shop_id, step=DAY + HOUR)

    after = [times(row) for row in rows] + [times(attempt_now(attempt_id))]
    assert all(before)
    for old, new in zip(before, after, strict=True):
        off = {name: abs(value - DAY - HOUR - new[name]) for name, value in old.items()}
        assert max(off.values()) < timedelta(milliseconds=2), off


def test_a_sandbox_that_does_not_answer_changes_nothing(
    world: World, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(world, now=clock.now())
    before = times(session)
    monkeypatch.setattr(http, "call", nobody_answers)

    with pytest.raises(GatewayError):
        pass_time(shop_id=world.shop_id, step=DAY)

    found = session_by_id(session.id)
    assert found is not None
    assert times(found) == before
