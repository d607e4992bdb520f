"""Phone bills and cash receipts at the simulated Toss."""

from typing import Any

import pytest
import requests

from tests.sandbox.shop_client import Shop

DAY_S = 24 * 60 * 60


def advance(shop: Shop, seconds: float) -> None:
    requests.post(f"{shop.toss}/sim/advance-clock", json={"seconds": seconds}, timeout=5).raise_for_status()


def test_a_phone_bill_is_approved(shop: Shop) -> None:
    payment = shop.lookup(shop.paid(method="MOBILE_PHONE", mobilePhone={"mobileCarriers": ["SKT"]})).json()

    assert (payment["status"], payment["method"]) == ("DONE", "휴대폰")
    assert payment["mobilePhone"]["customerMobilePhone"] == "010****5678"
    assert (payment["card"], payment["transfer"]) == (None, None)


def test_a_phone_bill_is_given_back_within_its_month_only(shop: Shop) -> None:
    window = shop.paid(method="MOBILE_PHONE")
    part = shop.cancel(window, cancelAmount=9_000)
    advance(shop, 32 * DAY_S)

    late = shop.cancel(window)

    assert part.status_code == 200
    assert (late.status_code, late.json()["code"]) == (403, "EXCEED_MAX_REFUND_DUE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mobilePhone": {"mobileCarriers": ["NOBODY"]}}, "INVALID_PARAMETERS"),
        ({"amount": {"currency": "KRW", "value": 1_000_001}}, "EXCEED_MAX_AMOUNT"),
    ],
)
def test_what_the_window_refuses(shop: Shop, changes: dict[str, Any], code: str) -> None:
    answer = shop.window_request(method="MOBILE_PHONE", **changes)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_cash_receipt_comes_back_with_the_payment(shop: Shop) -> None:
    asked = {"cashReceipt": {"type": "소득공제"}}

    payment = shop.lookup(shop.paid(method="TRANSFER", transfer=asked)).json()

    assert payment["cashReceipt"]["type"] == "소득공제"
    assert payment["cashReceipt"]["amount"] == payment["totalAmount"]
    assert shop.lookup(shop.paid(method="TRANSFER")).json()["cashReceipt"] is None
    wrong = shop.window_request(method="TRANSFER", transfer={"cashReceipt": {"type": "영수증"}})
    assert wrong.json()["code"] == "INVALID_PARAMETERS"
