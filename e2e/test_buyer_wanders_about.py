"""Reload, back, double click, a second look: never a second payment, never a dead end."""

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop


def test_reload_and_back_after_paying(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.go_to_window().approve()
    tab.is_paid()
    tab.page.reload()
    tab.is_paid()
    tab.page.go_back()
    tab.picture("1-back-from-completed")
    tab.page.goto(order.url)
    tab.is_paid()

    expect_paid_once(shop, order)
    assert len(shop.gateway.payments(order.product)) == 1


def test_back_out_of_the_window_and_pay(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.go_to_window()
    tab.page.go_back()
    tab.picture("2-back-from-window")
    tab.page.get_by_role("link", name="다른 결제수단 선택하기").click()
    tab.go_to_window(method="네이버페이").approve()
    tab.is_paid()

    expect_paid_once(shop, order)


def test_back_out_of_the_window_and_in_again(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window()
    tab.page.go_back()
    tab.sees("아직 결제가 끝나지 않았어요")
    tab.page.get_by_role("button", name="결제창 열기").click()
    tab.window().approve()
    tab.is_paid()

    expect_paid_once(shop, order)


def test_double_click_on_the_pay_button(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session()

    tab = any_buyer.opens(order)
    tab.choose("카드")
    tab.agree()
    tab.pay_button.dblclick(no_wait_after=True)
    window = tab.window()
    assert len(shop.gateway.payments(order.product)) == 1
    window.approve()
    tab.is_paid()

    expect_paid_once(shop, order)


def test_paid_session_in_a_new_tab_is_shown_as_paid(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window().approve()
    tab.is_paid()
    new = buyer.tab()
    new.page.goto(order.url)
    new.is_paid()

    expect_paid_once(shop, order)


def test_incomplete_form_is_not_sent(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session(customer={})

    tab = any_buyer.opens(order)
    tab.fill_in(phone="12")
    tab.pay_button.click()
    tab.reads("이름을 입력해 주세요")
    tab.reads("결제수단을 선택해 주세요")
    tab.reads("주문 내용을 확인하고 동의해 주세요")
    tab.picture("3-incomplete")

    expect_unpaid(shop, order, "pending", told=[])
