"""The simulated KCP in a real browser: its script on a shop's page, its window, and the way back from a phone."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect

from e2e.support.kcp_page import ShopPages, shop_pages
from tests.sandbox.kcp_shop import Authenticated, KcpShop
from tests.sandbox.servers import werkzeug_sandbox

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NAME = "제주 감귤 5kg 외 1건"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[KcpShop]:
    with werkzeug_sandbox(tmp_path / "sandbox.db") as base:
        yield KcpShop(base)


@pytest.fixture
def pages(shop: KcpShop) -> Iterator[ShopPages]:
    with shop_pages(shop.kcp) as pages:
        pages.order = shop.order(55_000, good_name=NAME)
        yield pages


def open_overlay(page: Page, pages: ShopPages) -> None:
    page.goto(f"{pages.origin}/pc")
    page.get_by_role("button", name="결제하기").click()


def fields(body: bytes, charset: str) -> dict[str, str]:
    return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, encoding=charset, errors="strict"))


def test_buyer_pays_in_the_overlay(desktop: Page, shop: KcpShop, pages: ShopPages, results: Path) -> None:
    open_overlay(desktop, pages)
    window = desktop.frame_locator("iframe")
    expect(window.get_by_text(NAME)).to_be_visible()
    window.get_by_label("할부", exact=True).select_option("03")
    desktop.screenshot(path=results / "kcp-overlay.png")
    window.get_by_role("button", name="55,000원 결제하기").click()
    expect(desktop.get_by_role("heading", name="돌아왔습니다")).to_be_visible()

    returned = fields(pages.returns[0], "utf-8")
    paid = Authenticated(pages.order["ordr_idxx"], 55_000, "PACA", returned)
    answer = shop.approve(paid).json()

    assert (answer["res_cd"], answer["quota"]) == ("0000", "03")
    assert (returned["good_name"], returned["buyr_name"]) == (NAME, "홍길동")


def test_buyer_closes_the_overlay(desktop: Page, shop: KcpShop, pages: ShopPages) -> None:
    open_overlay(desktop, pages)
    desktop.frame_locator("iframe").get_by_role("button", name="결제창 닫기").click()

    expect(desktop.locator("iframe")).to_have_count(0)
    expect(desktop.locator("body")).to_have_attribute("data-result", "3001")
    expect(desktop.locator("body")).to_have_attribute("data-argument", "form")
    assert pages.returns == []


def test_the_result_may_be_an_object_and_come_twice(desktop: Page, shop: KcpShop, pages: ShopPages) -> None:
    shop.switch(complete_argument="json")
    open_overlay(desktop, pages)
    window = desktop.frame_locator("iframe")
    window.get_by_text("상점으로 돌아갈 때").click()
    window.get_by_text("두 번 돌아옴").click()
    window.get_by_text("결제창에서 실패").click()
    window.get_by_text("구매자가 창을 닫음").click()
    window.get_by_role("button", name="55,000원 결제하기").click()

    expect(desktop.locator("body")).to_have_attribute("data-calls", "2")
    expect(desktop.locator("body")).to_have_attribute("data-argument", "json")


def test_a_page_in_euc_kr_is_understood(desktop: Page, pages: ShopPages) -> None:
    pages.charset = "euc-kr"
    open_overlay(desktop, pages)

    expect(desktop.frame_locator("iframe").get_by_text(NAME)).to_be_visible()


def test_a_script_that_comes_late_defines_nothing(desktop: Page, pages: ShopPages) -> None:
    pages.script_attribute = " async"
    desktop.goto(f"{pages.origin}/pc")
    desktop.wait_for_timeout(500)

    assert desktop.evaluate("typeof window.KCP_Pay_Execute_Web") == "undefined"


def test_a_magic_amount_needs_nobody(desktop: Page, shop: KcpShop, pages: ShopPages) -> None:
    pages.order = shop.order(991_000)
    open_overlay(desktop, pages)

    expect(desktop.get_by_role("heading", name="돌아왔습니다")).to_be_visible()
    assert fields(pages.returns[0], "utf-8")["res_cd"] == "0000"


@pytest.mark.parametrize("charset", ["euc-kr", "utf-8"])
def test_buyer_pays_on_a_phone(
    phone: Page, shop: KcpShop, pages: ShopPages, results: Path, charset: str
) -> None:
    form = shop.mobile_form(55_000, good_name=NAME, Ret_URL=f"{pages.origin}/return")
    address = form["PayUrl"]
    if charset == "utf-8":
        form |= {"encoding_trans": "UTF-8"}
        address = f"{shop.kcp}/pay/jsp/encodingFilter/encodingFilter.jsp"
    pages.phone = (address, form, charset)
    phone.goto(f"{pages.origin}/phone")
    phone.get_by_role("button", name="결제하기").click()
    expect(phone.get_by_text(NAME)).to_be_visible()
    phone.screenshot(path=results / "kcp-phone.png")
    phone.get_by_role("button", name="55,000원 결제하기").click()
    expect(phone.get_by_role("heading", name="돌아왔습니다")).to_be_visible()

    returned = fields(pages.returns[0], "cp949")
    answer = shop.approve(Authenticated(form["ordr_idxx"], 55_000, "PACA", returned)).json()

    assert answer["res_cd"] == "0000"
    assert (returned["good_name"], returned["param_opt_1"]) == (NAME, "nonce-1")


def test_a_phone_comes_back_twice(phone: Page, shop: KcpShop, pages: ShopPages) -> None:
    form = shop.mobile_form(991_032, Ret_URL=f"{pages.origin}/return")
    pages.phone = (form["PayUrl"], form, "euc-kr")
    phone.goto(f"{pages.origin}/phone")
    phone.get_by_role("button", name="결제하기").click()
    expect(phone.get_by_role("heading", name="돌아왔습니다")).to_be_visible()

    assert [fields(body, "cp949")["res_cd"] for body in pages.returns] == ["0000", "0000"]
    assert pages.returns[0] == pages.returns[1]


def test_the_pages_fit_their_screens(
    phone: Page, desktop: Page, shop: KcpShop, pages: ShopPages, results: Path
) -> None:
    paid = shop.paid(20_000, "PAVC")
    tno, order_no = paid["tno"], paid["order_no"]
    shop.listen_at("http://127.0.0.1:9/notify/1")
    shop.deposit(tno)
    window = shop.open_pc(20_000, "PAVC", disp_tax_yn="Y")
    addresses = {
        "console": f"{shop.kcp}/console",
        "window": window,
        "overview": shop.base,
        "mock": f"{shop.kcp}/Modules/Noti/TEST_Vcnt_Noti.jsp",
        "receipt": f"{shop.kcp}/assist/bill.BillActionNew.do?cmd=card_bill&tno={tno}"
        f"&order_no={order_no}&trade_mony=20000",
    }

    for device, page in (("phone", phone), ("desktop", desktop)):
        for name, address in addresses.items():
            page.goto(address)
            for summary in page.locator("summary").all():
                summary.click()
            page.screenshot(path=results / f"kcp-{name}-{device}.png", full_page=True)
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), (name, device)
