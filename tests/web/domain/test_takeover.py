"""Every way to get at another shop's name, or at ours, by somebody with a shop and a key of their own. None works."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app import clock
from app.domains.checks import check_domain
from app.domains.queries import domain_of_shop
from tests.conftest import app_on, empty, let_go
from tests.support.dns import Internet, running_internet
from tests.support.domains import NAME, domain_settings, set_up
from tests.support.world import World, make_world, order_body
from tests.web.api.shop_calls import SHOPS
from tests.web.site import CREATE, Site, assert_error

OURS = "https://checkout.koreacheckout.com"


@dataclass(frozen=True)
class Merchant:
    site: Site
    world: World

    def call(self, method: str, more: str = "", **kwargs: Any) -> TestResponse:
        path = f"{SHOPS}/{self.world.shop_id}/custom-domain{more}"
        return self.site.send(method, path, key=self.world.live_key, base_url=OURS, **kwargs)

    def claim(self, name: str = NAME) -> str:
        """The text of the TXT record that is asked for."""
        answer = self.call("PATCH", json={"domain": name})
        assert answer.status_code == 200, answer.text
        token: str = answer.get_json()["verification_records"][0]["value"]
        return token

    def checked(self) -> tuple[str, str]:
        """What the worker makes of the domain."""
        with self.site.inside():
            domain = domain_of_shop(self.world.shop_id)
            assert domain is not None
            check_domain(domain.id, now=clock.now())
        told = self.call("GET").get_json()
        return told["domain_verification_status"], told["domain_configuration_status"]

    def new_session(self) -> tuple[str, str]:
        """Id and address."""
        answer = self.site.send(
            "POST", CREATE, key=self.world.live_key, base_url=OURS, json=order_body()
        ).get_json()
        return answer["sessionId"], answer["checkoutUrl"]


@pytest.fixture
def net() -> Iterator[Internet]:
    with running_internet() as net:
        yield net


@pytest.fixture
def both(database_url: str, net: Internet) -> Iterator[tuple[Merchant, Merchant]]:
    """The owner of NAME, and a thief."""
    app = app_on(database_url, **domain_settings(net), CHECKOUT_URL=OURS)
    with app.app_context():
        empty()
        worlds = [make_world(), make_world()]
    owner, thief = (Merchant(Site(app, world), world) for world in worlds)
    yield owner, thief
    with app.app_context():
        let_go()


def page(merchant: Merchant, host: str, path: str, **headers: str) -> int:
    return merchant.site.send("GET", path, key=None, base_url=host, headers=headers).status_code


def may_have_certificate(merchant: Merchant, name: str = NAME) -> bool:
    return page(merchant, "http://127.0.0.1:8000", f"/edge/ask?domain={name}") == 200


def assert_thief_has_nothing(thief: Merchant) -> None:
    session_id, url = thief.new_session()
    assert url == f"{OURS}/{session_id}"
    for path in (f"/checkout/{session_id}", f"/{session_id}"):
        assert page(thief, f"https://{NAME}", path) == 404
        assert page(thief, OURS, path) == 200


def test_a_pending_name_goes_to_whoever_owns_its_dns(both: tuple[Merchant, Merchant], net: Internet) -> None:
    owner, thief = both
    thief.claim()
    set_up(net, owner.claim())

    for _ in range(2):
        assert thief.checked() == ("pending", "pending")
        assert owner.checked() == ("verified", "configured")

    assert_thief_has_nothing(thief)
    assert owner.new_session()[1].startswith(f"https://{NAME}/checkout/")


def test_a_name_in_use_is_not_had_by_claiming_it(both: tuple[Merchant, Merchant], net: Internet) -> None:
    owner, thief = both
    set_up(net, owner.claim())
    owner.checked()

    thief.claim()
    answer = thief.call("POST", "/verify", json={})

    assert answer.get_json()["domain_verification_status"] == "pending"
    assert owner.world.shop_id not in answer.text
    assert_thief_has_nothing(thief)
    assert page(owner, f"https://{NAME}", f"/checkout/{owner.new_session()[0]}") == 200


def test_a_record_that_was_left_behind_gives_nothing_away(
    both: tuple[Merchant, Merchant], net: Internet
) -> None:
    """The owner has gone, and CNAME and TXT record still stand in the DNS."""
    owner, thief = both
    old = owner.claim()
    set_up(net, old)
    owner.checked()
    owner.call("DELETE")

    new = thief.claim()

    assert new != old
    assert thief.checked() == ("pending", "pending")
    assert not may_have_certificate(thief)
    assert_thief_has_nothing(thief)


def test_the_text_of_another_shop_proves_nothing(both: tuple[Merchant, Merchant], net: Internet) -> None:
    """Also not at a name of the thief's own, where the owner's text is copied to."""
    owner, thief = both
    mine = "pay.yourstore.test"
    text = owner.claim()
    thief.claim(mine)

    set_up(net, text, name=mine)

    assert thief.checked() == ("pending", "pending")
    assert not may_have_certificate(thief, mine)


def test_who_is_verified_elsewhere_cannot_move_on_to_another_name(
    both: tuple[Merchant, Merchant], net: Internet
) -> None:
    owner, thief = both
    set_up(net, owner.claim())
    owner.checked()
    mine = "pay.yourstore.test"
    set_up(net, thief.claim(mine), name=mine)
    assert thief.checked() == ("verified", "configured")

    thief.claim(NAME)

    assert thief.checked() == ("pending", "pending")
    assert not may_have_certificate(thief, mine)
    assert_thief_has_nothing(thief)


TRICKS = [
    f"{NAME}.",
    f"{NAME}@evil.test",
    f"evil.test@{NAME}",
    f"{NAME}:443@evil.test",
    f"{NAME}, evil.test",
    f"{NAME}#evil.test",
    f"{NAME}/evil.test",
    f"{NAME}\\evil.test",
    f" {NAME}",
    f"www.{NAME}",
    f"{NAME}.evil.test",
    "ｃheckout.yourstore.test",
    "checkоut.yourstore.test",
    "checkout.yourstore.test%00",
    "[checkout.yourstore.test]",
    "",
]


@pytest.mark.parametrize("host", TRICKS)
def test_a_host_that_is_almost_a_name_is_none(
    both: tuple[Merchant, Merchant], net: Internet, host: str
) -> None:
    owner, thief = both
    set_up(net, owner.claim())
    owner.checked()
    mine, theirs = owner.new_session()[0], thief.new_session()[0]

    for session_id in (mine, theirs):
        answer = owner.site.send(
            "GET",
            f"/checkout/{session_id}",
            key=None,
            base_url=f"https://{NAME}",
            environ_overrides={"HTTP_HOST": host},
        )
        assert (answer.status_code, answer.text) == (404, "")


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host"])
def test_a_header_does_not_open_another_name(
    both: tuple[Merchant, Merchant], net: Internet, header: str
) -> None:
    owner, thief = both
    set_up(net, owner.claim())
    owner.checked()
    session_id = thief.new_session()[0]
    ours = OURS.removeprefix("https://")
    value = f"host={ours}" if header == "Forwarded" else ours

    assert page(thief, f"https://{NAME}", f"/checkout/{session_id}", **{header: value}) == 404
    assert page(thief, f"https://{NAME}", "/docs", **{header: value}) == 404


@pytest.mark.parametrize(
    "name",
    [
        "checkout.kоreacheckout.com",
        "checkout.xn--kreacheckout-4fk.com",
        "kоreacheckout.yourstore.test",
        "checkout.koreacheckout.com",
        "pay.koreacheckout.com",
        "koreacheckout.com.yourstore.test",
        "edge.pay.test",
    ],
)
def test_a_name_that_is_ours_or_looks_like_it_is_not_taken(
    both: tuple[Merchant, Merchant], name: str
) -> None:
    _, thief = both

    assert_error(thief.call("PATCH", json={"domain": name}), 400, "domain_reserved", "domain")
