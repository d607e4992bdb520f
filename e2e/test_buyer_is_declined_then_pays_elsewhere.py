"""A refusal for no fault of the card: the same session is paid at another gateway, with the coupon that was put on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from e2e.conftest import NewBuyer
from e2e.support.buyer import Tab
from e2e.support.gateway import PayWindow
from e2e.support.inicis_shop import InicisWindow
from e2e.support.kcp import KcpWindow
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.routing import pay_at, pay_only_at
from e2e.support.shop import Shop
from e2e.test_buyer_enters_a_coupon import apply, make, total_is

# First gateway, what its issuer says, the gateway that the buyer is sent to after that.
REFUSALS = [
    ("toss", "REJECT_CARD_COMPANY", "kcp"),
    ("kcp", "SIMD", "inicis"),
    ("inicis", "SIMC", "toss"),
]
DUE, BUTTON = 26_100, "26,100원 결제하기"


@contextmanager
def both(shop: Shop, first: str, then: str) -> Iterator[None]:
    pay_at({first: 1, then: 2}, shop.stack)
    yield
    pay_only_at("toss", shop.stack)


def at(gateway: str, tab: Tab, device: str) -> PayWindow | KcpWindow | InicisWindow:
    if gateway == "toss":
        return tab.window()
    return KcpWindow(tab.page, device) if gateway == "kcp" else InicisWindow(tab, device)


def press(tab: Tab) -> None:
    tab.choose("카드")
    tab.agree()
    tab.page.get_by_role("button", name=BUTTON, exact=True).click()


@pytest.mark.parametrize(("first", "code", "then"), REFUSALS, ids=[first for first, _, _ in REFUSALS])
def test_buyer_is_declined_then_pays_elsewhere(
    shop: Shop, new_buyer: NewBuyer, device: str, first: str, code: str, then: str
) -> None:
    order, coupon = shop.create_session(), make(shop)
    tab = new_buyer(device).opens(order)
    apply(tab, coupon)
    total_is(tab, "26,100원")

    with both(shop, first, then):
        press(tab)
        at(first, tab, device).decline(code)
        tab.sees("결제가 이루어지지 않았어요")
        tab.reads("돈은 빠져나가지 않았어요.")
        tab.picture(f"1-declined-at-{first}")
        expect_unpaid(shop, order, "failed", told=["payment.failed"])
        tab.page.get_by_role("link", name="다시 결제하기").click()
        total_is(tab, "26,100원")
        press(tab)
        at(then, tab, device).approve()
        tab.is_paid()
        tab.picture(f"2-paid-at-{then}")

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])
    paid = shop.data(order)
    assert (paid["gateway"], paid["totalAmount"], paid["coupon"]["code"]) == (then, DUE, coupon)
    assert {"gateway": first, "reason": "failed_before"} in paid["routing"]["passedOver"]
