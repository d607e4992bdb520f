"""Toss Payments' words and ours. Source: the error tables and code lists of its documentation, and the typings
of @tosspayments/tosspayments-sdk 2.8.1."""

from app.gateways.base import Reason

METHODS: dict[str, dict[str, object]] = {
    "card": {"method": "CARD", "card": {"flowMode": "DEFAULT"}},
    "bank_transfer": {"method": "TRANSFER", "transfer": {}},
    "kakao_pay": {"method": "CARD", "card": {"flowMode": "DIRECT", "easyPay": "KAKAOPAY"}},
    "naver_pay": {"method": "CARD", "card": {"flowMode": "DIRECT", "easyPay": "NAVERPAY"}},
    "samsung_pay": {"method": "CARD", "card": {"flowMode": "DIRECT", "easyPay": "SAMSUNGPAY"}},
    "toss_pay": {"method": "CARD", "card": {"flowMode": "DIRECT", "easyPay": "TOSSPAY"}},
    "payco": {"method": "CARD", "card": {"flowMode": "DIRECT", "easyPay": "PAYCO"}},
}

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

# A cancel that was not done, and may be asked for again.
CANCEL_LATER = frozenset({"FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_AVAILABLE_BANK", "PROVIDER_ERROR"})

# "issuerCode" of an answer -> our neutral id of the issuer
ISSUERS = {
    "11": "kookmin", "15": "kakaobank", "21": "hana", "24": "tossbank", "30": "kdb", "31": "bc",
    "33": "woori", "W1": "woori", "34": "suhyup", "35": "jeonbuk", "36": "citi", "37": "post",
    "38": "saemaul", "39": "savings", "3A": "kbank", "3K": "bc", "41": "shinhan", "42": "jeju",
    "46": "gwangju", "51": "samsung", "61": "hyundai", "62": "shinhyup", "71": "lotte", "91": "nonghyup",
    "4V": "visa", "4M": "mastercard", "4J": "jcb", "3C": "unionpay", "7A": "amex", "6D": "diners",
}  # fmt: skip

CLOSED = frozenset({"PAY_PROCESS_CANCELED", "USER_CANCEL"})

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
