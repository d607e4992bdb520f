"""The gateway took the money, its answer never came, and the buyer is gone: the session is completed all the
same, by itself."""

import pytest

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop
from e2e.support.waiting import wait_for


@pytest.mark.parametrize("fault", ["answer_lost", "error_500_after", "garbled"])
def test_session_is_completed_without_the_buyer(shop: Shop, buyer: Buyer, fault: str) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window().approve(fault=fault)
    wait_for("capture", lambda: shop.gateway.captures(order.product))
    tab.page.close()

    expect_paid_once(shop, order, within_s=60)


def test_buyer_who_waits_sees_how_it_ends(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.go_to_window().approve(fault="answer_lost")
    tab.sees("결제를 확인하고 있어요. 창을 닫지 마세요.")
    tab.picture("1-processing")
    tab.is_paid(within_s=60)

    expect_paid_once(shop, order)
