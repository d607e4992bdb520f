"""What is left when something does not come, in the other engine: no scripts, somebody else's app, a search for
addresses or a window that is blocked or hangs, an answer that is late."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import POSTCODE_PATH
from e2e.support.clock import expire_in
from e2e.support.firefox import (
    DESKTOP,
    PAY,
    PHONE,
    Firefox,
    agree_and_press,
    fill,
    go_to_window,
    is_paid,
    running_firefox,
)
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop
from e2e.test_buyer_enters_a_coupon import make
from e2e.test_buyer_inside_an_app import HINT, INSTAGRAM, KAKAOTALK

CANCEL = "결제 취소하고 쇼핑몰로 돌아가기"
BY_HAND = "주소 검색을 불러오지 못했어요."
ADDRESS = {"우편번호": "06236", "주소": "서울 강남구 테헤란로 123"}
WRONG = {"이름": " ", "휴대폰 번호": "12", "이메일": "a@b"}  # what the browser lets pass and we do not
TOSS_SCRIPT = "/toss/v2/standard"
SIZES = {"phone": PHONE, "desktop": DESKTOP}
# A stricter policy, as when the service moves to a host that ours does not know.
NO_FRAMES = """(() => {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "frame-src 'none'";
  document.head.append(policy);
})()"""
# A page that waits for 20 s does so for 2 s.
HASTY = (
    "() => { const real = setTimeout; window.setTimeout = (f, ms, ...more) => real(f, ms / 10, ...more); }"
)


@pytest.fixture(params=SIZES)
def sized(firefox: Firefox, request: pytest.FixtureRequest) -> Iterator[Firefox]:
    """On a phone, and once more on a desktop."""
    firefox.resize(SIZES[request.param])
    firefox.shot_as = f"-{request.param}"
    yield firefox
    firefox.shot_as = ""
    firefox.resize(PHONE)


@pytest.fixture(scope="module")
def scriptless(results: Path, logs: Path) -> Iterator[Firefox]:
    shots = results / "buyer_with_firefox"
    with running_firefox(
        shots, logs, name="firefox-scriptless", preferences={"javascript.enabled": False}
    ) as firefox:
        yield firefox


def address_is(firefox: Firefox, text: str) -> bool:
    return bool(firefox.evaluate("document.querySelector('input[name=address]').value") == text)


def pays(firefox: Firefox) -> None:
    firefox.click("radio", "카드")
    agree_and_press(firefox, PAY)
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)
    is_paid(firefox)


def test_buyer_without_scripts(shop: Shop, scriptless: Firefox) -> None:
    order = shop.create_session(customer={}, collectShippingAddress=True)

    scriptless.open(order.url)
    assert "주소 검색" not in scriptless.text()
    fill(scriptless, {**WRONG, **ADDRESS, "상세주소 (선택)": "1203호"})
    scriptless.click("radio", "카드")
    agree_and_press(scriptless, PAY)
    for sentence in (
        "이름을 입력해 주세요", "휴대폰 번호를 다시 확인해 주세요", "이메일 주소를 다시 확인해 주세요",
    ):  # fmt: skip
        scriptless.reads(sentence)
    scriptless.picture("20-errors-without-scripts")
    for name in ("name", "phone", "email"):
        scriptless.evaluate(f"document.querySelector('input[name={name}]').value = ''")
    fill(scriptless, {"이름": "홍길동", "휴대폰 번호": "01012345678", "이메일": "buyer@example.com"})
    agree_and_press(scriptless, PAY)
    scriptless.reads("이 결제창은 자바스크립트가 필요해요.")
    scriptless.picture("21-launch-without-scripts")
    scriptless.click("link", "다른 결제수단 선택하기")
    assert shop.data(order)["shippingAddress"]["detail"] == "1203호"
    scriptless.click("button", CANCEL)
    scriptless.sees("결제가 취소됐어요")

    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])


def test_a_coupon_without_scripts(shop: Shop, scriptless: Firefox) -> None:
    order = shop.create_session()

    scriptless.open(order.url)
    fill(scriptless, {"쿠폰 코드 (선택)": make(shop, discount_value=100)})
    scriptless.click("button", "적용")
    scriptless.reads("주문 완료하기")
    scriptless.picture("22-coupon-without-scripts")
    agree_and_press(scriptless, "주문 완료하기")
    scriptless.sees("주문을 완료했어요")

    expect_paid_once(shop, order)


def test_time_is_over_without_scripts(shop: Shop, scriptless: Firefox) -> None:
    order = shop.create_session()

    scriptless.open(order.url)
    expire_in(shop, order, seconds=0)
    scriptless.click("radio", "카드")
    agree_and_press(scriptless, PAY)
    scriptless.sees("결제 시간이 지났어요. 쇼핑몰에서 다시 주문해 주세요.")
    scriptless.picture("23-expired-without-scripts")

    expect_unpaid(shop, order, "expired", told=["session.expired"])


def test_buyer_in_kakaotalk(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    with firefox.inside_app(KAKAOTALK):
        firefox.open(order.url)
        firefox.reads(HINT)
        firefox.picture("24-in-kakaotalk")
        way_out = firefox.evaluate("document.querySelector('.in-app a').getAttribute('href')")
        assert str(way_out).startswith("kakaotalk://web/openExternal?url=http")
        firefox.click("radio", "카드")
        agree_and_press(firefox, PAY)
        firefox.sees("테스트 결제창")
        decline = "document.querySelector('input[value=\"decline:REJECT_CARD_PAYMENT\"]').checked = true"
        firefox.evaluate(decline)
        firefox.click("button", PAY)
        firefox.sees("결제가 이루어지지 않았어요")
        assert firefox.evaluate("document.querySelector('.in-app--urgent') !== null")
        firefox.picture("25-failed-in-kakaotalk")
        firefox.click("link", "다시 결제하기")
        pays(firefox)

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


def test_buyer_in_instagram(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    with firefox.inside_app(INSTAGRAM):
        firefox.open(order.url)
        firefox.reads(HINT)
        firefox.click("button", "링크 복사")
        firefox.reads("복사했어요")
        firefox.picture("26-in-instagram")
    firefox.open(order.url)
    assert HINT not in firefox.text()
    pays(firefox)

    expect_paid_once(shop, order)


def test_the_searchs_script_is_blocked(shop: Shop, sized: Firefox) -> None:
    order = shop.create_session(collectShippingAddress=True)
    sized.open(order.url)

    with sized.unanswered(POSTCODE_PATH):
        sized.click("button", "주소 검색")
        sized.waits_for(1)
        sized.refuse_held()
        sized.reads(BY_HAND)
    fill(sized, ADDRESS)
    pays(sized)

    assert shop.data(order)["shippingAddress"]["postalCode"] == "06236"
    expect_paid_once(shop, order)


def test_the_searchs_frame_is_blocked(shop: Shop, sized: Firefox) -> None:
    order = shop.create_session(collectShippingAddress=True)
    sized.open(order.url)

    with sized.unanswered(POSTCODE_PATH):
        sized.click("button", "주소 검색")
        sized.waits_for(1)
        with sized.frame(re.compile("/postcode$")):
            sized.evaluate(NO_FRAMES)
        sized.let_held_go()
        sized.reads(BY_HAND)
    sized.picture("27-frame-blocked")
    fill(sized, ADDRESS)
    pays(sized)

    expect_paid_once(shop, order)


def test_the_search_hangs(shop: Shop, sized: Firefox) -> None:
    """Nobody waits for it, and what was typed meanwhile stays when it is given up."""
    order = shop.create_session(collectShippingAddress=True)
    sized.open(order.url)

    with sized.unanswered(POSTCODE_PATH):
        sized.click("button", "주소 검색")
        sized.waits_for(1)
        sized.picture("28-search-hangs")
        sized.click("button", "직접 입력")
        fill(sized, ADDRESS)
        sized.click("button", "주소 검색")
        sized.reads(BY_HAND, within_s=20)
    assert address_is(sized, ADDRESS["주소"])
    pays(sized)

    assert shop.data(order)["shippingAddress"]["address"] == ADDRESS["주소"]
    expect_paid_once(shop, order)


def test_the_window_hangs(shop: Shop, sized: Firefox) -> None:
    order = shop.create_session()

    sized.open(order.url)
    with sized.unanswered(TOSS_SCRIPT):
        sized.click("radio", "카드")
        agree_and_press(sized, PAY)
        sized.waits_for(1)
        sized.reads(
            "결제창을 열지 못했어요.", within_s=30
        )  # by its words: what is not loaded has no tree of names yet
        sized.reads("돈은 빠져나가지 않았어요.")
        sized.picture("29-window-hangs")
    sized.click("link", "다시 결제하기")
    pays(sized)

    expect_paid_once(shop, order)


def test_the_answer_is_late(shop: Shop, sized: Firefox) -> None:
    """And the tab that came back from the gateway is gone, as when a phone ends the app."""
    order = shop.create_session()

    with sized.another_tab():
        go_to_window(sized, order)
        sized.evaluate("document.querySelector('input[name=fault][value=slow]').checked = true")
        sized.evaluate("document.querySelector('input[name=delay_s]').value = '12'")
        sized.click("button", PAY)
        shop.wait_until_confirming(order)
    with sized.scripts_begin_with(HASTY):
        sized.open(order.url)
        sized.sees("결제를 확인하고 있어요. 창을 닫지 마세요.")
        sized.reads("응답이 늦어지고 있어요.")
        sized.picture("30-answer-is-late")
        is_paid(sized, within_s=30)

    expect_paid_once(shop, order)
