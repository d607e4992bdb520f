"""NHN KCP's window: what it is opened with on PC and on phones, and what comes back from it."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import open_gateway
from app.gateways.base import Authorised, Declined, Gateway, WindowClosed
from app.gateways.kcp.order import RESULT_INPUTS, clean, order_id_of, order_number, pc_form, supply_of
from app.gateways.orders import CashReceipt, Choice, Device, FormLaunch
from app.gateways.reasons import Reason
from app.settings import Settings, load_settings
from tests.gateways.kcp import BITS, CREDENTIALS, NUMBER, ORDER, PAIR, TOKENS, KcpKit, asked
from tests.gateways.line import Line, says
from tests.test_settings import PRODUCTION

NOW = datetime(2026, 8, 1, 1, 15, tzinfo=UTC)
DUE = datetime(2026, 8, 4, 5, 30, 15, tzinfo=UTC)
LIVE_URL = "https://rsmpay.kcp.co.kr/pay/mobileGW.kcp"
MARKS = {
    "kakao_pay": {"kakaopay_direct": "Y"},
    "naver_pay": {"naverpay_direct": "Y", "naverpay_point_direct": "Y"},
    "samsung_pay": {"sspay_direct": "Y"},
    "payco": {"payco_direct": "Y"},
}


class TestWindow(KcpKit):
    def fields(self, gateway: Gateway, **changes: Any) -> dict[str, str]:
        told: dict[str, str] = self.told_at_launch(gateway, **changes)["fields"]
        assert all(isinstance(value, str) for value in told.values())
        return told

    # --- PC ---

    def test_the_pc_form_has_what_its_documentation_asks_for(
        self, gateway: Gateway, settings: Settings
    ) -> None:
        launch = self.script_of(gateway)

        assert launch.blocking
        assert launch.launcher == "kcp"
        assert launch.script_url == f"{settings.sandbox_url}/kcp/plugin/kcp_spay_hub.js"
        assert launch.params["action"] == self.order.approved_url
        assert launch.params["fields"] == {
            "req_tx": "pay",
            "site_cd": "T0000",
            "ordr_idxx": NUMBER,
            "good_name": "텀블러 외 1건",
            "good_mny": "50000",
            "buyr_name": "홍길동",
            "buyr_mail": "customer@example.com",
            "buyr_tel1": "",
            "buyr_tel2": "01012345678",
            "pay_method": BITS,
            "currency": "WON",
            "module_type": "01",
            "escw_used": "N",
            "shop_user_id": "",
            "quotaopt": "12",
            **dict.fromkeys(RESULT_INPUTS, ""),
        }

    def test_the_page_may_load_from_kcp_and_post_to_our_own_name(self) -> None:
        settings = load_settings(PRODUCTION)
        live, test = (
            self.script_of(open_gateway("kcp", credentials=CREDENTIALS, livemode=livemode, settings=settings))
            for livemode in (True, False)
        )

        assert live.script_url == "https://spay.kcp.co.kr/plugin/kcp_spay_hub.js"
        assert live.hosts["script-src"] == live.hosts["frame-src"] == ["https://*.kcp.co.kr"]
        assert live.hosts["form-action"] == ["https://*.kcp.co.kr", "https://pay.example"]
        assert test.hosts["form-action"] == ["http://127.0.0.1:8001", "https://pay.example"]

    @pytest.mark.parametrize(
        ("method", "bits"),
        [
            ("bank_transfer", "010000000000"),
            ("virtual_account", "001000000000"),
            ("mobile_phone", "000010000000"),
            ("kakao_pay", BITS),
            ("naver_pay", BITS),
            ("samsung_pay", BITS),
            ("payco", BITS),
        ],
    )
    def test_each_method_has_its_bit_and_its_mark(self, gateway: Gateway, method: str, bits: str) -> None:
        fields = self.fields(gateway, method=method)

        marks = {name: value for name, value in fields.items() if name.endswith("_direct")}
        assert fields["pay_method"] == bits
        assert marks == MARKS.get(method, {})

    def test_easy_pay_may_have_a_number_of_its_own(self, settings: Settings) -> None:
        credentials = {**CREDENTIALS, "wallet_site_cd": "W0001", "site_name": "Hanbit"}
        gateway = open_gateway("kcp", credentials=credentials, livemode=False, settings=settings)

        sites = {method: self.fields(gateway, method=method)["site_cd"] for method in ("card", "payco")}

        assert sites == {"card": "T0000", "payco": "W0001"}
        assert self.fields(gateway)["site_name"] == "Hanbit"

    @pytest.mark.parametrize(
        ("amount", "months", "expected"),
        [
            (50_000, None, ("12", None)),
            (50_000, 0, ("0", None)),
            (50_000, 3, ("12", "03")),
            (50_000, 12, ("12", "12")),
            (50_000, 24, ("12", None)),
            (49_999, None, ("0", None)),
            (49_999, 3, ("0", None)),
        ],
    )
    def test_instalments_begin_at_50_000_won(
        self, gateway: Gateway, amount: int, months: int | None, expected: tuple[str, str | None]
    ) -> None:
        fields = self.fields(gateway, amount=amount, choice=Choice(installment_months=months))

        assert (fields["quotaopt"], fields.get("fix_inst")) == expected

    @pytest.mark.parametrize(("issuer", "card"), [("shinhan", "CCLG"), ("woori", "CCBC"), ("post", None)])
    def test_the_chosen_issuer_is_the_only_one_shown(
        self, gateway: Gateway, issuer: str, card: str | None
    ) -> None:
        fields = self.fields(gateway, choice=Choice(issuer=issuer))

        assert fields.get("used_card") == card
        assert fields.get("used_card_YN") == ("Y" if card else None)

    def test_interest_is_paid_for_the_named_issuers_alone(self, gateway: Gateway) -> None:
        """Woori's cards have the code of BC, for whose cards the shop has said nothing."""
        plans = {"kookmin": (3,), "bc": (6, 2, 3), "woori": (2,), "nobody": (2,), "hana": (1,)}

        fields = self.fields(gateway, interest_free=plans)

        assert (fields["kcp_noint"], fields["kcp_noint_quota"]) == ("Y", "CCBC-02:03:06,CCKM-03")
        assert "kcp_noint" not in self.fields(gateway)
        assert "kcp_noint" not in self.fields(gateway, interest_free=plans, method="kakao_pay")

    def test_a_list_of_plans_is_cut_between_two(self, gateway: Gateway) -> None:
        months = tuple(range(2, 13))
        issuers = ("bc", "hana", "hyundai", "kookmin", "lotte", "nonghyup", "samsung", "shinhan")

        plans = self.fields(gateway, interest_free=dict.fromkeys(issuers, months))["kcp_noint_quota"]

        assert len(plans) <= 256
        assert all(plan.endswith(":12") for plan in plans.split(","))

    def test_an_account_is_due_when_we_say(self, gateway: Gateway) -> None:
        order = dataclasses.replace(
            self.order, method="virtual_account", choice=Choice(bank="shinhan"), due_at=DUE
        )

        fields = pc_form(order, site_cd="T0000", site_name="", now=NOW)

        assert (fields["vcnt_expire_term"], fields["vcnt_expire_term_time"]) == ("3", "143015")
        assert fields["wish_vbank_list"] == "26"
        assert "vcnt_expire_term" not in self.fields(gateway)
        elsewhere = self.fields(gateway, method="virtual_account", choice=Choice(bank="kakaobank"))
        assert "wish_vbank_list" not in elsewhere

    @pytest.mark.parametrize(
        ("method", "receipt", "shown"),
        [
            ("bank_transfer", None, "Y"),
            ("virtual_account", CashReceipt("income", "01012345678"), "R"),
            ("virtual_account", CashReceipt("expense", "1234567890"), "E"),
            ("card", CashReceipt("income", "01012345678"), None),
        ],
    )
    def test_a_cash_receipt_is_asked_for_where_one_is_due(
        self, gateway: Gateway, method: str, receipt: CashReceipt | None, shown: str | None
    ) -> None:
        fields = self.fields(gateway, method=method, choice=Choice(cash_receipt=receipt))

        assert fields.get("disp_tax_yn") == shown

    @pytest.mark.parametrize(
        ("free", "parts"),
        [(0, None), (1_000, ("44545", "4455", "1000")), (50_000, ("0", "0", "50000"))],
    )
    def test_tax_free_money_is_split_off(
        self, gateway: Gateway, free: int, parts: tuple[str, str, str] | None
    ) -> None:
        fields = self.fields(gateway, tax_free_amount=free)

        names = ("comm_tax_mny", "comm_vat_mny", "comm_free_mny")
        assert fields.get("tax_flag") == ("TG03" if parts else None)
        assert tuple(fields.get(name) for name in names) == (parts or (None, None, None))

    def test_what_kcp_would_refuse_is_cut_or_left_out(self, gateway: Gateway) -> None:
        fields = self.fields(
            gateway,
            name="<한정판> '굿즈' & \"컵\"; 👍" + "가" * 100,
            customer_name="나" * 40,
            customer_email="o'neill@example.com",
            customer_phone="+14155550123",
        )

        assert fields["good_name"].startswith("한정판 굿즈 컵 가")
        assert len(fields["good_name"].encode("cp949")) <= 100
        assert fields["buyr_name"] == "나" * 15
        assert (fields["buyr_mail"], fields["buyr_tel2"]) == ("", "14155550123")
        assert self.fields(gateway, name="👍👍")["good_name"] == "주문 상품"
        assert self.fields(gateway, customer_phone="")["buyr_tel2"] == ""

    # --- phones ---

    def phone(self, gateway: Gateway, line: Line, **changes: Any) -> FormLaunch:
        url = f"{line.url}/kcp/pay/mobileGW.kcp"
        line.will(says(200, registered(url)))
        launch = gateway.launch(dataclasses.replace(self.order, device=Device.PHONE, **changes))
        assert isinstance(launch, FormLaunch)
        return launch

    def test_a_phone_is_registered_and_sent_as_a_page(self, gateway: Gateway, line: Line) -> None:
        launch = self.phone(gateway, line)

        [call] = line.calls
        assert call.asks == "POST /kcp/std/tradeReg/register"
        assert asked(call) == {
            "site_cd": "T0000",
            "kcp_cert_info": "".join(PAIR.certificate.split("\n")),
            "ordr_idxx": NUMBER,
            "good_mny": "50000",
            "good_name": "텀블러 외 1건",
            "pay_method": "CARD",
            "Ret_URL": self.order.approved_url,
            "escw_used": "N",
            "user_agent": "",
        }
        assert (launch.url, launch.charset) == (f"{line.url}/kcp/pay/mobileGW.kcp", "euc-kr")
        assert launch.hosts == {"form-action": [line.url]}
        expected = {
            "approval_key": "q7Zk1mN0=",
            "traceNo": "T0000MGAB7KX2QP9",
            "PayUrl": launch.url,
            "pay_method": "CARD",
            "ActionResult": "card",
            "currency": "410",
            "Ret_URL": self.order.approved_url,
        }
        assert {name: launch.fields[name] for name in expected} == expected

    @pytest.mark.parametrize(
        ("method", "word", "action"),
        [
            ("bank_transfer", "BANK", "acnt"),
            ("virtual_account", "VCNT", "vcnt"),
            ("mobile_phone", "MOBX", "mobx"),
            ("kakao_pay", "CARD", "card"),
        ],
    )
    def test_each_method_has_its_word(
        self, gateway: Gateway, line: Line, method: str, word: str, action: str
    ) -> None:
        launch = self.phone(gateway, line, method=method)

        assert (launch.fields["pay_method"], launch.fields["ActionResult"]) == (word, action)
        assert launch.fields.get("ipgm_date") == ("20260804" if method == "virtual_account" else None)

    def test_every_letter_can_be_posted(self, gateway: Gateway, line: Line) -> None:
        launch = self.phone(gateway, line, name="👍 뷁 한\u0301글 é", customer_name="王小明")

        assert all(value.encode("cp949") for value in launch.fields.values() if value)

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/pay",
            "http://smpay.kcp.co.kr/pay",
            "https://smpay.kcp.co.kr.evil.example/pay",
            "https://evilkcp.co.kr/pay",
            "https://x@smpay.kcp.co.kr/pay",
            "javascript:alert(1)//.kcp.co.kr",
            "https://[::1/pay",
            "",
        ],
    )
    def test_nobody_is_sent_anywhere_but_to_kcp(self, line: Line, url: str) -> None:
        settings = load_settings({**PRODUCTION, "KCP_API_URL": line.url})
        gateway = open_gateway("kcp", credentials=CREDENTIALS, livemode=True, settings=settings)
        line.will(says(200, registered(url)))

        with pytest.raises(GatewayMisconfigured):
            gateway.launch(dataclasses.replace(self.order, device=Device.PHONE))

    def test_live_phones_go_where_the_register_says(self, line: Line) -> None:
        settings = load_settings({**PRODUCTION, "KCP_API_URL": line.url})
        gateway = open_gateway("kcp", credentials=CREDENTIALS, livemode=True, settings=settings)
        line.will(says(200, registered(LIVE_URL)))

        launch = gateway.launch(dataclasses.replace(self.order, device=Device.PHONE))

        assert isinstance(launch, FormLaunch)
        assert launch.url == LIVE_URL
        assert launch.hosts == {"form-action": ["https://rsmpay.kcp.co.kr", "https://*.kcp.co.kr"]}

    def test_a_registration_that_is_refused_lets_nobody_in(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, {"Code": "S032", "Message": "접근권한이 없습니다."}), says(200, {}))

        with pytest.raises(GatewayMisconfigured):
            gateway.launch(dataclasses.replace(self.order, device=Device.PHONE))
        with pytest.raises(GatewayOutcomeUnknown):
            gateway.launch(dataclasses.replace(self.order, device=Device.PHONE))

    # --- return ---

    @pytest.mark.parametrize("code", ["3001", "7777", ""])
    def test_a_window_is_closed_in_three_ways(self, gateway: Gateway, code: str) -> None:
        assert self.read(gateway, "approved", {"res_cd": code, "ordr_idxx": NUMBER}) == WindowClosed()
        assert self.read(gateway, "approved", {"res_cd": code, "ordr_idxx": "pay1"}) is None

    def test_the_amount_that_a_browser_tells_is_not_looked_at(self, gateway: Gateway) -> None:
        read = self.read(gateway, "approved", {**self.genuine_return, "good_mny": "1"})

        assert read == Authorised(dict(self.returned))

    def test_a_return_need_not_tell_the_method(self, gateway: Gateway) -> None:
        fields = {name: value for name, value in self.genuine_return.items() if name != "use_pay_method"}

        assert self.read(gateway, "approved", fields) == Authorised(dict(self.returned))

    def test_the_method_is_of_our_own_record(self, gateway: Gateway) -> None:
        read = gateway.read_return(
            outcome="approved",
            fields={**self.genuine_return, "use_pay_method": "001000000000", "pay_type": "PACA"},
            order_id=ORDER,
            amount=50_000,
            method="virtual_account",
        )

        assert read == Authorised({**TOKENS, "site_cd": "T0000", "pay_type": "PAVC"})

    def test_a_message_from_the_browser_is_cut_and_kept_on_one_line(self, gateway: Gateway) -> None:
        fields = {"res_cd": "X\0" + "Y" * 200, "res_msg": "a\r\n\0b" + "가" * 999, "ordr_idxx": NUMBER}

        read = self.read(gateway, "approved", fields)

        assert isinstance(read, Declined)
        assert (read.reason, read.gateway_code) == (Reason.OTHER, "X" + "Y" * 79)
        assert read.gateway_message == "ab" + "가" * 498


def registered(url: str) -> dict[str, str]:
    return {
        "Code": "0000",
        "Message": "정상처리",
        "approvalKey": "q7Zk1mN0=",
        "PayUrl": url,
        "traceNo": "T0000MGAB7KX2QP9",
        "paymentMethod": "CARD",
    }


def test_an_order_number_is_our_id_in_letters_and_digits() -> None:
    assert order_number(ORDER) == NUMBER
    assert order_id_of(NUMBER) == ORDER
    assert [
        order_id_of(text) for text in ("", "pay", "order1", NUMBER + "0", NUMBER.upper(), f"{NUMBER}\n")
    ] == [None] * 6


def test_text_is_cut_by_bytes_and_never_within_a_letter() -> None:
    assert clean("가나다", 5) == "가나"
    assert clean("a가나다", 4) == "a가"
    assert clean("a\n,b^|c", 9) == "a b c"
    assert clean("가", 2) == "가"  # decomposed, as macOS writes it


def test_supply_is_rounded_down_as_kcp_does() -> None:
    """Of real answers."""
    assert {amount: supply_of(amount) for amount in (1_000, 1_100, 800, 10_000)} == {
        1_000: 909,
        1_100: 1_000,
        800: 727,
        10_000: 9_090,
    }
