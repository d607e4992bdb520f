"""A shop that pays at KG Inicis, and Inicis' pay window as a buyer sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import FrameLocator, Page, expect

from e2e.support.buyer import Tab
from e2e.support.http import post_json
from e2e.support.routing import pay_only_at
from e2e.support.shop import Order, Shop


@contextmanager
def paid_at_inicis(shop: Shop) -> Iterator[None]:
    """The shop's buyers pay at KG Inicis."""
    pay_only_at("inicis", shop.stack)
    yield
    pay_only_at("toss", shop.stack)


def deposit(shop: Shop, order: Order) -> None:
    """The buyer transfers the money to the account."""
    [payment] = [one for one in shop.gateway.payments(order.product) if one["account"]]
    post_json(f"{shop.stack.sandbox_url}/inicis/sim/deposits", {"tid": payment["paymentKey"]})


class InicisWindow:
    """Over our page on a desktop, a page of its own on a phone."""

    def __init__(self, tab: Tab, device: str) -> None:
        self._page: Page = tab.page
        self._in: Page | FrameLocator = tab.page if device == "phone" else tab.page.frame_locator("iframe")
        expect(self._in.get_by_role("heading", name="테스트 결제창")).to_be_visible()

    def choose(self, label: str, value: str) -> None:
        self._in.get_by_label(label, exact=True).select_option(value)

    def decline(self, code: str) -> None:
        self._in.get_by_text("승인 거절 declined").click()
        self._in.locator(f'input[name="outcome"][value="decline:{code}"]').check()
        self.approve()

    def approve(self) -> None:
        self._in.get_by_role("button", name="원 결제하기").click(no_wait_after=True)

    def close(self) -> None:
        self._in.get_by_role("button", name="결제창 닫기").click()


def go_to_window(
    tab: Tab, device: str, *, method: str = "카드", button: str | None = None, months: str = ""
) -> InicisWindow:
    """From the pay page, with all details known, to the gateway. button: the words on it, for another amount.
    months: of instalments."""
    tab.choose(method)
    if months:
        tab.page.get_by_label("할부 개월").select_option(months)
    tab.agree()
    press = tab.page.get_by_role("button", name=button, exact=True) if button else tab.pay_button
    press.click()
    return InicisWindow(tab, device)
