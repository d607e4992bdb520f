"""Method VIRTUAL_ACCOUNT: an account issued for one payment (가상계좌; protocol notes §1.6, §2.4, §3)."""

import secrets
import string
import time
from datetime import datetime
from typing import Any

from app.sandbox.clock import KOREA, korea_time
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.method import MAX_VALID_HOURS, Method, Options, check_common, check_receipt

HOUR_S = 60 * 60
USUAL_HOURS = 168
CHOICE = "bank"  # what the window calls the choice of a bank, before its code
BANKS = {
    "20": "우리은행",
    "88": "신한은행",
    "06": "KB국민은행",
    "11": "NH농협은행",
    "81": "하나은행",
    "03": "IBK기업은행",
}


class VirtualAccount(Method):
    request_name = "VIRTUAL_ACCOUNT"
    options_name = "virtualAccount"
    minimum = 200
    refund_days = 365
    declines = ("NOT_AVAILABLE_BANK", "EXCEED_MAX_AMOUNT", "INVALID_BANK")

    def check(self, options: Options) -> None:
        check_common(options)
        check_receipt(options)
        due_date = options.get("dueDate")
        if due_date is not None and _moment(due_date) > time.time() + MAX_VALID_HOURS * HOUR_S:
            raise TossError("EXCEED_MAX_DUE_DATE")

    def korean_name(self, options: Options) -> str:
        return "가상계좌"

    def label(self, options: Options) -> str:
        return "가상계좌"

    def fundings(self, options: Options) -> tuple[str, ...]:
        return tuple(CHOICE + code for code in BANKS)

    def approved_fields(self, options: Options, *, amount: int, funding: str) -> dict[str, Any]:
        return {
            "useEscrow": options.get("useEscrow") is True,
            "cultureExpense": options.get("isCulturalExpenses") is True,
            "isPartialCancelable": not options.get("useEscrow"),
        }


VIRTUAL_ACCOUNT = VirtualAccount()


def issued_fields(options: Options, *, funding: str, customer: str, now: float) -> dict[str, Any]:
    """What the Payment object says once the account exists, and `_due_at`, which is ours. The bank is the first where
    the window was passed without a choice."""
    code = funding.removeprefix(CHOICE) if funding.startswith(CHOICE) else next(iter(BANKS))
    due_at = _due_at(options, now)
    return {
        **VIRTUAL_ACCOUNT.approved_fields(options, amount=0, funding=funding),
        "secret": "ps_" + _random(string.ascii_letters + string.digits, 28),
        "virtualAccount": {
            "accountType": "일반",
            "accountNumber": "X" + _random(string.digits, 13),
            "bankCode": code,
            "customerName": customer,
            "depositorName": None,
            "dueDate": korea_time(due_at),
            "expired": False,
            "settlementStatus": "INCOMPLETED",
            "refundStatus": "NONE",
            "refundReceiveAccount": None,
        },
        "_due_at": due_at,
    }


def _due_at(options: Options, now: float) -> float:
    if options.get("dueDate") is not None:
        return _moment(options["dueDate"])
    hours: int = options.get("validHours") or USUAL_HOURS
    return now + hours * HOUR_S


def _moment(text: object) -> float:
    """`2026-01-06T10:15:02`, Korea's time. Raises TossError."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=KOREA).timestamp()
    except ValueError:
        raise TossError("INVALID_PARAMETERS", "dueDate는 yyyy-MM-dd'T'HH:mm:ss 형식이어야 합니다.") from None


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
