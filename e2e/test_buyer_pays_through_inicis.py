"""A shop whose contract is with KG Inicis: a window over the page on a desktop, a page of its own on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import PAID
from e2e.support.inicis_shop import InicisWindow, deposit, go_to_window, paid_at_inicis
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop


@pytest.fixture(scope="module", autouse=True)
def _at_inicis(shop: Shop) -> Iterator[None]:
    with paid_at_inicis(shop):
        yield


def test_buyer_pays_by_card_in_instalments(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(
        items=[{"name": "감귤 농장 한 해 이용권", "price": 60_000, "quantity": 1}], totalAmount=60_000
    )
    shop.orders.remove(order)  # of another amount and name than what is checked of every order
    tab = new_buyer(device).tab()
    tab.page.goto(order.url)

    window = go_to_window(tab, device, button="60,000원 결제하기", months="3")
    window.choose("카드사", "04")
    window.choose("할부", "03")
    tab.picture("1-window-instalments")
    window.approve()
    tab.is_paid()
    tab.picture("2-completed-instalments")

    tab.reads("현대카드")
    shop.wait_for_webhook(order, "payment.completed")
    [told] = shop.webhooks(order)
    assert told["body"]["event"] == "payment.completed"
    assert told["body"]["data"]["gateway"] == "inicis"
    assert told["body"]["data"]["totalAmount"] == 60_000
    assert told["body"]["data"]["card"]["installmentMonths"] == 3


def test_buyer_pays_into_a_virtual_account(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)

    go_to_window(tab, device, method="가상계좌", button="29,000원 가상계좌 발급받기").approve()
    expect(tab.page.get_by_text("우리은행").first).to_be_visible()
    tab.picture("1-account")
    deposit(shop, order)
    tab.is_paid(within_s=20)
    tab.picture("2-paid-into")

    told = ["payment.virtual_account_issued", "payment.completed"]
    expect_paid_once(shop, order, told=told)


def test_buyer_is_declined_and_pays_at_the_second_try(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)

    go_to_window(tab, device).decline("SIMD")
    tab.sees("결제가 이루어지지 않았어요")
    tab.reads("정지됐거나 분실 신고된 카드예요. 카드사에 문의해 주세요.")
    tab.picture("1-declined")
    expect_unpaid(shop, order, "failed", told=["payment.failed"])
    tab.page.get_by_role("link", name="다시 결제하기").click()
    go_to_window(tab, device).approve()
    tab.is_paid()

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


def test_buyer_closes_the_window_then_pays(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)

    window = go_to_window(tab, device)
    tab.picture("1-window")
    window.close()
    tab.reads("결제를 취소했어요. 다른 방법으로 다시 결제할 수 있어요.")
    tab.picture("2-pay-after-closing")
    expect(tab.page.locator("iframe")).to_have_count(0)
    expect_unpaid(shop, order, "pending", told=[])
    go_to_window(tab, device, method="카카오페이").approve()
    tab.is_paid()

    expect_paid_once(shop, order, told=["payment.completed"])


def test_buyer_opens_the_window_again_by_hand(shop: Shop, new_buyer: NewBuyer) -> None:
    """Back from elsewhere the window does not open by itself; its button does."""
    order = shop.create_session()
    tab = new_buyer("desktop").opens(order)
    go_to_window(tab, "desktop")
    tab.page.goto("about:blank")
    tab.page.go_back()
    expect(tab.page.locator("iframe")).to_have_count(0)
    tab.page.get_by_role("button", name="결제창 열기").click()
    tab.page.frame_locator("iframe").get_by_role("button", name="원 결제하기").click()
    tab.is_paid()

    expect_paid_once(shop, order)


def test_buyer_on_a_phone_pays_without_javascript(shop: Shop, new_buyer: NewBuyer) -> None:
    """The window is a page of its own there, which a plain form leads to."""
    order = shop.create_session()
    tab = new_buyer(java_script_enabled=False).opens(order)

    tab.choose("카드")
    tab.agree()
    tab.pay_button.click()
    tab.picture("3-launch-without-javascript")
    tab.page.get_by_role("button", name="결제창 열기").click()
    InicisWindow(tab, "phone").approve()
    tab.page.get_by_role("button", name="상점으로 돌아가기").click()
    tab.sees(PAID, within_s=20)
    tab.picture("4-completed-without-javascript")

    expect_paid_once(shop, order)
