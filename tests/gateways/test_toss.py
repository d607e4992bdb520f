"""Toss Payments passes the list that every adapter passes, and gives every code of the notes its meaning."""

from app.gateways.toss.codes import DECLINED, ISSUERS, MISCONFIGURED, UNKNOWN
from app.payments.issuers import ISSUERS as KNOWN_ISSUERS
from tests.gateways.contract import RepeatableByKey
from tests.gateways.toss import CONTRACT, DOUBTS, REFUSALS, TossKit


class TestToss(TossKit, RepeatableByKey):
    pass


def test_every_code_of_the_notes_has_one_meaning() -> None:
    """Beside these, PAY_PROCESS_ABORTED and EXPIRED_PAYMENT come by other ways than a confirm."""
    doubts = {code for _status, code in DOUBTS} & UNKNOWN

    assert set(REFUSALS) == set(DECLINED) - {"PAY_PROCESS_ABORTED", "EXPIRED_PAYMENT"}
    assert set(CONTRACT) | {"UNAUTHORIZED_KEY", "INCORRECT_BASIC_AUTH_FORMAT"} == MISCONFIGURED
    assert doubts == UNKNOWN
    assert not set(DECLINED) & (MISCONFIGURED | UNKNOWN)
    assert not MISCONFIGURED & UNKNOWN


def test_every_issuer_has_a_name_for_people() -> None:
    assert set(ISSUERS.values()) <= set(KNOWN_ISSUERS)
