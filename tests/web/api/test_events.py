"""Events as a shop reads them, looks at them and asks for them again over REST."""

import json
from datetime import timedelta

import pytest

from app import clock
from app.clock import to_wire
from app.database import transaction
from app.payments.models import CheckoutSession
from app.payments.queries import locked_session
from app.payments.states import SessionState, move
from app.shops.keys import add_key
from app.shops.shops import create_shop
from tests.support.webhooks import HOOK, answer_all, event_of, owe
from tests.support.world import World, make_session, make_world
from tests.web.site import Site, assert_error

EVENTS = "/api/webhooks/events"
REDELIVER = f"{EVENTS}/redeliver"
LONG_AGO = {"since": "2020-01-01T00:00:00Z"}


@pytest.fixture
def own(site: Site) -> Site:
    """The same application, and a merchant who has no events yet."""
    with site.inside():
        return Site(site.app, make_world())


def told(site: Site, *, count: int = 1, url: str | None = HOOK) -> list[str]:
    """Ids of new events, the oldest first."""
    with site.inside():
        return [event_of(owe(site.world, url=url)).id for _ in range(count)]


def ids(site: Site, query: str = "", key: str = "test") -> list[str]:
    answer = site.send("GET", f"{EVENTS}{query}", key=key)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.get_json()["data"]]


def sent(site: Site, status: int | None, *, error: str | None = None, day: int = 1) -> None:
    with site.inside():
        answer_all(status, error=error, now=clock.now() + timedelta(days=day))


def test_events_are_read_page_by_page_the_oldest_first(own: Site) -> None:
    events = told(own, count=5)

    first = own.send("GET", f"{EVENTS}?limit=3").get_json()
    second = own.send("GET", f"{EVENTS}?limit=3&after={first['nextCursor']}").get_json()
    third = own.send("GET", f"{EVENTS}?limit=3&after={second['nextCursor']}").get_json()

    assert [one["id"] for one in first["data"] + second["data"]] == events
    assert (first["hasMore"], second["hasMore"]) == (True, False)
    assert third == {"success": True, "data": [], "hasMore": False, "nextCursor": events[-1]}


def test_whoever_reads_on_gets_what_came_meanwhile(own: Site) -> None:
    [first] = told(own)
    read = ids(own)
    more = told(own, count=2)

    assert read == [first]
    assert ids(own, f"?after={first}") == more


def test_the_last_event_that_was_received_is_a_cursor_too(own: Site) -> None:
    """Before anybody has read any."""
    events = told(own, count=3)

    assert ids(own, f"?after={events[1]}") == events[2:]


def test_an_event_is_the_body_of_its_webhook_and_what_became_of_it(own: Site) -> None:
    [event_id] = told(own)
    with own.inside():
        session = owe(own.world)
        body = json.loads(event_of(session).body)
    sent(own, 200)

    read = own.send("GET", f"{EVENTS}?after={event_id}").get_json()["data"][0]

    assert {name: read[name] for name in body} == body
    assert read["shopId"] == own.world.shop_id
    assert read["delivery"]["url"] == HOOK
    assert (read["delivery"]["status"], read["delivery"]["nextTryAt"]) == ("delivered", None)


def test_events_are_there_without_an_address(own: Site) -> None:
    [event_id] = told(own, url=None)

    [event] = own.send("GET", EVENTS).get_json()["data"]

    assert (event["id"], event["delivery"]) == (event_id, None)


def test_events_of_a_disabled_receiver_are_read_like_others(own: Site) -> None:
    told(own)
    sent(own, 410)
    told(own)

    read = own.send("GET", EVENTS).get_json()["data"]

    assert [one["delivery"]["reason"] for one in read] == ["gone", "endpoint_disabled"]


def test_filters(own: Site) -> None:
    with own.inside():
        session = make_session(own.world)
        with transaction():
            held = locked_session(session.id)
            for state in ("processing", "failed", "cancelled"):
                move(held, SessionState(state), now=clock.now())
    [other] = told(own)

    failed = ids(own, "?event=payment.failed")
    of_session = ids(own, f"?sessionId={session.id}")
    of_both = ids(own, f"?sessionId={session.id}&event=session.cancelled")

    assert len(failed) == len(of_both) == 1
    assert of_session == failed + of_both
    assert ids(own, f"?shopId={own.world.shop_id}") == [*of_session, other]


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("after=evt_" + "0" * 32, 400, "event_cursor_unknown", "after"),
        ("after=x", 400, "event_cursor_unknown", "after"),
        ("after=%00", 400, "event_cursor_unknown", "after"),
        ("after=" + "x" * 101, 400, "invalid_parameter", "after"),
        ("event=payment.unheard", 400, "invalid_parameter", "event"),
        ("limit=0", 400, "invalid_parameter", "limit"),
        ("limit=101", 400, "invalid_parameter", "limit"),
        ("cursor=x", 400, "invalid_parameter", "cursor"),
        ("sessionId=cs_" + "0" * 32, 404, "invalid_session", "sessionId"),
        ("shopId=shop_" + "0" * 32, 404, "invalid_shop", "shopId"),
    ],
)
def test_a_question_that_makes_no_sense(own: Site, query: str, status: int, code: str, field: str) -> None:
    assert_error(own.send("GET", f"{EVENTS}?{query}"), status, code, field)


def test_each_key_reads_what_it_may_see(own: Site) -> None:
    [event] = told(own)
    with own.inside():
        now = clock.now()
        shop = create_shop(
            merchant_id=own.world.merchant_id, livemode=False, profile={"name": "둘째"}, now=now
        )
        with transaction():
            restricted = add_key(merchant_id=own.world.merchant_id, livemode=False, shop_id=shop.id, now=now)
        second = World(own.world.merchant_id, shop.id, "", "", "")
        [other] = [event_of(owe(second)).id]
        stranger = make_world()

    assert ids(own) == [event, other]
    assert ids(own, key=restricted) == [other]
    assert ids(own, key="live") == []
    assert ids(own, key=stranger.test_key) == []
    for key in ("live", restricted, stranger.test_key):
        assert_error(
            own.send("GET", f"{EVENTS}?after={event}", key=key), 400, "event_cursor_unknown", "after"
        )


def test_every_try_is_told(own: Site) -> None:
    [event_id] = told(own)
    sent(own, 503)
    sent(own, None, error="timeout", day=2)

    event = own.send("GET", f"{EVENTS}/{event_id}").get_json()

    first, second = event["tries"]
    assert (first["status"], first["reason"], first["durationMs"]) == (503, None, 12)
    assert first["answer"] == "words of the shop"
    assert (second["status"], second["reason"]) == (None, "timeout")
    assert first["startedAt"] <= second["startedAt"]
    assert event["delivery"]["status"] == "waiting"
    assert event["delivery"]["nextTryAt"] > to_wire(clock.now())


def test_an_event_is_sent_again(own: Site) -> None:
    [event_id] = told(own)
    sent(own, 200)

    answers = [own.send("POST", f"{EVENTS}/{event_id}/redeliver") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].get_json()["delivery"]["status"] == "waiting"
    assert len(answers[1].get_json()["tries"]) == 1


def test_it_is_refused_while_its_receiver_is_switched_off(own: Site) -> None:
    [event_id] = told(own)
    sent(own, 410)

    details = assert_error(own.send("POST", f"{EVENTS}/{event_id}/redeliver"), 409, "endpoint_disabled")
    own.send("POST", f"/api/webhooks/endpoints/{details['endpointId']}/enable")

    assert own.send("POST", f"{EVENTS}/{event_id}/redeliver").status_code == 200


def test_it_is_refused_without_an_address(own: Site) -> None:
    [event_id] = told(own, url=None)

    assert_error(own.send("POST", f"{EVENTS}/{event_id}/redeliver"), 409, "no_webhook_url")


def test_all_that_failed_are_sent_again(own: Site) -> None:
    told(own, count=2)
    sent(own, 410)
    before = own.send("POST", REDELIVER, json=LONG_AGO).get_json()
    [endpoint] = own.send("GET", "/api/webhooks/endpoints").get_json()["data"]
    own.send("POST", f"/api/webhooks/endpoints/{endpoint['id']}/enable")

    answers = [own.send("POST", REDELIVER, json=LONG_AGO).get_json() for _ in range(2)]

    assert before == {"success": True, "redelivered": 0, "skipped": 2, "hasMore": False}
    assert [answer["redelivered"] for answer in answers] == [2, 0]


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "since"), ({"since": "yesterday"}, "since"), ({**LONG_AGO, "until": "x"}, "until"), ({"since": 1}, "since")],
)  # fmt: skip
def test_all_since_when(own: Site, body: object, field: str) -> None:
    assert_error(own.send("POST", REDELIVER, json=body), 400, "invalid_parameter", field)


def test_all_of_a_shop_that_is_not_there(own: Site) -> None:
    body = {**LONG_AGO, "shopId": "shop_" + "0" * 32}

    assert_error(own.send("POST", REDELIVER, json=body), 404, "invalid_shop", "shopId")


@pytest.mark.parametrize("event_id", ["evt_" + "0" * 32, "evt_x", "evt_%00"])
def test_one_that_is_not_there(own: Site, event_id: str) -> None:
    assert_error(own.send("GET", f"{EVENTS}/{event_id}"), 404, "event_not_found", "eventId")
    assert_error(own.send("POST", f"{EVENTS}/{event_id}/redeliver"), 404, "event_not_found", "eventId")


def test_a_session_of_another_mode_is_no_filter(own: Site) -> None:
    with own.inside():
        session: CheckoutSession = make_session(own.world)

    answer = own.send("GET", f"{EVENTS}?sessionId={session.id}", key="live")

    assert_error(answer, 404, "invalid_session", "sessionId")
