import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.shop_client import Shop


def query_of(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_the_window_is_a_plain_form_under_a_strict_policy(shop: Shop) -> None:
    window = shop.open_window(orderName="텀블러 <b>외 1건")

    page = requests.get(window.url, timeout=5)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "29,000원" in page.text
    assert "텀블러 &lt;b&gt;외 1건" in page.text
    assert page.text.count('<form method="post"') == 2
    assert "<script" not in page.text
    assert not re.search(r'style=|<style|(?:src|href)="(?!/toss/static/)', page.text)
    for code in ("REJECT_CARD_PAYMENT", "INVALID_STOPPED_CARD", "FDS_ERROR", "EXCEED_MAX_PAYMENT_AMOUNT"):
        assert f'value="decline:{code}"' in page.text


def test_everything_the_window_loads_is_served_by_the_sandbox(shop: Shop) -> None:
    page = requests.get(shop.open_window().url, timeout=5)

    for path in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert requests.get(shop.base + path, timeout=5).status_code == 200


def test_approving_leads_to_the_success_url_with_the_payment(shop: Shop) -> None:
    window = shop.open_window()

    answer = shop.use_window(window, outcome="approve", fault="none")

    assert answer.headers["Location"].startswith("http://shop.example/paid/7?")
    assert query_of(answer) == {
        "paymentKey": window.payment_key,
        "orderId": window.order_id,
        "amount": "29000",
    }
    assert shop.lookup(window).json()["status"] == "IN_PROGRESS"


def test_a_query_in_the_return_urls_is_kept(shop: Shop) -> None:
    urls: dict[str, Any] = {
        "successUrl": "http://shop.example/s?cart=1&x=%EA%B0%80#top",
        "failUrl": "http://shop.example/f?a=b",
    }
    paid, closed = shop.open_window(**urls), shop.open_window(**urls)

    success = shop.use_window(paid, outcome="approve")
    failure = shop.use_window(closed, outcome="close")

    assert success.headers["Location"].startswith("http://shop.example/s?cart=1&x=%EA%B0%80&paymentKey=")
    assert success.headers["Location"].endswith("&amount=29000#top")
    assert query_of(failure)["a"] == "b"


def test_closing_the_window_gives_no_order_id_and_changes_nothing(shop: Shop) -> None:
    window = shop.open_window()

    answer = shop.use_window(window, outcome="close")

    assert query_of(answer) == {
        "code": "PAY_PROCESS_CANCELED",
        "message": "사용자에 의해 결제가 취소되었습니다.",
    }
    assert shop.lookup(window).json()["status"] == "READY"


@pytest.mark.parametrize(
    ("outcome", "code"), [("abort", "PAY_PROCESS_ABORTED"), ("reject_in_window", "REJECT_CARD_COMPANY")]
)
def test_failing_in_the_window_aborts_and_names_the_order(shop: Shop, outcome: str, code: str) -> None:
    window = shop.open_window()

    query = query_of(shop.use_window(window, outcome=outcome))

    assert (query["code"], query["orderId"]) == (code, window.order_id)
    payment = shop.lookup(window).json()
    assert (payment["status"], payment["failure"]["code"]) == ("ABORTED", code)


def test_pressing_pay_twice_leads_to_the_same_place(shop: Shop) -> None:
    window = shop.open_window()

    first = shop.use_window(window, outcome="decline:FDS_ERROR")
    second = shop.use_window(window, outcome="approve")

    assert first.headers["Location"] == second.headers["Location"]
    assert shop.confirm(window).json()["code"] == "FDS_ERROR"


def test_a_window_that_is_done_or_expired_is_not_offered_again(shop: Shop) -> None:
    done, forgotten = shop.paid(), shop.open_window()
    shop.advance_clock(30 * 60)

    assert requests.get(done.url, timeout=5).status_code == 409
    assert requests.get(forgotten.url, timeout=5).status_code == 410
    assert shop.use_window(forgotten, outcome="approve").status_code == 410
    assert shop.lookup(forgotten).json()["status"] == "EXPIRED"
    assert requests.get(f"{shop.toss}/window/unknown", timeout=5).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "x"},
        {"outcome": "decline:NONSENSE"},
        {"outcome": "approve", "fault": "outage"},
        {"outcome": "approve", "fault": "slow", "delay_s": "9999"},
    ],
)
def test_a_choice_that_is_not_offered_is_refused(shop: Shop, form: dict[str, str]) -> None:
    assert shop.use_window(shop.open_window(), **form).status_code == 400


def test_an_iframe_window_tells_only_the_page_that_opened_it(shop: Shop) -> None:
    window = shop.open_window(windowTarget="iframe", origin="https://shop.example:8443")

    page = requests.get(window.url, timeout=5)
    answer = shop.use_window(window, outcome="approve")

    assert "frame-ancestors https://shop.example:8443" in page.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert 'data-leave="success"' in answer.text
    assert 'data-parent-origin="https://shop.example:8443"' in answer.text
    assert f"paymentKey={window.payment_key}" in answer.text


def test_the_origin_header_of_the_browser_wins_over_the_body(shop: Shop) -> None:
    body = {
        "clientKey": shop.client_key,
        "customerKey": "@@ANONYMOUS",
        "method": "CARD",
        "amount": {"currency": "KRW", "value": 1000},
        "orderId": "order_origin",
        "orderName": "x",
        "successUrl": "https://a.example/s",
        "failUrl": "https://a.example/f",
        "windowTarget": "iframe",
        "origin": "https://evil.example",
    }
    url = f"{shop.toss}/sim/window-requests"
    opened = requests.post(url, json=body, headers={"Origin": "https://a.example"}, timeout=5).json()

    page = requests.get(opened["windowUrl"], timeout=5)

    assert "frame-ancestors https://a.example" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clientKey": "test_gck_shop"}, "NOT_SUPPORTED_WIDGET_KEY"),
        ({"clientKey": "test_sk_shop"}, "INVALID_CLIENT_KEY"),
        ({"customerKey": "a"}, "INVALID_CUSTOMER_KEY"),
        ({"customerKey": "test_sk_shop"}, "INSECURE_KEY_USAGE"),
        ({"method": "CHEQUE"}, "NOT_SUPPORTED_METHOD"),
        ({"amount": 29000}, "INVALID_AMOUNT_VALUE"),
        ({"amount": {"currency": "KRW", "value": 10.5}}, "INVALID_AMOUNT_VALUE"),
        ({"amount": {"currency": "KRW", "value": 10**30}}, "INVALID_AMOUNT_VALUE"),
        ({"amount": {"currency": "USD", "value": 100}}, "INVALID_AMOUNT_CURRENCY"),
        ({"amount": {"currency": "KRW", "value": -1}}, "BELOW_ZERO_AMOUNT"),
        ({"amount": {"currency": "KRW", "value": 99}}, "BELOW_MINIMUM_AMOUNT"),
        ({"method": "TRANSFER", "amount": {"currency": "KRW", "value": 199}}, "BELOW_MINIMUM_AMOUNT"),
        (
            {"method": "TRANSFER", "amount": {"currency": "KRW", "value": 10_000_001}},
            "EXCEEDS_TRANSFER_AMOUNT_MAXIMUM",
        ),
        ({"orderId": "short"}, "INVALID_PARAMETERS"),
        ({"orderName": "가" * 101}, "INVALID_PARAMETERS"),
        ({"customerMobilePhone": "010-1234-5678"}, "INVALID_PARAMETERS"),
        ({"successUrl": "/paid"}, "INCORRECT_SUCCESS_URL_FORMAT"),
        ({"failUrl": "javascript:alert(1)"}, "INCORRECT_FAIL_URL_FORMAT"),
        ({"successUrl": None, "failUrl": None}, "NOT_SUPPORTED_PROMISE"),
        ({"windowTarget": "iframe", "origin": "https://a.example; script-src *"}, "INVALID_PARAMETERS"),
        ({"metadata": {"[x]": "1"}}, "INVALID_METADATA"),
        ({"card": {"flowMode": "DIRECT"}}, "INVALID_FLOW_MODE_PARAMETERS"),
        ({"card": {"cardInstallmentPlan": 1}}, "INVALID_CARD_INSTALLMENT_PLAN"),
        (
            {"card": {"cardInstallmentPlan": 3, "maxCardInstallmentPlan": 6}},
            "INVALID_CARD_INSTALLMENT_PLANS_WITH_MAX_AND_SINGLE",
        ),
        ({"card": {"validHours": 2161}}, "EXCEED_MAX_VALID_HOURS"),
    ],
)
def test_wrong_parameters_are_named_before_a_window_opens(
    shop: Shop, changes: dict[str, Any], code: str
) -> None:
    answer = shop.window_request(**changes)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert requests.get(f"{shop.toss}/sim/totals", timeout=5).json()["payments"] == 0
