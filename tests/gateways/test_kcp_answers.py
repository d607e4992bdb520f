"""What NHN KCP's answers to an approval and an inquiry mean."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import Approved, CannotTell, Card, Declined, Gateway, Issued, Unpaid, VirtualAccount
from app.gateways.kcp.signing import one_line
from app.gateways.reasons import Reason
from tests.gateways.kcp import NUMBER, ORDER, PAIR, TNO, TOKENS, KcpKit, asked
from tests.gateways.kit import Play
from tests.gateways.line import Line, says
from tests.gateways.samples import sample

DUE = datetime(2026, 8, 4, 14, 59, 59, tzinfo=UTC)
ACCOUNT = VirtualAccount("shinhan", "56200000000001", "예시상점", DUE)
ISSUED = Issued(TNO, ORDER, 50_000, ACCOUNT)
RECEIPT = f"/kcp/assist/bill.BillActionNew.do?cmd=card_bill&tno={TNO}&order_no={NUMBER}&trade_mony=50000"


class TestApproval(KcpKit):
    def test_what_is_asked_for_is_of_our_own_record(self, gateway: Gateway, play: Play, line: Line) -> None:
        play("confirm_card")

        self.confirm(gateway)

        assert asked(line.calls[0]) == {
            **TOKENS,
            "site_cd": "T0000",
            "kcp_cert_info": one_line(PAIR.certificate),
            "ordr_mony": "50000",
            "ordr_no": NUMBER,
            "pay_type": "PACA",
        }
        assert line.calls[0].headers["content-type"] == "application/json; charset=utf-8"

    @pytest.mark.parametrize(
        ("name", "card"),
        [
            ("confirm_card", Card("hyundai", "433012******1234", 0)),
            ("confirm_instalments", Card("shinhan", "433012******1234", 3)),
            ("confirm_kakao_card", Card("hyundai", "433012******1234", 0)),
            ("confirm_kakao_money", None),
            ("confirm_payco_points", None),
        ],
    )
    def test_wallets_pay_by_a_card_or_by_their_own_money(
        self, gateway: Gateway, play: Play, name: str, card: Card | None
    ) -> None:
        play(name)

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert (answer.amount, answer.card) == (50_000, card)

    @pytest.mark.parametrize(
        ("name", "pay_type", "receipt"),
        [
            ("confirm_card", "PACA", "card_bill"),
            ("confirm_phone", "PAMC", "mcash_bill"),
            ("confirm_transfer", "PABK", "cash_bill"),
            ("confirm_kakao_money", "PACA", None),
        ],
    )
    def test_the_buyer_can_see_a_receipt(
        self, gateway: Gateway, play: Play, name: str, pay_type: str, receipt: str | None
    ) -> None:
        play(name)

        answer = self.confirm(gateway, returned={**self.returned, "pay_type": pay_type})

        assert isinstance(answer, Approved)
        assert (answer.receipt_url is None) == (receipt is None)
        assert f"cmd={receipt}&" in (answer.receipt_url or f"cmd={receipt}&")
        if name == "confirm_card":
            assert str(answer.receipt_url).endswith(RECEIPT)

    def test_a_card_of_kakaobank_is_told_by_its_issuer(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, {**sample("kcp", "approval"), "card_cd": "CCKM", "isp_issuer_cd": "KM90"}))

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert answer.card == Card("kakaobank", "433012******1234", 0)

    def test_an_answer_in_euc_kr_is_read(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, sample("kcp", "approval"), charset="cp949"))

        assert isinstance(self.confirm(gateway), Approved)

    @pytest.mark.parametrize("status", [200, 400, 500, 503])
    def test_a_refusal_is_one_whatever_its_status(self, gateway: Gateway, line: Line, status: int) -> None:
        line.will(says(status, {"res_cd": "8059", "res_msg": "결제금액 불일치"}))

        assert self.confirm(gateway) == Declined(Reason.AMOUNT, "8059", "결제금액 불일치")

    @pytest.mark.parametrize("code", ["9502", "9562", "9999", "9001", "V000"])
    def test_codes_that_promise_nothing(self, gateway: Gateway, line: Line, code: str) -> None:
        line.will(says(200, {**sample("kcp", "approval"), "res_cd": code}))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert told.value.gateway_code == code

    @pytest.mark.parametrize("code", ["S032", "S001", "8012"])
    def test_codes_of_the_contract(self, gateway: Gateway, line: Line, code: str) -> None:
        line.will(says(200, {"res_cd": code}))

        with pytest.raises(GatewayMisconfigured) as told:
            self.confirm(gateway)

        assert told.value.gateway_code == code

    @pytest.mark.parametrize(
        "change",
        [
            {"order_no": "pay" + "0" * 32},
            {"order_no": ORDER},
            {"order_no": None},
            {"tno": ""},
            {"tno": "../x"},
            {"amount": ""},
            {"amount": "50000.0"},
            {"amount": "-1"},
            {"amount": 50000},
            {"amount": "５００００"},
        ],
    )
    def test_an_approval_that_does_not_tell_whose_or_how_much_is_none(
        self, gateway: Gateway, line: Line, change: dict[str, Any]
    ) -> None:
        line.will(says(200, {**sample("kcp", "approval"), **change}))

        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway)

    def test_another_amount_is_told_as_it_is(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, {**sample("kcp", "approval"), "amount": "100"}))

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert answer.amount == 100


class TestAccount(KcpKit):
    RETURNED = {**KcpKit.returned, "pay_type": "PAVC"}

    @pytest.mark.parametrize("name", ["confirm_account", "confirm_account_v000"])
    def test_a_confirm_issues_an_account(self, gateway: Gateway, play: Play, name: str) -> None:
        play(name)

        assert self.confirm(gateway, returned=self.RETURNED) == ISSUED

    def test_an_account_is_no_payment_although_a_card_was_asked_for(
        self, gateway: Gateway, play: Play
    ) -> None:
        play("confirm_account")

        assert self.confirm(gateway) == ISSUED

    @pytest.mark.parametrize(
        "change", [{"account": ""}, {"va_date": ""}, {"va_date": "soon"}, {"va_date": "2026"}]
    )
    def test_an_account_that_nobody_could_pay_into_is_none(
        self, gateway: Gateway, line: Line, change: dict[str, str]
    ) -> None:
        line.will(says(200, {**sample("kcp", "account"), **change}))

        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway, returned=self.RETURNED)

    @pytest.mark.parametrize(
        ("code", "bank"),
        [("BK04", "kookmin"), ("4", "kookmin"), ("26", "shinhan"), ("BK88", "shinhan"), ("B209", "unknown")],
    )
    def test_a_bank_is_written_in_many_ways(self, gateway: Gateway, line: Line, code: str, bank: str) -> None:
        line.will(says(200, {**sample("kcp", "account"), "bankcode": code}))

        answer = self.confirm(gateway, returned=self.RETURNED)

        assert isinstance(answer, Issued)
        assert answer.account.bank == bank


class TestInquiry(KcpKit):
    def test_what_was_never_confirmed_took_nothing(self, gateway: Gateway) -> None:
        assert isinstance(self.lookup(gateway, returned=None, transaction_id=None), Unpaid)

    def test_without_the_number_of_kcp_there_is_nothing_to_ask(self, gateway: Gateway) -> None:
        assert self.lookup(gateway, transaction_id=None) == CannotTell("NO_TNO")

    def test_an_inquiry_is_signed_for_both_readings_of_its_documents(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        play("lookup_done")

        self.lookup(gateway)

        body = asked(line.calls[0])
        assert body["pay_type"] == body["mod_type"] == "PACA"
        assert len(body["kcp_sign_data"]) == 344
        assert body["kcp_cert_info"] == one_line(PAIR.certificate)

    @pytest.mark.parametrize(
        "change",
        [
            {"order_no": "pay" + "0" * 32},
            {"tno": "26080100000099"},
            {"stat_ca_cd": ""},
            {"stat_ca_cd": "STXX"},
            {"stat_ca_cd": "STPC"},
            {"res_cd": "8010"},
            {"res_cd": "9999"},
        ],
    )
    def test_an_inquiry_that_tells_something_else_claims_nothing(
        self, gateway: Gateway, line: Line, change: dict[str, str]
    ) -> None:
        line.will(says(200, {**sample("kcp", "inquiry"), **change}))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)
