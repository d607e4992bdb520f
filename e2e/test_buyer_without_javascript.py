"""Every page of ours is a plain form; only the gateway's own window needs a script."""

from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.money import expect_unpaid
from e2e.support.shop import Shop


def test_buyer_without_javascript(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session(customer={})

    tab = new_buyer(java_script_enabled=False).opens(order)
    tab.fill_in(name=" ", phone="12", email="a@b")  # what the browser lets pass and we do not
    tab.choose("카드")
    tab.agree()
    tab.pay_button.click()
    summary = tab.page.get_by_role("alert").filter(has_text="아래 내용을 확인해 주세요.")
    expect(summary.get_by_role("link")).to_have_text(
        ["이름을 입력해 주세요", "휴대폰 번호를 다시 확인해 주세요", "이메일 주소를 다시 확인해 주세요"]
    )
    tab.picture("1-pay-with-errors")
    tab.fill_in(name="홍길동", phone="010-1234-5678", email="buyer@example.com")
    tab.agree()
    tab.pay_button.click()
    # Playwright's search by text passes over <noscript>.
    expect(tab.page.locator("noscript [role=alert]")).to_contain_text("이 결제창은 자바스크립트가 필요해요.")
    tab.picture("2-launch")
    tab.page.get_by_role("link", name="다른 결제수단 선택하기").click()
    expect(tab.pay_button).to_be_visible()
    tab.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
    tab.sees("결제가 취소됐어요")

    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])
