"""Cash receipts that no buyer asked for, by Toss Payments' API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import open_gateway
from app.gateways.base import Gateway
from app.gateways.receipts import ReceiptApi, ReceiptBooks, ReceiptDone, ReceiptRefused
from app.settings import Settings
from tests.gateways.line import Line, closes, says
from tests.gateways.toss import TossKit

KEY = "Xk3examplekey"
ISSUED = {
    "receiptKey": KEY, "orderId": "pay_1", "orderName": "텀블러 외 1건", "type": "소득공제", "amount": 150_000,
    "taxFreeAmount": 0, "transactionType": "CONFIRM", "issueStatus": "IN_PROGRESS", "failure": None,
}  # fmt: skip
CANCELLED = {**ISSUED, "receiptKey": f"c_{KEY}", "transactionType": "CANCEL", "amount": 50_000}
JUNE = datetime(2026, 6, 1, 14, 59, tzinfo=UTC)


def issue(api: ReceiptApi, **changes: Any) -> ReceiptDone | ReceiptRefused:
    told = {
        "order_id": "pay_1",
        "name": "텀블러 외 1건",
        "amount": 150_000,
        "tax_free_amount": 0,
        "key": "rcpt_1-0",
    }
    return api.issue(**{**told, **changes})


class TestReceipts(TossKit):
    @pytest.fixture
    def api(self, gateway: Gateway) -> ReceiptApi:
        api = gateway.receipt_api
        assert api is not None
        return api

    def test_it_is_issued_under_the_tax_offices_number(self, api: ReceiptApi, line: Line) -> None:
        line.will(says(200, ISSUED))

        assert issue(api) == ReceiptDone(KEY, 150_000)

        [call] = line.calls
        assert call.asks == "POST /toss/v1/cash-receipts"
        assert call.headers["idempotency-key"] == "receipt-rcpt_1-0"
        assert call.json() == {
            "amount": 150_000,
            "orderId": "pay_1",
            "orderName": "텀블러 외 1건",
            "type": "소득공제",
            "customerIdentityNumber": "0100001234",
        }

    def test_what_is_tax_free_is_told(self, api: ReceiptApi, line: Line) -> None:
        line.will(says(200, ISSUED))

        issue(api, tax_free_amount=30_000)

        assert line.calls[0].json()["taxFreeAmount"] == 30_000

    def test_a_part_is_taken_back(self, api: ReceiptApi, line: Line) -> None:
        line.will(says(200, CANCELLED))

        assert api.cancel(receipt_key=KEY, amount=50_000, key="k") == ReceiptDone(f"c_{KEY}", 50_000)

        [call] = line.calls
        assert (call.asks, call.json()) == (f"POST /toss/v1/cash-receipts/{KEY}/cancel", {"amount": 50_000})

    def test_a_refusal_is_an_answer(self, api: ReceiptApi, line: Line) -> None:
        line.will(says(400, {"code": "INVALID_REQUEST", "message": "x"}))

        assert issue(api) == ReceiptRefused("INVALID_REQUEST")

    @pytest.mark.parametrize(
        ("act", "is_answered"),
        [
            (says(500, {"code": "COMMON_ERROR", "message": "x"}), True),
            (says(409, {"code": "IDEMPOTENT_REQUEST_PROCESSING", "message": "x"}), False),
            (says(200, {"amount": 150_000}), True),
            (says(200, b"[]"), True),
            (closes, False),
        ],
        ids=["500", "still running", "without a key", "a list", "no answer"],
    )
    def test_what_promises_nothing_is_unknown(
        self, api: ReceiptApi, line: Line, act: Any, is_answered: bool
    ) -> None:
        line.will(act)

        with pytest.raises(GatewayOutcomeUnknown) as told:
            issue(api)

        assert told.value.answered is is_answered

    def test_wrong_keys_are_a_fault_of_the_contract(self, api: ReceiptApi, line: Line) -> None:
        line.will(says(401, {"code": "UNAUTHORIZED_KEY", "message": "x"}))

        with pytest.raises(GatewayMisconfigured):
            issue(api)

    def test_all_days_and_pages_are_read_back(self, api: ReceiptApi, line: Line) -> None:
        other = {**ISSUED, "orderId": "pay_2"}
        line.will(
            says(200, {"hasNext": True, "lastCursor": 7, "data": [other, ISSUED]}),
            says(200, {"hasNext": False, "lastCursor": 9, "data": [CANCELLED]}),
            says(200, {"hasNext": False, "lastCursor": 0, "data": []}),
        )

        books = api.read_back(order_id="pay_1", since=JUNE, until=JUNE.replace(hour=15))

        assert books == ReceiptBooks(KEY, 150_000, 50_000)
        assert [call.asks.partition("?")[2] for call in line.calls] == [
            "requestDate=2026-06-01&limit=100",
            "requestDate=2026-06-01&limit=100&cursor=7",
            "requestDate=2026-06-02&limit=100",
        ]

    def test_a_shop_that_says_no_has_none(self, settings: Settings) -> None:
        credentials = {**self.credentials, "self_issues_receipts": "no"}

        opened = open_gateway("toss", credentials=credentials, livemode=False, settings=settings)

        assert opened.receipt_api is None
