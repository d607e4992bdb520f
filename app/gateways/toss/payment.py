"""Toss Payments' Payment object: what it says about money."""

from datetime import UTC, datetime
from typing import Any

from app.clock import KST
from app.errors import GatewayOutcomeUnknown
from app.gateways.base import (
    Approved,
    Card,
    Declined,
    Issued,
    Unpaid,
    VirtualAccount,
    plain,
)
from app.gateways.reasons import (
    Reason,
)
from app.gateways.toss.codes import BANKS, DECLINED, ISSUERS, UNREADABLE

WAITING = "WAITING_FOR_DEPOSIT"
BANK_NAMES = {code: bank for bank, code in BANKS.items()}


def state_of(payment: dict[str, Any]) -> Approved | Issued | Declined | Unpaid:
    """What a payment that was read says. Raises GatewayOutcomeUnknown for a status that we do not know."""
    status = plain(payment.get("status"), 80)
    if status in ("READY", "IN_PROGRESS"):
        return Unpaid(status)
    if status == WAITING:
        return issued_by(payment)
    if status == "DONE":
        return approved_by(payment)
    if status in ("ABORTED", "EXPIRED", "CANCELED"):
        failure = object_of(payment.get("failure"))
        code = plain(failure.get("code"), 80) or status
        default = Reason.EXPIRED if status == "EXPIRED" else Reason.OTHER
        is_mapped = code in DECLINED or code == status
        return Declined(DECLINED.get(code, default), code, plain(failure.get("message"), 500), is_mapped)
    raise GatewayOutcomeUnknown(answered=True, gateway_code=status)


def approved_by(payment: dict[str, Any]) -> Approved:
    """A payment that is DONE."""
    key, order_id, amount = _essentials(payment)
    return Approved(key, order_id, amount, _card(object_of(payment.get("card"))), _receipt_url(payment))


def issued_by(payment: dict[str, Any]) -> Issued:
    """A payment that waits for its deposit (입금대기). An account that nobody could pay into is no account."""
    key, order_id, amount = _essentials(payment)
    account = object_of(payment.get("virtualAccount"))
    due_at, number = _moment(account.get("dueDate")), plain(account.get("accountNumber"), 30)
    if due_at is None or not number:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    secret = payment.get("secret")
    return Issued(
        transaction_id=key,
        order_id=order_id,
        amount=amount,
        account=VirtualAccount(
            bank=BANK_NAMES.get(str(account.get("bankCode")), "unknown"),
            number=number,
            holder=plain(account.get("customerName"), 100),
            due_at=due_at,
        ),
        secret=secret if isinstance(secret, str) else None,
    )


def _moment(text: object) -> datetime | None:
    """Documented without offset, and then Korea's time; real answers carry one."""
    try:
        parsed = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if parsed is None:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=KST)).astimezone(UTC)


def _essentials(payment: dict[str, Any]) -> tuple[str, str, int]:
    """Payment key, order id and amount: what decides about money must be there to the letter; the facts beside it may
    take any shape."""
    amount, key, order_id = payment.get("totalAmount"), payment.get("paymentKey"), payment.get("orderId")
    if type(amount) is not int or not isinstance(order_id, str):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    if not isinstance(key, str) or not is_payment_key(key):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    if payment.get("currency") != "KRW":
        raise GatewayOutcomeUnknown(answered=True, gateway_code="CURRENCY")
    return key, order_id, amount


def _card(card: dict[str, Any]) -> Card | None:
    """Also filled for easy-pay (간편결제) paid by a registered card; never to be counted on."""
    if not card:
        return None
    issuer = ISSUERS.get(str(card.get("issuerCode")), "unknown")
    months = card.get("installmentPlanMonths")
    return Card(issuer, plain(card.get("number"), 20), months if type(months) is int else 0)


def _receipt_url(payment: dict[str, Any]) -> str | None:
    url = object_of(payment.get("receipt")).get("url")
    usable = isinstance(url, str) and url.startswith("https://") and url.isprintable() and len(url) <= 2048
    return url if usable else None


def is_payment_key(text: str) -> bool:
    """Opaque, but it becomes a part of a path, where a name of dots alone would mean another one."""
    return 0 < len(text) <= 200 and text.isascii() and text.isprintable() and text.strip(".") != ""


def object_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
