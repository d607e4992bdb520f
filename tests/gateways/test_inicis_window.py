"""How KG Inicis' windows are opened, on PC and on phones, and what their pages may load."""

import dataclasses
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest

from app.gateways import open_gateway
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.orders import Choice, Device, FormLaunch, ScriptLaunch
from app.settings import Settings
from tests.gateways.inicis import ORDER, InicisKit, InicisPhoneKit

DEAR = {"amount": 60_000}


class TestOnPc(InicisKit):
    def form(self, gateway: InicisGateway, **changes: Any) -> dict[str, str]:
        fields: dict[str, str] = self.told_at_launch(gateway, **changes)["fields"]
        return fields

    def test_the_form_is_the_one_that_inicis_documents(self, gateway: InicisGateway) -> None:
        form = self.form(gateway)

        assert form["mKey"] == "3a9503069192f207491d4b19bd743fc249a761ed94246c8c42fed06c3cd15a33"
        assert (form["oid"], form["price"], form["timestamp"]) == (ORDER, "13000", "1767225661234")
        assert (form["gopaymethod"], form["currency"], form["use_chkfake"]) == ("Card", "WON", "Y")
        assert form["acceptmethod"] == "centerCd(Y):below1000:HPP(2):va_receipt"
        assert (form["buyertel"], form["buyername"]) == ("01012345678", "홍길동")
        assert (form["returnUrl"], form["closeUrl"]) == (self.order.approved_url, self.order.closed_url)
        assert not {"quotabase", "tax", "taxfree", "nointerest"} & set(form)

    def test_instalments_are_offered_from_fifty_thousand_won(self, gateway: InicisGateway) -> None:
        assert "quotabase" not in self.form(gateway, amount=49_999)
        assert self.form(gateway, amount=50_000)["quotabase"] == "2:3:4:5:6:7:8:9:10:11:12"

    def test_what_the_buyer_chose_on_our_page_is_chosen_in_the_window(self, gateway: InicisGateway) -> None:
        form = self.form(gateway, **DEAR, choice=Choice(issuer="hana", installment_months=3))

        assert (form["ini_onlycardcode"], form["quotabase"], form["ansim_quota"]) == ("01:17", "3", "03")
        assert "quotabase" not in self.form(gateway, **DEAR, choice=Choice(installment_months=0))

    def test_months_without_interest_are_told_by_card(self, gateway: InicisGateway) -> None:
        form = self.form(gateway, **DEAR, interest_free={"bc": (2, 3), "hana": (12,), "lotte": ()})

        assert form["nointerest"] == "11-2:3:,01-12:,17-12:"

    def test_what_is_tax_free_is_told_with_the_tax_of_the_rest(self, gateway: InicisGateway) -> None:
        form = self.form(gateway, tax_free_amount=2_000)

        assert (form["tax"], form["taxfree"]) == ("1000", "2000")

    def test_an_account_is_due_when_the_order_is_in_koreas_time(self, gateway: InicisGateway) -> None:
        form = self.form(gateway, method="virtual_account")
        midnight = self.form(
            gateway, method="virtual_account", due_at=datetime(2026, 1, 6, 15, 0, tzinfo=UTC)
        )

        assert "vbank(202601061015)" in form["acceptmethod"]
        assert "vbank(202601070001)" in midnight["acceptmethod"]  # 0000 would be the end of that day

    def test_an_easy_pay_is_opened_at_once(self, gateway: InicisGateway) -> None:
        form = self.form(gateway, method="kakao_pay")

        assert form["gopaymethod"] == "onlykakaopay"
        assert form["acceptmethod"].endswith(":cardonly")

    def test_what_inicis_does_not_take_is_left_out(self, gateway: InicisGateway) -> None:
        form = self.form(
            gateway, customer_name="🙂", customer_phone="", customer_email="a+b@example.com", name="'🙂'"
        )

        assert (form["buyername"], form["goodname"], form["buyertel"]) == ("구매자", "주문", "000")
        assert form["buyeremail"] == "none@example.com"

    def test_a_contract_for_content_says_so(self, settings: Settings) -> None:
        credentials = {**self.credentials, "phone_goods": "1"}
        gateway = open_gateway("inicis", credentials=credentials, livemode=False, settings=settings)
        assert isinstance(gateway, InicisGateway)

        assert "HPP(1)" in self.form(gateway)["acceptmethod"]

    def test_the_page_may_load_what_the_window_needs_and_nothing_else(self, gateway: InicisGateway) -> None:
        launch = self.script_of(gateway)
        origin = gateway.hosts.window[0]

        assert launch.script_url == f"{origin}/inicis/stdjs/INIStdPay.js"
        assert launch.hosts["frame-src"] == ["'self'", "https://pay.example", origin]
        assert launch.hosts["form-action"] == [origin]
        assert "'unsafe-inline'" not in str(launch.hosts)

    def test_live_it_is_inicis_own_addresses(self, settings: Settings) -> None:
        gateway = open_gateway("inicis", credentials=self.credentials, livemode=True, settings=settings)
        assert isinstance(gateway, InicisGateway)
        launch = gateway.launch(self.order)
        assert isinstance(launch, ScriptLaunch)

        assert launch.script_url == "https://stdpay.inicis.com/stdjs/INIStdPay.js"
        assert gateway.close_script_url == "https://stdpay.inicis.com/stdjs/INIStdPay_close.js"
        assert "https://stdux.inicis.com" in launch.hosts["script-src"]
        assert launch.hosts["script-src"].count("'unsafe-inline'") == 0
        assert gateway.hosts.pc("fc", "payAuth") == "https://fcstdpay.inicis.com/api/payAuth"
        assert gateway.hosts.pc("ks", "netCancel") == "https://ksstdpay.inicis.com/api/netCancel"
        assert gateway.hosts.on_phone("fc", "payReq") == "https://fcmobile.inicis.com/smart/payReq.ini"
        assert (gateway.hosts.pc("stg", "payAuth"), gateway.hosts.on_phone("stg", "payReq")) == (None, None)


class TestOnPhones(InicisPhoneKit):
    def opened(self, gateway: InicisGateway, **changes: Any) -> FormLaunch:
        launch = gateway.launch(dataclasses.replace(self.order, **changes))
        assert isinstance(launch, FormLaunch)
        return launch

    def options(self, gateway: InicisGateway, **changes: Any) -> dict[str, str]:
        return dict(parse_qsl(self.opened(gateway, **changes).fields["P_RESERVED"], strict_parsing=True))

    def test_the_form_is_the_one_that_inicis_documents(self, gateway: InicisGateway) -> None:
        launch = self.opened(gateway)

        assert (launch.url, launch.charset) == (f"{gateway.hosts.phone}/smart/payment/", "euc-kr")
        assert launch.hosts["form-action"] == [gateway.hosts.window[0]]
        assert launch.fields["P_INI_PAYMENT"] == "CARD"
        assert (launch.fields["P_OID"], launch.fields["P_NOTI"], launch.fields["P_AMT"]) == (
            ORDER,
            ORDER,
            "13000",
        )
        assert launch.fields["P_NOTI_URL"] == self.order.notice_url
        assert launch.fields["P_NEXT_URL"] == self.order.approved_url
        assert launch.fields["P_RESERVED"] == (
            "centerCd=Y&amt_hash=Y&below1000=Y&twotrs_isp=Y&block_isp=Y&twotrs_isp_noti=N&twotrs_bank=Y"
        )

    @pytest.mark.parametrize(
        ("method", "flag"),
        [("kakao_pay", "d_kakaopay"), ("naver_pay", "d_npay"), ("samsung_pay", "d_samsungpay")],
    )
    def test_an_easy_pay_is_opened_on_the_page_for_cards(
        self, gateway: InicisGateway, method: str, flag: str
    ) -> None:
        launch = self.opened(gateway, method=method)

        assert launch.url.endswith("/smart/wcard/")
        assert "P_INI_PAYMENT" not in launch.fields
        assert launch.fields["P_SKIP_TERMS"] == "Y"
        assert self.options(gateway, method=method)[flag] == "Y"

    def test_each_method_says_what_it_needs(self, gateway: InicisGateway) -> None:
        account = self.opened(gateway, method="virtual_account").fields
        bill = self.opened(gateway, method="mobile_phone").fields

        assert (account["P_VBANK_DT"], account["P_VBANK_TM"]) == ("20260106", "1015")
        assert self.options(gateway, method="virtual_account")["vbank_receipt"] == "Y"
        assert (bill["P_INI_PAYMENT"], bill["P_HPP_METHOD"]) == ("MOBILE", "2")

    def test_instalments_and_interest(self, gateway: InicisGateway) -> None:
        chosen = {**DEAR, "choice": Choice(issuer="bc", installment_months=3), "interest_free": {"bc": (3,)}}
        fields, options = self.opened(gateway, **chosen).fields, self.options(gateway, **chosen)

        assert (fields["P_QUOTABASE"], fields["P_ONLY_CARDCODE"]) == ("01:03", "11")
        assert (options["merc_noint"], options["noint_quota"], options["d_quota"]) == ("Y", "11-3", "3")
        assert self.opened(gateway, **DEAR).fields["P_QUOTABASE"] == "01:02:03:04:05:06:07:08:09:10:11:12"

    def test_a_card_app_leads_back_to_the_app_whose_browser_it_is(self, gateway: InicisGateway) -> None:
        assert self.options(gateway, browser_app="kakaotalk")["app_scheme"] == "kakaotalk://"
        assert "app_scheme" not in self.options(gateway, browser_app="another")

    def test_a_desktop_has_the_other_window(self, gateway: InicisGateway) -> None:
        launch = gateway.launch(dataclasses.replace(self.order, device=Device.DESKTOP))

        assert isinstance(launch, ScriptLaunch)
