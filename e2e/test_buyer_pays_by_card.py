"""The main journey: the buyer types what the shop did not know, pays by card, and goes back to the shop."""

from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import PAID, Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop


def test_buyer_types_details_and_pays_by_card(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(customer={}, returnUrl=f"{shop.stack.shop_url}/success?lang=ko")
    buyer = new_buyer(device)

    tab = buyer.opens(order)
    tab.picture("1-pay")
    tab.fill_in(name="홍길동", phone="01012345678", email="buyer@example.com")
    tab.choose("카드")
    tab.agree()
    tab.picture("2-pay-filled-in")
    other_origins = [
        request.url for request in buyer.requests if not request.url.startswith(shop.stack.web_url)
    ]
    tab.pay_button.click()
    window = tab.window()
    tab.picture("3-window")
    window.approve()
    tab.is_paid()
    tab.picture("4-completed")

    expect_paid_once(shop, order)
    assert other_origins == []
    assert tab.page.evaluate("document.referrer") == ""
    told = buyer.referrers_told_to(shop.stack.sandbox_url)
    assert told
    assert [referrer for referrer in told if "cs_" in referrer] == []
    tab.page.get_by_role("link", name="쇼핑몰로 돌아가기").click()
    expect(tab.page).to_have_url(f"{shop.stack.shop_url}/success?lang=ko&sessionId={order.session_id}")


def test_buyer_who_does_nothing_is_taken_back_to_the_shop(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window().approve()
    tab.sees(PAID)

    expect(tab.page).to_have_url(
        f"{shop.stack.shop_url}/success?sessionId={order.session_id}", timeout=10_000
    )
    expect_paid_once(shop, order)
