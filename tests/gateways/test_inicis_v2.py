"""Cancels by the second version of INIAPI, where the merchant says so, and what else differs by contract."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.gateways.base import BankAccount, Cancellation, Cancelled, CancelRefused
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.inicis.codes import PUBLISHED_TEST_KEYS
from app.gateways.orders import Device
from app.gateways.reasons import RefundReason
from tests.gateways.inicis import TID, InicisKit, at_rest, transaction
from tests.gateways.line import Call, Line, says

VACCOUNT = "StdpayVBNKINIpayTest20260101090101654321"
NOTED_AT = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)  # of the notes' examples, with their address
ACCOUNT = BankAccount("kookmin", "123456789", "홍길동")
PART = {"amount": 3_000, "balance": 13_000}
TO_ACCOUNT = {"method": "virtual_account", "transaction_id": VACCOUNT, "account": ACCOUNT}
DONE = {"resultCode": "00", "resultMsg": "x"}


class TestRefundsByV2(InicisKit):
    credentials = {**PUBLISHED_TEST_KEYS, "refund_version": "2"}

    @pytest.fixture
    def gateway(self, settings: Any) -> InicisGateway:
        opened = InicisGateway.open(credentials=self.credentials, livemode=False, settings=settings)
        still = at_rest(opened, NOTED_AT)
        object.__setattr__(still.api, "client_ip", "192.0.2.10")
        return still

    def asked(self, gateway: InicisGateway, line: Line, **changes: Any) -> Call:
        line.will(says(200, DONE))
        told = {"transaction_id": TID, "method": "card", "reason": "고객 요청", "key": "ref_1", **changes}
        assert isinstance(gateway.cancel(Cancellation(**told)), Cancelled)
        return line.calls[0]

    def test_the_whole_is_asked_for_and_signed_as_in_the_example(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        call = self.asked(gateway, line)

        assert call.asks == "POST /inicis/v2/pg/refund"
        assert call.headers["content-type"] == "application/json;charset=utf-8"
        assert f'"data": {{"tid":"{TID}","msg":"고객 요청"}}' in call.body.decode()
        assert call.json()["hashData"] == (
            "1bd9004deadc4a01a70818f25ef91d60b043d3d76ade7dc01670f3a4816d5198036b86d6f9caef8f6245c90c81557d5feff818e"
            "193c0b890568551ec89505531"
        )

    def test_money_of_an_account_is_asked_for_and_signed_as_in_the_example(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        call = self.asked(gateway, line, **TO_ACCOUNT)

        assert call.asks == "POST /inicis/v2/pg/refund/vacct"
        assert call.json()["type"] == "refund"
        assert call.json()["hashData"] == (
            "4f3cefdf71340ecce522c7a32164bc5ea9e86320c21569c1da0988472c405c7f5c350e10bc35bd856cdc80ff70d710886a3e539"
            "0aa3b67b06abe22bdeb15502e"
        )

    @pytest.mark.parametrize(
        ("changes", "path", "fields"),
        [
            (PART, "partialRefund", ["tid", "msg", "price", "confirmPrice", "currency"]),
            (
                {**TO_ACCOUNT, **PART},
                "partialRefund/vacct",
                ["tid", "msg", "price", "confirmPrice", "refundAcctNum", "refundBankCode", "refundAcctName"],
            ),
        ],
    )
    def test_a_part_has_an_address_of_its_own_and_its_fields_their_order(
        self, gateway: InicisGateway, line: Line, changes: dict[str, Any], path: str, fields: list[str]
    ) -> None:
        call = self.asked(gateway, line, **changes)

        assert call.asks == f"POST /inicis/v2/pg/{path}"
        assert call.json()["type"] == "partialRefund"
        assert list(call.json()["data"]) == fields
        assert (call.json()["data"]["price"], call.json()["data"]["confirmPrice"]) == ("3000", "10000")

    @pytest.mark.parametrize(
        "changes",
        [
            {"method": "virtual_account", "transaction_id": VACCOUNT},
            {**PART, "tax_free_amount": 1_000},
        ],
        ids=["an account that waits", "a part that is tax-free"],
    )
    def test_what_is_not_confirmed_there_is_asked_of_the_first_version(
        self, gateway: InicisGateway, line: Line, changes: dict[str, Any]
    ) -> None:
        call = self.asked(gateway, line, **changes)

        assert call.asks == "POST /inicis/api/v1/refund"

    def test_a_refusal_is_believed_once_the_transaction_was_read_back(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        line.will(
            says(200, {"resultCode": "SIMJ", "resultMsg": "취소 가능 기간이 지났습니다"}), transaction()
        )

        answer = self.cancel(gateway)

        assert isinstance(answer, CancelRefused)
        assert answer.reason == RefundReason.TOO_LATE
        assert [call.asks for call in line.calls] == [
            "POST /inicis/v2/pg/refund",
            "POST /inicis/v2/pg/inquiry",
        ]


class TestContractForMixedTax(InicisKit):
    """There, what does not say how much of it is tax-free may be taken as tax-free altogether."""

    credentials = {**PUBLISHED_TEST_KEYS, "mixed_tax": "yes"}

    def test_both_parts_are_told_at_the_launch_though_nothing_is_tax_free(
        self, gateway: InicisGateway
    ) -> None:
        on_pc = self.told_at_launch(gateway)["fields"]
        on_phone = self.told_at_launch(gateway, device=Device.PHONE)

        assert (on_pc["tax"], on_pc["taxfree"]) == ("1181", "0")
        assert (on_phone["P_TAX"], on_phone["P_TAXFREE"]) == ("1181", "0")

    @pytest.mark.parametrize(("tax_free", "told"), [(0, ("272", "0")), (800, ("200", "800"))])
    def test_both_parts_are_told_with_a_cancel_of_a_part(
        self, gateway: InicisGateway, line: Line, tax_free: int, told: tuple[str, str]
    ) -> None:
        line.will(says(200, DONE))

        self.cancel(gateway, amount=3_000, balance=13_000, tax_free_amount=tax_free)

        asked = self.fields_asked(line.calls[0])
        assert (asked["tax"], asked["taxFree"]) == told


class TestContractWithEscrow(InicisKit):
    """구매안전서비스, for money that is paid before anything is delivered."""

    credentials = {**PUBLISHED_TEST_KEYS, "escrow": "yes"}

    @pytest.mark.parametrize(
        ("method", "is_told"), [("bank_transfer", True), ("virtual_account", True), ("card", False)]
    )
    def test_the_window_is_told(self, gateway: InicisGateway, method: str, is_told: bool) -> None:
        on_pc = self.told_at_launch(gateway, method=method)["fields"]["acceptmethod"].split(":")
        on_phone = self.told_at_launch(gateway, method=method, device=Device.PHONE)["P_RESERVED"].split("&")

        assert ("useescrow" in on_pc, "useescrow=Y" in on_phone) == (is_told, is_told)
