"""No mouse, no finger: everything is reached by Tab, told by its focus, and done by keys."""

import re

from playwright.sync_api import Page, expect

from e2e.support.buyer import Buyer, Tab
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop

MOST_STEPS = 40
VISIBLE_FOCUS = """() => {
  const element = document.activeElement.closest("label") ?? document.activeElement;
  const marked = [element, ...element.querySelectorAll("*")];
  return marked.map(one => getComputedStyle(one))
    .some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""
# The bar at the bottom, or anything else, must not hide what has the focus (WCAG 2.4.11).
UNCOVERED_FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.bottom > 0 && box.top < innerHeight && !!top && (element.contains(top) || top.contains(element)
    || element.closest("label")?.contains(top));
}"""


def tab_to(tab: Tab, role: str, name: str) -> None:
    """Tab by Tab, as far as that, and each place on the way can be seen."""
    wanted = tab.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]  # a role by its name
    for _ in range(MOST_STEPS):
        tab.page.keyboard.press("Tab")
        on_body = tab.page.evaluate("document.activeElement === document.body")
        assert on_body or tab.page.evaluate(VISIBLE_FOCUS), focused(tab.page)
        assert on_body or tab.page.evaluate(UNCOVERED_FOCUS), focused(tab.page)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"no way to {role} {name!r} by Tab")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def test_buyer_pays_by_keyboard_alone(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session(customer={})
    tab = buyer.opens(order)
    keyboard = tab.page.keyboard

    keyboard.press("Tab")
    expect(tab.page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    keyboard.press("Enter")
    for name, text in (("이름", "홍길동"), ("휴대폰 번호", "01012345678"), ("이메일", "buyer@example.com")):
        tab_to(tab, "textbox", name)
        keyboard.type(text)
    tab_to(tab, "radio", "카드")  # past the coupon into the group, of which nothing is chosen
    keyboard.press("Space")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowLeft")
    expect(tab.page.get_by_role("radio", name="카드", exact=True)).to_be_checked()
    tab.picture("1-method")
    tab_to(tab, "checkbox", "[필수] 주문 내용을 모두 확인했고, 결제에 동의해요.")
    keyboard.press("Space")
    tab_to(tab, "button", "29,000원 결제하기")
    tab.picture("2-button")
    keyboard.press("Enter")
    tab.window().approve()
    tab.sees("결제를 완료했어요")
    tab_to(tab, "button", "여기에 머무르기")
    keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="여기에 머무르기")).to_be_hidden()

    expect_paid_once(shop, order)


def test_what_is_missing_is_told_where_the_focus_goes(shop: Shop, buyer: Buyer) -> None:
    tab = buyer.opens(shop.create_session(customer={}))

    tab_to(tab, "button", "29,000원 결제하기")
    tab.page.keyboard.press("Enter")

    name = tab.page.get_by_role("textbox", name="이름", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile("이름을 입력해 주세요"))


def test_another_language_by_keyboard(shop: Shop, buyer: Buyer) -> None:
    tab = buyer.opens(shop.create_session())

    tab.page.locator("details.languages summary").focus()
    tab.page.keyboard.press("Enter")
    tab_to(tab, "link", "日本語")
    tab.picture("3-languages")
    tab.page.keyboard.press("Enter")

    expect(tab.page.get_by_role("button", name="₩29,000を支払う", exact=True)).to_be_visible()
    expect(tab.page.locator("html")).to_have_attribute("lang", "ja")
