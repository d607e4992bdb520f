from datetime import timedelta
from typing import Any

import pytest

from app import clock
from app.database import transaction
from app.payments.queries import locked_session
from app.payments.sessions import cancel_session
from tests.support.buyer import begin
from tests.support.world import make_session, make_world
from tests.web.site import Site, assert_error

LIST = "/api/checkout/sessions"


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test, so that lists hold what the test made and nothing else."""
    with site.inside():
        return Site(site.app, make_world())


def new_sessions(shop: Site, amount: int, **changes: Any) -> list[str]:
    """Ids, the newest first, a minute between each."""
    with shop.inside():
        start = clock.now() - timedelta(hours=2)
        made = [
            make_session(shop.world, now=start + timedelta(minutes=number), **changes).id
            for number in range(amount)
        ]
    return made[::-1]


def page(shop: Site, query: str = "", **kwargs: Any) -> dict[str, Any]:
    answer = shop.send("GET", LIST + query, **kwargs)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.get_json()
    assert set(content) == {"success", "data", "hasMore", "nextCursor"}
    return content


def ids_of(content: dict[str, Any]) -> list[str]:
    return [session["sessionId"] for session in content["data"]]


def test_sessions_are_listed_the_newest_first(shop: Site) -> None:
    made = new_sessions(shop, 3)

    content = page(shop)

    assert ids_of(content) == made
    assert (content["hasMore"], content["nextCursor"]) == (False, None)
    assert content["data"][0] == shop.data_of(made[0])


def test_a_list_of_nothing_is_empty(shop: Site) -> None:
    assert page(shop) == {"success": True, "data": [], "hasMore": False, "nextCursor": None}


def test_pages_follow_each_other_without_gap_or_repeat(shop: Site) -> None:
    made = new_sessions(shop, 7)

    seen: list[str] = []
    query = "?limit=3"
    while True:
        content = page(shop, query)
        seen += ids_of(content)
        if not content["hasMore"]:
            break
        new_sessions(shop, 1)  # what comes meanwhile shifts nothing
        query = f"?limit=3&cursor={content['nextCursor']}"

    assert [session for session in seen if session in made] == made
    assert len(seen) == len(set(seen))


def test_sessions_of_one_moment_are_all_listed(shop: Site) -> None:
    with shop.inside():
        now = clock.now()
        made = {make_session(shop.world, now=now).id for _ in range(5)}

    first = page(shop, "?limit=2")
    second = page(shop, f"?limit=2&cursor={first['nextCursor']}")
    third = page(shop, f"?limit=2&cursor={second['nextCursor']}")

    assert {*ids_of(first), *ids_of(second), *ids_of(third)} == made


def test_a_full_last_page_says_that_nothing_follows(shop: Site) -> None:
    new_sessions(shop, 4)

    assert page(shop, "?limit=4")["hasMore"] is False
    assert page(shop, "?limit=3")["hasMore"] is True


def test_a_list_can_be_of_one_status(shop: Site) -> None:
    pending, cancelled, processing = new_sessions(shop, 3)
    with shop.inside():
        cancel_session(session_id=cancelled, now=clock.now())
        with transaction():
            session = locked_session(processing)
        begin(session, now=session.created_at)

    found = {
        status: ids_of(page(shop, f"?status={status}")) for status in ("pending", "cancelled", "processing")
    }

    assert found == {"pending": [pending], "cancelled": [cancelled], "processing": [processing]}


def test_a_list_can_be_of_one_order(shop: Site) -> None:
    new_sessions(shop, 1)
    retried = new_sessions(shop, 2, platform_order_id="주문 7")

    assert sorted(ids_of(page(shop, "?platformOrderId=주문 7"))) == sorted(retried)


def test_a_list_can_be_of_a_time(shop: Site) -> None:
    third, second, first = new_sessions(shop, 3)
    created = shop.data_of(second)["createdAt"]  # whole seconds: just before the session itself

    after = page(shop, f"?created_after={created}")
    before = page(shop, f"?created_before={created}")

    assert ids_of(after) == [third, second]
    assert ids_of(before) == [first]


def test_a_plus_in_a_time_may_stand_as_it_is(shop: Site) -> None:
    new_sessions(shop, 1)

    assert len(page(shop, "?created_after=2024-01-01T00:00:00+09:00")["data"]) == 1


def test_other_merchants_and_the_other_mode_are_not_listed(shop: Site, site: Site) -> None:
    new_sessions(shop, 2)
    with site.inside():
        stranger = Site(site.app, make_world())

    assert page(stranger)["data"] == []
    assert page(shop, key="live")["data"] == []


def test_a_list_can_be_of_one_shop(shop: Site) -> None:
    made = new_sessions(shop, 1)

    assert ids_of(page(shop, f"?shopId={shop.world.shop_id}")) == made


@pytest.mark.parametrize("shop_id", ["shop_1", "x", "shop_" + "0" * 32])
def test_an_unknown_shop_is_told(shop: Site, shop_id: str) -> None:
    assert_error(shop.send("GET", f"{LIST}?shopId={shop_id}"), 404, "invalid_shop", "shopId")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("status=paid", "status"),
        ("status=", "status"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2024-01-01", "created_before"),
        ("created_after=2024-01-01T00:00:00", "created_after"),
        ("page=2", "page"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=" + "A" * 201, "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=MjAyNC0wMS0wMVQwMDowMDowMHxjc18x", "cursor"),  # a time without its zone
        ("platformOrderId=" + "x" * 101, "platformOrderId"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(shop: Site, query: str, field: str) -> None:
    assert_error(shop.send("GET", f"{LIST}?{query}"), 400, "invalid_parameter", field)


@pytest.mark.parametrize("order_id", ["%00", "%ff", "'", "\\", "%F0%9F%98%80"])
def test_an_odd_order_id_finds_nothing(shop: Site, order_id: str) -> None:
    answer = shop.send("GET", f"{LIST}?platformOrderId={order_id}")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.get_json()["data"] == []
