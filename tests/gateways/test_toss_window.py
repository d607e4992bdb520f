"""Toss Payments' pay window: what it is opened with, and what comes back from it."""

import pytest

from app.gateways import open_gateway
from app.gateways.base import (
    Authorised,
    Declined,
    Gateway,
)
from app.gateways.orders import (
    ScriptLaunch,
)
from app.gateways.reasons import (
    Reason,
)
from app.settings import Settings, load_settings
from tests.gateways.toss import ORDER, TossKit
from tests.test_settings import PRODUCTION


class TestWindow(TossKit):
    # --- launch ---

    def test_the_pay_window_gets_what_its_documentation_asks_for(
        self, gateway: Gateway, settings: Settings
    ) -> None:
        launch = gateway.launch(self.order)

        assert isinstance(launch, ScriptLaunch)
        assert launch.script_url == f"{settings.sandbox_url}/toss/v2/standard"
        assert launch.params == {
            "clientKey": "test_ck_notforreal",
            "customerKey": "@@ANONYMOUS",
            "request": {
                "method": "CARD",
                "card": {"flowMode": "DEFAULT"},
                "amount": {"currency": "KRW", "value": 50_000},
                "orderId": ORDER,
                "orderName": "텀블러 외 1건",
                "successUrl": self.order.approved_url,
                "failUrl": self.order.failed_url,
                "windowTarget": "self",
                "customerName": "홍길동",
                "customerEmail": "customer@example.com",
                "customerMobilePhone": "01012345678",
            },
        }

    def test_what_toss_would_refuse_is_cut_or_left_out(self, gateway: Gateway) -> None:
        request = self.told_at_launch(
            gateway,
            name="가" * 200,
            customer_name="나" * 200,
            customer_email="a" * 92 + "@b.example",
            customer_phone="+14155550123",
            tax_free_amount=1_000,
        )["request"]

        assert request["orderName"] == "가" * 100
        assert request["customerName"] == "나" * 100
        assert request["taxFreeAmount"] == 1_000
        assert "customerEmail" not in request
        assert "customerMobilePhone" not in request

    @pytest.mark.parametrize(
        ("method", "easy_pay"),
        [
            ("kakao_pay", "KAKAOPAY"),
            ("naver_pay", "NAVERPAY"),
            ("samsung_pay", "SAMSUNGPAY"),
            ("toss_pay", "TOSSPAY"),
            ("payco", "PAYCO"),
        ],
    )
    def test_easy_pay_opens_the_providers_own_window(
        self, gateway: Gateway, method: str, easy_pay: str
    ) -> None:
        request = self.told_at_launch(gateway, method=method)["request"]

        assert (request["method"], request["card"]) == ("CARD", {"flowMode": "DIRECT", "easyPay": easy_pay})

    def test_live_keys_go_to_toss_and_test_keys_to_the_sandbox(self) -> None:
        """And the page that opens the window may load from there, and from nowhere else."""
        settings = load_settings(PRODUCTION)
        live, test = (
            open_gateway("toss", credentials=self.credentials, livemode=livemode, settings=settings)
            for livemode in (True, False)
        )

        assert self.script_of(live).script_url == "https://js.tosspayments.com/v2/standard"
        assert self.script_of(live).hosts["script-src"] == ["https://js.tosspayments.com"]
        assert self.script_of(test).script_url == "http://127.0.0.1:8001/toss/v2/standard"
        assert {host for hosts in self.script_of(test).hosts.values() for host in hosts} == {
            "http://127.0.0.1:8001"
        }

    # --- return ---

    @pytest.mark.parametrize("code", ["PAY_PROCESS_CANCELED", "USER_CANCEL"])
    def test_a_closed_window_is_believed_only_for_its_own_order(self, gateway: Gateway, code: str) -> None:
        assert self.read(gateway, "failed", {"code": code, "orderId": "kc_other"}) is None

    def test_a_message_from_the_browser_is_cut_and_kept_on_one_line(self, gateway: Gateway) -> None:
        fields = {"code": "X\0" + "Y" * 200, "message": "a\r\n\0b" + "가" * 999}

        read = self.read(gateway, "failed", fields)

        assert isinstance(read, Declined)
        assert read.gateway_code == "X" + "Y" * 79
        assert read.gateway_message == "ab" + "가" * 498

    def test_a_payment_key_may_have_any_shape_that_is_safe_in_an_address(self, gateway: Gateway) -> None:
        odd = "a/b?c#d%2e e=+~" + "k" * 100

        read = self.read(gateway, "approved", {**self.genuine_return, "paymentKey": odd})

        assert read == Authorised({"paymentKey": odd})

    def test_a_refusal_without_any_field_is_still_a_refusal(self, gateway: Gateway) -> None:
        read = self.read(gateway, "failed", {})

        assert isinstance(read, Declined)
        assert read.reason is Reason.OTHER
