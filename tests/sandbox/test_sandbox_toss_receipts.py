"""Cash receipts at the simulated Toss Payments: as strict, and as lax, as the real one was seen to be."""

from datetime import datetime
from typing import Any

import pytest
import requests

from app.sandbox.clock import KOREA
from tests.sandbox.shop_client import Shop

KEYS = ("test_sk_receipts", "")
BODY = {
    "amount": 50_000, "orderId": "kc_7Qm2xV9aTz02", "orderName": "텀블러 외 1건", "type": "소득공제",
    "customerIdentityNumber": "01012345678",
}  # fmt: skip


def post(shop: Shop, path: str = "", body: Any = None, key: str = "") -> requests.Response:
    url = f"{shop.toss}/v1/cash-receipts{path}"
    headers = {"Idempotency-Key": key} if key else {}
    return requests.post(url, json=body, auth=KEYS, headers=headers, timeout=5)


def listed(shop: Shop, **asked: Any) -> Any:
    today = datetime.now(KOREA).date().isoformat()
    url = f"{shop.toss}/v1/cash-receipts"
    return requests.get(url, params={"requestDate": today, **asked}, auth=KEYS, timeout=5).json()


def test_a_receipt_is_issued_and_taken_back_in_parts(shop: Shop) -> None:
    issued = post(shop, body=BODY).json()
    path = f"/{issued['receiptKey']}/cancel"
    some, too_much, rest = (post(shop, path, {"amount": part}) for part in (20_000, 30_001, None))

    assert (issued["transactionType"], issued["issueStatus"], issued["amount"]) == (
        "CONFIRM",
        "IN_PROGRESS",
        50_000,
    )
    assert some.json()["receiptKey"].startswith("c_")
    assert (too_much.status_code, too_much.json()["code"]) == (400, "INVALID_REQUEST")
    assert (rest.json()["transactionType"], rest.json()["amount"]) == ("CANCEL", 30_000)
    assert post(shop, path, {}).status_code == 400


def test_the_same_order_can_be_issued_for_twice_but_not_with_the_same_key(shop: Shop) -> None:
    keys = [post(shop, body=BODY, key=key).json()["receiptKey"] for key in ("one", "one", "two")]

    assert keys[0] == keys[1] != keys[2]
    assert [one["receiptKey"] for one in listed(shop)["data"]] == [keys[0], keys[2]]


def test_the_list_is_of_one_day_and_comes_in_pages(shop: Shop) -> None:
    for _ in range(3):
        post(shop, body=BODY)

    first = listed(shop, limit=2)
    second = listed(shop, limit=2, cursor=first["lastCursor"])

    assert (first["hasNext"], len(first["data"])) == (True, 2)
    assert (second["hasNext"], len(second["data"])) == (False, 1)
    assert listed(shop, requestDate="2020-01-01")["data"] == []
    assert listed(shop, requestDate="")["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "50000"}, {"amount": 0}, {"taxFreeAmount": 50_001}, {"type": "미발행"}, {"orderId": "x"},
        {"orderName": ""}, {"customerIdentityNumber": "010-1234-5678"}, {"customerIdentityNumber": "1" * 31},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(shop: Shop, change: dict[str, Any]) -> None:
    answer = post(shop, body={**BODY, **change})

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


def test_another_merchants_receipt_does_not_exist(shop: Shop) -> None:
    key = post(shop, body=BODY).json()["receiptKey"]

    url = f"{shop.toss}/v1/cash-receipts/{key}/cancel"
    assert requests.post(url, json={}, auth=("test_sk_other", ""), timeout=5).status_code == 404
