"""The page that sends the buyer to a gateway, where the gateway does not let the buyer in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.database import db
from app.errors import GatewayUnreachable
from app.payments.models import Attempt
from app.payments.queries import attempt_by_id
from tests.support.acquirers import Acquirer, acquirers, contract_with
from tests.support.world import make_world
from tests.web.checkout.browser import Page, new_session, pay
from tests.web.site import Site

NAMES = ("alpha", "beta")


@pytest.fixture
def shop(site: Site) -> Site:
    with site.inside():
        own = Site(site.app, make_world())
        contract_with(own.world.shop_id)
    return own


@pytest.fixture
def gateways(shop: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Acquirer]]:
    with acquirers(*NAMES, patch=monkeypatch) as made:
        with shop.inside():
            contract_with(shop.world.shop_id, *NAMES)
        yield made


def gateway_of(site: Site, path: str) -> str:
    with site.inside():
        attempt = attempt_by_id(path.rpartition("/")[2])
        assert attempt is not None
        return attempt.gateway


def states_of(site: Site, session_id: str) -> list[str]:
    with site.inside():
        found = select(Attempt.state).where(Attempt.session_id == session_id).order_by(Attempt.state)
        return list(db.session.scalars(found))


def test_the_buyer_is_led_on_to_another_gateway(shop: Site, gateways: dict[str, Acquirer]) -> None:
    session_id = new_session(shop)
    path = pay(shop, session_id).headers["Location"]
    first = gateway_of(shop, path)
    gateways[first].refuses = GatewayUnreachable

    onward = shop.send("GET", path, key=None)
    page = Page(shop.send("GET", onward.headers["Location"], key=None))

    [second] = set(NAMES) - {first}
    assert onward.status_code == 303
    assert gateway_of(shop, onward.headers["Location"]) == second
    assert page.all("form", action=f"https://{second}.example/pay")
    assert states_of(shop, session_id) == ["declined", "launched"]
    assert shop.state_of(session_id) == "processing"


def test_when_no_gateway_lets_the_buyer_in_the_session_has_failed(
    shop: Site, gateways: dict[str, Acquirer]
) -> None:
    session_id = new_session(shop)
    for gateway in gateways.values():
        gateway.refuses = GatewayUnreachable
    path = pay(shop, session_id).headers["Location"]

    onward = shop.send("GET", path, key=None).headers["Location"]
    last = shop.send("GET", onward, key=None).headers["Location"]

    assert last == f"/checkout/{session_id}"
    assert shop.state_of(session_id) == "failed"
    assert states_of(shop, session_id) == ["declined", "declined"]


def test_the_merchant_reads_why_the_payment_went_where_it_went(
    shop: Site, gateways: dict[str, Acquirer]
) -> None:
    session_id = new_session(shop)
    assert shop.data_of(session_id)["routing"] is None
    path = pay(shop, session_id).headers["Location"]

    told = shop.data_of(session_id)["routing"]

    chosen = gateway_of(shop, path)
    [other] = set(NAMES) - {chosen}
    assert told == {
        "gateway": chosen,
        "reason": "preferred",
        "passedOver": [{"gateway": other, "reason": "by_weight"}],
    }
