"""Where to deliver to: found in the postcode service, or typed when that does not come."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import NewBuyer
from e2e.support.buyer import Buyer, Tab
from e2e.support.money import expect_paid_once
from e2e.support.postcode import AddressSearch, failing
from e2e.support.shop import Order, Shop

# A stricter policy for the page that the service runs in.
NO_FRAMES = """
if (location.pathname === "/postcode") new MutationObserver((_changes, observer) => {
  if (!document.head) return;
  observer.disconnect();
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "frame-src 'none'";
  document.head.append(policy);
}).observe(document, { childList: true, subtree: true });
"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def pays(tab: Tab, shop: Shop, order: Order) -> None:
    tab.go_to_window().approve()
    tab.is_paid()
    expect_paid_once(shop, order)


def test_buyer_finds_the_address(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(collectShippingAddress=True)
    buyer = new_buyer(device)
    tab = buyer.opens(order)
    search = AddressSearch(tab.page)
    before = len(buyer.requests)
    assert not [
        request for request in buyer.requests if "postcode" in request.url and ".css" not in request.url
    ]

    search.open()
    assert tab.page.locator("dialog").evaluate("d => d.matches(':modal')") is (device == "desktop")
    tab.picture("1-search")
    search.choose("역삼동")
    expect(tab.page.get_by_text("주소를 입력했어요")).to_be_visible()
    assert (search.value("postal_code"), search.value("address")) == ("06236", "서울 강남구 테헤란로 123")
    assert focused(tab.page) == "address_detail"
    expect(tab.page.get_by_text("(역삼동, 한빛아파트)")).to_be_visible()
    tab.fill_in(address_detail="101동 1203호")
    tab.page.get_by_label("배송 요청사항").select_option("door")
    tab.picture("2-found")
    pays(tab, shop, order)

    address = shop.data(order)["shippingAddress"]
    assert address == {
        "recipient": "홍길동",
        "phone": "+821012345678",
        "postalCode": "06236",
        "address": "서울 강남구 테헤란로 123",
        "detail": "101동 1203호",
        "memo": "문 앞에 놓아주세요",
        "extra": "(역삼동, 한빛아파트)",
        "lotAddress": "서울 강남구 역삼동 700-1",
        "region": "서울",
        "district": "강남구",
        "districtCode": "1168010100",
        "buildingCode": "1168010100107000001000001",
    }
    assert shop.webhooks(order)[0]["body"]["data"]["shippingAddress"] == address
    of_service = [request for request in buyer.requests[before:] if "/postcode" in request.url]
    assert of_service
    for request in of_service:
        assert "cs_" not in request.url
        assert "cs_" not in request.all_headers().get("referer", "")
    [frame] = [request.url for request in of_service if "/postcode/search?" in request.url]
    assert "fullpath=%2Fpostcode&" in frame


@pytest.mark.parametrize(
    ("words", "kind", "postcode", "address", "extra"),
    [
        ("판교역로", "지번", "13494", "경기 성남시 분당구 판교역로 235", "(삼평동)"),
        ("태평로1가 31", "지번", "04524", "서울 중구 세종대로 110", "(태평로1가)"),
        ("덕천리", "도로명", "55337", "전북특별자치도 완주군 구이면 덕천전원길 230-7", None),
        ("보람동", "도로명", "30151", "세종특별자치시 한누리대로 2130", "(보람동)"),
    ],
)
def test_parcels_go_by_road_whatever_was_clicked(
    shop: Shop, buyer: Buyer, words: str, kind: str, postcode: str, address: str, extra: str | None
) -> None:
    tab = buyer.opens(shop.create_session(collectShippingAddress=True))
    search = AddressSearch(tab.page)

    search.open()
    search.choose(words, kind)

    expect(tab.page.locator('input[name="postal_code"]')).to_have_value(postcode)
    assert search.value("address") == address
    assert tab.page.locator("[data-found-extra]").inner_text() == (extra or "")


@pytest.mark.parametrize("how", ["script_missing", "script_broken"])
def test_buyer_types_the_address_when_the_service_does_not_come(
    shop: Shop, any_buyer: Buyer, how: str
) -> None:
    order = shop.create_session(collectShippingAddress=True)
    tab = any_buyer.opens(order)
    tab.fill_in(address_detail="1호")

    with failing(shop.stack, how):
        AddressSearch(tab.page).open_button.click()
        tab.reads("주소 검색을 불러오지 못했어요. 직접 입력해 주세요.")

    assert focused(tab.page) == "postal_code"
    tab.picture("3-by-hand")
    tab.fill_in(postal_code="06236", address="서울 강남구 테헤란로 123")
    pays(tab, shop, order)
    address = shop.data(order)["shippingAddress"]
    assert (address["postalCode"], address["detail"], address["extra"]) == ("06236", "1호", None)
    if how == "script_broken":
        any_buyer.complaints.clear()  # the service's own error


def test_buyer_types_the_address_when_its_hosts_are_blocked(shop: Shop, any_buyer: Buyer) -> None:
    tab = any_buyer.opens(shop.create_session(collectShippingAddress=True))
    tab.page.route(re.compile(r"/mapjsapi/"), lambda route: route.abort())

    AddressSearch(tab.page).open_button.click()

    tab.reads("주소 검색을 불러오지 못했어요. 직접 입력해 주세요.")
    assert tab.page.locator('input[name="postal_code"]').is_editable()


def test_buyer_does_not_wait_for_a_service_that_hangs(shop: Shop, any_buyer: Buyer) -> None:
    tab = any_buyer.opens(shop.create_session(collectShippingAddress=True))
    tab.page.clock.install()
    tab.page.route(re.compile(r"/mapjsapi/"), lambda route: None)  # never answered

    AddressSearch(tab.page).open_button.click()
    tab.page.get_by_role("button", name="직접 입력").first.click()
    tab.fill_in(postal_code="06236", address="손으로 입력한 주소")
    AddressSearch(tab.page).open_button.click()
    tab.page.clock.fast_forward(9000)

    tab.reads("주소 검색을 불러오지 못했어요. 직접 입력해 주세요.")
    assert AddressSearch(tab.page).value("address") == "손으로 입력한 주소"


def test_buyer_types_the_address_when_the_services_frame_is_blocked(shop: Shop, any_buyer: Buyer) -> None:
    """As when the service moves to a host that our policy does not know."""
    tab = any_buyer.opens(shop.create_session(collectShippingAddress=True))

    tab.page.add_init_script(NO_FRAMES)

    AddressSearch(tab.page).open_button.click()

    tab.reads("주소 검색을 불러오지 못했어요. 직접 입력해 주세요.")
    assert tab.page.locator('input[name="postal_code"]').is_editable()
    assert any("frame-src" in complaint for complaint in any_buyer.complaints)
    any_buyer.complaints.clear()


def test_buyer_who_finds_nothing_types_the_address(shop: Shop, any_buyer: Buyer) -> None:
    tab = any_buyer.opens(shop.create_session(collectShippingAddress=True))
    search = AddressSearch(tab.page)
    search.open()
    search.frame.locator("#region_name").fill("없는 곳")
    search.frame.get_by_role("button", name="검색", exact=True).click()
    expect(search.frame.get_by_text("검색 결과가 없습니다.")).to_be_visible()

    tab.picture("4-nothing-found")
    tab.page.locator("dialog").get_by_role("button", name="직접 입력").click()

    expect(tab.page.locator("iframe")).to_have_count(0)
    assert focused(tab.page) == "postal_code"


def test_what_is_typed_over_a_found_address_is_what_counts(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session(collectShippingAddress=True)
    tab = any_buyer.opens(order)
    search = AddressSearch(tab.page)
    search.open()
    search.choose("역삼동")

    tab.page.get_by_role("button", name="직접 입력").last.click()
    tab.fill_in(address="서울 강남구 테헤란로 124")
    expect(tab.page.get_by_text("(역삼동, 한빛아파트)")).to_be_hidden()
    pays(tab, shop, order)

    address = shop.data(order)["shippingAddress"]
    assert (address["address"], address["extra"]) == ("서울 강남구 테헤란로 124", None)


def test_nobody_else_fills_in_an_address(shop: Shop, buyer: Buyer) -> None:
    """Messages without the word that the page began with, or from another window, are not heard."""
    tab = buyer.opens(shop.create_session(collectShippingAddress=True))
    AddressSearch(tab.page).open()
    forged = {"kind": "chosen", "nonce": "guessed", "result": {"postalCode": "00000", "address": "다른 곳"}}

    tab.page.evaluate("message => window.postMessage(message, location.origin)", forged)
    inner = next(frame for frame in tab.page.frames if frame.url.endswith("/postcode"))
    inner.evaluate("message => window.parent.postMessage(message, location.origin)", forged)
    viewer = next(frame for frame in tab.page.frames if "/postcode/search" in frame.url)
    viewer.evaluate("message => window.top.postMessage(message, '*')", forged)
    AddressSearch(tab.page).choose("판교")

    expect(tab.page.locator('input[name="postal_code"]')).to_have_value("13494")


def test_the_search_is_worked_by_keyboard(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    tab = new_buyer(device).opens(shop.create_session(collectShippingAddress=True))
    page, search = tab.page, AddressSearch(tab.page)

    page.locator('input[name="postal_code"]').focus()
    page.keyboard.press("Enter")  # it is locked: opens the search
    expect(search.frame.locator("#region_name")).to_be_visible()
    assert focused(page) == "닫기"
    page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_have_count(0)
    assert focused(page) == "주소 검색"
    page.keyboard.press("Enter")
    expect(search.frame.locator("#region_name")).to_be_visible()
    page.keyboard.press("Tab")
    search.frame.locator("#region_name").press_sequentially("연동")
    page.keyboard.press("Enter")
    search.frame.locator("button.link_post").first.press("Enter")

    expect(page.locator('input[name="address"]')).to_have_value("제주특별자치도 제주시 문연로 6")
    assert focused(page) == "address_detail"


def test_buyer_sends_it_to_somebody_else(shop: Shop, any_buyer: Buyer) -> None:
    order = shop.create_session(collectShippingAddress=True)
    tab = any_buyer.opens(order)

    tab.page.get_by_label("받는 분이 주문자와 같아요").uncheck()
    tab.page.get_by_role("button", name="직접 입력").last.click()
    tab.fill_in(postal_code="06236", address="서울 강남구 테헤란로 123")
    tab.choose("카드")
    tab.agree()
    tab.pay_button.click()
    tab.reads("받는 분 이름을 입력해 주세요")
    tab.picture("5-to-somebody-else")
    tab.fill_in(recipient="김영희", recipient_phone="02-123-4567")
    tab.page.get_by_label("배송 요청사항").select_option("other")
    tab.fill_in(memo_text="정문에서 전화해 주세요")
    tab.pay_button.click()
    tab.window().approve()
    tab.is_paid()

    address = shop.data(order)["shippingAddress"]
    assert (address["recipient"], address["phone"]) == ("김영희", "+8221234567")
    assert address["memo"] == "정문에서 전화해 주세요"


def test_buyer_without_javascript_types_it(shop: Shop, new_buyer: NewBuyer, device: str) -> None:
    order = shop.create_session(collectShippingAddress=True)
    tab = new_buyer(device, java_script_enabled=False).opens(order)

    expect(AddressSearch(tab.page).open_button).to_have_count(0)
    tab.fill_in(postal_code="123", address="서울 강남구 테헤란로 123", address_detail="1호")
    tab.choose("카드")
    tab.agree()
    tab.pay_button.click()
    tab.page.get_by_role("link", name="우편번호 5자리를 입력해 주세요").click()
    tab.picture("6-without-javascript")
    assert AddressSearch(tab.page).value("address_detail") == "1호"
    tab.fill_in(postal_code="06236")
    tab.agree()
    tab.pay_button.click()

    tab.page.get_by_role("link", name="다른 결제수단 선택하기").click()
    assert shop.data(order)["shippingAddress"]["postalCode"] == "06236"
    assert AddressSearch(tab.page).value("postal_code") == "06236"
    tab.page.get_by_role("button", name="결제 취소하고 쇼핑몰로 돌아가기").click()
    tab.sees("결제가 취소됐어요")
