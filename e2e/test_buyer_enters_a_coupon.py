"""A coupon on the pay page: put on, refused with the reason, taken off, and what it does to everything around it."""

import secrets
from typing import Any

from playwright.sync_api import Locator, expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import NOTHING_TO_PAY, Buyer, Tab
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop


def make(shop: Shop, **values: Any) -> str:
    code = f"E2E{secrets.token_hex(4)}".upper()
    body = {"code": code, "type": "percentage", "discount_value": 10, **values}
    shop.call("/api/coupons/create", body)
    return code


def field(tab: Tab) -> Locator:
    return tab.page.locator('input[name="coupon_code"]')


def apply(tab: Tab, code: str) -> None:
    field(tab).fill(code)
    tab.page.get_by_role("button", name="적용", exact=True).click()


def total_is(tab: Tab, amount: str) -> None:
    """Everywhere that it stands."""
    expect(tab.page.locator("#hero-amount")).to_have_text(amount)
    expect(tab.page.locator(".amounts__total dd")).to_have_text([amount, amount])
    expect(tab.page.locator("#pay-label")).to_contain_text(amount)


def test_buyer_pays_less_with_a_coupon(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    code = make(shop, name_ko="첫 구매 10% 할인")
    order = shop.create_session(customer={})
    tab = new_buyer(device).opens(order)
    tab.fill_in(name="홍길동", phone="010-1234-5678", email="buyer@example.com")
    tab.choose("카드")
    tab.agree()

    apply(tab, code.lower())
    total_is(tab, "26,100원")
    expect(tab.page.locator("#announcement")).to_have_text(
        "쿠폰을 적용했어요 (−2,900원). 총 결제금액은 26,100원이에요."
    )
    expect(tab.page.get_by_role("button", name=f"쿠폰 {code} 삭제")).to_be_focused()
    assert tab.page.locator('input[name="email"]').input_value() == "buyer@example.com"
    tab.picture("1-applied")
    tab.page.get_by_role("button", name="26,100원 결제하기", exact=True).click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    assert shop.data(order)["totalAmount"] == 26_100


def test_buyer_is_told_why_a_coupon_is_refused(shop: Shop, any_buyer: Buyer) -> None:
    code = make(shop, minimum_order_amount=50_000)
    tab = any_buyer.opens(shop.create_session())

    field(tab).fill(code)
    field(tab).press("Enter")
    complaint = tab.page.locator("#coupon_code-error")
    expect(complaint).to_have_text(
        "50,000원 이상 주문할 때 쓸 수 있는 쿠폰이에요. 21,000원 더 담으면 쓸 수 있어요."
    )
    expect(field(tab)).to_be_focused()
    expect(field(tab)).to_have_value(code)
    expect(field(tab)).to_have_attribute("aria-invalid", "true")
    expect(tab.page.locator("#announcement")).to_contain_text("21,000원 더 담으면")
    tab.picture("2-refused")
    apply(tab, "NOPE")
    expect(complaint).to_have_text("쓸 수 없는 코드예요. 다시 확인해 주세요.")
    total_is(tab, "29,000원")


def test_buyer_takes_a_coupon_off_again(shop: Shop, any_buyer: Buyer) -> None:
    tab = any_buyer.opens(shop.create_session())
    apply(tab, make(shop))
    total_is(tab, "26,100원")

    tab.page.get_by_role("button", name="삭제").click()

    total_is(tab, "29,000원")
    expect(field(tab)).to_be_focused()
    expect(tab.page.locator("#announcement")).to_have_text("쿠폰을 삭제했어요. 총 결제금액은 29,000원이에요.")


def test_buyer_has_nothing_to_pay_with_a_coupon(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()
    tab = any_buyer.opens(order)
    tab.choose("가상계좌")

    apply(tab, make(shop, discount_value=100))
    button = tab.page.get_by_role("button", name="주문 완료하기", exact=True)
    expect(button).to_be_visible()
    expect(tab.page.get_by_role("radio")).to_have_count(0)
    tab.picture("3-free")
    tab.page.get_by_role("button", name="삭제").click()
    expect(tab.page.get_by_role("radio", name="가상계좌")).to_be_checked()
    apply(tab, make(shop, discount_value=100))
    expect(button).to_be_visible()
    tab.agree()
    button.click()
    tab.is_paid(heading=NOTHING_TO_PAY)

    expect_paid_once(shop, order)


def test_a_coupon_that_was_only_typed_is_not_forgotten(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()
    tab = buyer.opens(order)
    field(tab).fill(make(shop))
    tab.choose("카드")
    tab.agree()

    tab.pay_button.click()
    total_is(tab, "26,100원")
    expect(tab.page.get_by_role("radio", name="카드", exact=True)).to_be_checked()
    tab.agree()
    tab.page.get_by_role("button", name="26,100원 결제하기").click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)


def test_buyer_without_javascript_uses_a_coupon(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(customer={})
    tab = new_buyer(device, java_script_enabled=False).opens(order)
    tab.fill_in(name="홍길동", phone="12")
    tab.choose("카드")

    apply(tab, "NOPE")
    tab.page.get_by_role("link", name="쓸 수 없는 코드예요. 다시 확인해 주세요.").click()
    apply(tab, make(shop))
    total_is(tab, "26,100원")
    assert tab.page.locator('input[name="name"]').input_value() == "홍길동"
    assert tab.page.locator('input[name="phone"]').input_value() == "12"
    expect(tab.page.get_by_role("radio", name="카드", exact=True)).to_be_checked()
    tab.picture("4-without-javascript")
    tab.page.get_by_role("button", name="삭제").click()
    total_is(tab, "29,000원")
