"""The main journeys in another engine."""

from e2e.support.clock import expire_in
from e2e.support.firefox import PAY, Firefox, fill, go_to_window, is_paid
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop


def test_buyer_types_details_and_pays_by_card(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session(customer={})

    firefox.open(order.url)
    fill(firefox, {"이름": "홍길동", "휴대폰 번호": "01012345678", "이메일": "buyer@example.com"})
    firefox.click("radio", "카드")
    firefox.click("checkbox", "[필수] 주문 내용을 모두 확인했고, 결제에 동의해요.")
    firefox.picture("1-pay")
    firefox.click("button", PAY)
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)  # of the window
    is_paid(firefox)
    firefox.picture("2-completed")

    expect_paid_once(shop, order)


def test_buyer_is_declined_then_pays(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    go_to_window(firefox, order)
    firefox.evaluate("document.querySelector('input[value=\"decline:INVALID_STOPPED_CARD\"]').checked = true")
    firefox.click("button", PAY)
    firefox.sees("결제가 이루어지지 않았어요")
    firefox.reads("돈은 빠져나가지 않았어요.")
    firefox.picture("7-failed")
    firefox.click("link", "다시 결제하기")
    firefox.click("radio", "카드")
    firefox.click("checkbox", "[필수] 주문 내용을 모두 확인했고, 결제에 동의해요.")
    firefox.click("button", PAY)
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)
    is_paid(firefox)

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


def test_buyer_is_told_what_is_missing(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session(customer={})

    firefox.open(order.url)
    firefox.click("button", PAY)
    firefox.reads("이름을 입력해 주세요")
    firefox.reads("결제수단을 선택해 주세요")
    firefox.picture("3-incomplete")

    assert firefox.evaluate("document.activeElement.name") == "name"
    expect_unpaid(shop, order, "pending", told=[])


def test_buyer_goes_back_from_the_window_and_pays(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    go_to_window(firefox, order)
    firefox.back()
    firefox.click("link", "다른 결제수단 선택하기")
    firefox.click("radio", "네이버페이")
    firefox.click("checkbox", "[필수] 주문 내용을 모두 확인했고, 결제에 동의해요.")
    firefox.click("button", PAY)
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)  # of the window
    is_paid(firefox)
    firefox.back()
    firefox.open(order.url)
    is_paid(firefox)

    expect_paid_once(shop, order)


def test_buyer_closes_the_window_and_chooses_another_language(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    go_to_window(firefox, order)
    firefox.click("button", "결제창 닫기")
    firefox.reads("결제를 취소했어요.")
    firefox.open(f"{order.url}?lang=ja")
    firefox.click("radio", "カード")
    firefox.click("checkbox", "【必須】ご注文内容をすべて確認し、お支払いに同意します。")
    firefox.picture("4-japanese")
    firefox.click("button", "₩29,000を支払う")
    firefox.sees("테스트 결제창")
    firefox.click("button", PAY)  # of the window
    firefox.sees("お支払いが完了しました")
    firefox.picture("5-completed-japanese")

    expect_paid_once(shop, order)


def test_open_page_learns_that_the_time_is_over(shop: Shop, firefox: Firefox) -> None:
    order = shop.create_session()

    firefox.open(order.url)
    expire_in(shop, order, seconds=1)
    firefox.sees("결제 시간이 지났어요. 쇼핑몰에서 다시 주문해 주세요.")
    firefox.picture("6-expired")

    expect_unpaid(shop, order, "expired", told=["session.expired"])
