import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
import requests

from tests.sandbox.inicis_shop import InicisShop, hidden_inputs, now_ms


def problems_of(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    return unescape(" ".join(re.findall(r"<li>(.*?)</li>", answer.text)))


def shown(inicis: InicisShop, amount: int = 60_000, method: str = "card", **order: str) -> requests.Response:
    return requests.get(inicis.open_pc(amount, method, **order), timeout=5)


def test_the_window_shows_the_order_and_may_be_framed_by_the_shop_only(inicis: InicisShop) -> None:
    page = shown(inicis, oid="kc_shown_1")

    assert "제주 감귤 5kg 외 1건" in page.text
    assert "60,000원" in page.text
    assert "kc_shown_1" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors https://shop.example" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"mid": ""}, "missing: mid"),
        ({"buyeremail": ""}, "missing: buyeremail"),
        ({"returnUrl": ""}, "missing: returnUrl"),
        ({"price": "12,000"}, "malformed: price"),
        ({"price": "0"}, "malformed: price"),
        ({"currency": "USD"}, "malformed: currency"),
        ({"oid": "주문1"}, "malformed: oid"),
        ({"oid": "x" * 41}, "malformed: oid: 40"),
        ({"timestamp": "20260101093000"}, "malformed: timestamp"),
        ({"buyertel": "010 1234 5678"}, "malformed: buyertel"),
        ({"buyername": "가" * 16}, "malformed: buyername: 30"),
        ({"returnUrl": "/return"}, "malformed: returnUrl"),
        ({"charset": "latin-1"}, "malformed: charset"),
        ({"merchantData": "주문"}, "malformed: merchantData"),
        ({"quotabase": "2:x"}, "malformed: quotabase"),
        ({"nointerest": "99-2"}, "malformed: nointerest"),
        ({"payViewType": "popup"}, "missing: popupUrl"),
        ({"gopaymethod": "card"}, "gopaymethod"),
        ({"gopaymethod": "Card:Nothing"}, "gopaymethod"),
        ({"mid": "nobodymid0"}, "mid: 등록되지 않은 상점"),
        ({"signature": "0" * 64}, "signature: 위변조"),
        ({"verification": "0" * 64}, "verification: 위변조"),
        ({"mKey": "0" * 64}, "mKey: 위변조"),
        ({"acceptmethod": "BILLAUTH(Card)"}, "BILLAUTH"),
        ({"acceptmethod": "vbank(20200101)"}, "due date"),
        ({"acceptmethod": "vbank(soon)"}, "due date"),
        ({"tax": "3000"}, "tax: 3000"),
    ],
)
def test_a_wrong_form_opens_no_window(inicis: InicisShop, changes: dict[str, Any], problem: str) -> None:
    assert problem in problems_of(inicis.post_pc(inicis.order(**changes)))


@pytest.mark.parametrize("name", ["gopaymethod", "acceptmethod"])
def test_two_inputs_may_be_empty_but_have_to_be_there(inicis: InicisShop, name: str) -> None:
    form = inicis.order()
    empty = inicis.post_pc({**form, name: ""})
    del form[name]

    assert empty.status_code == 303
    assert f"missing: {name}" in problems_of(inicis.post_pc(form))


def test_the_price_cannot_be_changed_in_the_browser(inicis: InicisShop) -> None:
    form = {**inicis.order(29_000), "price": "1000"}

    answer = inicis.post_pc(form)

    assert "signature" in problems_of(answer)
    assert "SIM1" in answer.text


def test_only_the_script_opens_the_window(inicis: InicisShop) -> None:
    assert "INIStdPay.js" in problems_of(inicis.post_pc(inicis.order(), by_script=False))


def test_use_chkfake_may_be_left_out_or_be_required(inicis: InicisShop) -> None:
    def post() -> requests.Response:
        return inicis.post_pc(inicis.order(use_chkfake="", verification=""))

    before = post()
    inicis.switch(chkfake="required")

    assert before.status_code == 303
    assert "use_chkfake" in problems_of(post())


def test_an_old_timestamp_is_refused_as_far_as_the_tolerance_says(inicis: InicisShop) -> None:
    old = str(int(now_ms()) - 700_000)
    refused = inicis.post_pc(inicis.order(timestamp=old))
    inicis.switch(timestamp_tolerance_s=0)

    assert "timestamp: 유효 시간 초과" in problems_of(refused)
    assert inicis.post_pc(inicis.order(timestamp=old)).status_code == 303


def test_a_moved_clock_does_not_make_the_shop_late(inicis: InicisShop) -> None:
    inicis.advance_clock(3 * 24 * 60 * 60)

    assert inicis.post_pc(inicis.order()).status_code == 303


@pytest.mark.parametrize(
    "choice",
    [
        {"method": "vbank"},
        {"card": "99"},
        {"quota": "07"},
        {"outcome": "nothing"},
        {"outcome": "decline:0000"},
        {"outcome": "decline:other", "code": ""},
        {"fault": "fire"},
        {"cancel_fault": "twice"},
        {"back": "x"},
        {"lie": "x"},
        {"delay_s": "-1"},
        {"fault": "slow", "delay_s": "500"},
    ],
)
def test_what_is_not_offered_cannot_be_chosen(inicis: InicisShop, choice: dict[str, Any]) -> None:
    window = inicis.open_pc()

    assert inicis.use(window, **choice).status_code == 400
    assert requests.get(window, timeout=5).status_code == 200


def test_a_window_closes_after_half_an_hour(inicis: InicisShop) -> None:
    window = inicis.open_pc()
    inicis.advance_clock(30 * 60)

    assert requests.get(window, timeout=5).status_code == 410
    assert inicis.use(window).status_code == 410


def test_a_window_that_was_left_leads_to_the_same_place_again(inicis: InicisShop) -> None:
    window = inicis.open_pc()
    first, second = inicis.use(window), inicis.use(window, outcome="fail")

    assert requests.get(window, timeout=5).status_code == 409
    assert re.findall('name="authToken" value="([^"]+)"', first.text) == re.findall(
        'name="authToken" value="([^"]+)"', second.text
    )
    assert requests.get(f"{inicis.inicis}/window/nothing", timeout=5).status_code == 404


def test_many_presses_at_once_are_one(inicis: InicisShop) -> None:
    window = inicis.open_pc()

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: inicis.use(window), range(8)))

    assert {page.status_code for page in pages} == {200}
    assert len({hidden_inputs(page)["authToken"] for page in pages}) == 1


def test_a_window_that_is_done_can_still_be_closed(inicis: InicisShop) -> None:
    window = inicis.open_pc()
    inicis.use(window)

    assert 'href="https://shop.example/close"' in inicis.use(window, outcome="close").text


def test_escrow_is_shown(inicis: InicisShop) -> None:
    assert "에스크로" in shown(inicis, acceptmethod="useescrow").text


def test_everything_a_page_loads_is_served_by_the_sandbox(inicis: InicisShop) -> None:
    window = inicis.open_pc()
    refused = inicis.post_pc(inicis.order(price="0"))
    pages = [requests.get(window, timeout=5), inicis.use(window), requests.get(window, timeout=5), refused]
    pages.append(requests.get(f"{inicis.inicis}/console", timeout=5))

    for page in pages:
        loaded = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', page.text)
        assert loaded
        assert all(requests.get(inicis.base + path, timeout=5).status_code == 200 for path in loaded)
        assert not re.search(r"style=|<style|<script(?![^>]*src=)", page.text)
        assert "unsafe" not in page.headers["Content-Security-Policy"]
