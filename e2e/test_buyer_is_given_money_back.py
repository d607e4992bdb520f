"""A refund by the shop: the page that said that it is paid tells what comes back, of itself."""

from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.shop import Shop


def test_buyer_sees_a_part_and_then_the_rest(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)
    tab.go_to_window().approve()
    tab.is_paid()

    refund(shop, order.session_id, 9_000)
    shop.wait_for_status(order, "partially_refunded")
    tab.page.reload()
    tab.sees("일부 금액을 환불했어요")
    expect(tab.page.locator(".facts--sums")).to_contain_text("−9,000원")
    tab.page.locator(".summary > summary").click()
    tab.picture("1-a-part")
    refund(shop, order.session_id, 20_000)
    shop.wait_for_status(order, "refunded")
    tab.page.reload()
    tab.sees("환불했어요")
    tab.reads("카드 환불은 카드사에 따라 3~7영업일 걸려요")
    tab.picture("2-all")

    assert shop.gateway.captures(order.product) == [29_000]


def refund(shop: Shop, session_id: str, amount: int) -> None:
    shop.call(f"/api/checkout/session/{session_id}/refund", {"amount": amount, "reason": "색상 교환"})
