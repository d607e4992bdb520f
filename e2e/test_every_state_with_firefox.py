"""The states and fallbacks that test_buyer_with_firefox.py does not come to, in the same other engine."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from e2e.support.firefox import DESKTOP, PAY, PHONE, Firefox, agree_and_press, fill, go_to_window, is_paid
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.postcode import failing
from e2e.support.shop import Shop
from e2e.test_buyer_enters_a_coupon import make
from e2e.test_buyer_is_given_money_back import refund
from e2e.test_buyer_pays_by_transfer import PAID, WAITING, at_the_bank

ADDRESS = {"우편번호": "06236", "주소": "서울 강남구 테헤란로 123"}
ISSUE = "29,000원 가상계좌 발급받기"


def field(firefox: Firefox, name: str) -> str:
    return str(firefox.evaluate(f"document.querySelector('input[name={name}]').value"))


def spoil_the_confirm(firefox: Firefox, fault: str) -> None:
    """In the window: of the confirm that follows, as its own list names it."""
    firefox.evaluate(f"document.querySelector('input[name=fault][value={fault}]').checked = true")


@contextmanager
def wide(firefox: Firefox) -> Iterator[None]:
    firefox.resize(DESKTOP)
    yield
    firefox.resize(PHONE)


def test_buyer_transfers_the_money(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    go_to_window(firefox, order, method="가상계좌", button=ISSUE)
    firefox.click("button", PAY)
    firefox.sees(WAITING)
    firefox.reads("우리은행")
    firefox.picture("10-deposit")
    firefox.click("button", "계좌번호 복사")
    firefox.reads("복사했어요")
    at_the_bank(shop, order)
    firefox.sees(PAID, within_s=20)

    expect_paid_once(shop, order, told=["payment.virtual_account_issued", "payment.completed"])


def test_buyer_waits_for_an_answer_that_was_lost(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    go_to_window(firefox, order)
    spoil_the_confirm(firefox, "answer_lost")
    firefox.click("button", PAY)
    firefox.sees("결제를 확인하고 있어요. 창을 닫지 마세요.")
    firefox.picture("11-processing")
    is_paid(firefox, within_s=60)

    expect_paid_once(shop, order)


def test_buyer_cancels(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    firefox.open(order.url)
    firefox.click("button", "결제 취소하고 쇼핑몰로 돌아가기")
    firefox.sees("결제가 취소됐어요")
    firefox.reads("돈은 빠져나가지 않았어요.")
    firefox.picture("12-cancelled")

    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])


def test_buyer_is_given_money_back(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()
    go_to_window(firefox, order)
    firefox.click("button", PAY)
    is_paid(firefox)

    for amount, state, heading in (
        (9_000, "partially_refunded", "일부 금액을 환불했어요"),
        (20_000, "refunded", "환불했어요"),
    ):
        refund(shop, order.session_id, amount)
        shop.wait_for_status(order, state)
        firefox.open(order.url)
        firefox.sees(heading)
        firefox.picture(f"13-{state}")

    assert shop.gateway.held(order.product) == 0


def test_an_order_that_is_not_there(shop: Shop, firefox: Firefox) -> None:
    firefox.open(f"{shop.stack.web_url}/checkout/cs_{'0' * 32}")

    firefox.sees("주문을 찾을 수 없어요. 주소를 다시 확인해 주세요.")
    firefox.picture("14-unknown")


def test_a_page_of_before_pays_nothing_again(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()
    firefox.open(order.url)
    firefox.click("radio", "카드")

    with firefox.another_tab():
        go_to_window(firefox, order)
        firefox.click("button", PAY)
        is_paid(firefox)
    is_paid(firefox)

    expect_paid_once(shop, order)


def test_buyer_uses_a_coupon(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()
    refused, taken = make(shop, minimum_order_amount=50_000), make(shop)

    firefox.open(order.url)
    for code, answer in ((refused, "21,000원 더 담으면 쓸 수 있어요."), (taken, "26,100원 결제하기")):
        firefox.evaluate("document.querySelector('input[name=coupon_code]').value = ''")
        firefox.click("textbox", "쿠폰 코드 (선택)")
        firefox.type(code)
        firefox.click("button", "적용")
        firefox.reads(answer)
    firefox.picture("15-coupon")
    firefox.click("radio", "카드")
    agree_and_press(firefox, "26,100원 결제하기")
    firefox.sees("테스트 결제창")
    firefox.click("button", "26,100원 결제하기")
    is_paid(firefox)

    expect_paid_once(shop, order)


@pytest.mark.parametrize("how", ["none", "script_missing"])
def test_buyer_gives_an_address(shop: Shop, firefox: Firefox, how: str) -> None:
    """Searched for where the service comes, else typed."""
    order = shop.create_session(collectShippingAddress=True)
    firefox.open(order.url)

    with failing(shop.stack, how):
        firefox.click("button", "주소 검색")
        if how == "none":
            _search(firefox, "역삼동")
        else:
            firefox.reads("주소 검색을 불러오지 못했어요.")
            firefox.picture("16-by-hand")
            fill(firefox, ADDRESS)
    assert (field(firefox, "postal_code"), field(firefox, "address")) == ("06236", "서울 강남구 테헤란로 123")
    fill(firefox, {"상세주소 (선택)": "1203호"})
    firefox.click("radio", "카드")
    agree_and_press(firefox, PAY)
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)
    is_paid(firefox)

    address = shop.data(order)["shippingAddress"]
    assert (address["postalCode"], address["detail"]) == ("06236", "1203호")


def _search(firefox: Firefox, words: str) -> None:
    """In the service's own frame, three deep."""
    with firefox.frame(re.compile("/postcode/search")):
        firefox.click("textbox", "주소")
        firefox.type(words)
        firefox.click("button", "검색")
        firefox.press("button.link_post")
    firefox.reads("주소를 입력했어요")


def test_every_page_fits_a_desktop_too(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    with wide(firefox):
        go_to_window(firefox, order)
        firefox.click("button", PAY)
        is_paid(firefox)
        firefox.picture("17-completed-desktop")
        overflow = firefox.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert overflow <= 0
    expect_paid_once(shop, order)
