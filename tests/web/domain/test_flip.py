"""The DNS of a domain goes elsewhere while two hundred buyers are paying at it. Not one of them is lost."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.domains.checks import check_domain
from app.domains.models import Domain
from app.gateways.orders import (
    ScriptLaunch,
)
from app.payments.models import Attempt, CheckoutSession
from tests.conftest import app_on, empty, let_go
from tests.support.dns import Internet, running_internet
from tests.support.domains import NAME, domain_settings, in_use
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.world import make_session, make_world
from tests.web.site import Site

OURS = "https://pay.example"
BUYERS = 200


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def net() -> Iterator[Internet]:
    with running_internet() as net:
        yield net


@pytest.fixture
def site(database_url: str, sandbox: Sandbox, net: Internet) -> Iterator[Site]:
    settings = {"CHECKOUT_URL": OURS, "SANDBOX_URL": sandbox.url, **domain_settings(net)}
    app = app_on(database_url, **settings)
    with app.app_context():
        empty()
        world = make_world()
        in_use(net, world.shop_id, now=clock.now())
    yield Site(app, world)
    with app.app_context():
        let_go()


class Buyer:
    """Pays step by step. host: where the browser is."""

    def __init__(self, site: Site, sandbox: Sandbox, host: str) -> None:
        self.site, self.sandbox, self.host = site, sandbox, host
        with site.inside():
            self.session_id = make_session(site.world, now=clock.now()).id
        self.launch_path = self.back = ""

    def press_pay(self) -> None:
        page = self._send("GET", f"/checkout/{self.session_id}")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page[:300]
        data = {"csrf_token": token[1], "method": "card", "confirm": "y"}
        self.launch_path = self._send("POST", f"/checkout/{self.session_id}/attempts", data=data)

    def approve(self) -> None:
        found = re.search(r"data-launch='([^']+)'", self._send("GET", self.launch_path))
        assert found
        launch = ScriptLaunch("", "", json.loads(html.unescape(found[1])))
        self.back = self.sandbox.choose(self.sandbox.open_window(launch))

    def come_back(self) -> str:
        """Where the browser is sent."""
        assert self.back.startswith(f"{OURS}/return/")
        parts = urlsplit(self.back)
        answer = self.site.send("GET", f"{parts.path}?{parts.query}", key=None, base_url=OURS)
        return str(answer.headers["Location"])

    def _send(self, method: str, path: str, **kwargs: object) -> str:
        answer = self.site.send(method, path, key=None, base_url=self.host, **kwargs)
        assert answer.status_code in (200, 303), (answer.status_code, path)
        return answer.headers.get("Location") or answer.text


def test_no_buyer_is_lost_when_the_dns_goes_elsewhere(site: Site, sandbox: Sandbox, net: Internet) -> None:
    buyers = [Buyer(site, sandbox, f"https://{NAME}") for _ in range(BUYERS)]
    for number, buyer in enumerate(buyers):  # a quarter each: not yet, at the gateway, approved, done
        if number % 4 >= 1:
            buyer.press_pay()
        if number % 4 >= 2:
            buyer.approve()
        if number % 4 == 3:
            assert buyer.come_back() == f"https://{NAME}/checkout/{buyer.session_id}"

    net.everywhere(NAME, "CNAME", "elsewhere.host.test.")
    net.everywhere(f"_vercel-challenge.{NAME}", "TXT")
    for number, buyer in enumerate(buyers):
        if number == BUYERS // 2:  # first we do not know, then we do, at last the domain has failed
            look(site, hours=1)
        if number == BUYERS * 3 // 4:
            look(site, hours=80)
        finish(buyer, number % 4)

    with site.inside():
        states = Counter(db.session.scalars(select(CheckoutSession.state)))
    assert states == {"completed": BUYERS}
    assert [sandbox.taken(attempt) for attempt in attempts(site)] == [29000] * BUYERS


def finish(buyer: Buyer, stage: int) -> None:
    """The browser cannot reach the domain any more, and goes on at our own name."""
    buyer.host = OURS
    if stage == 0:
        buyer.press_pay()
    if stage <= 1:
        buyer.approve()
    if stage <= 2:
        buyer.come_back()


def look(site: Site, *, hours: float) -> None:
    with site.inside():
        domain = db.session.scalars(select(Domain)).one()
        check_domain(domain.id, now=clock.now() + timedelta(hours=hours))


def attempts(site: Site) -> list[str]:
    with site.inside():
        return list(db.session.scalars(select(Attempt.id).where(Attempt.state == "approved")))


def test_the_page_for_when_we_are_away_needs_nothing_from_us() -> None:
    page = (Path(__file__).parents[3] / "deploy" / "unavailable.html").read_text()

    assert not re.search(r"<script|src=|href=|url\(|@import", page)
