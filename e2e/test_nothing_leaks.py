"""From page to page: the policy of each, who is asked for what, and who learns the address of an order."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from e2e.conftest import NewBuyer
from e2e.support.buyer import Buyer, Tab
from e2e.support.money import expect_paid_once
from e2e.support.shop import Order, Shop

STRICT = {
    "default-src": ["'none'"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


class Watch:
    """What a tab is answered, and whom it asks."""

    def __init__(self, tab: Tab, ours: str) -> None:
        self._ours = ours
        self.pages: list[Response] = []
        self.asked: list[tuple[str, str]] = []  # origin, Referer
        self.embedded: set[str] = set()  # origins of what pages of ours load by themselves
        tab.page.on("response", self._see)

    def _see(self, response: Response) -> None:
        request = response.request
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(response.url))
        if request.is_navigation_request():
            if origin == self._ours and "text/html" in response.headers.get("content-type", ""):
                self.pages.append(response)
        elif request.frame.url.startswith(self._ours):
            self.embedded.add(origin)
        headers = request.all_headers()  # asks the browser: whoever waits for the page goes on meanwhile
        self.asked.append((origin, headers.get("referer", "")))


def policy_of(page: Response) -> dict[str, list[str]]:
    text = page.all_headers()["content-security-policy"]
    return {name: sources for name, *sources in (part.split() for part in text.split(";"))}


def expect_strict(page: Response, *, launch_of: str = "") -> None:
    """launch_of: origin of the gateway, for the one page that leads there."""
    policy = policy_of(page)
    foreign = {source for sources in policy.values() for source in sources if "://" in source}

    assert "unsafe" not in page.all_headers()["content-security-policy"]
    assert foreign <= ({launch_of} if "/attempts/" in page.url else set()), page.url
    if "/attempts/" not in page.url:
        assert {name: policy[name] for name in STRICT} == STRICT
        assert policy["script-src"] == ["'self'"]
    assert policy["style-src"][0] == "'self'"
    assert all(source.startswith("'nonce-") for source in policy["style-src"][1:])
    assert "set-cookie" not in page.all_headers()


def walk(shop: Shop, buyer: Buyer) -> tuple[Order, Watch]:
    """A refusal, another language, a payment, and back to the shop."""
    order = shop.create_session()
    tab = buyer.tab()
    watch = Watch(tab, shop.stack.web_url)
    tab.open(order)
    tab.go_to_window().decline("INVALID_STOPPED_CARD")
    tab.sees("결제가 이루어지지 않았어요")
    tab.page.get_by_role("link", name="다시 결제하기").click()
    tab.page.locator("details.languages summary").click()
    tab.page.get_by_role("link", name="English", exact=True).click()
    tab.choose("Card")
    tab.agree()
    tab.page.get_by_role("button", name="Pay ₩29,000", exact=True).click()
    tab.window().approve()
    tab.sees("Payment complete")
    tab.page.get_by_role("link", name="Back to shop").click()
    tab.page.wait_for_url(f"{shop.stack.shop_url}/success*")
    return order, watch


def test_a_payment_from_its_beginning_to_the_shop(shop: Shop, buyer: Buyer) -> None:
    order, watch = walk(shop, buyer)

    assert len(watch.pages) >= 6
    for page in watch.pages:
        expect_strict(page, launch_of=shop.stack.sandbox_url)
    assert watch.embedded == {
        shop.stack.web_url,
        shop.stack.sandbox_url,
    }  # the gateway's script, on the launch page
    told = [referer for origin, referer in watch.asked if origin != shop.stack.web_url]
    assert len(told) >= 3
    assert [referer for referer in told if "cs_" in referer] == []
    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


@pytest.mark.parametrize("end", ["cancelled", "deposit", "completed"])
def test_pages_at_the_end_ask_nobody_else_and_keep_their_address(
    shop: Shop, new_buyer: NewBuyer, end: str
) -> None:
    order = shop.create_session()
    tab = new_buyer().opens(order)
    if end == "cancelled":
        tab.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
        tab.sees("결제가 취소됐어요")
    else:
        tab.choose("가상계좌" if end == "deposit" else "카드")
        tab.agree()
        tab.page.get_by_role("button", name=re.compile("^29,000원")).click()
        tab.window().approve()
        tab.sees("입금을 기다리고 있어요" if end == "deposit" else "결제를 완료했어요")
    watch = Watch(tab, shop.stack.web_url)
    tab.page.goto(f"{order.url}?lang=en")
    tab.picture(f"1-{end}")
    tab.page.get_by_role("link", name="Back to shop").click()
    tab.page.wait_for_url(f"{shop.stack.shop_url}/*")

    for page in watch.pages:
        expect_strict(page)
    assert watch.embedded == {shop.stack.web_url}
    assert [
        referer for origin, referer in watch.asked if origin != shop.stack.web_url and "cs_" in referer
    ] == []
    if end == "deposit":
        shop.orders.remove(order)  # it goes on waiting, which is no end that money can be counted at


def test_pages_of_errors_are_as_strict(shop: Shop, buyer: Buyer) -> None:
    tab = buyer.tab()
    watch = Watch(tab, shop.stack.web_url)

    tab.page.goto(f"{shop.stack.web_url}/checkout/cs_{'0' * 32}")

    [page] = watch.pages
    assert page.status == 404
    expect_strict(page)
