"""Rotating the webhook secret: shown once, both sign meanwhile, never too many."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from app import clock
from app.clock import to_wire
from app.database import db
from app.services import services
from app.shops.repeats import IdempotencyKey
from app.webhooks.models import WebhookSecret
from app.webhooks.secrets import secrets_of_shop
from app.webhooks.signing import signature_headers
from tests.payments.test_races import all_at_once
from tests.support.world import make_world
from tests.web.site import Site, assert_error

ROTATE = "/api/webhooks/secret/rotate"
HOUR = timedelta(hours=1)


@pytest.fixture
def own(site: Site) -> Site:
    """The same application, and a merchant with one secret a mode."""
    with site.inside():
        return Site(site.app, make_world())


def rotate(site: Site, body: object = None, **kwargs: object) -> TestResponse:
    return site.send("POST", ROTATE, json={} if body is None else body, **kwargs)  # type: ignore[arg-type]  # headers


def alive(site: Site, *, after: timedelta = timedelta(), livemode: bool = False) -> list[str]:
    with site.inside():
        now = clock.now() + after
        return secrets_of_shop(site.world.shop_id, livemode=livemode, vault=services().vault, now=now)


def test_the_new_secret_signs_at_once_and_the_old_one_until_its_grace_is_over(own: Site) -> None:
    answer = rotate(own, {"graceHours": 48}).get_json()

    old, new = own.world.webhook_secret, answer["secret"]
    assert alive(own) == [new, old]
    assert alive(own, after=47 * HOUR) == [new, old]
    assert alive(own, after=49 * HOUR) == [new]
    created = datetime.fromisoformat(answer["createdAt"])
    assert answer["othersEndAt"] == to_wire(created + 48 * HOUR)


def test_either_secret_verifies_what_is_sent_meanwhile(own: Site) -> None:
    rotate(own)
    body = '{"id":"evt_1"}'

    headers = signature_headers(event_id="evt_1", body=body, whsecs=alive(own), now=clock.now())

    assert len(alive(own)) == 2
    for secret in alive(own):
        assert Webhook(secret).verify(body, headers) == json.loads(body)


def test_without_a_grace_the_old_one_ends_at_once(own: Site) -> None:
    new = rotate(own, {"graceHours": 0}).get_json()["secret"]

    assert alive(own) == [new]


def test_a_later_rotation_never_lengthens_an_earlier_grace(own: Site) -> None:
    rotate(own, {"graceHours": 1})
    newest = rotate(own, {"graceHours": 100}).get_json()["secret"]

    assert own.world.webhook_secret in alive(own)
    assert own.world.webhook_secret not in alive(own, after=2 * HOUR)
    assert alive(own)[0] == newest


def test_never_more_than_three_are_alive(own: Site) -> None:
    for _ in range(2):
        assert rotate(own).status_code == 200

    details = assert_error(rotate(own), 409, "too_many_webhook_secrets")
    after_a_leak = rotate(own, {"graceHours": 0})

    assert details["most"] == 3
    assert after_a_leak.status_code == 200
    assert alive(own) == [after_a_leak.get_json()["secret"]]


def test_not_even_when_many_ask_at_once(own: Site) -> None:
    with own.inside():
        all_at_once(own.app, [lambda: rotate(own)] * 8)

    assert len(alive(own)) == 3


def test_modes_have_secrets_of_their_own(own: Site) -> None:
    before = alive(own, livemode=True)

    new = rotate(own, {"graceHours": 0}).get_json()

    assert alive(own, livemode=True) == before
    assert new["secret"] not in before
    assert new["livemode"] is False


def test_the_same_request_again_gives_the_same_secret_and_nothing_is_kept_in_clear(own: Site) -> None:
    headers = {"Idempotency-Key": "rotate-1"}

    first, second = (rotate(own, {"graceHours": 5}, headers=headers) for _ in range(2))
    other = rotate(own, {"graceHours": 6}, headers=headers)

    assert first.data == second.data
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert_error(other, 409, "idempotency_key_reused")
    assert len(alive(own)) == 2
    with own.inside():
        secret = first.get_json()["secret"].encode()
        kept = db.session.scalars(select(IdempotencyKey.body)).all()
        assert not [body for body in kept if body and secret in body]
        found = select(func.count()).where(WebhookSecret.secret.contains(secret.decode()))
        assert db.session.scalar(found) == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [({"graceHours": -1}, "graceHours"), ({"graceHours": 169}, "graceHours"), ({"graceHours": "24"}, "graceHours"),
     ({"graceHours": 1.5}, "graceHours"), ({"graceHours": True}, "graceHours"), ({"hours": 1}, "hours")],
)  # fmt: skip
def test_a_grace_that_makes_no_sense(own: Site, body: object, field: str) -> None:
    assert_error(rotate(own, body), 400, "invalid_parameter", field)
    assert alive(own) == [own.world.webhook_secret]


@pytest.mark.parametrize("shop_id", ["shop_" + "0" * 32, "x", ""])
def test_a_shop_that_is_not_there(own: Site, shop_id: str) -> None:
    assert_error(rotate(own, {"shopId": shop_id}), 404, "invalid_shop", "shopId")
