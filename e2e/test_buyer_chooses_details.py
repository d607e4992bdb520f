"""What goes with a method, and what the shop asks: instalments, banks, cash receipts, questions of the shop."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import JSON, create_engine, text

from e2e.conftest import NewBuyer
from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Order, Shop

ASKED = [
    {"key": "engraving", "type": "text", "label": "각인할 이름", "required": True},
    {"key": "note", "type": "textarea", "label": "남길 말"},
    {"key": "font", "type": "select", "label": "각인 글꼴", "required": True, "options": ["고딕", "명조"]},
    {"key": "gift", "type": "checkbox", "label": "선물 포장"},
]


def choice_of(shop: Shop, order: Order) -> dict[str, Any]:
    """What the gateway is told beside the order; nobody but the gateway is."""
    url = shop.stack.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    question = text("SELECT choice FROM attempts WHERE session_id = :id ORDER BY created_at DESC LIMIT 1")
    with engine.begin() as connection:
        found = connection.execute(question.columns(choice=JSON), {"id": order.session_id}).scalar_one()
    engine.dispose()
    return dict(found or {})


@pytest.fixture
def offering(shop: Shop) -> None:
    """The shop pays for some instalments."""
    home, headers = f"{shop.stack.web_url}/api/shops", {"x-api-key": shop.stack.api_key}
    [first, *_] = requests.get(home, headers=headers, timeout=10).json()["data"]
    body = {"settings": {"interest_free_installments": {"shinhan": [2, 3]}}}
    requests.patch(f"{home}/{first['id']}", json=body, headers=headers, timeout=10).raise_for_status()


@pytest.mark.usefixtures("offering")
def test_buyer_splits_a_card_payment(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(amount=129_000)
    tab = new_buyer(device).tab()
    tab.page.goto(order.url)
    expect(tab.page.get_by_label("카드사")).to_be_hidden()

    tab.choose("카드")
    months = tab.page.get_by_label("할부 개월")
    assert "무이자" not in months.inner_text()
    tab.page.get_by_label("카드사").select_option(label="신한카드")
    assert [words for words in months.inner_text().splitlines() if "무이자" in words] == [
        "2개월 (무이자)", "3개월 (무이자)",
    ]  # fmt: skip
    tab.page.get_by_label("카드사").select_option(label="현대카드")
    assert "무이자" not in months.inner_text()
    tab.page.get_by_label("카드사").select_option(label="신한카드")
    months.select_option("3")
    tab.picture("1-card")
    tab.agree()
    tab.page.get_by_role("button", name="129,000원 결제하기").click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    choice = choice_of(shop, order)
    assert (choice["issuer"], choice["installment_months"]) == ("shinhan", 3)


def test_buyer_asks_for_a_cash_receipt(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)

    tab.choose("계좌이체")
    expect(tab.page.get_by_label("입금할 은행")).to_be_hidden()
    expect(tab.page.get_by_role("radio", name="신청 안 함")).to_be_checked()
    tab.page.get_by_role("radio", name="지출증빙용").check()
    tab.fill_in(receipt_expense="123-45-67890")
    tab.agree()
    tab.pay_button.click()
    tab.page.get_by_role("link", name="사업자등록번호를 다시 확인해 주세요").click()
    expect(tab.page.locator('input[name="receipt_expense"]')).to_be_focused()
    tab.picture("2-receipt")
    tab.fill_in(receipt_expense="120-88-00767")
    tab.agree()
    tab.pay_button.click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    assert choice_of(shop, order)["cash_receipt"] == {"purpose": "expense", "number": "1208800767"}


def test_details_of_a_method_that_was_not_taken_in_the_end_do_not_matter(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()
    tab = buyer.opens(order)
    tab.choose("가상계좌")
    tab.page.get_by_role("radio", name="소득공제용").check()
    tab.fill_in(receipt_income="12")

    tab.go_to_window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    assert choice_of(shop, order) == {}


def test_buyer_answers_the_shop(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(customFields=ASKED)
    tab = new_buyer(device).opens(order)
    tab.choose("카드")
    tab.agree()

    tab.pay_button.click()
    tab.reads("‘각인할 이름’ 항목을 확인해 주세요.")
    tab.reads("‘각인 글꼴’ 항목을 확인해 주세요.")
    expect(tab.page.get_by_label("각인할 이름")).to_be_focused()
    tab.picture("3-questions")
    tab.page.get_by_label("각인할 이름").fill("길동")
    tab.page.get_by_label("남길 말").fill("첫 줄\n둘째 줄")
    tab.page.get_by_label("각인 글꼴").select_option("명조")
    tab.page.get_by_label("선물 포장").check()
    tab.pay_button.click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    expected = {"engraving": "길동", "note": "첫 줄\n둘째 줄", "font": "명조", "gift": True}
    assert shop.data(order)["customFieldValues"] == expected
    assert shop.webhooks(order)[0]["body"]["data"]["customFieldValues"] == expected


def test_buyer_pays_with_the_keyboard_alone(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session(amount=129_000, customer={}, collectShippingAddress=True, customFields=ASKED)
    tab = buyer.tab()
    page = tab.page
    page.goto(order.url)

    go(page, 'input[name="name"]').type("홍길동")
    go(page, 'input[name="phone"]').type("01012345678")
    go(page, 'input[name="email"]').type("buyer@example.com")
    go(page, "[data-by-hand-row] button").press("Enter")  # to the postal code
    page.keyboard.type("06236")
    go(page, 'input[name="address"]').type("Teheran-ro 123")
    go(page, 'input[name="method"]').press("Space")
    go(page, 'select[name="card_issuer"]').press("ArrowDown")
    go(page, 'input[name="custom-engraving"]').type("GD")
    go(page, 'select[name="custom-font"]').press("ArrowDown")
    go(page, 'input[name="confirm"]').press("Space")
    page.keyboard.press("Enter")  # in any field it is the pay button
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)
    assert choice_of(shop, order)["issuer"] == "shinhan"
    assert shop.data(order)["shippingAddress"]["postalCode"] == "06236"


def test_buyer_without_javascript_chooses_details(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(amount=129_000, customFields=ASKED)
    tab = new_buyer(device, java_script_enabled=False).tab()
    tab.page.goto(order.url)

    tab.choose("가상계좌")
    tab.page.get_by_label("입금할 은행").select_option("shinhan")
    tab.page.get_by_role("radio", name="소득공제용").check()
    tab.fill_in(receipt_income="900101-1234567")
    tab.page.get_by_label("각인할 이름").fill("길동")
    tab.page.get_by_label("각인 글꼴").select_option("고딕")
    tab.agree()
    button = tab.page.get_by_role("button", name="129,000원 가상계좌 발급받기")
    button.click()
    tab.page.get_by_role("link", name="현금영수증 번호를 다시 확인해 주세요").click()
    tab.picture("4-without-javascript")
    tab.fill_in(receipt_income="010-1234-5678")
    tab.agree()
    button.click()
    tab.page.get_by_role("link", name="다른 결제수단 선택하기").click()

    choice = choice_of(shop, order)
    assert choice["bank"] == "shinhan"
    assert choice["cash_receipt"] == {"purpose": "income", "number": "01012345678"}
    expect(tab.page.get_by_label("입금할 은행")).to_have_value("shinhan")
    tab.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
    tab.sees("결제가 취소됐어요")


class Keys:
    """Keys for the element that has the focus."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def type(self, words: str) -> None:
        self._page.keyboard.type(words)


def go(page: Page, selector: str) -> Keys:
    """By Tab alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return Keys(page)
    raise AssertionError(f"no Tab leads to {selector}")
