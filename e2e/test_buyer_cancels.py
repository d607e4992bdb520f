"""The buyer gives up and goes back to the shop."""

from e2e.support.buyer import Buyer
from e2e.support.money import expect_unpaid
from e2e.support.shop import Shop

CANCELLED = "결제가 취소됐어요"


def test_buyer_cancels_and_goes_back_to_the_shop(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
    tab.sees(CANCELLED)
    tab.reads("돈은 빠져나가지 않았어요.")
    tab.picture("1-cancelled")
    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])
    tab.page.get_by_role("link", name="쇼핑몰로 돌아가기").click()

    tab.page.wait_for_url(f"{shop.stack.shop_url}/cancel?sessionId={order.session_id}")


def test_buyer_who_cancelled_in_another_tab_pays_nothing(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    paying = buyer.opens(order)
    window = paying.go_to_window()
    other = buyer.opens(order)
    other.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
    other.sees(CANCELLED)
    window.approve()
    paying.sees(CANCELLED)

    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])
