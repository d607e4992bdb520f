"""Banks by our own neutral id; each gateway's codes are mapped to these in its folder."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Bank:
    """key: as on the wire. code: the three digits that Korean banks know each other by, understood as well."""

    key: str
    code: str
    label: LazyString


BANKS = {
    bank.key: bank
    for bank in (
        Bank("kookmin", "004", _("KB Kookmin Bank")),
        Bank("shinhan", "088", _("Shinhan Bank")),
        Bank("woori", "020", _("Woori Bank")),
        Bank("hana", "081", _("Hana Bank")),
        Bank("nonghyup", "011", _("NH NongHyup Bank")),
        Bank("local_nonghyup", "012", _("Local NongHyup")),
        Bank("ibk", "003", _("Industrial Bank of Korea")),
        Bank("kakaobank", "090", _("KakaoBank")),
        Bank("tossbank", "092", _("Toss Bank")),
        Bank("kbank", "089", _("K bank")),
        Bank("sc", "023", _("SC First Bank")),
        Bank("im", "031", _("iM Bank")),
        Bank("busan", "032", _("Busan Bank")),
        Bank("kyongnam", "039", _("Kyongnam Bank")),
        Bank("gwangju", "034", _("Kwangju Bank")),
        Bank("jeonbuk", "037", _("Jeonbuk Bank")),
        Bank("jeju", "035", _("Jeju Bank")),
        Bank("suhyup", "007", _("Suhyup Bank")),
        Bank("post", "071", _("Korea Post")),
        Bank("saemaul", "045", _("MG Community Credit")),
        Bank("shinhyup", "048", _("Shinhyup (CU)")),
        Bank("savings", "050", _("Savings banks")),
        Bank("sanlim", "064", _("Forestry cooperative")),
        Bank("citi", "027", _("Citibank Korea")),
        Bank("kdb", "002", _("KDB")),
        Bank("hsbc", "054", _("HSBC")),
    )
}
# Where the gateways together issue virtual accounts, in the order that customers expect.
ISSUE_ACCOUNTS = (
    "kookmin", "shinhan", "woori", "hana", "nonghyup", "ibk", "im", "busan", "kyongnam", "gwangju", "suhyup", "post",
    "saemaul",
)  # fmt: skip
_BY_CODE = {bank.code: bank for bank in BANKS.values()}


def bank_named(text: str) -> Bank | None:
    """A bank by its key or its code; None for neither."""
    return BANKS.get(text) or _BY_CODE.get(text)
