"""Closing the gateway's window is a change of mind, not a failure."""

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop


def test_buyer_closes_the_window_then_pays(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.go_to_window().close()
    tab.reads("결제를 취소했어요. 다른 방법으로 다시 결제할 수 있어요.")
    tab.picture("1-pay-after-closing")
    expect_unpaid(shop, order, "pending", told=[])
    tab.go_to_window(method="토스페이").approve()
    tab.is_paid()

    expect_paid_once(shop, order, told=["payment.completed"])
