from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.sandbox.shop_client import Shop


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_confirmed_card_payment_is_done(shop: Shop) -> None:
    window = shop.authenticated(amount=15_000, metadata={"cart": "7"})

    answer = shop.confirm(window)

    payment = answer.json()
    assert answer.status_code == 200
    assert (payment["status"], payment["method"], payment["version"]) == ("DONE", "카드", "2022-11-16")
    assert (payment["totalAmount"], payment["balanceAmount"]) == (15_000, 15_000)
    assert (payment["vat"], payment["suppliedAmount"]) == (1_364, 13_636)
    assert payment["card"]["amount"] == 15_000
    assert payment["approvedAt"].endswith("+09:00")
    assert payment["cancels"] is None
    assert payment["metadata"] == {"cart": "7"}
    assert len(payment["mId"]) <= 14
    assert payment["paymentKey"].startswith(payment["mId"][:5])
    assert shop.lookup(window).json() == payment


def test_tax_free_money_carries_no_vat(shop: Shop) -> None:
    window = shop.authenticated(amount=16_000, taxFreeAmount=5_000)

    payment = shop.confirm(window).json()

    assert (payment["taxFreeAmount"], payment["vat"], payment["suppliedAmount"]) == (5_000, 1_000, 10_000)


def test_card_options_come_back_in_the_card(shop: Shop) -> None:
    options = {
        "cardCompany": "SHINHAN",
        "cardInstallmentPlan": 3,
        "freeInstallmentPlans": [{"company": "41", "months": [3]}],
    }
    window = shop.authenticated(amount=50_000, card=options)

    card = shop.confirm(window).json()["card"]

    assert (card["issuerCode"], card["installmentPlanMonths"]) == ("41", 3)
    assert (card["isInterestFree"], card["interestPayer"]) == (True, "MERCHANT")


@pytest.mark.parametrize(
    ("funding", "card_amount", "money", "discount"),
    [("card", 50_000, 0, 0), ("money", 0, 50_000, 0), ("points", 0, 45_000, 5_000)],
)
def test_easy_pay_splits_the_total_by_where_it_comes_from(
    shop: Shop, funding: str, card_amount: int, money: int, discount: int
) -> None:
    direct = {"flowMode": "DIRECT", "easyPay": "KAKAOPAY"}
    window = shop.authenticated(amount=50_000, card=direct, funding=funding)

    payment = shop.confirm(window).json()

    assert payment["method"] == "간편결제"
    assert payment["easyPay"] == {"provider": "카카오페이", "amount": money, "discountAmount": discount}
    assert (payment["card"]["amount"] if payment["card"] else 0) == card_amount


def test_a_transfer_has_a_bank_and_no_card(shop: Shop) -> None:
    payment = shop.confirm(shop.authenticated(method="TRANSFER")).json()

    assert (payment["method"], payment["status"], payment["card"]) == ("계좌이체", "DONE", None)
    assert payment["transfer"] == {"bankCode": "88", "settlementStatus": "INCOMPLETED"}


@pytest.mark.parametrize(
    ("code", "status"), [("REJECT_CARD_PAYMENT", 403), ("INVALID_STOPPED_CARD", 400), ("FDS_ERROR", 403)]
)
def test_a_decline_aborts_the_payment_and_takes_nothing(shop: Shop, code: str, status: int) -> None:
    window = shop.authenticated(f"decline:{code}")

    answer = shop.confirm(window)

    assert error_of(answer) == (status, code)
    payment = shop.lookup(window).json()
    assert (payment["status"], payment["failure"]["code"], payment["approvedAt"]) == ("ABORTED", code, None)
    assert shop.observed(window)["approvals"] == 0


def test_ten_minutes_after_authentication_it_is_too_late(shop: Shop) -> None:
    window, in_time = shop.authenticated(), shop.authenticated()
    shop.advance_clock(9 * 60)
    assert shop.confirm(in_time).status_code == 200
    shop.advance_clock(60)

    answer = shop.confirm(window)

    assert error_of(answer) == (404, "NOT_FOUND_PAYMENT_SESSION")
    payment = shop.lookup(window).json()
    assert (payment["status"], payment["failure"]["code"]) == ("EXPIRED", "EXPIRED_PAYMENT")
    assert payment["method"] is payment["useEscrow"] is payment["receipt"] is None


@pytest.mark.parametrize("changes", [{"amount": 28_999}, {"orderId": "another_order"}])
def test_a_confirm_that_differs_from_the_window_is_blocked(shop: Shop, changes: dict[str, Any]) -> None:
    window = shop.authenticated()

    answer = shop.confirm(window, **changes)

    assert error_of(answer) == (403, "FORBIDDEN_REQUEST")
    assert shop.confirm(window).status_code == 200


def test_the_keys_of_another_merchant_are_blocked(shop: Shop) -> None:
    window, stranger = shop.authenticated(), Shop(shop.base, "stranger")

    assert error_of(stranger.confirm(window)) == (403, "FORBIDDEN_REQUEST")
    assert error_of(stranger.lookup(window)) == (404, "NOT_FOUND_PAYMENT")


def test_the_code_for_a_mismatch_can_be_switched(shop: Shop) -> None:
    settings = {"mismatchCode": "INVALID_REQUEST"}
    assert requests.post(f"{shop.toss}/sim/settings", json=settings, timeout=5).status_code == 200

    assert error_of(shop.confirm(shop.authenticated(), amount=1)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "body",
    [[], {}, {"paymentKey": "x", "orderId": "y"}, {"paymentKey": "x", "orderId": "y", "amount": "29000"}],
)
def test_an_incomplete_confirm_is_invalid(shop: Shop, body: Any) -> None:
    assert error_of(shop.post("payments/confirm", body)) == (400, "INVALID_REQUEST")


def test_unknown_and_unauthenticated_payments_have_no_session(shop: Shop) -> None:
    window = shop.open_window()

    assert error_of(shop.confirm(window)) == (404, "NOT_FOUND_PAYMENT_SESSION")
    assert error_of(shop.confirm(window, paymentKey="unknown")) == (404, "NOT_FOUND_PAYMENT_SESSION")


def test_an_order_id_that_was_paid_cannot_be_paid_again(shop: Shop) -> None:
    first = shop.authenticated(orderId="order_twice")
    second = shop.authenticated(orderId="order_twice")
    shop.confirm(first)

    assert error_of(shop.confirm(second)) == (400, "DUPLICATED_ORDER_ID")
    assert error_of(shop.confirm(first)) == (400, "ALREADY_PROCESSED_PAYMENT")


def test_confirms_in_parallel_take_the_money_once(shop: Shop) -> None:
    window = shop.authenticated()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.confirm(window), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert shop.observed(window)["approvals"] == 1
    totals = requests.get(f"{shop.toss}/sim/totals", timeout=5).json()
    assert totals == {"captured": 29_000, "cancelled": 0, "payments": 1}


def test_an_order_is_found_by_its_order_id(shop: Shop) -> None:
    paid = shop.paid(orderId="order_found")
    shop.authenticated(orderId="order_found")

    assert shop.get("payments/orders/order_found").json()["paymentKey"] == paid.payment_key
    assert error_of(shop.get("payments/orders/order_lost")) == (404, "NOT_FOUND_PAYMENT")
