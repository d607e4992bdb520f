import gzip
import re
from collections.abc import Iterator

import pytest

from app.payments.states import SessionState
from app.settings import ROOT
from tests.conftest import app_on, let_go
from tests.web.checkout.browser import Page, load, new_attempt
from tests.web.checkout.states import session_that_is
from tests.web.site import Site


def policy_of(page: Page) -> dict[str, list[str]]:
    text = page.answer.headers["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in text.split(";"))}


@pytest.fixture(params=["state", "launch", "not found"])
def any_page(request: pytest.FixtureRequest, site: Site) -> Page:
    if request.param == "state":
        return load(site, session_that_is(site, SessionState.PENDING))
    if request.param == "launch":
        return launch_page(site)
    return Page(site.send("GET", "/checkout/cs_" + "0" * 32, key=None))


def launch_page(site: Site) -> Page:
    session_id, attempt_id = new_attempt(site)
    return load(site, f"{session_id}/attempts/{attempt_id}")


@pytest.mark.parametrize("state", SessionState)
def test_a_page_loads_nothing_from_others(site: Site, state: SessionState) -> None:
    policy = policy_of(load(site, session_that_is(site, state)))

    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["img-src"] == ["'self'", "data:"]
    for name in ("script-src", "connect-src", "font-src", "form-action"):
        assert policy[name] == ["'self'"]
    assert policy["style-src"][0] == "'self'"
    assert [source[:7] for source in policy["style-src"][1:]] == ["'nonce-"]


def test_no_policy_lets_scripts_or_styles_stand_in_a_page(any_page: Page) -> None:
    policy = any_page.answer.headers["Content-Security-Policy"]

    assert not re.search(r"unsafe-|\*(?!\.)|strict-dynamic|http://(?!127\.0\.0\.1)", policy)


def test_no_page_has_anything_that_the_policy_forbids(any_page: Page) -> None:
    text = any_page.answer.text

    assert not [name for _, found in any_page.tags for name in found if name.startswith("on")]
    assert not any_page.values_of("style")
    [style] = any_page.all("style")
    assert f"'nonce-{style['nonce']}'" in policy_of(any_page)["style-src"]
    assert all(script.get("src") for script in any_page.all("script"))
    assert "javascript:" not in text


def test_the_gateways_script_carries_the_nonce_of_the_answer(site: Site) -> None:
    page = launch_page(site)

    foreign = [s for s in page.all("script") if not str(s["src"]).startswith("/static/")]
    assert len(foreign) == 1
    assert f"'nonce-{foreign[0]['nonce']}'" in policy_of(page)["script-src"]


def test_a_nonce_is_used_once(site: Site) -> None:
    session_id, attempt_id = new_attempt(site)

    pages = [load(site, f"{session_id}/attempts/{attempt_id}") for _ in range(2)]

    nonces = {
        re.findall("'nonce-([^']+)'", page.answer.headers["Content-Security-Policy"])[0] for page in pages
    }
    assert len(nonces) == 2
    assert min(map(len, nonces)) >= 16


def test_only_the_launch_page_knows_the_gateway(site: Site) -> None:
    page = launch_page(site)

    hosts = {source for sources in policy_of(page).values() for source in sources if "://" in source}
    assert hosts == {"http://127.0.0.1:8001"}
    assert page.answer.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"


def test_every_page_keeps_its_address_to_itself(any_page: Page) -> None:
    headers = any_page.answer.headers

    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-Id"]
    assert "Host" in headers["Vary"]
    assert "Set-Cookie" not in headers
    assert any_page.all("meta", name="robots")[0]["content"] == "noindex, nofollow"


def test_hsts_is_told_over_https_only(site: Site) -> None:
    path = "/checkout/" + session_that_is(site, SessionState.PENDING)

    plain = site.send("GET", path, key=None)
    secure = site.send("GET", path, key=None, base_url="https://checkout.koreacheckout.com")
    claimed = site.send("GET", path, key=None, headers={"X-Forwarded-Proto": "https"})

    assert "Strict-Transport-Security" not in plain.headers
    assert "Strict-Transport-Security" not in claimed.headers
    assert "max-age=" in secure.headers["Strict-Transport-Security"]


@pytest.fixture
def behind_proxy(site: Site, database_url: str) -> Iterator[Site]:
    app = app_on(database_url, TRUSTED_PROXIES="1")
    yield Site(app, site.world)
    with app.app_context():
        let_go()


def test_a_trusted_proxy_may_say_that_it_is_https(behind_proxy: Site) -> None:
    answer = behind_proxy.send("GET", "/healthz", key=None, headers={"X-Forwarded-Proto": "https"})

    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_a_pictures_host_is_not_told_the_address(site: Site) -> None:
    item = {"name": "텀블러", "price": 29000, "quantity": 1, "imageUrl": "https://img.example/1.png"}

    page = load(site, session_that_is(site, SessionState.PENDING, items=[item]))

    assert page.all("img", src="https://img.example/1.png")[0]["referrerpolicy"] == "no-referrer"
    assert policy_of(page)["img-src"] == ["'self'", "data:", "https://img.example"]


@pytest.mark.parametrize(
    "address",
    [
        "http://img.example/1.png",
        "https://img.example;script-src x/1",
        "https://[::1/1",
        "https://a b/1",
        "//x/1",
    ],
)
def test_no_other_address_of_a_picture_gets_into_the_policy(site: Site, address: str) -> None:
    item = {"name": "텀블러", "price": 29000, "quantity": 1, "imageUrl": address}

    page = load(site, session_that_is(site, SessionState.PENDING, items=[item]))

    assert policy_of(page)["img-src"] == ["'self'", "data:"]


def test_static_files_are_packed_for_whoever_can_unpack_them(site: Site) -> None:
    path = "/static/vendor/htmx/4.0.1/htmx.min.js"

    plain = site.send("GET", path, key=None)
    packed = site.send("GET", path, key=None, headers={"Accept-Encoding": "gzip, br"})
    refused = site.send("GET", path, key=None, headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert len(packed.data) < len(plain.data) / 2
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_static_files_of_this_version_are_kept_for_long(site: Site) -> None:
    page = load(site, session_that_is(site, SessionState.PENDING))
    own = [
        address
        for address in page.values_of("src") + page.values_of("href")
        if address.startswith("/static/")
    ]

    answers = [site.send("GET", address, key=None) for address in own]

    assert len(own) >= 3
    assert {answer.status_code for answer in answers} == {200}
    assert all("immutable" in answer.headers["Cache-Control"] for answer in answers)


def test_static_files_without_a_version_are_not(site: Site) -> None:
    answer = site.send("GET", "/static/css/base.css", key=None)

    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "path", ["../app/settings.py", "..%2fapp%2fsettings.py", "%2e%2e/app/settings.py", "css/", "."]
)
def test_nothing_but_static_files_is_served_as_one(site: Site, path: str) -> None:
    assert (ROOT / "app" / "settings.py").is_file()

    assert site.send("GET", f"/static/{path}", key=None).status_code == 404
