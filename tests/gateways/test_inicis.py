"""KG Inicis passes the list that every adapter passes, on PC and on phones, and knows every code of the notes."""

import pytest

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Gateway
from app.gateways.inicis import codes
from app.payments.banks import BANKS as KNOWN_BANKS
from app.payments.issuers import ISSUERS as KNOWN_ISSUERS
from tests.gateways.contract import GatewayContract
from tests.gateways.inicis import CONTRACT, InicisKit, InicisPhoneKit
from tests.gateways.line import Line, says
from tests.gateways.samples import steps

# The notes' tables (§6), to the letter.
BANKS = {
    "02", "03", "04", "05", "06", "07", "11", "12", "16", "20", "21", "22", "23", "24", "25", "26", "27", "31", "32",
    "34", "35", "37", "38", "39", "41", "45", "48", "50", "53", "54", "55", "56", "57", "59", "60", "64", "70", "71",
    "81", "83", "87", "88", "89", "90", "91", "92", "93", "94", "96", "97", "98", "D1", "D2", "D3", "D4", "D5", "D6",
    "D7", "D8", "D9", "DA", "DB", "DC", "DD", "DE", "DF",
}  # fmt: skip
CARDS = ["01", "03", "04", "06", "11", "12", "14", "15", "16", "17", "21", "22", "23", "24", "25"]
MONEY = ["91", "93", "94", "96", "97", "98"]
EASY_PAYS = ["A", "B", "C", "D", "G", "H", "I", "K", "L", "O", "R", "U", "P"]
METHODS = {
    "card": {"Card", "VCard", "CARD", "ISP"},
    "bank_transfer": {"DirectBank", "iDirectBank", "BANK"},
    "virtual_account": {"VBank", "VBANK"},
    "mobile_phone": {"HPP", "MOBILE"},
}


class TestInicisOnPc(InicisKit, GatewayContract):
    pass


class TestInicisOnPhones(InicisPhoneKit, GatewayContract):
    def test_the_amount_that_is_asked_for_is_ours_and_never_the_browsers(  # type: ignore[override]  # plays no sample
        self, gateway: Gateway, line: Line
    ) -> None:
        """It is not asked for at all on phones: an approval of another amount is none."""
        [approved] = steps("inicis", "phone_approved")
        line.will(says(200, approved.body.replace("P_AMT=13000", "P_AMT=1")))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway, returned={**self.returned, **self.cheaper})

        assert "P_AMT" not in self.fields_asked(line.calls[0])
        assert told.value.gateway_code == codes.MISMATCH


def test_every_bank_of_the_notes_is_one_of_ours_or_known_to_be_none() -> None:
    assert set(codes.BANK_NAMES) | codes.NO_BANKS == BANKS
    assert not set(codes.BANK_NAMES) & codes.NO_BANKS
    assert set(codes.BANK_NAMES.values()) <= set(KNOWN_BANKS)
    assert set(codes.BANKS) == set(KNOWN_BANKS)


def test_every_card_of_the_notes_is_an_issuer_of_ours_or_money() -> None:
    assert list(codes.ISSUERS) == CARDS
    assert set(codes.MONEY) == set(MONEY)
    assert set(codes.OLD_ISSUERS) == {"34"}
    assert {*codes.ISSUERS.values(), *codes.OLD_ISSUERS.values()} <= set(KNOWN_ISSUERS)


def test_every_easy_pay_and_method_of_the_notes_is_known() -> None:
    assert set(codes.EASY_PAYS) == set(EASY_PAYS)
    assert {
        method: {word for word, ours in codes.ANSWERED_METHODS.items() if ours == method}
        for method in METHODS
    } == (METHODS)


def test_every_result_code_of_the_notes_has_one_meaning() -> None:
    """Of §1.6, §2.4, §2.5, §3.5, §4.2 and §5; its full list could not be seen."""
    done = {codes.PC_DONE, codes.PHONE_DONE, codes.API_DONE, *codes.INQUIRY_DONE, codes.DEPOSITED}
    said_no = {*codes.CLOSED, codes.PHONE_FAILED, codes.USED_BEFORE, codes.CANCELLED_BEFORE}

    assert done == {"0000", "00", "SUCCESS", "02"}
    assert said_no == {"2001", "0021", "0022", "", "01", "R201", "500626"}
    assert {*CONTRACT, "ERR205"} == codes.MISCONFIGURED
    assert {"01", "9"} == codes.NOT_FOUND
    assert codes.RECEIPT_ISSUED == "220000"
    assert not done & (said_no | codes.MISCONFIGURED)
    assert not said_no & codes.MISCONFIGURED
