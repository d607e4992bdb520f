"""Browsers inside of apps: which are known, and how the buyer is let out of each."""

import pytest

from app.payments.states import SessionState
from tests.web.checkout.browser import Page, load, new_session
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S921N Build/AP3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
HINT = "이 앱에서는 결제가 잘 안 될 수 있어요."
BY_HAND = "앱의 ⋯ 메뉴에서 ‘기본 브라우저로 열기’를 눌러 주세요."
OUT = "다른 브라우저로 열기"

KNOWN = {
    "KakaoTalk": "Mobile/15E148 KAKAOTALK 25.10.0",
    "Naver": "Mobile/15E148 NAVER(inapp; search; 1210; 12.13.2; 16)",
    "Instagram": "Mobile/15E148 Instagram 402.0.0.1",
    "Facebook": "Mobile/15E148 [FBAN/FBIOS;FBAV/530.0.0;FBBV/1]",
    "Facebook on Android": "Chrome/140.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0;]",
    "LINE": "Mobile/15E148 Safari Line/15.15.0",
    "Daum": "Mobile/15E148 DaumApps/7.0",
}
OWN_BROWSERS = [
    IPHONE + "Version/19.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Whale/4.33",
    "",
]


def page_in(site: Site, user_agent: str, session_id: str, query: str = "") -> Page:
    return load(site, session_id, query, headers={"User-Agent": user_agent})


def ways_out(page: Page) -> list[str]:
    links = [link["href"] or "" for link in page.all("a") if "in-app__button" in (link.get("class") or "")]
    return links


@pytest.mark.parametrize("user_agent", OWN_BROWSERS)
def test_a_browser_of_the_buyers_own_is_told_nothing(site: Site, user_agent: str) -> None:
    page = page_in(site, user_agent, new_session(site))

    assert HINT not in page.text
    assert ways_out(page) == []


@pytest.mark.parametrize("app", KNOWN)
@pytest.mark.parametrize("system", [IPHONE, ANDROID])
def test_inside_of_an_app_the_buyer_is_told_and_pays_all_the_same(site: Site, app: str, system: str) -> None:
    page = page_in(site, system + KNOWN[app], new_session(site))

    assert HINT in page.text
    assert page.all("form")
    assert page.answer.status_code == 200


@pytest.mark.parametrize("system", [IPHONE, ANDROID])
def test_kakaotalk_opens_the_page_outside_by_its_own_scheme(site: Site, system: str) -> None:
    session_id = new_session(site)

    page = page_in(site, system + KNOWN["KakaoTalk"], session_id, "?lang=ko")

    address = f"http%3A%2F%2Flocalhost%2Fcheckout%2F{session_id}%3Flang%3Dko"
    assert ways_out(page) == [f"kakaotalk://web/openExternal?url={address}"]
    assert OUT in page.text


@pytest.mark.parametrize("query", ["", "?lang=ko"])
def test_line_opens_the_page_outside_by_a_parameter(site: Site, query: str) -> None:
    session_id = new_session(site)

    page = page_in(site, IPHONE + KNOWN["LINE"], session_id, query)

    mark = "&" if query else "?"
    address = f"http://localhost/checkout/{session_id}{query}{mark}openExternalBrowser=1"
    assert ways_out(page) == [address]
    assert site.send("GET", address.removeprefix("http://localhost"), key=None).status_code == 200


@pytest.mark.parametrize("app", ["Naver", "Instagram", "Facebook on Android", "Daum", "some other"])
def test_android_opens_the_page_in_chrome(site: Site, app: str) -> None:
    session_id = new_session(site)

    page = page_in(site, ANDROID + KNOWN.get(app, "Chrome/140.0"), session_id)

    fallback = f"http%3A%2F%2Flocalhost%2Fcheckout%2F{session_id}"
    assert ways_out(page) == [
        f"intent://localhost/checkout/{session_id}#Intent;scheme=http;package=com.android.chrome;"
        f"S.browser_fallback_url={fallback};end"
    ]


@pytest.mark.parametrize("app", ["Instagram", "Facebook", "Naver", "Daum"])
def test_where_no_link_leads_out_it_is_told_how_by_hand(site: Site, app: str) -> None:
    session_id = new_session(site)

    page = page_in(site, IPHONE + KNOWN[app], session_id)

    assert ways_out(page) == []
    assert BY_HAND in page.text
    assert f"http://localhost/checkout/{session_id}" in page.values_of("data-copy")


def test_after_a_failed_payment_it_is_told_louder(site: Site) -> None:
    failed = page_in(site, IPHONE + KNOWN["KakaoTalk"], session_that_is(site, SessionState.FAILED))
    before = page_in(site, IPHONE + KNOWN["KakaoTalk"], new_session(site))

    assert failed.all("div", **{"class": "in-app in-app--urgent"})
    assert before.all("div", **{"class": "in-app"})


@pytest.mark.parametrize(
    "state", [S for S in SessionState if S not in (SessionState.PENDING, SessionState.FAILED)]
)
def test_where_nothing_is_left_to_pay_nothing_is_told(site: Site, state: SessionState) -> None:
    page = page_in(site, IPHONE + KNOWN["KakaoTalk"], session_that_is(site, state))

    assert HINT not in page.text
