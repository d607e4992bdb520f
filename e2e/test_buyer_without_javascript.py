"""Every page of ours is a plain form; only the gateway's own window needs a script."""

from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.clock import expire_in
from e2e.support.money import expect_unpaid
from e2e.support.shop import Shop


def test_buyer_without_javascript(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(customer={})

    tab = new_buyer(device, java_script_enabled=False).opens(order)
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


def test_buyer_chooses_a_language_and_it_stays(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session(customer={})

    tab = new_buyer(java_script_enabled=False).opens(order)
    tab.page.locator("details.languages summary").click()
    tab.picture("3-languages")
    tab.page.get_by_role("link", name="中文 (简体)", exact=True).click()
    tab.page.get_by_role("button", name="支付 ₩29,000", exact=True).click()
    tab.fill_in(name=" ", phone="12", email="a@b")
    tab.choose("银行卡")
    tab.agree()
    tab.page.get_by_role("button", name="支付 ₩29,000", exact=True).click()
    summary = tab.page.get_by_role("alert").filter(has_text="请检查以下内容。")
    expect(summary).to_be_focused()
    tab.picture("4-errors-in-chinese")
    tab.page.get_by_role("button", name="取消支付并返回商店").click()
    tab.sees("支付已取消")

    expect_unpaid(shop, order, "cancelled", told=["session.cancelled"])


def test_buyer_orders_what_costs_nothing(shop: Shop, new_buyer: NewBuyer) -> None:
    items = [{"name": "무료 체험권", "price": 0, "quantity": 1}]
    order = shop.create_session(items=items, totalAmount=0, locale="ja")

    tab = new_buyer(java_script_enabled=False).tab()
    tab.page.goto(order.url)
    tab.agree()
    tab.page.get_by_role("button", name="ご注文を確定する").click()
    tab.sees("ご注文が完了しました")
    tab.picture("5-completed-in-japanese")
    shop.orders.remove(order)  # no money was to be taken, so there is none to be counted

    assert shop.status(order) == "completed"


def test_time_is_over_when_the_page_is_asked_again(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()

    tab = new_buyer(device, java_script_enabled=False).opens(order)
    expire_in(shop, order, seconds=0)
    tab.choose("카드")
    tab.agree()
    tab.pay_button.click()
    tab.sees("결제 시간이 지났어요. 쇼핑몰에서 다시 주문해 주세요.")
    tab.picture("6-expired")

    expect_unpaid(shop, order, "expired", told=["session.expired"])
