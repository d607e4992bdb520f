"""Cancels at Toss Payments ("결제 취소"): what is asked for, and what the answer means."""

from typing import Any

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import (
    Cancellation,
    Cancelled,
    NotCancelled,
)
from app.gateways.reasons import (
    RefundReason,
)
from app.gateways.toss.codes import (
    BANKS,
    CANCEL_LATER,
    CANCEL_REFUSED,
    CANCEL_UNKNOWN,
    MISCONFIGURED,
    UNREADABLE,
)

LONGEST_REASON = 200


def cancel_body(what: Cancellation) -> dict[str, Any]:
    """The body of POST …/cancel. Without `cancelAmount` all that is left is cancelled, which is also allowed
    where a part is not (escrow, some prepaid cards)."""
    body: dict[str, Any] = {"cancelReason": what.reason[: LONGEST_REASON - len(_tag(what))] + _tag(what)}
    if what.amount is not None and what.amount != what.balance:
        body["cancelAmount"] = what.amount
    if what.balance is not None:
        body["refundableAmount"] = what.balance
    if what.tax_free_amount:
        body["taxFreeAmount"] = what.tax_free_amount
    if what.account:
        body["refundReceiveAccount"] = {
            "bank": BANKS[what.account.bank],
            "accountNumber": what.account.number,
            "holderName": what.account.holder,
        }
    return body


def find_in(payment: dict[str, Any], what: Cancellation) -> Cancelled | NotCancelled:
    """Whether a payment that was read shows this cancellation. Raises GatewayOutcomeUnknown for one that makes
    no sense."""
    balance = payment.get("balanceAmount")
    if type(balance) is not int:
        raise GatewayOutcomeUnknown(gateway_code=UNREADABLE)
    if what.amount is None:
        status = payment.get("status")  # of an account that nobody paid into, all is left when it is closed
        gone = status == "CANCELED" or (balance == 0 and status == "PARTIAL_CANCELED")
        return Cancelled(what.transaction_id) if gone else NotCancelled(balance)
    for cancel in payment.get("cancels") or []:
        if str(cancel.get("cancelReason")).endswith(_tag(what)):
            return _checked(cancel, what)
    return NotCancelled(balance)


def done_by(payment: dict[str, Any], what: Cancellation) -> Cancelled:
    """What a 200 answer to a cancel has done. Raises GatewayOutcomeUnknown when it does not tell."""
    found = find_in(payment, what)
    if isinstance(found, Cancelled):
        return found
    for cancel in payment.get("cancels") or []:
        if cancel.get("transactionKey") == payment.get("lastTransactionKey"):
            return _checked(cancel, what)
    raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)


def refusal_of(reply_status: int, code: str) -> RefundReason | None:
    """Why Toss refuses, from an answer other than 200; None when it is only for now, such as at night.

    Raises GatewayMisconfigured, and GatewayOutcomeUnknown for answers that promise nothing.
    """
    if reply_status in (409, 429):  # an earlier request is still running, or was not even looked at
        raise GatewayOutcomeUnknown(gateway_code=code)
    if reply_status >= 500 or code in CANCEL_UNKNOWN or code == UNREADABLE:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
    if code in MISCONFIGURED - {"INVALID_REQUEST"}:
        raise GatewayMisconfigured(code)
    return None if code in CANCEL_LATER else CANCEL_REFUSED.get(code, RefundReason.OTHER)


def _tag(what: Cancellation) -> str:
    """Toss gives the reason back with each entry of `cancels`, so our name in it tells ours from those made
    in Toss's own console."""
    return f" [{what.key}]"


def _checked(cancel: dict[str, Any], what: Cancellation) -> Cancelled:
    if cancel.get("cancelStatus", "DONE") != "DONE":
        raise GatewayOutcomeUnknown(gateway_code=str(cancel["cancelStatus"])[:80])
    if cancel.get("cancelAmount") != what.amount or not isinstance(cancel.get("transactionKey"), str):
        raise GatewayOutcomeUnknown(gateway_code="AMOUNT")
    return Cancelled(cancel["transactionKey"])
