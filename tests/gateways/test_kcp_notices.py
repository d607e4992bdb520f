"""What NHN KCP's server tells us, and what is believed of it about a virtual account."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import open_gateway
from app.gateways.base import Approved, CannotTell, Declined, Deposit, Gateway, Issued, Notification
from app.gateways.kcp.notices import addresses_in
from app.settings import load_settings
from tests.gateways.kcp import CREDENTIALS, NUMBER, ORDER, TNO, KcpKit
from tests.gateways.line import Line, says
from tests.gateways.samples import sample
from tests.gateways.test_kcp_answers import ISSUED
from tests.test_settings import PRODUCTION

AT = datetime(2026, 8, 1, 3, 0, tzinfo=UTC)
NOTICE = {
    "site_cd": "T0000",
    "tno": TNO,
    "order_no": NUMBER,
    "tx_cd": "TX00",
    "tx_tm": "20260801120001",
    "ipgm_name": "홍길동",
    "remitter": "홍길동",
    "ipgm_mnyx": "50000",
    "totl_mnyx": "50000",
    "ipgm_time": "20260801120000",
    "bank_code": "BK26",
    "account": "56200000000001",
    "op_cd": "50",
    "noti_id": "20260801120000000001",
    "cash_a_no": "",
    "cash_no": "",
}
DEPOSIT = Deposit(50_000, "56200000000001", at=AT, notice=NOTICE["noti_id"])
TAKEN_BACK = Deposit(50_000, "56200000000001", reversed=True, at=AT, notice=NOTICE["noti_id"])


def told(deposit: Deposit) -> Notification:
    return Notification(ORDER, transaction_id=TNO, deposit=deposit)


class TestNotices(KcpKit):
    def hear(
        self, gateway: Gateway, *, charset: str = "utf-8", source: str = "127.0.0.1", **changes: str
    ) -> Notification | None:
        body = urlencode({**NOTICE, **changes}, encoding=charset).encode()
        return gateway.read_notification(body=body, content_type="", source=source)

    @pytest.mark.parametrize("charset", ["utf-8", "cp949"])
    @pytest.mark.parametrize("op_cd", ["50", "01", "18", ""])
    def test_a_deposit_is_understood_in_either_charset(
        self, gateway: Gateway, charset: str, op_cd: str
    ) -> None:
        assert self.hear(gateway, charset=charset, op_cd=op_cd) == told(DEPOSIT)

    def test_a_bank_may_take_it_back(self, gateway: Gateway) -> None:
        assert self.hear(gateway, op_cd="13") == told(TAKEN_BACK)

    @pytest.mark.parametrize("kind", ["TX01", "TX02", "TX03", "TX04", "TX05", "TX06", "TX07", "TX99", ""])
    def test_other_kinds_are_taken_and_nothing_follows(self, gateway: Gateway, kind: str) -> None:
        assert self.hear(gateway, tx_cd=kind) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"site_cd": "T9999"},
            {"order_no": "another-shop's"},
            {"tno": ""},
            {"tno": "a b"},
            {"ipgm_mnyx": ""},
            {"ipgm_mnyx": "5e4"},
        ],
    )
    def test_what_makes_no_sense_is_nothing(self, gateway: Gateway, change: dict[str, str]) -> None:
        assert self.hear(gateway, **change) is None

    def test_one_that_was_cut_off_is_not_whole_and_tells_nothing(self, gateway: Gateway) -> None:
        """Up to op_cd, without which a reversal looks like a deposit."""
        whole = urlencode({**NOTICE, "op_cd": "13"}).encode()
        cut = whole[: whole.index(b"&op_cd")]

        assert gateway.is_whole(whole)
        for length in range(len(cut) + 1):
            assert not gateway.is_whole(cut[:length])
            assert gateway.read_notification(body=cut[:length], content_type="", source="127.0.0.1") is None

    @pytest.mark.parametrize("kind", ["TX01", "TX02", "TX06", "TX07"])
    def test_other_kinds_are_whole_without_the_fields_of_a_deposit(self, gateway: Gateway, kind: str) -> None:
        body = urlencode({name: NOTICE[name] for name in ("site_cd", "tno", "order_no")} | {"tx_cd": kind})

        assert gateway.is_whole(body.encode())

    @pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"a=" + b"&a=" * 300, b"tno=%ff%ff"])
    def test_what_is_no_form_is_nothing(self, gateway: Gateway, body: bytes) -> None:
        assert gateway.read_notification(body=body, content_type="", source="127.0.0.1") is None

    @pytest.mark.parametrize(
        ("source", "livemode", "heard"),
        [
            ("103.215.144.173", True, True),
            ("103.215.144.174", True, True),
            ("::ffff:103.215.144.174", True, True),
            ("127.0.0.1", True, False),
            ("103.215.144.175", True, False),
            ("127.0.0.1", False, True),
            ("103.215.144.173", False, False),
            ("", True, False),
            ("nowhere", False, False),
        ],
    )
    def test_only_kcps_own_addresses_are_heard(self, source: str, livemode: bool, heard: bool) -> None:
        settings = load_settings(PRODUCTION)
        gateway = open_gateway("kcp", credentials=CREDENTIALS, livemode=livemode, settings=settings)

        assert (self.hear(gateway, source=source) is not None) is heard

    def test_further_addresses_are_a_setting(self) -> None:
        settings = load_settings({**PRODUCTION, "KCP_NOTICE_ADDRESSES": "203.238.36.0/24,10.0.0.1"})
        gateway = open_gateway("kcp", credentials=CREDENTIALS, livemode=True, settings=settings)

        heard = [
            self.hear(gateway, source=source) is not None
            for source in ("203.238.36.58", "10.0.0.1", "103.215.144.173")
        ]

        assert heard == [True, True, False]

    def test_a_number_for_easy_pay_is_the_shops_as_well(self) -> None:
        credentials = {**CREDENTIALS, "wallet_site_cd": "W0001"}
        gateway = open_gateway(
            "kcp", credentials=credentials, livemode=False, settings=load_settings(PRODUCTION)
        )

        assert self.hear(gateway, site_cd="W0001") == told(DEPOSIT)

    def test_the_acknowledgement_is_the_form_that_kcp_looks_for(self, gateway: Gateway) -> None:
        assert gateway.acknowledgement.mimetype == "text/html"
        assert '<input type="hidden" name="result" value="0000">' in gateway.acknowledgement.body


class TestAccount(KcpKit):
    def ask(self, gateway: Gateway, **changes: Any) -> object:
        return self.lookup(gateway, returned={**self.returned, "pay_type": "PAVC"}, **changes)

    def account(self, line: Line, **changes: str) -> None:
        line.will(says(200, {**sample("kcp", "account"), **changes}))

    def test_an_inquiry_may_tell_nothing_of_an_account(self, gateway: Gateway, line: Line) -> None:
        self.account(line)

        assert self.ask(gateway) == CannotTell("NO_STATE")

    @pytest.mark.parametrize("state", [{}, {"shop_status": ""}])
    def test_then_what_was_told_is_believed(
        self, gateway: Gateway, line: Line, state: dict[str, str]
    ) -> None:
        self.account(line, **state)
        self.account(line, **state)

        assert self.ask(gateway, told=told(DEPOSIT)) == Approved(TNO, ORDER, 50_000)
        assert self.ask(gateway, told=told(TAKEN_BACK)) == ISSUED

    @pytest.mark.parametrize(
        ("state", "kind"), [("STSR", Approved), ("STSC", Declined), ("STPC", CannotTell)]
    )
    def test_where_it_tells_that_alone_counts(
        self, gateway: Gateway, line: Line, state: str, kind: type
    ) -> None:
        self.account(line, shop_status=state)

        assert isinstance(self.ask(gateway), kind)

    def test_what_was_told_of_another_payment_is_not_believed(self, gateway: Gateway, line: Line) -> None:
        self.account(line)
        other = Notification(ORDER, transaction_id="26080100000099", deposit=DEPOSIT)

        assert isinstance(self.ask(gateway, told=other), CannotTell)

    def test_nothing_is_believed_of_an_account_of_another_order(self, gateway: Gateway, line: Line) -> None:
        self.account(line, order_no="pay" + "0" * 32)

        with pytest.raises(GatewayOutcomeUnknown):
            self.ask(gateway, told=told(DEPOSIT))

    def test_a_shop_that_may_not_inquire_hears_of_deposits_all_the_same(
        self, gateway: Gateway, line: Line
    ) -> None:
        line.will(*[says(200, {"res_cd": "S032"})] * 3)

        assert self.ask(gateway) == CannotTell("S032")
        assert self.ask(gateway, told=told(DEPOSIT)) == Approved(TNO, ORDER, 50_000)
        reversed_ = self.ask(gateway, told=told(TAKEN_BACK))
        assert isinstance(reversed_, Issued)
        assert reversed_.account.number == "56200000000001"

    def test_a_card_is_never_paid_by_what_was_told(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, {"res_cd": "S032"}))

        with pytest.raises(GatewayMisconfigured):
            self.lookup(gateway, told=told(DEPOSIT))


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:8001/kcp", ("127.0.0.1",)),
        ("http://[::1]:8001", ("::1",)),
        ("http://localhost:8001", ("127.0.0.0/8", "::1/128")),
        ("https://sandbox.example", ()),
    ],
)
def test_the_simulators_address_is_in_its_url(url: str, addresses: tuple[str, ...]) -> None:
    assert addresses_in(url) == addresses


def test_a_simulator_elsewhere_is_named_by_the_setting() -> None:
    environ = {**PRODUCTION, "SANDBOX_URL": "https://sandbox.example", "KCP_NOTICE_ADDRESSES": "10.0.0.7"}
    gateway = open_gateway("kcp", credentials=CREDENTIALS, livemode=False, settings=load_settings(environ))

    assert TestNotices().hear(gateway, source="10.0.0.7") == told(DEPOSIT)
    assert TestNotices().hear(gateway) is None
