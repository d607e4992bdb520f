"""NHN KCP's words and ours. Source: the result codes and code tables that KCP's documents and samples attest; its
complete list of result codes was not seen."""

import re
from dataclasses import dataclass, field

from app.gateways.credentials import CredentialField
from app.gateways.reasons import Reason, RefundReason

PEM = r"\s*-----BEGIN [A-Z ]{1,40}-----[A-Za-z0-9+/=\s]+-----END [A-Z ]{1,40}-----\s*"
SITE = "[A-Z0-9]{5}"
# The service certificate (서비스인증서) with its key, and what differs from shop to shop.
CREDENTIALS = (
    CredentialField("site_cd", live=SITE, test=SITE, secret=False),
    CredentialField("certificate", live=PEM, test=PEM, multiline=True, longest=10_000),
    CredentialField("private_key", live=PEM, test=PEM, multiline=True, longest=10_000),
    CredentialField("private_key_password", live=".{1,100}", test=".{1,100}"),
    CredentialField("wallet_site_cd", live=SITE, test=SITE, secret=False, required=False),
    CredentialField("site_name", live="[ -~]{1,20}", test="[ -~]{1,20}", secret=False, required=False),
    CredentialField("pays_back_to_accounts", live="yes|no", test="yes|no", secret=False, required=False),
)

CARD, TRANSFER, ACCOUNT, PHONE = "PACA", "PABK", "PAVC", "PAMC"


@dataclass(frozen=True)
class PayMethod:
    """pay_type: of approval and inquiry. bits: of the PC form. word, action: of the phone form. flags: further fields
    that lead straight to a wallet's window."""

    pay_type: str
    bits: str
    word: str
    action: str
    flags: dict[str, str] = field(default_factory=dict)


def _card(**flags: str) -> PayMethod:
    return PayMethod(CARD, "100000000000", "CARD", "card", flags)


# A flag for Toss Pay is only supposed to exist, so KCP does not offer it here.
METHODS = {
    "card": _card(),
    "bank_transfer": PayMethod(TRANSFER, "010000000000", "BANK", "acnt"),
    "virtual_account": PayMethod(ACCOUNT, "001000000000", "VCNT", "vcnt"),
    "mobile_phone": PayMethod(PHONE, "000010000000", "MOBX", "mobx"),
    "kakao_pay": _card(kakaopay_direct="Y"),
    "naver_pay": _card(naverpay_direct="Y", naverpay_point_direct="Y"),
    "samsung_pay": _card(sspay_direct="Y"),
    "payco": _card(payco_direct="Y"),
}

DONE, ISSUED = "0000", "V000"  # V000: of a virtual account, since a revision of KCP's guide

# The buyer gave up in the window; the last two as one shop has met them.
CLOSED = frozenset({"3001", "7777", ""})

# What a refusal means, of the window or of an approval. Every one of these proves that nothing was taken.
DECLINED: dict[str, Reason] = {
    "3000": Reason.LIMIT_ONCE,
    "8059": Reason.AMOUNT,
    "CC67": Reason.CONFIGURATION,
}
# Other answers that begin so: of a card company, of a bank.
DECLINED_BY_CLASS = {"CC": Reason.REFUSED, "BK": Reason.REFUSED}

# Certificate, permission, the address of our server.
MISCONFIGURED = frozenset({"S032", "8012"})
# Link and system errors: the request may have been carried out all the same.
UNKNOWN = frozenset({"9502", "9562"})

# Answers to a cancel. Nothing was given back, but for a cancel that was done before.
CANCEL_DONE_BEFORE = "8133"
CANCEL_ONLY_IN_PARTS = "8038"
CANCEL_LATER = frozenset({"8178"})  # what the shop is owed is too little just now
CANCEL_REFUSED: dict[str, RefundReason] = {
    CANCEL_DONE_BEFORE: RefundReason.BALANCE,
    CANCEL_ONLY_IN_PARTS: RefundReason.BALANCE,
}

# Our own words where KCP gave no code.
UNREADABLE = "UNREADABLE"
OTHER_PAYMENT = "OTHER_PAYMENT"
BY_HAND = "REFUND_BY_HAND"


def is_misconfigured(code: str) -> bool:
    """Sxxx: KCP's API gateway did not let the call through."""
    return code in MISCONFIGURED or re.fullmatch("S[0-9]{3}", code) is not None


def is_unknown(code: str) -> bool:
    """9xxx: trouble inside of KCP or on its lines."""
    return code in UNKNOWN or re.fullmatch("9[0-9]{3}", code) is not None


def meaning_of(code: str) -> Reason | None:
    """Why a window or an approval was refused; None for a code that nobody here knows."""
    by_class = DECLINED_BY_CLASS.get(code[:2]) if len(code) == 4 else None
    return DECLINED.get(code, by_class)


# card_cd of an answer -> our neutral id of the issuer. CCPT is no card: points of PAYCO paid everything.
ISSUERS = {
    "CCKM": "kookmin", "CCLG": "shinhan", "CCNH": "nonghyup", "CCBC": "bc", "CCHN": "hana", "CCKE": "hana",
    "CCSS": "samsung", "CCDI": "hyundai", "CCLO": "lotte", "CCAM": "lotte", "CCCT": "citi", "CCHM": "citi",
    "CCSG": "citi", "CCKJ": "gwangju", "CCSU": "suhyup", "CCJB": "jeonbuk", "CCCJ": "jeju", "CCUF": "unionpay",
    "CVSF": "visa", "CMCF": "mastercard", "CJCF": "jcb",
}  # fmt: skip
POINTS_OF_PAYCO = "CCPT"
# isp_issuer_cd, where card_cd tells only whose network it is.
ISSUERS_OF_NETWORK = {"KM90": "kakaobank"}

# Our neutral id of an issuer -> the code that its cards have in the window.
CARDS = {
    "kookmin": "CCKM", "shinhan": "CCLG", "nonghyup": "CCNH", "bc": "CCBC", "hana": "CCHN", "samsung": "CCSS",
    "hyundai": "CCDI", "lotte": "CCLO", "citi": "CCCT", "gwangju": "CCKJ", "suhyup": "CCSU", "jeonbuk": "CCJB",
    "jeju": "CCCJ", "unionpay": "CCUF", "visa": "CVSF", "mastercard": "CMCF", "jcb": "CJCF",
}  # fmt: skip
# Issuers whose cards run under another's code: enough to show the right entry, not to pay interest for.
CARDS_OF_NETWORK = {
    "woori": "CCBC", "shinhyup": "CCBC", "savings": "CCBC", "kdb": "CCBC", "kakaobank": "CCKM",
}  # fmt: skip

# Two digits of BKxx -> our neutral id; old numbers are still answered, virtual accounts of Shinhan above all.
BANKS = {
    "02": "kdb", "03": "ibk", "04": "kookmin", "05": "hana", "06": "kookmin", "07": "suhyup", "11": "nonghyup",
    "20": "woori", "21": "shinhan", "23": "sc", "25": "hana", "26": "shinhan", "27": "citi", "31": "im",
    "32": "busan", "34": "gwangju", "35": "jeju", "37": "jeonbuk", "39": "kyongnam", "45": "saemaul",
    "48": "shinhyup", "53": "citi", "64": "sanlim", "71": "post", "81": "hana", "83": "woori", "88": "shinhan",
    "89": "kbank", "90": "kakaobank", "92": "tossbank",
}  # fmt: skip
OLD_BANKS = frozenset({"05", "06", "21", "25", "26", "53", "83"})
BANK_CODES = {bank: code for code, bank in BANKS.items() if code not in OLD_BANKS}
# Those that issue virtual accounts, by the numbers that they have there.
ACCOUNT_BANKS = {
    BANKS[code]: code
    for code in ("03", "04", "07", "11", "20", "23", "26", "31", "32", "34", "39", "71", "81")
}

# Of credentials, requests, answers, notifications and the launch: keys, and what is personal.
SECRET_FIELDS = frozenset(
    {
        "certificate",
        "private_key",
        "private_key_password",
        "kcp_cert_info",
        "kcp_sign_data",
        "enc_data",
        "enc_info",
        "approval_key",
        "approvalKey",
        "card_no",
        "app_no",
        "account",
        "depositor",
        "mobile_no",
        "cash_id_info",
        "cash_no",
        "cash_authno",
        "cash_a_no",
        "app_cash_receipt_no",
        "buyr_name",
        "buyr_mail",
        "buyr_tel1",
        "buyr_tel2",
        "ipgm_name",
        "remitter",
        "refund_nm",
        "refund_account",
        "mod_account",
        "mod_depositor",
        "mod_socno",
        "mod_socname",
    }
)
