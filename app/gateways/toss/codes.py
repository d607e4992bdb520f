"""Toss Payments' words and ours. Source: the error tables and code lists of its documentation, and the typings
of @tosspayments/tosspayments-sdk 2.8.1."""

from app.gateways.credentials import CredentialField
from app.gateways.reasons import (
    Reason,
    RefundReason,
)

# The pair of API 개별 연동 키; widget keys (gck, gsk) do not open the payment window.
CREDENTIALS = (
    CredentialField(
        "client_key", live="live_ck_[A-Za-z0-9_-]{1,100}", test="test_ck_[A-Za-z0-9_-]{1,100}", secret=False
    ),
    CredentialField("secret_key", live="live_sk_[A-Za-z0-9_-]{1,100}", test="test_sk_[A-Za-z0-9_-]{1,100}"),
    CredentialField("self_issues_receipts", live="yes|no", test="yes|no", secret=False, required=False),
)

# Our method -> the name of the method, the name of its own object, and what always stands in that.
METHODS: dict[str, tuple[str, str, dict[str, str]]] = {
    "card": ("CARD", "card", {"flowMode": "DEFAULT"}),
    "kakao_pay": ("CARD", "card", {"flowMode": "DIRECT", "easyPay": "KAKAOPAY"}),
    "naver_pay": ("CARD", "card", {"flowMode": "DIRECT", "easyPay": "NAVERPAY"}),
    "samsung_pay": ("CARD", "card", {"flowMode": "DIRECT", "easyPay": "SAMSUNGPAY"}),
    "toss_pay": ("CARD", "card", {"flowMode": "DIRECT", "easyPay": "TOSSPAY"}),
    "payco": ("CARD", "card", {"flowMode": "DIRECT", "easyPay": "PAYCO"}),
    "bank_transfer": ("TRANSFER", "transfer", {}),
    "virtual_account": ("VIRTUAL_ACCOUNT", "virtualAccount", {}),
    "mobile_phone": ("MOBILE_PHONE", "mobilePhone", {}),
}
RECEIPTS = {"income": "소득공제", "expense": "지출증빙"}
NO_RECEIPT = "미발행"

# What a refused confirm means. Every one of these proves that nothing was taken.
DECLINED: dict[str, Reason] = {
    "INVALID_REJECT_CARD": Reason.REFUSED,
    "REJECT_CARD_COMPANY": Reason.REFUSED,
    "REJECT_CARD_PAYMENT": Reason.BALANCE,
    "REJECT_ACCOUNT_PAYMENT": Reason.BALANCE,
    "INVALID_STOPPED_CARD": Reason.STOPPED,
    "INVALID_CARD_LOST_OR_STOLEN": Reason.STOPPED,
    "INVALID_CARD_EXPIRATION": Reason.CARD_EXPIRY,
    "INVALID_CARD_NUMBER": Reason.CARD_NUMBER,
    "NOT_ALLOWED_POINT_USE": Reason.REFUSED,
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN": Reason.INSTALMENT,
    "INVALID_CARD_INSTALLMENT_PLAN": Reason.INSTALMENT,
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT": Reason.INSTALMENT,
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN": Reason.INSTALMENT,
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": Reason.LIMIT_DAY,
    "EXCEED_MAX_ONE_DAY_AMOUNT": Reason.LIMIT_DAY,
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT": Reason.LIMIT_DAY,
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT": Reason.LIMIT_DAY,
    "EXCEED_MAX_PAYMENT_AMOUNT": Reason.LIMIT_ONCE,
    "EXCEED_MAX_AMOUNT": Reason.LIMIT_ONCE,
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT": Reason.LIMIT_ONCE,
    "EXCEEDS_TRANSFER_AMOUNT_MAXIMUM": Reason.LIMIT_ONCE,
    "BELOW_MINIMUM_AMOUNT": Reason.MINIMUM,
    "RESTRICTED_TRANSFER_ACCOUNT": Reason.METHOD,
    "INVALID_ACCOUNT_INFO_RE_REGISTER": Reason.METHOD,
    "REJECT_TOSSPAY_INVALID_ACCOUNT": Reason.METHOD,
    "NOT_AVAILABLE_PAYMENT": Reason.BANK_HOURS,
    "NOT_AVAILABLE_BANK": Reason.BANK_HOURS,
    "EXCEED_MAX_AUTH_COUNT": Reason.AUTHENTICATION,
    "INVALID_PASSWORD": Reason.PASSWORD,
    "FDS_ERROR": Reason.RISK,
    "NOT_FOUND_PAYMENT_SESSION": Reason.EXPIRED,
    "EXPIRED_PAYMENT": Reason.EXPIRED,
    "PAY_PROCESS_ABORTED": Reason.AUTHENTICATION,
}

# Wrong keys or contract. The notes ask to look the payment up once before failing.
MISCONFIGURED = frozenset(
    {
        "INVALID_REQUEST",
        "INVALID_API_KEY",
        "NOT_FOUND_TERMINAL_ID",
        "INVALID_AUTHORIZE_AUTH",
        "INVALID_UNREGISTERED_SUBMALL",
        "NOT_REGISTERED_BUSINESS",
        "UNAPPROVED_ORDER_ID",
        "INVALID_IDEMPOTENCY_KEY",
        "UNAUTHORIZED_KEY",
        "FORBIDDEN_REQUEST",
        "INCORRECT_BASIC_AUTH_FORMAT",
        "NOT_FOUND_PAYMENT",
    }
)

# Answers that promise nothing although they are 4xx: the payment may well have been made.
UNKNOWN = frozenset(
    {
        "ALREADY_PROCESSED_PAYMENT",
        "DUPLICATED_ORDER_ID",
        "PROVIDER_ERROR",
        "CARD_PROCESSING_ERROR",
        "IDEMPOTENT_REQUEST_PROCESSING",
    }
)

# What a lookup answers when there is no such payment. A key that a browser brought may also be no key at all.
NO_SUCH_ORDER = frozenset({"NOT_FOUND_PAYMENT", "NOT_FOUND_PAYMENT_SESSION"})
NO_SUCH_KEY = NO_SUCH_ORDER | {"INVALID_REQUEST"}

# What any call answers when our key is not accepted.
WRONG_KEYS = frozenset(
    {"UNAUTHORIZED_KEY", "INVALID_API_KEY", "INCORRECT_BASIC_AUTH_FORMAT", "FORBIDDEN_REQUEST"}
)

# What a refused cancel means. Every one of these proves that nothing was given back.
CANCEL_REFUSED: dict[str, RefundReason] = {
    "ALREADY_CANCELED_PAYMENT": RefundReason.BALANCE,
    "ALREADY_REFUND_PAYMENT": RefundReason.BALANCE,
    "NOT_MATCHES_REFUNDABLE_AMOUNT": RefundReason.BALANCE,
    "NOT_CANCELABLE_AMOUNT": RefundReason.BALANCE,
    "INVALID_REFUND_ACCOUNT_INFO": RefundReason.ACCOUNT,
    "INVALID_REFUND_ACCOUNT_NUMBER": RefundReason.ACCOUNT,
    "INVALID_BANK": RefundReason.ACCOUNT,
    "FORBIDDEN_BANK_REFUND_REQUEST": RefundReason.ACCOUNT,
    "NOT_ALLOWED_REFUND_BANK": RefundReason.ACCOUNT,
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT": RefundReason.PARTIAL,
    "NOT_ALLOWED_PARTIAL_REFUND": RefundReason.PARTIAL,
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT": RefundReason.PARTIAL,
    "NOT_CANCELABLE_PAYMENT": RefundReason.NOT_POSSIBLE,
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER": RefundReason.NOT_POSSIBLE,
    "NOT_SUPPORTED_REFUND": RefundReason.NOT_POSSIBLE,
    "EXCEED_MAX_REFUND_DUE": RefundReason.TOO_LATE,
    "EXCEED_MAX_REFUND_AMOUNT": RefundReason.LIMIT,
    "REFUND_REJECTED": RefundReason.OTHER,
    "INVALID_REQUEST": RefundReason.OTHER,
}

# Refused for now: bank hours, or too soon after the one before.
CANCEL_LATER = frozenset({"FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_AVAILABLE_BANK"})

# Answers to a cancel that promise nothing although they are 4xx.
CANCEL_UNKNOWN = frozenset({"PROVIDER_ERROR", "ALREADY_REFUNDING_PAYMENT", "IDEMPOTENT_REQUEST_PROCESSING"})

# Our neutral id of a bank -> "bank" of a refund account. Not the standard codes: KB Kookmin is 06 here.
BANKS = {
    "kdb": "02", "ibk": "03", "kookmin": "06", "suhyup": "07", "nonghyup": "11", "local_nonghyup": "12",
    "woori": "20", "sc": "23", "citi": "27", "im": "31", "busan": "32", "gwangju": "34", "jeju": "35",
    "jeonbuk": "37", "kyongnam": "39", "saemaul": "45", "shinhyup": "48", "savings": "50", "hsbc": "54",
    "sanlim": "64", "post": "71", "hana": "81", "shinhan": "88", "kbank": "89", "kakaobank": "90",
    "tossbank": "92",
}  # fmt: skip

# "issuerCode" of an answer -> our neutral id of the issuer
ISSUERS = {
    "11": "kookmin", "15": "kakaobank", "21": "hana", "24": "tossbank", "30": "kdb", "31": "bc",
    "33": "woori", "W1": "woori", "34": "suhyup", "35": "jeonbuk", "36": "citi", "37": "post",
    "38": "saemaul", "39": "savings", "3A": "kbank", "3K": "bc", "41": "shinhan", "42": "jeju",
    "46": "gwangju", "51": "samsung", "61": "hyundai", "62": "shinhyup", "71": "lotte", "91": "nonghyup",
    "4V": "visa", "4M": "mastercard", "4J": "jcb", "3C": "unionpay", "7A": "amex", "6D": "diners",
}  # fmt: skip

# Our neutral id of an issuer -> "cardCompany" of a request. Woori's cards have two codes; W1 is its own network's.
COMPANIES = {issuer: code for code, issuer in ISSUERS.items() if code not in ("33", "3K")}

CLOSED = frozenset({"PAY_PROCESS_CANCELED", "USER_CANCEL"})

UNREADABLE = "UNREADABLE"  # our own word where Toss gave no code

# Of requests, answers and the launch: keys, and what is personal.
SECRET_FIELDS = frozenset(
    {
        "Authorization",
        "secretKey",
        "secret",
        "number",
        "approveNo",
        "customerName",
        "customerEmail",
        "customerMobilePhone",
        "customerIdentityNumber",
        "accountNumber",
        "depositorName",
        "holderName",
    }
)
