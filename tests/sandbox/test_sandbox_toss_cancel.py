from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.sandbox.shop_client import Shop

DAY_S = 24 * 60 * 60


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_full_cancel_gives_everything_back(shop: Shop) -> None:
    window = shop.paid()

    payment = shop.cancel(window).json()

    assert (payment["status"], payment["balanceAmount"], payment["totalAmount"]) == ("CANCELED", 0, 29_000)
    assert (payment["vat"], payment["suppliedAmount"]) == (0, 0)
    assert payment["cancels"][0]["cancelAmount"] == 29_000
    totals = requests.get(f"{shop.toss}/sim/totals", timeout=5).json()
    assert totals == {"captured": 29_000, "cancelled": 29_000, "payments": 1}


def test_partial_cancels_go_down_to_zero(shop: Shop) -> None:
    window = shop.paid(amount=50_000)

    first = shop.cancel(window, cancelAmount=20_000, refundableAmount=50_000).json()
    last = shop.cancel(window, cancelAmount=30_000).json()

    assert (first["status"], first["balanceAmount"]) == ("PARTIAL_CANCELED", 30_000)
    assert (first["suppliedAmount"], first["vat"]) == (27_273, 2_727)
    assert first["cancels"][0]["refundableAmount"] == 30_000
    assert last["status"] == "CANCELED"
    assert [cancel["cancelAmount"] for cancel in last["cancels"]] == [20_000, 30_000]
    assert last["cancels"][1]["transactionKey"] == last["lastTransactionKey"]


def test_without_an_amount_the_rest_is_cancelled(shop: Shop) -> None:
    window = shop.paid()
    shop.cancel(window, cancelAmount=9_000)

    assert shop.cancel(window).json()["cancels"][1]["cancelAmount"] == 20_000


def test_tax_free_money_is_given_back_separately(shop: Shop) -> None:
    window = shop.paid(amount=16_000, taxFreeAmount=5_000)

    payment = shop.cancel(window, cancelAmount=5_000, taxFreeAmount=5_000).json()

    assert (payment["taxFreeAmount"], payment["vat"], payment["suppliedAmount"]) == (0, 1_000, 10_000)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"cancelReason": ""}, (400, "INVALID_REQUEST")),
        ({"cancelReason": None}, (400, "INVALID_REQUEST")),
        ({"cancelReason": "가" * 201}, (400, "INVALID_REQUEST")),
        ({"cancelAmount": 0}, (400, "INVALID_REQUEST")),
        ({"cancelAmount": "1000"}, (400, "INVALID_REQUEST")),
        ({"cancelAmount": 29_001}, (403, "NOT_CANCELABLE_AMOUNT")),
        ({"cancelAmount": 10**30}, (403, "NOT_CANCELABLE_AMOUNT")),
        ({"cancelAmount": 1_000, "taxFreeAmount": 500}, (403, "NOT_CANCELABLE_AMOUNT")),
        ({"cancelAmount": 1_000, "refundableAmount": 28_000}, (400, "NOT_MATCHES_REFUNDABLE_AMOUNT")),
    ],
)
def test_a_wrong_cancel_is_refused_and_changes_nothing(
    shop: Shop, body: dict[str, Any], error: tuple[int, str]
) -> None:
    window = shop.paid()

    assert error_of(shop.cancel(window, **body)) == error
    assert shop.observed(window)["balanceAmount"] == 29_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bank": "004"}, "INVALID_BANK"),
        ({"bank": None}, "INVALID_BANK"),
        ({"accountNumber": "110-123"}, "INVALID_REFUND_ACCOUNT_NUMBER"),
        ({"accountNumber": "1" * 21}, "INVALID_REFUND_ACCOUNT_NUMBER"),
        ({"holderName": ""}, "INVALID_REFUND_ACCOUNT_INFO"),
    ],
)
def test_a_wrong_refund_account_is_refused(shop: Shop, change: dict[str, Any], code: str) -> None:
    window = shop.paid()
    account = {"bank": "88", "accountNumber": "110123456789", "holderName": "홍길동"}

    assert error_of(shop.cancel(window, refundReceiveAccount={**account, **change})) == (400, code)
    assert shop.cancel(window, refundReceiveAccount=account).status_code == 200


def test_a_reason_can_ask_to_be_refused(shop: Shop) -> None:
    window = shop.paid()

    answer = shop.cancel(window, cancelReason="고객 변심 sandbox:EXCEED_MAX_REFUND_DUE [ref_1]")

    assert error_of(answer) == (403, "EXCEED_MAX_REFUND_DUE")
    assert shop.observed(window)["balanceAmount"] == 29_000
    assert shop.cancel(window, cancelReason="sandbox:NO_SUCH_CODE").status_code == 200


def test_what_is_cancelled_or_was_never_paid_cannot_be_cancelled(shop: Shop) -> None:
    cancelled, unpaid = shop.paid(), shop.authenticated()
    shop.cancel(cancelled)

    assert error_of(shop.cancel(cancelled)) == (400, "ALREADY_CANCELED_PAYMENT")
    assert error_of(shop.cancel(unpaid)) == (403, "NOT_CANCELABLE_PAYMENT")
    assert error_of(shop.post("payments/unknown/cancel", {"cancelReason": "x"})) == (404, "NOT_FOUND_PAYMENT")
    assert error_of(Shop(shop.base, "stranger").cancel(cancelled)) == (404, "NOT_FOUND_PAYMENT")


@pytest.mark.parametrize("options", [{"taxExemptionAmount": 1_000}, {"useEscrow": True}])
def test_some_payments_can_only_be_cancelled_whole(shop: Shop, options: dict[str, Any]) -> None:
    window = shop.paid(card=options)

    assert shop.lookup(window).json()["isPartialCancelable"] is False
    assert error_of(shop.cancel(window, cancelAmount=1_000)) == (403, "NOT_ALLOWED_PARTIAL_REFUND")
    assert shop.cancel(window).json()["status"] == "CANCELED"


def test_a_transfer_can_be_cancelled_for_180_days(shop: Shop) -> None:
    transfer, card = shop.paid(method="TRANSFER"), shop.paid()
    shop.advance_clock(180 * DAY_S + 60)

    assert error_of(shop.cancel(transfer)) == (403, "EXCEED_MAX_REFUND_DUE")
    assert shop.cancel(card).status_code == 200


def test_partial_cancels_in_parallel_never_exceed_the_payment(shop: Shop) -> None:
    window = shop.paid(amount=30_000)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: shop.cancel(window, cancelAmount=10_000), range(6)))

    assert sorted(answer.status_code for answer in answers)[:3] == [200, 200, 200]
    assert shop.observed(window)["balanceAmount"] == 0
    assert shop.observed(window)["cancels"] == 3


def test_a_repeated_cancel_with_its_key_gives_back_once(shop: Shop) -> None:
    window = shop.paid()

    answers = [shop.cancel(window, key="refund-1", cancelAmount=10_000) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert shop.observed(window)["balanceAmount"] == 19_000
