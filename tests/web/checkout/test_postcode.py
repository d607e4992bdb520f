"""The page that the search for addresses runs in."""

from collections.abc import Iterator

import pytest

from app.settings import BadSetting, load_settings
from tests.conftest import app_on, let_go
from tests.web.checkout.browser import Page
from tests.web.checkout.test_headers import policy_of
from tests.web.site import Site

STAND_IN = "http://127.0.0.1:8001/postcode/mapjsapi/bundle/postcode/prod/postcode.v2.js"


@pytest.fixture
def page(site: Site) -> Page:
    return Page(site.send("GET", "/postcode", key=None))


def test_outside_of_production_the_script_is_the_sandboxs(page: Page) -> None:
    assert page.values_of("data-scripts") == [STAND_IN]


def test_in_production_it_is_kakaos_the_present_host_first() -> None:
    keys = {"SECRET_KEY": "x" * 32, "MASTER_KEYS": "a:" + "A" * 43 + "="}

    scripts = load_settings({"APP_ENV": "production", **keys}).postcode_scripts

    assert [url.split("/")[2] for url in scripts] == ["t1.kakaocdn.net", "t1.daumcdn.net"]
    assert {url.split("/", 3)[3] for url in scripts} == {"mapjsapi/bundle/postcode/prod/postcode.v2.js"}


@pytest.mark.parametrize(
    "url", ["https://x.example/a.js?v=1", "x.js", "https://x.example/a;b.js", "https://x.example/'"]
)
def test_an_address_that_the_script_would_refuse_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="POSTCODE_SCRIPTS"):
        load_settings({"APP_ENV": "test", "POSTCODE_SCRIPTS": url})


def test_only_this_page_has_the_policy_that_the_service_needs(page: Page) -> None:
    policy = policy_of(page)

    assert "'unsafe-inline'" in policy["script-src"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
    assert {"https://postcode.map.kakao.com", "https://postcode.map.daum.net"} <= set(policy["frame-src"])
    assert "http://127.0.0.1:8001" in policy["frame-src"]


def test_it_tells_nobody_where_the_buyer_is(page: Page) -> None:
    assert page.answer.headers["Referrer-Policy"] == "no-referrer"
    assert page.answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "cs_" not in page.answer.text


@pytest.fixture
def in_production(site: Site, database_url: str) -> Iterator[Site]:
    app = app_on(database_url, POSTCODE_SCRIPTS="https://t1.kakaocdn.net/a.js,https://t1.daumcdn.net/a.js")
    yield Site(app, site.world)
    with app.app_context():
        let_go()


def test_kakaos_own_hosts_are_named_once(in_production: Site) -> None:
    policy = policy_of(Page(in_production.send("GET", "/postcode", key=None)))

    assert policy["frame-src"] == ["https://postcode.map.kakao.com", "https://postcode.map.daum.net"]
    assert policy["script-src"][2:] == ["https://t1.kakaocdn.net", "https://t1.daumcdn.net"]
