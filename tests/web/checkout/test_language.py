"""Which language a buyer's page speaks, and how the choice of another stays from page to page without a cookie."""

import re

import pytest

from app.languages import CATALOGUES
from app.payments.states import SessionState
from tests.web.checkout.browser import Page, load, new_attempt, new_session, pay, post, token_of
from tests.web.checkout.states import session_that_is
from tests.web.checkout.test_come_back import led_to
from tests.web.site import Site

S = SessionState
TAGS = {"ko": "ko", "en": "en", "ja": "ja", "zh": "zh-Hans"}
PAY = {"ko": "주문 내용과 결제", "en": "Order and payment", "ja": "ご注文内容とお支払い", "zh": "订单与支付"}


def spoken(page: Page) -> str:
    [html] = page.all("html")
    return str(html["lang"])


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("state", S)
def test_every_page_speaks_the_sessions_language(site: Site, language: str, state: SessionState) -> None:
    page = load(site, session_that_is(site, state, locale=language), headers={"Accept-Language": "fr, ko"})

    assert page.answer.status_code == 200
    assert spoken(page) == TAGS[language]


@pytest.mark.parametrize(
    ("locale", "wanted", "tag"),
    [
        ("en", "ja", "en"),
        (None, "ja", "ja"),
        (None, "fr, zh-CN;q=0.5", "zh-Hans"),
        (None, "zh-Hant-TW, en;q=0.5", "zh-Hans"),
        (None, "en-US,en;q=0.9,ko;q=0.8", "en"),
        (None, "fr", "ko"),
        (None, "", "ko"),
        (None, ";;;=,", "ko"),
    ],
)
def test_the_browser_decides_where_the_shop_leaves_it_open(
    site: Site, locale: str | None, wanted: str, tag: str
) -> None:
    page = load(site, new_session(site, locale=locale), headers={"Accept-Language": wanted})

    assert spoken(page) == tag


@pytest.mark.parametrize("language", CATALOGUES)
def test_the_buyers_choice_goes_before_all(site: Site, language: str) -> None:
    session_id = new_session(site, locale="en")

    page = load(site, session_id, f"?lang={language}", headers={"Accept-Language": "ko"})

    assert spoken(page) == TAGS[language]
    assert PAY[language] in page.text
    assert "Set-Cookie" not in page.answer.headers


@pytest.mark.parametrize("wish", ["fr", "", "KO", "zh_Hans_CN", "../ko", "ko\x00", "<script>"])
def test_no_other_choice_counts(site: Site, wish: str) -> None:
    session_id = new_session(site, locale="en")

    answer = site.send("GET", f"/checkout/{session_id}", key=None, query_string={"lang": wish})

    assert spoken(Page(answer)) == "en"


def test_the_switch_offers_this_page_in_each_language(site: Site) -> None:
    session_id = session_that_is(site, S.FAILED)

    page = load(site, session_id, "?again=1&lang=ja")

    links = {link["lang"]: link for link in page.all("a") if link.get("hreflang")}
    assert {tag: link["href"] for tag, link in links.items()} == {
        TAGS[name]: f"?again=1&lang={name}" for name in CATALOGUES
    }
    assert [tag for tag, link in links.items() if link.get("aria-current") == "true"] == ["ja"]
    assert all(name in page.text for name in ("한국어", "English", "日本語", "中文 (简体)"))


def test_from_the_answer_to_a_form_the_switch_leads_to_the_page_of_the_session(site: Site) -> None:
    session_id = new_session(site, customer_name=None)

    page = Page(pay(site, session_id, name=""))

    assert page.answer.status_code == 422
    assert f"/checkout/{session_id}?lang=ja" in page.values_of("href")


def test_the_choice_stays_in_every_address_of_the_page(site: Site) -> None:
    session_id = new_session(site)

    page = load(site, session_id, "?lang=zh")

    own = [
        address
        for name in ("href", "action", "hx-get", "data-fresh")
        for address in page.values_of(name)
        if address.startswith("/") and not address.startswith("/static/")
    ]
    assert len(own) >= 4
    assert [address for address in own if "lang=zh" not in address] == []


def test_the_choice_stays_when_a_form_is_sent(site: Site) -> None:
    session_id = new_session(site)

    token = token_of(site, session_id)
    answer = post(site, f"/checkout/{session_id}/cancel?lang=ja", csrf_token=token)

    assert answer.headers["Location"] == f"/checkout/{session_id}?lang=ja"
    assert site.state_of(session_id) == "cancelled"


def test_no_choice_leaves_the_addresses_as_they_are(site: Site) -> None:
    page = load(site, new_session(site))

    assert not [address for address in page.values_of("action") if "lang" in address]


@pytest.mark.parametrize("way", ["GET", "POST"])
def test_the_choice_survives_the_gateway_in_another_browser(site: Site, way: str) -> None:
    session_id, attempt_id = new_attempt(site)

    launch = load(site, f"{session_id}/attempts/{attempt_id}", "?lang=ja")
    [back] = set(re.findall(r"/return/[\w/-]+/failed", launch.answer.text))
    answer = site.send(way, back, key=None)

    assert back == f"/return/{attempt_id}/ja/failed"
    assert led_to(answer, way) == f"/checkout/{session_id}?lang=ja"


@pytest.mark.parametrize("way", ["xx", "own-xx", "ja-own", "ko-ja"])
def test_a_way_back_that_was_tampered_with_leads_back_all_the_same(site: Site, way: str) -> None:
    session_id, attempt_id = new_attempt(site)

    answer = site.send("GET", f"/return/{attempt_id}/{way}/failed", key=None)

    assert answer.status_code in (303, 404)
    if answer.status_code == 303:
        assert answer.headers["Location"].startswith(f"/checkout/{session_id}")


def test_the_launch_page_has_no_switch_for_it_would_open_the_window_twice(site: Site) -> None:
    session_id, attempt_id = new_attempt(site)

    page = load(site, f"{session_id}/attempts/{attempt_id}")

    assert not [link for link in page.all("a") if link.get("hreflang")]


@pytest.mark.parametrize(
    ("language", "amount"), [("ko", "29,000원"), ("en", "₩29,000"), ("ja", "₩29,000"), ("zh", "₩29,000")]
)
def test_amounts_are_written_as_readers_expect(site: Site, language: str, amount: str) -> None:
    assert amount in load(site, new_session(site), f"?lang={language}").text
