"""The kit of Toss Payments. Its samples, and where they are from: see samples.py."""

from datetime import UTC, datetime
from typing import Any

from app.gateways.base import (
    Approved,
    Declined,
    Issued,
    Unpaid,
)
from app.gateways.reasons import (
    Reason,
)
from tests.gateways.kit import Ambiguous, Kit, example_order
from tests.gateways.line import Act, Call, says
from tests.gateways.samples import sample

KEY, ORDER = "tviva20260105101500Ab3dE", "kc_7Qm2xV9aTz01"

# The notes' error tables (§4.1), class D and X: a refusal that proves that nothing was taken.
REFUSALS = {
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
}
# Class C: believed only after the payment was read back.
CONTRACT = {
    code: Reason.CONFIGURATION
    for code in (
        "INVALID_REQUEST",
        "INVALID_API_KEY",
        "NOT_FOUND_TERMINAL_ID",
        "INVALID_AUTHORIZE_AUTH",
        "INVALID_UNREGISTERED_SUBMALL",
        "NOT_REGISTERED_BUSINESS",
        "UNAPPROVED_ORDER_ID",
        "INVALID_IDEMPOTENCY_KEY",
        "FORBIDDEN_REQUEST",
        "NOT_FOUND_PAYMENT",
    )
}
# Class U and R: codes that promise nothing, and whether a repeat needs another key.
DOUBTS = {
    (400, "ALREADY_PROCESSED_PAYMENT"): True,
    (400, "DUPLICATED_ORDER_ID"): True,
    (400, "PROVIDER_ERROR"): True,
    (400, "CARD_PROCESSING_ERROR"): True,
    (409, "IDEMPOTENT_REQUEST_PROCESSING"): False,
    (429, "TOO_MANY_REQUESTS"): False,
    (500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"): True,
    (500, "COMMON_ERROR"): True,
    (500, "UNKNOWN_PAYMENT_ERROR"): True,
    (500, "REJECT_CARD_PAYMENT"): True,  # a refusal's code, but not a refusal's status
}
STATUS = {
    "REJECT_CARD_PAYMENT": 403,
    "FDS_ERROR": 403,
    "NOT_FOUND_PAYMENT_SESSION": 404,
    "FORBIDDEN_REQUEST": 403,
}


def payment(**changes: Any) -> Act:
    return says(200, {**sample("toss", "payment"), **changes})


class TossKit(Kit):
    name = "toss"
    credentials = {"client_key": "test_ck_notforreal", "secret_key": "test_sk_notforreal"}
    private_credentials = frozenset({"secret_key"})
    order = example_order("toss", ORDER, due_at=datetime(2026, 1, 6, 1, 15, 2, tzinfo=UTC))
    transaction_id = KEY
    genuine_return = {"amount": "50000", "orderId": ORDER, "paymentKey": KEY, "later": "field"}
    returned = {"paymentKey": KEY}
    forgeries = {
        "less": {"amount": "49999"},
        "a fraction": {"amount": "50000.0"},
        "signed": {"amount": "+50000"},
        "spaced": {"amount": " 50000"},
        "in other digits": {"amount": "５００００"},
        "another order": {"orderId": "kc_other"},
        "no key": {"paymentKey": ""},
        "a key that climbs": {"paymentKey": ".."},
        "a key with a line": {"paymentKey": "a\r\nb"},
        "a key that is too long": {"paymentKey": "k" * 201},
        "a key in Hangul": {"paymentKey": "결제"},
    }
    cheaper = {"amount": "1", "totalAmount": "1"}
    closed_return = {"code": "PAY_PROCESS_CANCELED", "message": "사용자에 의해 결제가 취소되었습니다."}
    refused_return = {"code": "PAY_PROCESS_ABORTED", "message": "승인에 실패했습니다.", "orderId": ORDER}
    declines = {**REFUSALS, **CONTRACT}
    approved = "confirm_card"
    wrong_keys = {
        "confirm": "confirm_wrong_keys",
        "lookup": "lookup_wrong_keys",
        "cancel": "cancel_wrong_keys",
    }
    lookups = {
        "lookup_done": Approved,
        "lookup_waiting": Issued,
        "lookup_ready": Unpaid,
        "lookup_in_progress": Unpaid,
        "lookup_unknown": Unpaid,
        "lookup_key_of_another_order": Unpaid,
        "lookup_key_is_none": Approved,
        "lookup_aborted": Declined,
        "lookup_expired": Declined,
        "lookup_canceled": Declined,
    }
    cancelled = [
        "cancel_whole",
        "cancel_rest_after_a_part",
        "cancel_already_done",
        "cancel_waiting",
    ]
    cancel_refused = ["cancel_too_late", "cancel_not_possible"]
    other_charset = "cp949"
    secrets = [
        "test_sk_notforreal",
        "dGVzdF9za19ub3Rmb3JyZWFsOg==",
        "43301234",
        "ps_0123456789abcdefghijklmnopqr",
        "X6505831718354",
        "홍길동",
        "customer@example.com",
        "01012345678",
    ]

    def refuses(self, code: str) -> list[Act]:
        refusal = says(STATUS.get(code, 400), {"code": code, "message": "거절되었습니다."})
        return [refusal] if code in REFUSALS else [refusal, payment(status="IN_PROGRESS")]

    def amount_asked(self, call: Call) -> int:
        amount: int = call.json()["amount"]
        assert type(amount) is int
        return amount

    def cancel_answers(self, answer: Ambiguous) -> list[Act]:
        return [answer.act]

    def idempotency_key(self, call: Call) -> str:
        return call.headers["idempotency-key"]
