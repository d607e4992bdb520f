"""A shop whose one contract is with NHN KCP: on PC its window lies over our page, on phones it is a page of its own."""

from typing import Any

import pytest
from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import PAID, Tab
from e2e.support.kcp import KcpShop, go_to_window
from e2e.support.shop import Order
from e2e.support.stack import Stack


@pytest.fixture(scope="module")
def kcp(stack: Stack) -> KcpShop:
    return KcpShop(stack)


def opened(new_buyer: NewBuyer, order: Order, device: str) -> Tab:
    tab = new_buyer(device).tab()
    tab.page.goto(order.url)
    return tab


def test_buyer_pays_by_card_in_instalments(kcp: KcpShop, new_buyer: NewBuyer, device: str) -> None:
    order = kcp.order()
    tab = opened(new_buyer, order, device)

    window = go_to_window(tab.page, device, months="3")
    tab.picture("1-window")
    window.approve()
    tab.sees(PAID)
    tab.picture("2-completed")

    kcp.expect_paid_once(order)
    told = kcp.paid_with(order)
    assert (told["gateway"], told["card"]["installmentMonths"]) == ("kcp", 3)


def test_buyer_takes_an_account_and_transfers_the_money(
    kcp: KcpShop, new_buyer: NewBuyer, device: str
) -> None:
    order = kcp.order()
    tab = opened(new_buyer, order, device)

    go_to_window(tab.page, device, method="가상계좌", button="55,000원 가상계좌 발급받기").approve()
    tab.sees("입금을 기다리고 있어요")
    tab.reads("신한은행")
    tab.picture("3-waiting")
    kcp.pay_in(order)
    tab.sees(PAID, within_s=20)

    kcp.expect_paid_once(order)


def test_buyer_is_declined_then_pays(kcp: KcpShop, new_buyer: NewBuyer, device: str) -> None:
    order = kcp.order()
    tab = opened(new_buyer, order, device)

    go_to_window(tab.page, device).decline("SIMD")
    tab.sees("결제가 이루어지지 않았어요")
    tab.reads("돈은 빠져나가지 않았어요.")
    assert kcp.captures(order) == []
    tab.page.get_by_role("link", name="다시 결제하기").click()
    go_to_window(tab.page, device, method="카카오페이").approve()
    tab.sees(PAID)

    kcp.expect_paid_once(order)


def test_buyer_closes_the_window_then_pays(kcp: KcpShop, new_buyer: NewBuyer, device: str) -> None:
    order = kcp.order()
    tab = opened(new_buyer, order, device)

    go_to_window(tab.page, device).close()
    tab.reads("결제를 취소했어요. 다른 방법으로 다시 결제할 수 있어요.")
    assert kcp.status(order) == "pending"
    go_to_window(tab.page, device).approve()
    tab.sees(PAID)

    kcp.expect_paid_once(order)


def test_the_window_opens_again_by_the_button(kcp: KcpShop, new_buyer: NewBuyer) -> None:
    """Its frame may be lost, as when the buyer goes back to the page behind it."""
    order = kcp.order()
    tab = opened(new_buyer, order, "desktop")
    go_to_window(tab.page, "desktop")

    tab.page.reload()
    expect(tab.page.locator("iframe")).to_have_count(1)
    tab.page.go_back()
    tab.page.go_forward()
    button = tab.page.get_by_role("button", name="결제창 열기")
    expect(button).to_be_visible()
    tab.picture("4-launch-page")

    assert kcp.status(order) == "processing"


def test_a_script_that_does_not_load_takes_nothing(kcp: KcpShop, new_buyer: NewBuyer) -> None:
    order = kcp.order()
    tab = opened(new_buyer, order, "desktop")
    refuse: Any = lambda route: route.abort()  # noqa: E731  # as short as it is
    tab.page.route("**/plugin/kcp_spay_hub.js", refuse)

    tab.page.get_by_role("radio", name="카드", exact=True).check()
    tab.page.get_by_role("checkbox").check()
    tab.page.get_by_role("button", name="55,000원 결제하기", exact=True).click()

    expect(tab.page.get_by_role("heading", name="결제창을 열지 못했어요.")).to_be_visible(timeout=20_000)
    assert kcp.status(order) == "processing"
