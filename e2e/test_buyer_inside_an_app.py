"""The browser inside of another app: how to leave it is offered, louder after a failure, and nobody is made to."""

import re

from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop

KAKAOTALK = "Mozilla/5.0 (Linux; Android 15; SM-S931N; wv) Chrome/140.0 Mobile Safari/537.36 KAKAOTALK/25.9.1"
INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Instagram 400.0.0"
HINT = "이 앱에서는 결제가 잘 안 될 수 있어요."


def test_buyer_in_kakaotalk_may_leave_it_or_pay_there(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session()
    tab = new_buyer(user_agent=KAKAOTALK).opens(order)

    way_out = tab.page.get_by_role("link", name="다른 브라우저로 열기")
    tab.reads(HINT)
    out = rf"^kakaotalk://web/openExternal\?url=http%3A%2F%2F[^/]+%2F{order.session_id}$"
    expect(way_out).to_have_attribute("href", re.compile(out))
    tab.picture("1-in-kakaotalk")
    tab.go_to_window().decline("REJECT_CARD_PAYMENT")
    tab.sees("결제가 이루어지지 않았어요")
    expect(tab.page.locator(".in-app--urgent")).to_be_visible()
    tab.picture("2-failed-in-kakaotalk")
    tab.page.get_by_role("link", name="다시 결제하기").click()
    tab.go_to_window().approve()
    tab.is_paid()
    expect(tab.page.get_by_text(HINT)).to_have_count(0)

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


def test_buyer_in_instagram_takes_the_address_along(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session()
    tab = new_buyer(user_agent=INSTAGRAM, permissions=["clipboard-read", "clipboard-write"]).opens(order)

    tab.page.get_by_role("button", name="링크 복사").click()

    expect(tab.page.get_by_role("button", name="복사했어요")).to_be_visible()
    address = str(tab.page.evaluate("navigator.clipboard.readText()"))
    assert address.endswith(order.session_id)
    tab.page.goto(address)
    expect(tab.pay_button).to_be_visible()
