"""Cancels at NHN KCP: what is asked for, and how a cancel is found again without a key of ours."""

from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import open_gateway
from app.gateways.base import BankAccount, Cancelled, CancelPostponed, CancelRefused, Gateway, NotCancelled
from app.gateways.reasons import RefundReason
from app.settings import Settings
from tests.gateways.kcp import CREDENTIALS, PAIR, TNO, KcpKit, asked
from tests.gateways.kit import Play
from tests.gateways.line import Act, Line, says
from tests.gateways.samples import sample

HOLDER = BankAccount("shinhan", "110123456789", "홍길동")


def inquiry(**changes: str) -> Act:
    return says(200, {**sample("kcp", "inquiry"), **changes})


def account(**changes: str) -> Act:
    """Of a virtual account: nothing tells how it stands, but for the changes."""
    return says(200, {**sample("kcp", "account"), **changes})


def done(**changes: str) -> Act:
    return says(200, {**sample("kcp", "cancelled"), **changes})


def refused(code: str, status: int = 200) -> Act:
    return says(status, {"res_cd": code, "res_msg": "거절되었습니다."})


class TestCancel(KcpKit):
    def test_a_cancel_is_signed_with_its_kind(self, gateway: Gateway, play: Play, line: Line) -> None:
        play("cancel_whole")

        self.cancel(gateway, reason="고객 '변심', 그리고 <기타>")

        body = asked(line.calls[1])
        assert body.pop("kcp_cert_info") == "".join(PAIR.certificate.split("\n"))
        assert len(body.pop("kcp_sign_data")) == 344
        assert body == {
            "site_cd": "T0000",
            "tno": TNO,
            "mod_type": "STSC",
            "mod_desc": "고객 변심 그리고 기타",
        }

    def test_a_part_names_what_was_left_before_it(self, gateway: Gateway, line: Line) -> None:
        line.will(inquiry(stat_ca_cd="STPC", rem_mny="30000"), done(mod_mny="3000", rem_mny="27000"))

        answer = self.cancel(gateway, amount=3_000, balance=30_000)

        body = asked(line.calls[1])
        assert answer == Cancelled(TNO)
        assert (body["mod_type"], body["mod_mny"], body["rem_mny"]) == ("STPC", "3000", "30000")
        assert "tax_flag" not in body

    def test_all_of_an_untouched_payment_is_no_part(self, gateway: Gateway, line: Line) -> None:
        line.will(inquiry(), done())

        self.cancel(gateway, amount=50_000, balance=50_000)

        assert asked(line.calls[1])["mod_type"] == "STSC"

    def test_the_last_part_closes_every_sum(self, gateway: Gateway, line: Line) -> None:
        """11 111 taxed won are 10 100 and 1 011; so are the three parts together."""
        left, free, sums = 12_111, 1_000, [0, 0, 0]
        for amount, free_part in ((3_337, 333), (4_444, 600), (4_330, 67)):
            line.will(
                inquiry(amount="12111", stat_ca_cd="STPC", rem_mny=str(left)), done(mod_mny=str(amount))
            )
            self.cancel(
                gateway, amount=amount, balance=left, tax_free_amount=free_part, tax_free_balance=free
            )
            left, free = left - amount, free - free_part
            body = asked(line.calls[-1])
            parts = [int(body[f"mod_{kind}_mny"]) for kind in ("tax", "vat", "free")]
            assert sum(parts) == amount
            assert body["tax_flag"] == "TG03"
            sums = [sum(pair) for pair in zip(sums, parts, strict=True)]

        assert (left, free, sums) == (0, 0, [10_100, 1_011, 1_000])

    @pytest.mark.parametrize(
        ("code", "reason"),
        [("8133", RefundReason.BALANCE), ("8038", RefundReason.BALANCE), ("SIM6", RefundReason.OTHER)],
    )
    def test_a_refusal_is_believed_once_the_payment_was_read_back(
        self, gateway: Gateway, line: Line, code: str, reason: RefundReason
    ) -> None:
        line.will(inquiry(), refused(code), inquiry())

        answer = self.cancel(gateway, amount=3_000, balance=50_000)

        assert answer == CancelRefused(reason, code, "거절되었습니다.")

    @pytest.mark.parametrize("code", ["8133", "SIM5"])
    def test_an_earlier_try_that_was_done_after_all_is_found(
        self, gateway: Gateway, line: Line, code: str
    ) -> None:
        line.will(inquiry(), refused(code), inquiry(stat_ca_cd="STPC", rem_mny="47000"))

        assert self.cancel(gateway, amount=3_000, balance=50_000) == Cancelled(TNO)

    def test_what_is_done_already_is_not_asked_for_again(self, gateway: Gateway, line: Line) -> None:
        line.will(inquiry(stat_ca_cd="STPC", rem_mny="47000"))

        assert self.cancel(gateway, amount=3_000, balance=50_000) == Cancelled(TNO)

    def test_a_shop_that_is_owed_too_little_waits(self, gateway: Gateway, line: Line) -> None:
        line.will(inquiry(), refused("8178"))

        assert self.cancel(gateway) == CancelPostponed("8178")

    @pytest.mark.parametrize("code", ["9999", "9502"])
    def test_an_error_inside_of_kcp_promises_nothing(self, gateway: Gateway, line: Line, code: str) -> None:
        line.will(inquiry(), refused(code))

        with pytest.raises(GatewayOutcomeUnknown):
            self.cancel(gateway)

    def test_a_server_that_is_not_registered_is_a_fault_of_the_contract(
        self, gateway: Gateway, line: Line
    ) -> None:
        line.will(inquiry(), refused("8012"))

        with pytest.raises(GatewayMisconfigured):
            self.cancel(gateway)

    @pytest.mark.parametrize("change", [{"tno": "26080100000099"}, {"mod_mny": "1"}])
    def test_an_answer_about_something_else_is_none(
        self, gateway: Gateway, line: Line, change: dict[str, str]
    ) -> None:
        line.will(inquiry(), done(mod_mny="3000") if not change else done(**{"mod_mny": "3000", **change}))

        with pytest.raises(GatewayOutcomeUnknown):
            self.cancel(gateway, amount=3_000, balance=50_000)


class TestFindCancel(KcpKit):
    @pytest.mark.parametrize(
        ("what", "found", "answer"),
        [
            ({}, {}, NotCancelled(50_000)),
            ({}, {"stat_ca_cd": "STPC", "rem_mny": "8000"}, NotCancelled(8_000)),
            ({}, {"stat_ca_cd": "STSC", "rem_mny": "0"}, Cancelled(TNO)),
            ({"amount": 3_000}, {"rem_mny": "47000"}, NotCancelled(47_000)),
            ({"amount": 3_000, "balance": 50_000}, {}, NotCancelled(50_000)),
            ({"amount": 3_000, "balance": 50_000}, {"rem_mny": "47000"}, Cancelled(TNO)),
            ({"amount": 50_000, "balance": 50_000}, {"rem_mny": "0"}, Cancelled(TNO)),
        ],
    )
    def test_what_is_left_tells_whether_it_was_done(
        self, gateway: Gateway, line: Line, what: dict[str, Any], found: dict[str, str], answer: object
    ) -> None:
        line.will(inquiry(**found))

        assert gateway.find_cancel(self.cancellation(**what)) == answer

    @pytest.mark.parametrize("rest", ["40000", "0", "", "x"])
    def test_another_amount_that_is_left_tells_nothing(self, gateway: Gateway, line: Line, rest: str) -> None:
        line.will(inquiry(rem_mny=rest))

        with pytest.raises(GatewayOutcomeUnknown):
            gateway.find_cancel(self.cancellation(amount=3_000, balance=50_000))

    @pytest.mark.parametrize("names", [("stat_bk_cd", "bk_rem_mny"), ("stat_hp_cd", "hp_rem_mny")])
    def test_transfers_and_phones_have_names_of_their_own(
        self, gateway: Gateway, line: Line, names: tuple[str, str]
    ) -> None:
        told = {
            name: value
            for name, value in sample("kcp", "inquiry").items()
            if name not in ("stat_ca_cd", "rem_mny")
        }
        line.will(says(200, {**told, names[0]: "STPC", names[1]: "8000"}))

        assert gateway.find_cancel(self.cancellation()) == NotCancelled(8_000)


class TestAccount(KcpKit):
    @pytest.fixture
    def paying(self, settings: Settings) -> Gateway:
        """A shop that has the contract to pay back to accounts."""
        credentials = {**CREDENTIALS, "pays_back_to_accounts": "yes"}
        return open_gateway("kcp", credentials=credentials, livemode=False, settings=settings)

    def what(self, gateway: Gateway, **changes: Any) -> Any:
        return self.cancel(gateway, **{"method": "virtual_account", **changes})

    @pytest.mark.parametrize("answer", [done(), refused("8133")])
    def test_an_account_that_waits_is_closed(self, gateway: Gateway, line: Line, answer: Act) -> None:
        line.will(account(), answer)

        assert self.what(gateway) == Cancelled(TNO)
        assert asked(line.calls[1])["mod_type"] == "STSC"

    def test_an_account_is_closed_where_the_shop_may_not_inquire(self, gateway: Gateway, line: Line) -> None:
        line.will(refused("S032"), done())

        assert self.what(gateway) == Cancelled(TNO)

    def test_money_that_has_come_is_for_a_person(self, gateway: Gateway, line: Line) -> None:
        line.will(account(shop_status="STSR", rem_mny="50000"))

        answer = self.what(gateway)

        assert isinstance(answer, CancelRefused)
        assert answer.reason is RefundReason.BY_HAND

    def test_without_that_contract_a_refund_is_for_a_person_and_nothing_is_asked(
        self, gateway: Gateway, line: Line
    ) -> None:
        what = {"account": HOLDER, "amount": 50_000, "method": "virtual_account"}

        found = gateway.find_cancel(self.cancellation(**what))
        answer = self.what(gateway, **what, balance=50_000)

        assert found == NotCancelled(50_000)
        assert isinstance(answer, CancelRefused)
        assert answer.reason is RefundReason.BY_HAND
        assert line.calls == []

    @pytest.mark.parametrize(
        ("amount", "fields"),
        [
            (50_000, {"mod_type": "STHD", "mod_sub_type": "MDSC00"}),
            (3_000, {"mod_type": "STPD", "mod_sub_type": "MDSC03", "mod_mny": "3000", "rem_mny": "50000"}),
        ],
    )
    def test_with_it_the_money_goes_to_the_account(
        self, paying: Gateway, line: Line, amount: int, fields: dict[str, str]
    ) -> None:
        line.will(account(shop_status="STSR", rem_mny="50000"), done())

        answer = self.what(paying, account=HOLDER, amount=amount, balance=50_000)

        body = asked(line.calls[1])
        expected = {
            **fields,
            "mod_comp_type": "MDCP01",
            "mod_bankcode": "BK88",
            "mod_account": "110123456789",
            "mod_depositor": "홍길동",
        }
        assert answer == Cancelled(TNO)
        assert {name: body[name] for name in expected} == expected

    def test_a_bank_that_kcp_does_not_have_is_told(self, paying: Gateway) -> None:
        answer = self.what(paying, account=BankAccount("hsbc", "1", "x"), amount=1, balance=1)

        assert isinstance(answer, CancelRefused)
        assert answer.reason is RefundReason.ACCOUNT


def test_a_key_that_cannot_be_opened_is_a_fault_of_the_contract(settings_of_nobody: Settings) -> None:
    for change in ({"private_key_password": "wrong"}, {"private_key": "no key"}, {"private_key": ""}):
        gateway = open_gateway(
            "kcp", credentials={**CREDENTIALS, **change}, livemode=False, settings=settings_of_nobody
        )
        with pytest.raises(GatewayMisconfigured) as told:
            gateway.lookup(returned=KcpKit.returned, order_id=KcpKit.order.order_id, transaction_id=TNO)
        assert told.value.gateway_code == "PRIVATE_KEY"
        assert told.value.__cause__ is None


@pytest.fixture
def settings_of_nobody() -> Settings:
    return TestCancel().settings_for("http://127.0.0.1:9")
