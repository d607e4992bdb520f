"""NHN KCP passes the list that every adapter passes, and gives every code of the notes its meaning."""

from app.gateways.kcp import codes
from app.payments.banks import BANKS
from app.payments.issuers import ISSUERS
from tests.gateways.contract import GatewayContract
from tests.gateways.kcp import REFUSALS, KcpKit

# The notes' table of result codes (§3), by what they make the checkout do.
SUCCESS = {"0000", "V000"}
BACK_TO_THE_CHOICE = {"3001", "7777", ""}
CONTRACT = {"S032", "8012"}
LINK = {"9502", "9562"}
CANCELS = {"8038", "8133", "8178"}
# The notes' tables of cards (§5.4) and banks (§5.5).
CARDS = {
    "CCKM", "CCLG", "CCNH", "CCBC", "CCHN", "CCKE", "CCSS", "CCDI", "CCLO", "CCAM", "CCCT", "CCHM", "CCSG", "CCKJ",
    "CCSU", "CCJB", "CCCJ", "CCUF", "CVSF", "CMCF", "CJCF", "CCPT",
}  # fmt: skip
NUMBERS = {
    "02", "03", "04", "07", "11", "20", "23", "27", "31", "32", "34", "35", "37", "39", "45", "48", "64", "71", "81",
    "88", "89", "90", "92",
}  # fmt: skip
OLD_NUMBERS = {
    "21": "shinhan", "26": "shinhan", "53": "citi", "06": "kookmin", "05": "hana", "25": "hana", "83": "woori",
}  # fmt: skip
ACCOUNTS = {"03", "04", "07", "11", "20", "23", "26", "31", "32", "34", "39", "71", "81"}


class TestKcp(KcpKit, GatewayContract):
    pass


def test_every_code_of_the_notes_has_one_meaning() -> None:
    meanings = [
        {codes.DONE, codes.ISSUED},
        set(codes.CLOSED),
        set(codes.DECLINED),
        set(codes.MISCONFIGURED),
        set(codes.UNKNOWN),
        {*codes.CANCEL_REFUSED, *codes.CANCEL_LATER},
    ]

    assert meanings == [SUCCESS, BACK_TO_THE_CHOICE, set(REFUSALS), CONTRACT, LINK, CANCELS]
    assert sum(map(len, meanings)) == len(set().union(*meanings))
    assert all(codes.is_misconfigured(code) for code in (*CONTRACT, "S001"))
    assert all(codes.is_unknown(code) for code in (*LINK, "9999", "9001"))
    assert not any(codes.is_misconfigured(code) or codes.is_unknown(code) for code in ("SIM1", "8999", "99"))


def test_every_issuer_of_the_notes_is_one_of_ours() -> None:
    assert set(codes.ISSUERS) | {codes.POINTS_OF_PAYCO} == CARDS
    assert set(codes.ISSUERS.values()) | set(codes.ISSUERS_OF_NETWORK.values()) <= set(ISSUERS)
    assert set(codes.CARDS) == set(codes.ISSUERS.values())
    assert {codes.ISSUERS[code] for code in codes.CARDS.values()} == set(codes.CARDS)
    assert set(codes.CARDS_OF_NETWORK) <= set(ISSUERS) - set(codes.CARDS)


def test_every_bank_of_the_notes_is_one_of_ours() -> None:
    assert set(codes.BANKS) == NUMBERS | set(OLD_NUMBERS)
    assert {old: codes.BANKS[old] for old in OLD_NUMBERS} == OLD_NUMBERS
    assert set(codes.BANKS.values()) <= set(BANKS)
    assert {bank: code for code, bank in codes.BANKS.items() if code in NUMBERS} == codes.BANK_CODES
    assert set(codes.ACCOUNT_BANKS.values()) == ACCOUNTS
