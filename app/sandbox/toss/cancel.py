"""결제 취소, POST /v1/payments/{paymentKey}/cancel (protocol notes §2.6, §9.2)."""

import re
import sqlite3
from dataclasses import dataclass

from app.sandbox import clock
from app.sandbox.clock import korea_time
from app.sandbox.toss.answers import Answer
from app.sandbox.toss.errors import API_ERRORS, TossError
from app.sandbox.toss.keys import Account
from app.sandbox.toss.method import is_whole
from app.sandbox.toss.payment import Payment, Status
from app.sandbox.toss.payments import cancel_payment, find_payment, note_refund_account
from app.sandbox.toss.representation import payment_object
from app.sandbox.toss.webhook import tell_deposit, tell_status

MAX_REASON = 200
DAY_S = 24 * 60 * 60
# Written in the reason, e.g. `sandbox:EXCEED_MAX_REFUND_DUE`: the cancel is refused with that code.
_REFUSE = re.compile(r"sandbox:([A-Z_]+)")
_BANKS = frozenset({
    "02", "03", "06", "07", "11", "12", "20", "23", "27", "31", "32", "34", "35", "37", "39", "45", "48", "50",
    "54", "64", "71", "81", "88", "89", "90", "92", "S0", "S2", "S3", "S4", "S5", "S6", "S8", "S9", "SA", "SB",
    "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SP", "SQ", "SR", "ST",
})  # fmt: skip


@dataclass(frozen=True)
class _Request:
    """`amount` None: all of the balance. `refundable_amount`: what the shop thinks is left, if it says so."""

    reason: str
    amount: int | None
    tax_free_amount: int
    refundable_amount: int | None
    has_account: bool


def cancel(db: sqlite3.Connection, account: Account, payment_key: str, body: object) -> Answer:
    """Give back all or part. body: the decoded JSON, not yet checked. Raises TossError, payment unchanged."""
    asked = _read(body)
    _refuse_on_request(asked.reason)
    payment = find_payment(db, payment_key)
    if payment is None or payment.account != account:
        raise TossError("NOT_FOUND_PAYMENT")
    amount = payment.balance_amount if asked.amount is None else asked.amount
    _check(payment, asked, amount, now=clock.now(db))
    whole = amount == payment.balance_amount
    cancel_payment(
        db,
        payment,
        amount=amount,
        tax_free_amount=payment.tax_free_amount if whole else asked.tax_free_amount,
        reason=asked.reason,
    )
    cancelled = find_payment(db, payment_key)
    assert cancelled is not None
    if cancelled.is_account and payment.status is not Status.WAITING_FOR_DEPOSIT:
        note_refund_account(db, cancelled)
        cancelled = find_payment(db, payment_key) or cancelled
    tell = tell_deposit if cancelled.is_account else tell_status
    tell(db, cancelled)
    return Answer(200, payment_object(cancelled))


def _refuse_on_request(reason: str) -> None:
    wanted = _REFUSE.search(reason)
    if wanted and wanted[1] in API_ERRORS:
        raise TossError(wanted[1])


def _check(payment: Payment, asked: _Request, amount: int, *, now: float) -> None:
    if payment.status is Status.CANCELED:
        raise TossError("ALREADY_CANCELED_PAYMENT")
    if payment.status is Status.WAITING_FOR_DEPOSIT:
        if amount < payment.balance_amount:
            raise TossError("NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT")
        return
    if payment.status not in (Status.DONE, Status.PARTIAL_CANCELED) or payment.approved_at is None:
        raise TossError("NOT_CANCELABLE_PAYMENT")
    if asked.refundable_amount is not None and asked.refundable_amount != payment.balance_amount:
        raise TossError("NOT_MATCHES_REFUNDABLE_AMOUNT")
    if payment.is_account and not asked.has_account:
        raise TossError("INVALID_REFUND_ACCOUNT_INFO")
    if amount > payment.balance_amount or asked.tax_free_amount > min(amount, payment.tax_free_amount):
        raise TossError("NOT_CANCELABLE_AMOUNT")
    if amount < payment.amount and not payment.approved_fields["isPartialCancelable"]:
        raise TossError("NOT_ALLOWED_PARTIAL_REFUND")
    if payment.method.refund_in_month and korea_time(now)[:7] != korea_time(payment.approved_at)[:7]:
        raise TossError("EXCEED_MAX_REFUND_DUE")
    days = payment.method.refund_days
    if days is not None and now > payment.approved_at + days * DAY_S:
        raise TossError("EXCEED_MAX_REFUND_DUE")


def _read(body: object) -> _Request:
    if not isinstance(body, dict):
        raise TossError("INVALID_REQUEST")
    reason = body.get("cancelReason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > MAX_REASON:
        raise TossError("INVALID_REQUEST", "cancelReason은 200자 이하의 필수 값입니다.")
    _check_account(body.get("refundReceiveAccount"))
    return _Request(
        reason=reason,
        amount=_won(body, "cancelAmount", least=1),
        tax_free_amount=_won(body, "taxFreeAmount", least=0) or 0,
        refundable_amount=_won(body, "refundableAmount", least=0),
        has_account=body.get("refundReceiveAccount") is not None,
    )


def _check_account(account: object) -> None:
    """`refundReceiveAccount`: a bank's code, at most 20 digits, a holder of at most 60 characters."""
    if account is None:
        return
    if not isinstance(account, dict):
        raise TossError("INVALID_REFUND_ACCOUNT_INFO")
    if str(account.get("bank")) not in _BANKS:
        raise TossError("INVALID_BANK")
    if not re.fullmatch(r"[0-9]{1,20}", str(account.get("accountNumber")), re.ASCII):
        raise TossError("INVALID_REFUND_ACCOUNT_NUMBER")
    if not 1 <= len(str(account.get("holderName") or "")) <= 60:
        raise TossError("INVALID_REFUND_ACCOUNT_INFO")


def _won(body: dict[str, object], name: str, *, least: int) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or not is_whole(value) or value < least:
        raise TossError("INVALID_REQUEST", f"{name}가 올바르지 않습니다.")
    return value
