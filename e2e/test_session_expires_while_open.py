"""Time runs out: every page says so, and no money is taken afterwards."""

from e2e.support.buyer import Buyer
from e2e.support.clock import expire_in
from e2e.support.money import expect_unpaid
from e2e.support.shop import Shop

EXPIRED = "결제 시간이 지났어요. 쇼핑몰에서 다시 주문해 주세요."


def test_pay_page_learns_that_the_time_is_over(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    expire_in(shop, order, seconds=1)
    tab.sees(EXPIRED)
    tab.reads("돈은 빠져나가지 않았어요.")
    tab.picture("1-expired")
    expect_unpaid(shop, order, "expired", told=["session.expired"])
    tab.page.get_by_role("link", name="쇼핑몰로 돌아가기").click()

    tab.page.wait_for_url(f"{shop.stack.shop_url}/cancel?sessionId={order.session_id}")


def test_buyer_who_comes_back_too_late_pays_nothing(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    window = tab.go_to_window()
    expire_in(shop, order, seconds=0)
    shop.wait_for_status(order, "expired")
    window.approve()
    tab.sees(EXPIRED)

    expect_unpaid(shop, order, "expired", told=["session.expired"])
    assert [payment["status"] for payment in shop.gateway.payments(order.product)] == ["IN_PROGRESS"]


def test_buyer_who_presses_pay_too_late_reaches_no_gateway(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.choose("카드")
    tab.agree()
    expire_in(shop, order, seconds=0)
    tab.pay_button.click()
    tab.sees(EXPIRED)

    expect_unpaid(shop, order, "expired", told=["session.expired"])
    assert shop.gateway.payments(order.product) == []
