"""What KG Inicis' server tells us, and who else might."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from app.gateways import open_gateway
from app.gateways.base import Deposit, Gateway, Notification
from app.settings import Settings
from tests.gateways.inicis import ORDER, InicisKit

ACCOUNT = "27490088800001"
TID = "INIMX_VBNKINIpayTest20260101090101654321"
PC = {
    "no_tid": "ININPGVBNKINIpayTest20260102101530000001", "no_oid": ORDER, "id_merchant": "INIpayTest",
    "cd_bank": "00000020", "type_msg": "0200", "no_vacct": ACCOUNT, "amt_input": "13000",
    "nm_inputbank": "우리은행", "nm_input": "홍길동",
}  # fmt: skip
PHONE = {
    "P_STATUS": "02", "P_TID": TID, "P_TYPE": "VBANK", "P_AUTH_DT": "260102101530", "P_MID": "INIpayTest",
    "P_OID": ORDER, "P_FN_NM": "우리은행", "P_AMT": "13000", "P_UNAME": "홍길동",
    "P_RMESG1": f"P_VACCT_NO={ACCOUNT}|P_EXP_DT=20260108",
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


class TestNotifications(InicisKit):
    def told(
        self,
        gateway: Gateway,
        fields: Mapping[str, str],
        *,
        source: str = "127.0.0.1",
        charset: str = "cp949",
    ) -> Notification | None:
        body = urlencode(fields, encoding=charset).encode()
        return gateway.read_notification(body=body, content_type=FORM, source=source)

    @pytest.mark.parametrize("charset", ["cp949", "utf-8"])
    def test_a_deposit_is_told_in_either_charset(self, gateway: Gateway, charset: str) -> None:
        deposit = Deposit(13_000, ACCOUNT)

        assert self.told(gateway, PC, charset=charset) == Notification(ORDER, deposit=deposit)
        assert self.told(gateway, PHONE, charset=charset) == Notification(
            ORDER, transaction_id=TID, deposit=deposit
        )

    @pytest.mark.parametrize("fields", [PC, PHONE])
    def test_one_that_was_cut_off_is_not_whole(self, gateway: Gateway, fields: Mapping[str, str]) -> None:
        whole = urlencode(fields, encoding="cp949").encode()
        amount = max(whole.index(name) for name in (b"amt_input", b"P_AMT") if name in whole)

        assert gateway.is_whole(whole)
        assert not any(gateway.is_whole(whole[:length]) for length in range(amount + 6))

    def test_a_deposit_that_the_bank_took_back_is_told_on_pc(self, gateway: Gateway) -> None:
        told = self.told(gateway, {**PC, "type_msg": "0400"})

        assert told == Notification(ORDER, deposit=Deposit(13_000, ACCOUNT, reversed=True))

    def test_an_account_that_was_only_issued_is_no_deposit(self, gateway: Gateway) -> None:
        assert self.told(gateway, {**PHONE, "P_STATUS": "00"}) is None

    def test_a_payment_that_the_window_took_by_itself_is_a_reason_to_ask(self, gateway: Gateway) -> None:
        assert self.told(gateway, {**PHONE, "P_STATUS": "00", "P_TYPE": "BANK"}) == Notification(ORDER)
        assert self.told(gateway, {**PHONE, "P_STATUS": "01", "P_TYPE": "BANK"}) is None

    @pytest.mark.parametrize(
        "change",
        [{"id_merchant": "other"}, {"amt_input": "13000.0"}, {"amt_input": ""}, {"type_msg": "9999"}],
        ids=str,
    )
    def test_what_makes_no_sense_is_about_nothing(self, gateway: Gateway, change: Mapping[str, str]) -> None:
        assert self.told(gateway, {**PC, **change}) is None

    @pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"no_oid", b"&" * 60_000, b"P_OID=x"])
    def test_what_is_no_notification_is_none(self, gateway: Gateway, body: bytes) -> None:
        assert gateway.read_notification(body=body, content_type="", source="127.0.0.1") is None

    @pytest.mark.parametrize(
        ("source", "believed"),
        [
            ("203.238.37.15", True),
            ("::ffff:203.238.37.15", True),
            ("203.238.37.14", False),
            ("127.0.0.1", False),
            ("", False),
            ("203.238.37.15, 127.0.0.1", False),
        ],
    )
    def test_only_inicis_addresses_are_believed_in_live_mode(
        self, settings: Settings, source: str, believed: bool
    ) -> None:
        gateway = open_gateway("inicis", credentials=self.credentials, livemode=True, settings=settings)

        assert (self.told(gateway, PC, source=source) is not None) is believed

    def test_the_sandbox_has_addresses_of_its_own(self, gateway: Gateway) -> None:
        assert self.told(gateway, PC, source="127.0.0.2") is None
        assert self.told(gateway, PC, source="203.238.37.15") is None

    def test_it_is_acknowledged_by_two_letters(self, gateway: Gateway) -> None:
        assert (gateway.acknowledgement.body, gateway.acknowledgement.mimetype) == ("OK", "text/plain")
