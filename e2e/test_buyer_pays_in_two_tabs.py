"""Two tabs, two authorised payments, both back at the same moment: the money is taken once."""

import time

import pytest

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop


@pytest.mark.parametrize("round_number", range(3))
def test_two_tabs_come_back_at_once(shop: Shop, buyer: Buyer, round_number: int) -> None:
    order = shop.create_session()

    tabs = [buyer.opens(order), buyer.opens(order)]
    windows = [tab.go_to_window(method=method) for tab, method in zip(tabs, ("카드", "페이코"), strict=True)]
    moment_ms = time.time() * 1000 + 400
    for window in windows:
        window.approve_at(moment_ms)
    for tab in tabs:
        tab.is_paid()

    expect_paid_once(shop, order)


@pytest.mark.parametrize("first", [0, 1])
def test_one_tab_comes_back_while_the_other_is_being_confirmed(
    shop: Shop, any_buyer: Buyer, first: int
) -> None:
    order = shop.create_session()

    tabs = [any_buyer.opens(order), any_buyer.opens(order)]
    windows = [tab.go_to_window() for tab in tabs]
    windows[first].approve(fault="slow", delay_s=2)
    shop.wait_until_confirming(order)
    windows[1 - first].approve()
    tabs[1 - first].sees("결제를 확인하고 있어요. 창을 닫지 마세요.")
    tabs[1 - first].picture("1-processing")
    for tab in tabs:
        tab.is_paid()

    expect_paid_once(shop, order)


def test_second_tab_says_that_a_payment_is_running(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    paying = any_buyer.opens(order)
    window = paying.go_to_window()
    second = any_buyer.opens(order)
    second.reads("다른 창에서 결제를 진행하고 있어요")
    second.picture("2-pay-while-another-tab-pays")
    window.approve()
    paying.is_paid()
    second.is_paid()

    expect_paid_once(shop, order)
