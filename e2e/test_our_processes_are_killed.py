"""kill -9 of everything of ours while the gateway is taking the money."""

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop
from e2e.support.waiting import wait_for


def test_payments_approved_around_a_crash_are_completed_once(shop: Shop, buyer: Buyer) -> None:
    """One is approved, but its answer not yet read when the processes die; the other is approved while they
    are dead."""
    before, after = shop.create_session(), shop.create_session()

    tabs = [buyer.opens(order) for order in (before, after)]
    windows = [tab.go_to_window() for tab in tabs]
    windows[1].approve(fault="slow", delay_s=8)
    windows[0].approve(fault="slow", delay_s=2)
    shop.wait_until_confirming(after)
    shop.wait_until_confirming(before)
    shop.stack.web.freeze()
    wait_for("capture before the crash", lambda: shop.gateway.captures(before.product))
    assert shop.gateway.captures(after.product) == []
    shop.stack.kill_web_and_worker()
    wait_for("capture after the crash", lambda: shop.gateway.captures(after.product))
    shop.stack.start_web_and_worker()
    for order in (before, after):
        assert shop.status(order) == "processing"
    tabs[0].page.reload()
    tabs[0].sees("결제를 확인하고 있어요. 창을 닫지 마세요.")

    for order in (before, after):
        expect_paid_once(shop, order, within_s=60)
    tabs[0].is_paid()
