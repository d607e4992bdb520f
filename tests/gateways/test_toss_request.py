"""What the buyer chose on our page, as Toss' window is told it."""

from typing import Any

import pytest

from app.gateways.base import Gateway
from app.gateways.orders import CashReceipt, Choice
from tests.gateways.toss import TossKit


class TestRequest(TossKit):
    def request(self, gateway: Gateway, **changes: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.told_at_launch(gateway, **changes)["request"]
        return told

    def test_an_issuer_that_was_chosen_is_the_only_one_shown(self, gateway: Gateway) -> None:
        card = self.request(gateway, choice=Choice(issuer="hyundai"))["card"]

        assert card == {"flowMode": "DEFAULT", "cardCompany": "61"}

    @pytest.mark.parametrize("months", [0, 2, 12])
    def test_instalments_that_were_chosen_are_fixed(self, gateway: Gateway, months: int) -> None:
        card = self.request(gateway, choice=Choice(installment_months=months))["card"]

        assert card == {"flowMode": "DEFAULT", "cardInstallmentPlan": months}

    def test_below_fifty_thousand_there_are_no_instalments(self, gateway: Gateway) -> None:
        free = {"hyundai": (2, 3)}
        choice = Choice(issuer="woori", installment_months=3)

        card = self.request(gateway, amount=49_999, choice=choice, interest_free=free)["card"]

        assert card == {"flowMode": "DEFAULT", "cardCompany": "W1"}

    def test_months_that_the_shop_pays_the_interest_of_are_told_by_company(self, gateway: Gateway) -> None:
        free = {"hyundai": (2, 3), "visa_of_tomorrow": (2,)}

        card = self.request(gateway, interest_free=free)["card"]

        assert card["freeInstallmentPlans"] == [{"company": "61", "months": [2, 3]}]

    def test_an_issuer_that_toss_does_not_know_is_left_to_its_window(self, gateway: Gateway) -> None:
        card = self.request(gateway, choice=Choice(issuer="issuer_of_tomorrow"))["card"]

        assert card == {"flowMode": "DEFAULT"}

    @pytest.mark.parametrize(("purpose", "kind"), [("income", "소득공제"), ("expense", "지출증빙")])
    @pytest.mark.parametrize(
        ("method", "where"), [("bank_transfer", "transfer"), ("virtual_account", "virtualAccount")]
    )
    def test_a_cash_receipt_is_asked_for_where_money_is_transferred(
        self, gateway: Gateway, method: str, where: str, purpose: str, kind: str
    ) -> None:
        choice = Choice(cash_receipt=CashReceipt(purpose, "01012345678"))

        request = self.request(gateway, method=method, choice=choice)

        assert request[where]["cashReceipt"] == {"type": kind}

    @pytest.mark.parametrize(
        ("method", "where"), [("bank_transfer", "transfer"), ("virtual_account", "virtualAccount")]
    )
    def test_the_window_issues_no_receipt_that_nobody_asked_our_page_for(
        self, gateway: Gateway, method: str, where: str
    ) -> None:
        request = self.request(gateway, method=method)

        assert request[where]["cashReceipt"] == {"type": "미발행"}

    def test_choices_of_another_method_are_not_told(self, gateway: Gateway) -> None:
        choice = Choice("hyundai", 3, "woori", CashReceipt("income", "01012345678"))

        request = self.request(gateway, method="kakao_pay", choice=choice)

        assert request["card"] == {"flowMode": "DIRECT", "easyPay": "KAKAOPAY"}

    def test_a_phone_bill_has_a_window_of_its_own(self, gateway: Gateway) -> None:
        request = self.request(gateway, method="mobile_phone")

        assert (request["method"], request["mobilePhone"]) == ("MOBILE_PHONE", {})
