from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import clock
from app.database import db, transaction
from app.errors import TooManyRequests
from app.jobs.forget_keys import forget_old_idempotency_keys
from app.payments.models import CheckoutSession, Refund
from app.payments.sessions import create_session
from app.payments.states import SessionState
from app.shops import repeats
from app.shops.keys import issue_key
from app.shops.repeats import IdempotencyKey
from app.web.api import idempotency
from tests.support.world import make_world, order_body
from tests.web.checkout.browser import new_session
from tests.web.checkout.states import session_that_is
from tests.web.site import CREATE, READ, Site, assert_error


@pytest.fixture
def site(site: Site) -> Site:
    """A merchant of its own, so that keys and counts are the test's alone."""
    with site.inside():
        return Site(site.app, make_world())


def post(
    site: Site, path: str = CREATE, body: Any = None, *, idem: str = "k1", **kwargs: Any
) -> TestResponse:
    headers = {"Idempotency-Key": idem, **kwargs.pop("headers", {})}
    return site.send("POST", path, json=order_body() if body is None else body, headers=headers, **kwargs)


def sessions(site: Site) -> int:
    with site.inside():
        own = CheckoutSession.merchant_id == site.world.merchant_id
        return db.session.scalar(select(func.count()).select_from(CheckoutSession).where(own)) or 0


def change_rows(site: Site, **values: Any) -> None:
    with site.inside(), transaction():
        db.session.connection().execute(update(IdempotencyKey).values(**values))


def test_the_same_request_twice_is_carried_out_once(site: Site) -> None:
    first, second = post(site), post(site)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.mimetype == "application/json"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert sessions(site) == 1


def test_without_a_key_each_request_counts(site: Site) -> None:
    site.create(), site.create()

    assert sessions(site) == 2


def test_another_key_is_another_request(site: Site) -> None:
    assert post(site, idem="a").data != post(site, idem="b").data


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CREATE, order_body(platformOrderId="other")),
        ("/api/shops", {"name": "x"}),
        ("/api/coupons/apply", order_body()),
    ],
)
def test_a_key_that_came_with_another_request_is_refused(site: Site, path: str, body: Any) -> None:
    post(site)

    assert_error(post(site, path, body), 409, "idempotency_key_reused")
    assert sessions(site) == 1


@pytest.mark.parametrize("key", ["", "k" * 256, "k\x07", "k\tk"])
def test_a_key_that_is_none_is_told(site: Site, key: str) -> None:
    assert_error(post(site, idem=key), 400, "invalid_parameter", "Idempotency-Key")
    assert sessions(site) == 0


@pytest.mark.parametrize(
    "key",
    [
        "k" * 255,
        "주문 1".encode().decode("latin-1"),
        ("주" * 255).encode().decode("latin-1"),
        "é",
        "'; --",
        "0",
    ],
)
def test_any_printable_text_is_a_key(site: Site, key: str) -> None:
    first, second = post(site, idem=key), post(site, idem=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.data == first.data
    assert sessions(site) == 1


def test_a_refusal_is_given_again_to_the_byte_but_a_bad_key_is_not(site: Site) -> None:
    wrong = order_body(totalAmount=1)

    refused = post(site, body=wrong, headers={"x-api-key": "sk_test_" + "0" * 64}, key=None)
    first, second = post(site, body=wrong), post(site, body=wrong)

    assert_error(refused, 401, "invalid_api_key")
    assert_error(first, 400, "amount_mismatch")
    assert second.data == first.data
    assert second.headers["Idempotent-Replayed"] == "true"


def test_keys_of_others_are_no_concern(site: Site) -> None:
    with site.inside():
        stranger = Site(site.app, make_world())
        restricted = issue_key(
            merchant_id=site.world.merchant_id, livemode=False, shop_id=site.world.shop_id, now=clock.now()
        ).secret

    ids = {post(one, key=key).data for one, key in
           ((site, "test"), (site, "live"), (site, restricted), (stranger, "test"))}  # fmt: skip

    assert len(ids) == 4


def test_only_posts_have_keys(site: Site) -> None:
    session_id = new_session(site)
    headers = {"Idempotency-Key": "k9"}

    answers = [site.send("GET", READ + session_id, headers=headers) for _ in range(2)]
    answers += [site.send("PATCH", READ + session_id, json={}, headers=headers) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any("Idempotent-Replayed" in answer.headers for answer in answers)


def test_a_request_that_is_still_being_carried_out_is_not_begun_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        idempotency, "keep_answer", lambda *_, **__: None
    )  # as if the first had not come so far
    post(site)

    assert_error(post(site), 409, "idempotency_key_in_use")
    assert sessions(site) == 1


def died_before_its_answer_was_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "keep_answer", lambda *_, **__: None)
        act()
    change_rows(site, leased_until=clock.now() - timedelta(seconds=1))


def test_after_a_crash_what_was_made_is_found_and_not_made_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[TestResponse] = []
    died_before_its_answer_was_kept(site, monkeypatch, lambda: lost.append(post(site)))

    again, replayed = post(site), post(site)

    assert again.get_json()["sessionId"] == lost[0].get_json()["sessionId"]
    assert "Idempotent-Replayed" not in again.headers
    assert replayed.data == again.data
    assert sessions(site) == 1


def test_after_a_crash_nothing_is_refunded_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = session_that_is(site, SessionState.COMPLETED)
    path, body = f"{READ}{session_id}/refund", {"amount": 10_000}
    died_before_its_answer_was_kept(site, monkeypatch, lambda: post(site, path, body))

    again = post(site, path, body)

    with site.inside():
        made = list(db.session.scalars(select(Refund.id).where(Refund.session_id == session_id)))
    assert [again.get_json()["refundId"]] == made


def test_after_a_crash_no_shop_is_opened_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.rows()["shops"]
    died_before_its_answer_was_kept(site, monkeypatch, lambda: post(site, "/api/shops", {"name": "새 상점"}))

    assert post(site, "/api/shops", {"name": "새 상점"}).status_code == 201
    assert site.rows()["shops"] == before + 1


def test_a_failure_of_ours_may_be_tried_again_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("app.web.api.sessions.create_session", crash)
        failed = post(site)

    assert failed.status_code == 500
    assert post(site).status_code == 201


def test_what_came_too_often_may_be_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_often(*_: object, **__: object) -> None:
        raise TooManyRequests()

    with monkeypatch.context() as patched:
        patched.setattr("app.web.api.sessions.create_session", too_often)
        refused = post(site)

    assert_error(refused, 429, "rate_limit_exceeded")
    assert post(site).status_code == 201


def scope_of(site: Site, body: Any) -> str:
    """Of a call that needs no API key."""
    with site.app.test_request_context("/api/coupons/apply", method="POST", json=body):
        return idempotency._scope()


def test_without_an_api_key_each_session_has_keys_of_its_own(site: Site) -> None:
    scopes = [scope_of(site, {"sessionId": name}) for name in ("cs_1", "cs_2", 7, None, "\ud800")]

    assert len(set(scopes)) == 5
    assert scope_of(site, {"sessionId": "cs_1", "couponCode": "A"}) == scopes[0]
    assert scope_of(site, {}) == scope_of(site, {"sessionId": None})
    assert not any("cs_1" in scope for scope in scopes)  # a session's id opens its page


def test_a_key_is_forgotten_after_a_day(site: Site) -> None:
    first = post(site)
    change_rows(site, created_at=clock.now() - repeats.KEPT)

    second = post(site, body=order_body(platformOrderId="of today"))

    assert second.status_code == 201
    assert second.get_json()["sessionId"] != first.get_json()["sessionId"]


def test_old_keys_are_tidied_away(site: Site) -> None:
    post(site, idem="old")
    change_rows(site, created_at=clock.now() - repeats.KEPT)
    post(site, idem="young")

    with site.inside():
        forget_old_idempotency_keys(now=clock.now())
        left = list(db.session.scalars(select(IdempotencyKey.key)))

    assert left == ["young"]


def test_old_keys_are_tidied_away_in_parts(site: Site) -> None:
    change_rows(site, created_at=clock.now() - repeats.KEPT)
    with site.inside():
        forget_old_idempotency_keys(now=clock.now())
    for number in range(3):
        post(site, idem=f"old {number}")
    change_rows(site, created_at=clock.now() - repeats.KEPT)

    with site.inside():
        counts = [repeats.forget_old_keys(now=clock.now(), limit=2) for _ in range(3)]

    assert counts == [2, 1, 0]


def test_who_was_held_up_beyond_the_lease_makes_nothing_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is so slow that its lease is over and a second carries the request out meanwhile."""
    seconds: list[TestResponse] = []

    def slow(**order: Any) -> CheckoutSession:
        monkeypatch.undo()
        change_rows(site, leased_until=clock.now() - timedelta(seconds=1))
        seconds.append(post(site))
        return create_session(**order)

    monkeypatch.setattr("app.web.api.sessions.create_session", slow)
    first = post(site)

    assert (first.status_code, seconds[0].status_code) == (201, 201)
    assert first.data == seconds[0].data == post(site).data
    assert sessions(site) == 1


def test_fifty_at_once_make_one_session(site: Site) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: post(site), range(50)))

    made = {answer.get_json()["sessionId"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert sessions(site) == 1
    assert set(Counter(answer.status_code for answer in answers)) <= {201, 409}
    assert post(site).get_json()["sessionId"] in made
