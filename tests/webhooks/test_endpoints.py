"""When a receiver is warned about, switched off and on again, and who hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.database import db, transaction
from app.jobs.due_deliveries import claim_due
from app.mails.models import Mail
from app.mails.rendering import rendered
from app.shops.models import Shop
from app.shops.shops import update_shop
from app.webhooks.addresses import endpoint_id, host_of
from app.webhooks.endpoints import enable_endpoint
from app.webhooks.models import Delivery, DeliveryTry, WebhookEndpoint
from app.webhooks.results import Due
from tests.payments.test_races import all_at_once
from tests.support.webhooks import HOOK, answer, answer_all, delivery_of, endpoints, owe
from tests.support.world import NOW, World, make_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def told(app: Flask) -> World:
    """A shop that named an address for notices."""
    world = make_world()
    set_shop(world, notification_email="ops@shop.example")
    return world


def set_shop(world: World, **columns: Any) -> None:
    with transaction():
        change = update(Shop).where(Shop.id == world.shop_id).values(**columns)
        db.session.connection().execute(change)


def mails() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail.template).order_by(Mail.created_at, Mail.id)))


def only_endpoint() -> WebhookEndpoint:
    [endpoint] = endpoints()
    return endpoint


def fail_every(pause: timedelta, *, world: World, start: datetime, until: datetime) -> None:
    """An event a pause, each tried once; what fails."""
    moment = start
    while moment <= until:
        owe(world, now=moment)
        assert answer_all(500, now=moment) >= 1
        moment += pause


def give_up(now: datetime) -> datetime:
    """Refuse everything until nothing is owed any more; when that was."""
    while True:
        db.session.rollback()
        waiting = (
            select(Delivery.send_at).where(Delivery.state == "waiting").order_by(Delivery.send_at.desc())
        )
        last = db.session.scalars(waiting).first()
        if last is None:
            return now
        now = max(now, last)
        answer_all(503, now=now)


class TestGone:
    def test_an_endpoint_that_is_gone_is_switched_off_and_the_shop_is_told_once(self, told: World) -> None:
        first, second = owe(told, now=NOW), owe(told, now=NOW)
        due, other = claim_due(limit=2, now=NOW)
        waiting = owe(told, now=NOW)

        answer(due, 410, now=NOW)
        answer(other, 410, now=NOW)

        endpoint = only_endpoint()
        assert (endpoint.state, endpoint.reason, endpoint.last_failure) == ("disabled", "gone", "410")
        assert endpoint.disabled_at == NOW
        reasons = {delivery_of(session).reason for session in (first, second)}
        assert "gone" in reasons
        assert (delivery_of(waiting).state, delivery_of(waiting).reason) == ("failed", "endpoint_disabled")
        assert mails() == ["webhook_disabled"]

    def test_what_happens_afterwards_is_recorded_and_not_sent(self, told: World) -> None:
        owe(told, now=NOW)
        answer_all(410, now=NOW)

        later = owe(told, now=NOW + HOUR)

        delivery = delivery_of(later)
        assert (delivery.state, delivery.reason) == ("failed", "endpoint_disabled")
        assert delivery.ended_at == NOW + HOUR
        assert claim_due(limit=10, now=NOW + DAY) == []

    def test_other_receivers_of_the_shop_go_on(self, told: World) -> None:
        owe(told, now=NOW)
        answer_all(410, now=NOW)
        owe(told, url="https://other.example/hook", now=NOW)

        assert len(claim_due(limit=10, now=NOW)) == 1

    def test_the_same_address_of_another_shop_goes_on(self, told: World) -> None:
        owe(told, now=NOW)
        answer_all(410, now=NOW)
        owe(make_world(), now=NOW)

        assert len(claim_due(limit=10, now=NOW)) == 1

    def test_what_stands_behind_the_question_mark_makes_no_other_receiver(self, told: World) -> None:
        owe(told, url=f"{HOOK}?order=1", now=NOW)
        answer_all(410, now=NOW)

        later = owe(told, url=f"{HOOK}?order=2", now=NOW)

        assert delivery_of(later).reason == "endpoint_disabled"
        assert only_endpoint().url == HOOK

    def test_a_delivery_that_was_just_being_recorded_is_not_sent_either(self, told: World) -> None:
        """Its transaction began before the endpoint was disabled, and ended after."""
        owe(told, now=NOW)
        answer_all(410, now=NOW)
        late = owe(told, now=NOW)
        with transaction():
            as_recorded = {"state": "waiting", "reason": None, "ended_at": None}
            change = update(Delivery).where(Delivery.session_id == late.id).values(as_recorded)
            db.session.connection().execute(change)

        assert claim_due(limit=10, now=NOW) == []
        assert (delivery_of(late).state, delivery_of(late).reason) == ("failed", "endpoint_disabled")

    def test_what_was_under_way_and_is_accepted_counts_as_delivered(self, told: World) -> None:
        owe(told, now=NOW)
        under_way = owe(told, now=NOW)
        dues = {due.place.url: due for due in claim_due(limit=1, now=NOW)}
        [other] = claim_due(limit=1, now=NOW)
        first = dues[HOOK]
        late, gone = (other, first) if under_way.id in other.body else (first, other)

        answer(gone, 410, now=NOW)
        answer(late, 200, now=NOW)

        assert (delivery_of(under_way).state, delivery_of(under_way).reason) == ("delivered", None)
        assert only_endpoint().state == "disabled"


class TestFailing:
    def test_long_failure_is_told_after_three_days_and_ends_after_five(self, told: World) -> None:
        fail_every(timedelta(hours=6), world=told, start=NOW, until=NOW + 3 * DAY - HOUR)
        before = (only_endpoint().state, "webhook_failing" in mails())

        fail_every(timedelta(hours=6), world=told, start=NOW + 3 * DAY, until=NOW + 5 * DAY - HOUR)
        between = (only_endpoint().state, mails().count("webhook_failing"))
        fail_every(timedelta(hours=6), world=told, start=NOW + 5 * DAY, until=NOW + 5 * DAY)

        assert before == ("enabled", False)
        assert between == ("enabled", 1)
        assert (only_endpoint().state, only_endpoint().reason) == ("disabled", "failing")
        assert mails().count("webhook_disabled") == 1

    def test_a_single_event_never_switches_an_endpoint_off(self, told: World) -> None:
        owe(told, now=NOW)
        for day in range(11):
            assert answer_all(500, now=NOW + 2 * day * DAY) == 1

        assert (only_endpoint().state, only_endpoint().failures) == ("enabled", 11)

    def test_many_failures_on_one_day_do_not_either(self, told: World) -> None:
        for _ in range(30):
            owe(told, now=NOW)

        assert answer_all(None, error="timeout", now=NOW) == 30
        assert (only_endpoint().state, only_endpoint().last_failure) == ("enabled", "timeout")
        assert mails() == []

    def test_one_success_begins_the_count_anew(self, told: World) -> None:
        fail_every(timedelta(hours=6), world=told, start=NOW, until=NOW + 4 * DAY)
        owe(told, now=NOW + 4 * DAY + HOUR)
        answer_all(200, now=NOW + 4 * DAY + HOUR)

        fail_every(timedelta(hours=6), world=told, start=NOW + 5 * DAY, until=NOW + 7 * DAY)

        endpoint = only_endpoint()
        assert (endpoint.state, endpoint.first_failed_at) == ("enabled", NOW + 5 * DAY)
        assert endpoint.last_success_at == NOW + 4 * DAY + HOUR

    def test_what_is_our_own_fault_is_not_counted(self, told: World) -> None:
        owe(told, now=NOW)

        answer_all(None, error="no_secret", now=NOW)

        assert endpoints() == []
        assert len(list(db.session.scalars(select(DeliveryTry)))) == 1


class TestGivenUp:
    def test_the_shop_hears_of_the_first_of_a_day(self, told: World) -> None:
        sessions = [owe(told, now=NOW) for _ in range(3)]

        end = give_up(NOW)

        assert {delivery_of(session).reason for session in sessions} == {"exhausted"}
        assert end - NOW < timedelta(days=5)
        assert mails().count("webhook_given_up") == 1

    def test_it_hears_again_on_another_day(self, told: World) -> None:
        start = NOW
        for _ in range(2):
            owe(told, now=start)
            start = give_up(start) + DAY
            owe(told, now=start)
            answer_all(200, now=start)

        assert mails().count("webhook_given_up") == 2

    def test_a_shop_without_an_address_for_notices_hears_nothing(self, world: World) -> None:
        owe(world, now=NOW)
        answer_all(410, now=NOW)

        assert only_endpoint().state == "disabled"
        assert mails() == []


class TestEnabling:
    def test_an_endpoint_that_is_enabled_begins_anew(self, told: World) -> None:
        lost = owe(told, now=NOW)
        answer_all(410, now=NOW)

        for _ in range(2):  # twice is no error
            enable_endpoint(only_endpoint().id)
        owe(told, now=NOW)

        endpoint = only_endpoint()
        assert (endpoint.state, endpoint.reason, endpoint.disabled_at) == ("enabled", None, None)
        assert (endpoint.failures, endpoint.first_failed_at) == (0, None)
        assert answer_all(200, now=NOW) == 1
        assert delivery_of(lost).state == "failed"

    def test_setting_the_shops_address_again_enables_it(self, told: World) -> None:
        set_shop(told, webhook_url=HOOK)
        owe(told, url=None, now=NOW)
        answer_all(410, now=NOW)
        name = {"name": "새 이름"}
        update_shop(shop_id=told.shop_id, by_live_key=True, changes=name, now=NOW)
        untouched = only_endpoint().state

        update_shop(shop_id=told.shop_id, by_live_key=True, changes={"webhook_url": HOOK}, now=NOW)

        assert (untouched, only_endpoint().state) == ("disabled", "enabled")

    def test_another_address_leaves_it_as_it_is(self, told: World) -> None:
        owe(told, now=NOW)
        answer_all(410, now=NOW)
        other = {"webhook_url": "https://other.example/hook"}

        update_shop(shop_id=told.shop_id, by_live_key=True, changes=other, now=NOW)

        assert only_endpoint().state == "disabled"


def test_many_workers_that_hear_of_many_endpoints_do_not_hold_each_other_up(app: Flask, told: World) -> None:
    for number in range(24):
        owe(told, url=f"https://shop{number % 6}.example/hook", now=NOW)
    dues = claim_due(limit=24, now=NOW)

    def work(due: Due, status: int) -> Callable[[], object]:
        return lambda: answer(due, status, now=NOW)

    outcomes = all_at_once(app, [work(due, 410 if number % 2 else 200) for number, due in enumerate(dues)])

    assert outcomes == {"ok": 24}
    assert len(endpoints()) == 6


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("template", ["webhook_disabled", "webhook_failing", "webhook_given_up"])
@pytest.mark.parametrize("reason", ["gone", "failing"])
def test_mails_tell_where_and_what_to_do(app: Flask, language: str, template: str, reason: str) -> None:
    values = {
        "shop": "한빛 상점",
        "url": HOOK,
        "endpoint_id": "whe_1",
        "last_failure": "503",
        "livemode": True,
        "since": "2026-03-02 18:00 (Asia/Seoul)",
        "disabled_at": "2026-03-07 18:00 (Asia/Seoul)",
        "reason": reason,
        "event": "payment.completed",
        "event_id": "evt_1",
    }
    mail = Mail(id="mail_1", template=template, language=language, recipient="ops@shop.example", values=values,
                created_at=NOW)  # fmt: skip

    message = rendered(mail, sender_address="Korea Checkout <no-reply@checkout.example>")

    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = str(part.get_content())
        assert HOOK in text
        assert "503" in text
    assert str(message["Subject"]).startswith("[한빛 상점] ")


def test_an_endpoint_has_one_id_for_shop_mode_and_address() -> None:
    one = endpoint_id(shop_id="shop_1", livemode=True, url=HOOK)

    assert one == endpoint_id(shop_id="shop_1", livemode=True, url=f"{HOOK}?a=1#b")
    others = {
        endpoint_id(shop_id="shop_2", livemode=True, url=HOOK),
        endpoint_id(shop_id="shop_1", livemode=False, url=HOOK),
        endpoint_id(shop_id="shop_1", livemode=True, url=f"{HOOK}/"),
    }
    assert len(others | {one}) == 4


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.Example/hook", "shop.example:443"),
        ("http://shop.example", "shop.example:80"),
        ("http://shop.example:8080/x", "shop.example:8080"),
        ("https://[2001:db8::1]/x", "2001:db8::1:443"),
        ("https://shop.example:99999/x", "shop.example:99999"),
        ("https://[::1/x", "[::1"),
    ],
)
def test_whom_a_delivery_is_sent_to(url: str, host: str) -> None:
    assert host_of(url) == host
