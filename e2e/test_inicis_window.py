"""The simulated Inicis in a real browser: its scripts on a shop's page, its window, and the ways back."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import requests
from playwright.sync_api import Page, expect

from e2e.support.inicis_page import ShopPages, shop_pages
from tests.sandbox.inicis_shop import Authenticated, InicisShop, read_nvp
from tests.sandbox.servers import werkzeug_sandbox

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NAME = "제주 감귤 5kg 외 1건"
BACK = "돌아왔습니다"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[InicisShop]:
    with werkzeug_sandbox(tmp_path / "sandbox.db") as base:
        yield InicisShop(base)


@pytest.fixture
def pages(shop: InicisShop) -> Iterator[ShopPages]:
    with shop_pages(shop.inicis) as pages:
        yield pages


def open_overlay(
    page: Page, shop: InicisShop, pages: ShopPages, amount: int = 55_000, **order: str
) -> Authenticated:
    """The order that was posted; its return comes later."""
    addresses = {"returnUrl": f"{pages.origin}/return", "closeUrl": f"{pages.origin}/close"}
    pages.order = shop.order(amount, **{**addresses, **order})
    page.goto(f"{pages.origin}/pc")
    page.get_by_role("button", name="결제하기").click()
    return Authenticated(pages.order["oid"], amount, pages.order, {}, requests.Response())


def came_back(pages: ShopPages, opened: Authenticated, charset: str = "utf-8") -> Authenticated:
    fields = dict(parse_qsl(pages.returns[0], keep_blank_values=True, encoding=charset, errors="strict"))
    return Authenticated(opened.oid, opened.amount, opened.form, fields, opened.page)


def test_buyer_pays_in_the_overlay(desktop: Page, shop: InicisShop, pages: ShopPages, results: Path) -> None:
    opened = open_overlay(desktop, shop, pages)
    window = desktop.frame_locator("iframe")
    expect(window.get_by_text(NAME)).to_be_visible()
    window.get_by_label("할부", exact=True).select_option("03")
    desktop.screenshot(path=results / "inicis-overlay.png")
    window.get_by_role("button", name="55,000원 결제하기").click()
    expect(desktop.get_by_role("heading", name=BACK)).to_be_visible()

    paid = came_back(pages, opened)
    answer = shop.approve(paid).json()

    assert (answer["resultCode"], answer["CARD_Quota"]) == ("0000", "03")
    assert paid.returned["resultMsg"] == "정상처리되었습니다."
    assert pages.sites == ["cross-site"]
    assert desktop.url == f"{pages.origin}/return"


def test_buyer_closes_the_overlay_and_opens_it_again(
    desktop: Page, shop: InicisShop, pages: ShopPages
) -> None:
    open_overlay(desktop, shop, pages)
    desktop.frame_locator("iframe").get_by_role("button", name="결제창 닫기").click()
    expect(desktop.locator("iframe")).to_have_count(0)
    desktop.get_by_role("button", name="결제하기").click()

    expect(desktop.frame_locator("iframe").get_by_text(NAME)).to_be_visible()
    assert pages.returns == []


def test_a_magic_amount_needs_nobody(desktop: Page, shop: InicisShop, pages: ShopPages) -> None:
    opened = open_overlay(desktop, shop, pages, 991_000)

    expect(desktop.get_by_role("heading", name=BACK)).to_be_visible()
    assert shop.approve(came_back(pages, opened)).json()["resultCode"] == "0000"


def test_the_browser_comes_back_twice(desktop: Page, shop: InicisShop, pages: ShopPages) -> None:
    open_overlay(desktop, shop, pages, 991_032)

    expect(desktop.get_by_role("heading", name=BACK)).to_be_visible()
    assert len(pages.returns) == 2
    assert pages.returns[0] == pages.returns[1]


def test_the_return_may_open_inside_the_overlay(desktop: Page, shop: InicisShop, pages: ShopPages) -> None:
    shop.switch(return_target="frame")
    open_overlay(desktop, shop, pages, 991_000)

    expect(desktop.frame_locator("iframe").get_by_role("heading", name=BACK)).to_be_visible()
    assert desktop.url == f"{pages.origin}/pc"


def test_buyer_pays_in_a_popup(desktop: Page, shop: InicisShop, pages: ShopPages) -> None:
    with desktop.expect_popup() as opening:
        opened = open_overlay(desktop, shop, pages, payViewType="popup", popupUrl=f"{pages.origin}/popup")
    popup = opening.value
    popup.get_by_role("button", name="55,000원 결제하기").click()
    expect(popup.get_by_role("heading", name=BACK)).to_be_visible()

    assert shop.approve(came_back(pages, opened)).json()["resultCode"] == "0000"


def test_the_script_refuses_a_wrong_form_and_a_phone(
    desktop: Page, phone: Page, shop: InicisShop, pages: ShopPages
) -> None:
    errors: list[str] = []
    for page in (desktop, phone):
        page.on("pageerror", lambda error: errors.append(error.message))
    open_overlay(desktop, shop, pages, buyertel="")
    open_overlay(phone, shop, pages)
    phone.wait_for_timeout(200)

    assert errors == ["INIStdPay: empty: buyertel", "INIStdPay: a mobile browser: use the mobile page"]
    assert desktop.locator("iframe").count() == phone.locator("iframe").count() == 0


@pytest.mark.parametrize("method", ["post", "get"])
def test_buyer_pays_on_a_phone(
    phone: Page, shop: InicisShop, pages: ShopPages, results: Path, method: str
) -> None:
    shop.switch(mobile_return_method=method)
    pages.phone = shop.mobile_form(55_000, P_GOODS=NAME, P_NEXT_URL=f"{pages.origin}/return?session=7")
    phone.goto(f"{pages.origin}/phone")
    phone.get_by_role("button", name="결제하기").click()
    expect(phone.get_by_text(NAME)).to_be_visible()
    phone.screenshot(path=results / "inicis-phone.png")
    phone.get_by_role("button", name="55,000원 결제하기").click()
    expect(phone.get_by_role("heading", name=BACK)).to_be_visible()

    opened = Authenticated(pages.phone["P_OID"], 55_000, pages.phone, {}, requests.Response())
    paid = came_back(pages, opened)

    assert read_nvp(shop.approve_phone(paid))["P_STATUS"] == "00"
    assert "session=7" in phone.url
    assert pages.sites == ["cross-site"]


def test_the_pages_fit_their_screens(phone: Page, desktop: Page, shop: InicisShop, results: Path) -> None:
    shop.listen_at("http://127.0.0.1:9/notify/1")
    shop.deposit(shop.paid(20_000, "vbank")["tid"])
    shop.paid_on_phone(20_000, "vbank")
    used = shop.open_pc()
    shop.use(used)
    addresses = {
        "console": f"{shop.inicis}/console",
        "window": shop.open_pc(60_000, gopaymethod="", quotabase="2:3:12"),
        "account": shop.open_pc(20_000, "vbank"),
        "used": used,
        "overview": shop.base,
    }

    for device, page in (("phone", phone), ("desktop", desktop)):
        for name, address in addresses.items():
            page.goto(address)
            page.screenshot(path=results / f"inicis-{name}-{device}.png", full_page=True)
            assert page.evaluate(FITS), (name, device)
