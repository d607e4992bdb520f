"""A virtual account until its deposit: the buyer leaves with a number, pays at the bank, and the page turns."""

import requests
from playwright.sync_api import expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import Tab
from e2e.support.shop import Order, Shop
from e2e.support.waiting import wait_for

WAITING, PAID = "입금을 기다리고 있어요", "결제를 완료했어요"


def take_account(tab: Tab) -> None:
    tab.choose("가상계좌")
    tab.agree()
    tab.page.get_by_role("button", name="29,000원 가상계좌 발급받기").click()
    tab.window().approve()


def at_the_bank(shop: Shop, order: Order, what: str = "deposit") -> None:
    [payment] = [one for one in shop.gateway.payments(order.product) if one["virtualAccount"]]
    url = f"{shop.gateway.url}/toss/sim/payments/{payment['paymentKey']}/{what}"
    requests.post(url, json={}, timeout=10).raise_for_status()


def test_buyer_transfers_the_money(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session()
    tab = new_buyer(device).opens(order)

    take_account(tab)
    tab.sees(WAITING)
    tab.reads("우리은행")
    tab.picture("1-waiting")
    tab.page.get_by_role("button", name="계좌번호 복사").click()
    expect(tab.page.get_by_role("button", name="복사했어요")).to_be_visible()
    shop.wait_for_webhook(order, "payment.virtual_account_issued")
    assert shop.status(order) == "processing"
    at_the_bank(shop, order)
    tab.sees(PAID, within_s=20)
    tab.picture("2-paid")

    shop.wait_for_webhook(order, "payment.completed")
    assert shop.gateway.captures(order.product) == [29_000]


def test_the_bank_takes_the_money_back_and_the_buyer_pays_again(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session()
    tab = new_buyer().opens(order)
    take_account(tab)
    tab.sees(WAITING)
    at_the_bank(shop, order)
    shop.wait_for_webhook(order, "payment.completed")

    at_the_bank(shop, order, "reverse-deposit")
    shop.wait_for_webhook(order, "payment.deposit_reversed")
    assert shop.status(order) == "processing"
    at_the_bank(shop, order)
    shop.wait_for_status(order, "completed", within_s=20)

    twice = ["payment.completed"] * 2
    wait_for("second webhook", lambda: [name for name in shop.webhook_names(order) if name in twice] == twice)


def test_buyer_chooses_a_card_instead(shop: Shop, new_buyer: NewBuyer) -> None:
    order = shop.create_session()
    tab = new_buyer().opens(order)
    take_account(tab)
    tab.sees(WAITING)

    tab.page.get_by_role("button", name="다른 결제수단 선택하기").click()
    expect(tab.pay_button).to_be_visible()
    tab.go_to_window().approve()
    tab.sees(PAID)

    assert shop.gateway.captures(order.product) == [29_000]
