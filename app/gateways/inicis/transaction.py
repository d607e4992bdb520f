"""A transaction as an inquiry (거래조회) tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Approved, CannotTell, Declined, Issued, Unpaid, VirtualAccount, plain
from app.gateways.inicis.answers import account_of, approved_by_card, is_tid, issued
from app.gateways.inicis.codes import ANSWERED_METHODS, OTHER_PAYMENT, UNREADABLE
from app.gateways.inicis.text import text_of, won
from app.gateways.reasons import Reason

APPROVAL, CANCEL, PART_CANCEL = "APPROVAL", "CANCEL", "PART_CANCEL"
PAID_IN = ("DEPOSIT_COMPLETED", "WAITING_FOR_REFUND", "REFUND_COMPLETED")
_BY_NAME = {
    "CARD": "card",
    "ISP_": "card",
    "BANK": "bank_transfer",
    "VBNK": "virtual_account",
    "HPP_": "mobile_phone",
}


@dataclass(frozen=True)
class Transaction:
    """amount: of the order. paid_in: of a virtual account, 0 while it waits; None where there is none.

    parts: name and amount of each cancel of a part.
    """

    tid: str
    order_id: str
    method: str
    amount: int
    status: str
    deposit_status: str
    paid_in: int | None
    account: VirtualAccount | None
    parts: tuple[tuple[str, int], ...]
    card: Mapping[str, Any]

    @property
    def is_gone(self) -> bool:
        """All of it was given back, or its account closed."""
        return self.status == CANCEL

    @property
    def balance(self) -> int:
        """What can still be given back."""
        if self.is_gone:
            return 0
        held = self.amount if self.paid_in is None else self.paid_in
        return held - sum(amount for _tid, amount in self.parts)

    def state(self) -> Approved | Issued | Declined:
        if self.is_gone:
            closed = self.method == "virtual_account" and self.deposit_status not in PAID_IN
            return Declined(Reason.EXPIRED if closed else Reason.OTHER, self.status, "")
        if self.paid_in == 0:
            return issued(self.tid, self.order_id, self.amount, self.account)
        return approved_by_card(
            self.tid,
            self.order_id,
            self.amount if self.paid_in is None else self.paid_in,
            code=text_of(self.card, "cardCode"),
            number=text_of(self.card, "cardNumber"),
            months=text_of(self.card, "quota"),
        )


def read_v2(answer: Mapping[str, Any], *, mid: str) -> Transaction:
    """Raises GatewayOutcomeUnknown for one that makes no sense, or that is another merchant's."""
    if answer.get("mid", mid) != mid:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)
    tid, order_id = text_of(answer, "tid"), text_of(answer, "oid")
    amount, status = won(answer.get("price")), plain(answer.get("transactionStatus"), 80)
    known = status in (APPROVAL, CANCEL, PART_CANCEL)
    if amount is None or not is_tid(tid) or not order_id or not known:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=status if not known else UNREADABLE)
    account = _object(answer.get("vacctInfo"))
    return Transaction(
        tid=tid,
        order_id=order_id,
        method=_method(text_of(answer, "paymethod"), tid),
        amount=amount,
        status=status,
        deposit_status=text_of(account, "depositStatus"),
        paid_in=_paid_in(account, amount) if account else None,
        account=_account(account) if account else None,
        parts=tuple(_part(part) for part in answer.get("partCancelTransInfo") or ()),
        card=_object(answer.get("cardInfo")),
    )


def state_by_v1(answer: Mapping[str, Any], *, order_id: str) -> Approved | Declined | Unpaid | CannotTell:
    """The older inquiry tells less: of an account that waits not where it is, and of an order not which it is."""
    status, tid, amount = text_of(answer, "status"), text_of(answer, "tid"), won(answer.get("price"))
    if status == "9":
        return Unpaid("NOT_FOUND")
    if status in ("1", "C"):
        return Declined(Reason.EXPIRED if status == "C" else Reason.OTHER, status, "")
    if status in ("0", "Y") and amount is not None and is_tid(tid):
        return Approved(tid, order_id, amount)
    if status == "N":
        return CannotTell("N")
    raise GatewayOutcomeUnknown(answered=True, gateway_code=plain(status, 80) or UNREADABLE)


def _method(paymethod: str, tid: str) -> str:
    return ANSWERED_METHODS.get(paymethod) or _BY_NAME.get(tid[6:10], "card")


def _paid_in(account: Mapping[str, Any], amount: int) -> int:
    """Whole won that have come to an account and were not taken back by the bank."""
    if text_of(account, "depositStatus") not in PAID_IN:
        return 0
    return won(account.get("depositAmount")) or amount


def _account(account: Mapping[str, Any]) -> VirtualAccount | None:
    return account_of(
        bank=text_of(account, "bankCode"),
        number=text_of(account, "accountNumber"),
        holder=text_of(account, "accountName"),
        date=text_of(account, "validDate")[:8],
        time=text_of(account, "validTime"),
    )


def _part(part: object) -> tuple[str, int]:
    told = _object(part)
    amount = won(told.get("requestPrice"))
    if amount is None:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return text_of(told, "tid"), amount


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
