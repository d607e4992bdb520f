"""What is there at our names, at a shop's domain, and at any other name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from app import clock
from app.database import db
from app.domains.domains import claim_domain, record_check, remove_domain
from app.domains.models import Domain
from app.domains.states import Diagnosis
from app.payments.notices import _about_order
from app.payments.queries import session_by_id
from app.shops.models import Shop
from tests.conftest import app_on, empty, let_go
from tests.support.buyer import begin
from tests.support.world import World, make_session, make_world, order_body
from tests.web.checkout.test_come_back import led_to
from tests.web.site import CREATE, Site

NAME, OURS = "checkout.yourstore.com", "https://pay.example"
GOOD, BAD = Diagnosis(True, True, secure=True), Diagnosis(False, False)


@dataclass(frozen=True)
class Stage:
    """One shop with a domain in use, another without."""

    site: Site
    other: World
    domain_id: str

    def at(self, host: str, path: str, method: str = "GET", **kwargs: object) -> TestResponse:
        base = host if "://" in host else f"https://{host}"
        return self.site.send(method, path, key=kwargs.pop("key", None), base_url=base, **kwargs)  # type: ignore[arg-type]  # a key or None

    def new_session(self, world: World | None = None) -> str:
        with self.site.inside():
            return make_session(world or self.site.world, now=clock.now()).id

    def check(self, seen: Diagnosis, *, days: float = 0) -> None:
        with self.site.inside():
            now = clock.now() + timedelta(days=days)
            record_check(domain_id=self.domain_id, seen=seen, held_by=(), began_at=now, now=now)

    def url_of_new_session(self, key: str = "test") -> str:
        answer = self.at(OURS, CREATE, "POST", json=order_body(), key=key)
        assert answer.status_code == 201, answer.text
        url: str = answer.get_json()["checkoutUrl"]
        return url


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    app = app_on(database_url, CHECKOUT_URL=OURS, MORE_HOSTS="api.example")
    with app.app_context():
        empty()
        world, other = make_world(), make_world()
        now = clock.now()
        domain = claim_domain(shop_id=world.shop_id, by_live_key=True, text=NAME, ours=(), now=now)
        record_check(domain_id=domain.id, seen=GOOD, held_by=(), began_at=now, now=now)
    yield Stage(Site(app, world), other, domain.id)
    with app.app_context():
        let_go()


def test_the_page_of_a_session_is_at_both_names(stage: Stage) -> None:
    session_id = stage.new_session()

    for host in (
        NAME,
        OURS,
        NAME.upper(),
        f"{NAME}:8443",
        "localhost",
        "127.0.0.1:8000",
        "[::1]:8000",
        "api.example",
    ):
        for path in (f"/checkout/{session_id}", f"/{session_id}"):
            answer = stage.at(host, path)

            assert answer.status_code == 200, host
            assert "텀블러" in answer.text


def test_a_session_of_another_shop_is_not_at_this_domain(stage: Stage) -> None:
    session_id = stage.new_session(stage.other)
    with stage.site.inside():
        attempt_id = begin(make_session(stage.other, now=clock.now()), now=clock.now())

    for path in (
        f"/checkout/{session_id}",
        f"/{session_id}",
        f"/checkout/{session_id}/status",
        f"/return/{attempt_id}/approved",
        f"/return/{attempt_id}/own/approved",
    ):
        assert stage.at(NAME, path).status_code == 404
    for path in (f"/checkout/{session_id}/attempts", f"/checkout/{session_id}/cancel"):
        assert stage.at(NAME, path, "POST").status_code == 404
    assert stage.at(OURS, f"/checkout/{session_id}").status_code == 200


NOT_THERE = [
    "/",
    "/api",
    "/api/checkout/sessions",
    "/api/openapi.json",
    "/api/nothing",
    "/docs",
    "/healthz",
    "/readyz",
    "/edge/ask?domain=checkout.yourstore.com",
    "/nothing",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_at_a_domain_there_is_nothing_but_the_checkout(stage: Stage, path: str) -> None:
    answer = stage.at(NAME, path, key="test")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "X-RateLimit-Limit" not in answer.headers
    assert "주문을 찾을 수 없어요" in answer.text


def test_a_domain_takes_no_calls_of_the_api(stage: Stage) -> None:
    before = stage.site.rows()

    answers = [stage.at(NAME, CREATE, method, json=order_body(), key="live") for method in ("POST", "PUT")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert stage.site.rows() == before


def test_a_domain_has_the_files_of_its_pages(stage: Stage) -> None:
    page = stage.at(NAME, f"/checkout/{stage.new_session()}")
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)

    assert len(files) >= 2
    for file in files:
        answer = stage.at(NAME, file)
        assert answer.status_code == 200
        assert "Host" in answer.vary


STRANGE = [
    "evil.example",
    "yourstore.com",
    "www.checkout.yourstore.com",
    "checkout.yourstore.com.",
    "checkout.yourstore.com.evil.example",
    "pay.example.evil.example",
    "xpay.example",
    "203.0.113.7",
    "[2001:db8::1]",
    "xn--pay-fma.example",
]


@pytest.mark.parametrize("host", STRANGE)
def test_at_a_name_that_is_nobodys_there_is_nothing_and_no_hint(stage: Stage, host: str) -> None:
    session_id = stage.new_session()

    for path in (*NOT_THERE, f"/checkout/{session_id}", "/static/css/checkout.css"):
        answer = stage.at(host, path, key="test")

        assert (answer.status_code, answer.text) == (404, "")
        assert not [name for name, _ in answer.headers if "ratelimit" in name.lower()]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server"]
)
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_only_the_host_itself_says_which_name_was_called(
    database_url: str, header: str, proxies: str
) -> None:
    app = app_on(database_url, CHECKOUT_URL=OURS, TRUSTED_PROXIES=proxies)
    with app.app_context():
        empty()
        site = Site(app, make_world())
    value = "host=pay.example" if header == "Forwarded" else "pay.example"

    answer = site.send("GET", "/docs", key=None, base_url="https://evil.example", headers={header: value})

    with app.app_context():
        let_go()
    assert (answer.status_code, answer.text) == (404, "")


@pytest.mark.parametrize("key", ["test", "live"])
def test_new_sessions_are_at_the_domain_while_it_is_in_use(stage: Stage, key: str) -> None:
    before = stage.url_of_new_session(key)
    stage.check(BAD, days=1)
    failing = stage.url_of_new_session(key)
    stage.check(BAD, days=5)
    after = stage.url_of_new_session(key)

    assert before.startswith(f"https://{NAME}/checkout/cs_")
    assert failing.startswith(f"https://{NAME}/checkout/cs_")
    assert after.startswith(f"{OURS}/cs_")


def test_a_domain_that_failed_or_was_removed_shows_nothing_and_its_sessions_go_on_with_us(
    stage: Stage,
) -> None:
    session_id = stage.new_session()
    stage.check(BAD, days=1)
    stage.check(BAD, days=5)
    failed = [stage.at(host, f"/checkout/{session_id}").status_code for host in (NAME, OURS)]
    with stage.site.inside():
        remove_domain(shop_id=stage.site.world.shop_id, by_live_key=True)
    removed = [stage.at(host, f"/checkout/{session_id}").status_code for host in (NAME, OURS)]

    assert failed == removed == [404, 200]


def test_mails_lead_to_the_domain(stage: Stage) -> None:
    session_id = stage.new_session()
    with stage.site.inside():
        session = session_by_id(session_id)
        assert session is not None
        shop = db.session.get_one(Shop, session.shop_id)

        assert _about_order(session, shop)["url"] == f"https://{NAME}/checkout/{session_id}"


def launched(stage: Stage, host: str) -> tuple[str, str, str]:
    """Session, attempt, and the address that the gateway sends the buyer back to."""
    with stage.site.inside():
        session = make_session(stage.site.world, now=clock.now())
        attempt_id = begin(session, now=clock.now())
    page = stage.at(host, f"/checkout/{session.id}/attempts/{attempt_id}")
    found = re.search(r"https://[\w.]+/return/[\w/]+/approved", page.text)
    assert found, page.text
    return session.id, attempt_id, found[0]


def test_a_buyer_at_the_domain_comes_back_to_the_domain_by_way_of_our_own_name(stage: Stage) -> None:
    session_id, attempt_id, back = launched(stage, NAME)

    answer = stage.at(OURS, back.removeprefix(OURS))

    assert back == f"{OURS}/return/{attempt_id}/own/approved"
    assert (answer.status_code, answer.headers["Location"]) == (303, f"https://{NAME}/checkout/{session_id}")


def test_a_buyer_at_our_name_stays_there(stage: Stage) -> None:
    session_id, attempt_id, back = launched(stage, OURS)

    answer = stage.at(OURS, back.removeprefix(OURS))

    assert back == f"{OURS}/return/{attempt_id}/approved"
    assert answer.headers["Location"] == f"/checkout/{session_id}"


@pytest.mark.parametrize("days", [1, 5])
def test_a_buyer_whose_domain_fails_meanwhile_ends_at_our_name(stage: Stage, days: int) -> None:
    session_id, _, back = launched(stage, NAME)
    stage.check(BAD, days=0.1)
    stage.check(BAD, days=days)

    answer = stage.at(OURS, back.removeprefix(OURS))

    assert answer.headers["Location"] == f"/checkout/{session_id}"


def test_a_return_to_the_domain_itself_works_too(stage: Stage) -> None:
    session_id, attempt_id, _ = launched(stage, NAME)

    answer = stage.at(NAME, f"/return/{attempt_id}/approved", "POST", data={"a": "b"})

    assert led_to(answer, "POST") == f"/checkout/{session_id}"


def test_answers_differ_by_host_and_set_no_cookie(stage: Stage) -> None:
    answer = stage.at(NAME, f"/checkout/{stage.new_session()}")

    assert "Host" in answer.vary
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_domain_is_kept_as_the_database_has_it(stage: Stage) -> None:
    with stage.site.inside():
        domain = db.session.get_one(Domain, stage.domain_id)
        assert (domain.name, domain.verification, domain.configuration) == (NAME, "verified", "configured")


def test_the_page_of_the_address_search_is_there_at_a_shops_domain(stage: Stage) -> None:
    assert stage.at(NAME, "/postcode").status_code == 200
    assert stage.at("somewhere.example", "/postcode").status_code == 404
