"""Cancels at KG Inicis (취소·환불): what is asked for, and what the answer means."""

from collections.abc import Mapping
from typing import Any

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import (
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    NotCancelled,
    plain,
)
from app.gateways.inicis.answers import is_tid, paid_in_month
from app.gateways.inicis.api import Api, check_keys, code_of
from app.gateways.inicis.codes import (
    API_DONE,
    BANKS,
    CANCEL_LATER_WORDS,
    CANCEL_METHODS,
    CANCEL_REFUSALS,
    CANCELLED_BEFORE,
    CLOSES_ACCOUNT,
    SYSTEM_WORDS,
)
from app.gateways.inicis.contract import taxes
from app.gateways.inicis.text import clean, first_that_fits, has_any, text_of, won
from app.gateways.inicis.transaction import PART_CANCEL, Transaction
from app.gateways.reasons import RefundReason

WHOLE, PART = "Refund", "PartialRefund"
LONGEST_REASON = 80
BALANCE = "BALANCE"  # our own word: what is left is not what was left before


def find_in(found: Transaction, what: Cancellation) -> Cancelled | NotCancelled:
    """Whether a transaction shows this cancellation. Inicis keeps no name of ours with a cancel, so it is told by what
    is left: as much as before, or less by this very amount.

    Raises GatewayOutcomeUnknown when it is neither, because somebody cancelled in Inicis' own console meanwhile.
    """
    if what.amount is None:
        return Cancelled(what.transaction_id) if found.is_gone else NotCancelled(found.balance)
    if what.balance is None or found.balance == what.balance:
        return NotCancelled(found.balance)
    if found.balance == what.balance - what.amount:
        return Cancelled(_name_of_part(found, what))
    raise GatewayOutcomeUnknown(gateway_code=BALANCE)


def cancel(
    api: Api, what: Cancellation, *, month: str, mixed_tax: bool = False
) -> Cancelled | CancelRefused | CancelPostponed:
    """A refusal is not proof that no money moved, so the transaction is read back before one is believed.

    month: YYYYMM now, in Korea. mixed_tax: as of a Contract. Raises GatewayError.
    """
    if what.amount is not None and what.balance is not None and what.amount > what.balance:
        return CancelRefused(RefundReason.BALANCE, BALANCE, "")
    is_whole = what.amount is None or what.amount == what.balance
    answer = _ask(api, what, amount=None if is_whole else what.amount, mixed_tax=mixed_tax)
    if _is_done(answer):
        return Cancelled(what.transaction_id) if is_whole else _part_done(answer, what)
    found = _read_back(api, what)
    if is_whole and found.status == PART_CANCEL and what.balance in (None, found.balance):
        # What is left after a part is not taken for a whole by every contract.
        answer = _ask(api, what, amount=found.balance, balance=found.balance, mixed_tax=mixed_tax)
        if _is_done(answer):
            return _part_done(answer, what)
        found = _read_back(api, what)
    seen = find_in(found, what)
    return seen if isinstance(seen, Cancelled) else _refusal(answer, what, month)


def _ask(
    api: Api, what: Cancellation, *, amount: int | None, balance: int | None = None, mixed_tax: bool
) -> dict[str, Any]:
    """amount None: the whole. confirmPrice, what is left afterwards, keeps a part from being given back twice.

    Raises GatewayMisconfigured, and GatewayOutcomeUnknown for answers that promise nothing.
    """
    fields = {
        "type": WHOLE if amount is None else PART,
        "paymethod": _paymethod(what),
        "tid": what.transaction_id,
        "msg": clean(what.reason, LONGEST_REASON) or "취소",
    }
    hashed: tuple[str, ...] = ()
    if amount is not None:
        before = balance if balance is not None else what.balance
        assert before is not None
        fields |= {"price": str(amount), "confirmPrice": str(before - amount), "currency": "WON"}
        fields |= taxes(amount, what.tax_free_amount, mixed_tax=mixed_tax, tax="tax", free="taxFree")
        hashed = ("price", "confirmPrice")
    if what.account and fields["paymethod"] != CLOSES_ACCOUNT:
        fields |= {
            "refundAcctNum": api.keys.encrypted(what.account.number),
            "refundBankCode": BANKS[what.account.bank],
            "refundAcctName": clean(what.account.holder, 30),
        }
        hashed += ("refundAcctNum",)
    answer = api.refund(fields, hashed=hashed, about=what.key)
    code, sentence = code_of(answer)
    check_keys(code, sentence)
    if has_any(sentence, SYSTEM_WORDS):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
    return answer


def _paymethod(what: Cancellation) -> str:
    """Money of a virtual account goes to another account; without one, it is an account that is only closed."""
    if what.method == "virtual_account" and what.account is None:
        return CLOSES_ACCOUNT
    return CANCEL_METHODS[what.method]


def _is_done(answer: Mapping[str, Any]) -> bool:
    return answer.get("resultCode") == API_DONE


def _part_done(answer: Mapping[str, Any], what: Cancellation) -> Cancelled:
    """Sources differ about which of both names is the new one."""
    price = won(answer.get("prtcPrice", what.amount))
    if what.amount is not None and price != what.amount:
        raise GatewayOutcomeUnknown(answered=True, gateway_code="AMOUNT")
    names = [text_of(answer, name) for name in ("tid", "prtcTid")]
    new = [name for name in names if is_tid(name) and name != what.transaction_id]
    return Cancelled(new[0] if new and what.amount is not None else what.transaction_id)


def _read_back(api: Api, what: Cancellation) -> Transaction:
    found = api.find(tid=what.transaction_id)
    if found is None:
        raise GatewayOutcomeUnknown(answered=True, gateway_code="NOT_FOUND")
    return found


def _refusal(answer: Mapping[str, Any], what: Cancellation, month: str) -> CancelRefused | CancelPostponed:
    code, sentence = code_of(answer)
    if has_any(sentence, CANCEL_LATER_WORDS):
        return CancelPostponed(code)
    reason = first_that_fits(CANCEL_REFUSALS, sentence, None)
    if code == CANCELLED_BEFORE:
        reason = RefundReason.BALANCE
    elif what.method == "mobile_phone" and paid_in_month(what.transaction_id) not in ("", month):
        reason = RefundReason.TOO_LATE  # a phone's bill is closed with its month
    elif what.method == "virtual_account" and what.account is None:
        reason = RefundReason.ACCOUNT
    return CancelRefused(reason or RefundReason.OTHER, code, plain(sentence, 500), reason is not None)


def _name_of_part(found: Transaction, what: Cancellation) -> str:
    names = [tid for tid, amount in found.parts if amount == what.amount and is_tid(tid)]
    return names[-1] if names else what.transaction_id
