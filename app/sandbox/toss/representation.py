"""The Payment object as Toss prints it, API version 2022-11-16 (protocol notes §2.4, §9.3)."""

from typing import Any

from app.sandbox.clock import korea_time
from app.sandbox.toss.payment import Cancel, Payment, Status

VERSION = "2022-11-16"


def payment_object(payment: Payment) -> dict[str, Any]:
    """JSON-ready. `cancels` is null, not [], when there are none; what does not apply is null."""
    return {
        **_identity(payment),
        **_amounts(payment),
        **_nothing_approved(payment),
        **_approved(payment),
        "cancels": [_cancel(cancel) for cancel in payment.cancels] or None,
    }


def vat(amount: int, tax_free_amount: int) -> int:
    """round((amount − taxFreeAmount) / 11): 15000 gives 1364. Halves cannot occur, eleven being odd."""
    return (2 * (amount - tax_free_amount) + 11) // 22


def _identity(payment: Payment) -> dict[str, Any]:
    key = payment.payment_key
    known = payment.authenticated_at is not None and payment.status is not Status.EXPIRED
    return {
        "mId": payment.account.merchant_id,
        "version": VERSION,
        "paymentKey": key,
        "type": "NORMAL",
        "orderId": payment.order_id,
        "orderName": payment.order_name,
        "status": payment.status.value,
        "method": payment.method.korean_name(payment.options) if known else None,
        "requestedAt": korea_time(payment.requested_at),
        "approvedAt": None if payment.approved_at is None else korea_time(payment.approved_at),
        "lastTransactionKey": payment.last_transaction_key,
        "checkout": {"url": f"https://api.tosspayments.com/v1/payments/{key}/checkout"},
        "country": "KR",
        "currency": "KRW",
        "failure": payment.failure,
        "metadata": payment.params.get("metadata"),
    }


def _amounts(payment: Payment) -> dict[str, int]:
    """Of what is left after cancels; only totalAmount stays."""
    balance, tax_free = payment.balance_amount, payment.tax_free_amount
    return {
        "totalAmount": payment.amount,
        "balanceAmount": balance,
        "suppliedAmount": balance - vat(balance, tax_free) - tax_free,
        "vat": vat(balance, tax_free),
        "taxFreeAmount": tax_free,
        "taxExemptionAmount": payment.options.get("taxExemptionAmount") or 0 if balance else 0,
    }


def _nothing_approved(payment: Payment) -> dict[str, Any]:
    return {
        "useEscrow": None if payment.status is Status.EXPIRED else payment.options.get("useEscrow") is True,
        "cultureExpense": False,
        "isPartialCancelable": True,
        "card": None,
        "virtualAccount": None,
        "transfer": None,
        "mobilePhone": None,
        "giftCertificate": None,
        "easyPay": None,
        "cashReceipt": None,
        "cashReceipts": None,
        "discount": None,
        "secret": None,
        "receipt": None,
    }


def _approved(payment: Payment) -> dict[str, Any]:
    known = {name: value for name, value in payment.approved_fields.items() if not name.startswith("_")}
    if payment.approved_at is None:  # an account that waits, or was closed before money came
        return known
    base = "https://dashboard.tosspayments.com/receipt/redirection"
    fields = {
        **known,
        "receipt": {"url": f"{base}?transactionId={payment.payment_key}&ref=PX"},
    }
    if payment.status is Status.CANCELED and fields.get("card"):
        fields["card"] = {**fields["card"], "acquireStatus": "CANCELED"}
    return fields


def _cancel(cancel: Cancel) -> dict[str, Any]:
    return {
        "transactionKey": cancel.transaction_key,
        "cancelReason": cancel.reason,
        "taxExemptionAmount": 0,
        "canceledAt": korea_time(cancel.canceled_at),
        "cardDiscountAmount": 0,
        "transferDiscountAmount": 0,
        "easyPayDiscountAmount": 0,
        "receiptKey": None,
        "cancelAmount": cancel.amount,
        "taxFreeAmount": cancel.tax_free_amount,
        "refundableAmount": cancel.refundable_amount,
        "cancelStatus": "DONE",
        "cancelRequestId": None,
    }
