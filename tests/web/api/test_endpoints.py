"""How receivers fare, as a shop sees it over REST."""

import pytest

from app import clock
from app.clock import to_wire
from app.database import transaction
from app.webhooks.endpoints import Place, held_endpoints, note_failure
from tests.support.world import make_world
from tests.web.site import Site, assert_error

LIST = "/api/webhooks/endpoints"


@pytest.fixture
def own(site: Site) -> Site:
    """The same application, and a merchant of whom nothing is known yet."""
    with site.inside():
        return Site(site.app, make_world())


def gone(site: Site, url: str = "https://shop.example/hook?order=1", *, livemode: bool = False) -> str:
    """The id of an endpoint that has answered 410."""
    place, now = Place(site.world.shop_id, livemode, url), clock.now()
    with site.inside(), transaction():
        held = held_endpoints([place], failed=[place.endpoint_id], now=now)
        note_failure(held[place.endpoint_id], why="410", is_gone=True, now=now)
    return place.endpoint_id


def test_nothing_was_sent_yet(own: Site) -> None:
    answer = own.send("GET", LIST)

    assert answer.get_json() == {"success": True, "data": [], "hasMore": False, "nextCursor": None}


def test_an_endpoint_that_is_gone_is_seen_and_enabled(own: Site) -> None:
    endpoint_id = gone(own)

    [before] = own.send("GET", LIST).get_json()["data"]
    enabled = own.send("POST", f"{LIST}/{endpoint_id}/enable", json={})
    [after] = own.send("GET", LIST).get_json()["data"]

    assert before["id"] == endpoint_id
    assert before["url"] == "https://shop.example/hook"
    assert (before["status"], before["reason"], before["failures"]) == ("disabled", "gone", 1)
    assert before["lastFailure"] == "410"
    assert before["failingSince"] == before["disabledAt"] == before["createdAt"]
    assert enabled.status_code == 200
    assert enabled.get_json() == after
    assert (after["status"], after["reason"], after["disabledAt"], after["failures"]) == (
        "enabled",
        None,
        None,
        0,
    )


def test_enabling_without_a_body_and_twice(own: Site) -> None:
    endpoint_id = gone(own)

    answers = [own.send("POST", f"{LIST}/{endpoint_id}/enable") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_setting_the_shops_webhook_url_again_enables_it(own: Site) -> None:
    """By the live key: the shop that came with the account also takes real money."""
    url = "https://shop.example/hook"
    gone(own, url)
    gone(own, url, livemode=True)

    body = {"settings": {"webhook_url": url}}
    answer = own.send("PATCH", f"/api/shops/{own.world.shop_id}", key="live", json=body)

    assert answer.status_code == 200
    states = [own.send("GET", LIST, key=key).get_json()["data"][0]["status"] for key in ("test", "live")]
    assert states == ["enabled", "enabled"]


def test_pages(own: Site) -> None:
    ids = [gone(own, f"https://shop{number}.example/hook") for number in range(3)]

    first = own.send("GET", f"{LIST}?limit=2").get_json()
    second = own.send("GET", f"{LIST}?limit=2&cursor={first['nextCursor']}").get_json()

    assert [one["id"] for one in first["data"] + second["data"]] == ids[::-1]
    assert (first["hasMore"], second["hasMore"], second["nextCursor"]) == (True, False, None)


@pytest.mark.parametrize("endpoint_id", ["whe_" + "0" * 32, "whe_x", "%00"])
def test_one_that_is_not_there(own: Site, endpoint_id: str) -> None:
    assert_error(own.send("POST", f"{LIST}/{endpoint_id}/enable"), 404, "endpoint_not_found", "endpointId")


def test_times_are_told_as_everywhere(own: Site) -> None:
    gone(own)

    [told] = own.send("GET", LIST).get_json()["data"]

    assert told["createdAt"] <= to_wire(clock.now())
    assert told["createdAt"].endswith("Z")
