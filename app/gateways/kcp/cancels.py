"""Cancels at NHN KCP (취소): what is asked for, and what the answer means."""

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import Cancellation, Cancelled, CancelPostponed, CancelRefused, NotCancelled
from app.gateways.kcp.answers import CANCELLED, IN_PART, Answer, code_of, message_of, rest_of, state_of, won
from app.gateways.kcp.codes import (
    ACCOUNT,
    BANK_CODES,
    CANCEL_LATER,
    CANCEL_REFUSED,
    DONE,
    METHODS,
    UNREADABLE,
    is_misconfigured,
    is_unknown,
)
from app.gateways.kcp.order import MIXED_TAX, clean, supply_of
from app.gateways.reasons import RefundReason

WHOLE, PART = "STSC", "STPC"
# To an account, where a virtual account took the money (가상계좌 환불 특약).
WHOLE_TO_ACCOUNT, PART_TO_ACCOUNT = "STHD", "STPD"
HOLDER_IS_CHECKED = "MDCP01"
LONGEST_REASON = 256


def find_in(found: Answer, what: Cancellation) -> Cancelled | NotCancelled:
    """Whether an inquiry shows this cancellation. KCP lists no single cancels, so what was left before the first try
    decides: no other amount fits a second try. Raises GatewayOutcomeUnknown when it cannot be told."""
    rest = rest_of(found)
    if rest is None and METHODS[what.method].pay_type == ACCOUNT and what.balance is None:
        rest = won(
            found.get("amount")
        )  # nothing tells how an account stands, but nothing was asked yet either
    if rest is None:
        raise GatewayOutcomeUnknown(gateway_code=UNREADABLE)
    if what.amount is None:
        return Cancelled(what.transaction_id) if state_of(found) == CANCELLED else NotCancelled(rest)
    if what.balance is None or rest == what.balance:
        return NotCancelled(rest)
    if rest == what.balance - what.amount:
        return Cancelled(what.transaction_id)
    raise GatewayOutcomeUnknown(gateway_code="BALANCE")  # somebody has cancelled in KCP's console


def cancel_fields(what: Cancellation, found: Answer) -> dict[str, str]:
    """mod_type and what belongs to it. found: an inquiry just now.

    All of a payment that nothing was given back of is cancelled as a whole, which is also possible where a part is
    not; what is left after a part goes as another part.
    """
    reason = {"mod_desc": clean(what.reason, LONGEST_REASON)}
    total = won(found.get("amount"))
    if total is None:
        raise GatewayOutcomeUnknown(gateway_code=UNREADABLE)
    rest = rest_of(found)
    before = next(left for left in (what.balance, rest or None, total) if left is not None)
    amount = before if what.amount is None else what.amount
    untouched = state_of(found) != IN_PART and amount == before == total
    if what.account:
        return {**reason, **_to_account(what, amount, before, untouched=untouched)}
    if untouched:
        return {**reason, "mod_type": WHOLE}
    return {**reason, "mod_type": PART, **_part(amount, before), **_tax(what, amount, before)}


def closing_fields(what: Cancellation) -> dict[str, str]:
    """Of an account that takes no money any more."""
    return {"mod_desc": clean(what.reason, LONGEST_REASON), "mod_type": WHOLE}


def read_cancel(answer: Answer, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
    """Raises GatewayMisconfigured, and GatewayOutcomeUnknown for answers that promise nothing."""
    code = code_of(answer)
    if code == DONE:
        return _checked(answer, what)
    if is_unknown(code):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
    if is_misconfigured(code):
        raise GatewayMisconfigured(code)
    if code in CANCEL_LATER:
        return CancelPostponed(code)
    reason = CANCEL_REFUSED.get(code)
    return CancelRefused(reason or RefundReason.OTHER, code, message_of(answer), reason is not None)


def _checked(answer: Answer, what: Cancellation) -> Cancelled:
    if answer.get("tno") != what.transaction_id:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    told = answer.get("mod_mny")
    if told is not None and what.amount is not None and won(told) != what.amount:
        raise GatewayOutcomeUnknown(answered=True, gateway_code="AMOUNT")
    return Cancelled(what.transaction_id)


def _part(amount: int, before: int) -> dict[str, str]:
    """rem_mny is what could be cancelled before this cancel, not after it."""
    return {"mod_mny": str(amount), "rem_mny": str(before)}


def _tax(what: Cancellation, amount: int, before: int) -> dict[str, str]:
    """A part of a payment of mixed tax is split by us: what the supply of the taxed part was before, less what it is
    after, so that the last cancel closes all three sums exactly."""
    if what.tax_free_balance is None:
        return {}
    taxed = before - what.tax_free_balance
    taxed_after = taxed - (amount - what.tax_free_amount)
    supply = supply_of(taxed) - supply_of(taxed_after)
    return {
        "tax_flag": MIXED_TAX,
        "mod_tax_mny": str(supply),
        "mod_vat_mny": str(amount - what.tax_free_amount - supply),
        "mod_free_mny": str(what.tax_free_amount),
    }


def _to_account(what: Cancellation, amount: int, before: int, *, untouched: bool) -> dict[str, str]:
    """Names of the old interface; whether REST has the same is not confirmed, so it is done only where the shop's
    credentials say so."""
    assert what.account is not None
    tax = {} if untouched else _tax(what, amount, before)
    sub_type = "MDSC00" if untouched else "MDSC04" if tax else "MDSC03"
    return {
        "mod_type": WHOLE_TO_ACCOUNT if untouched else PART_TO_ACCOUNT,
        "mod_sub_type": sub_type,
        "mod_comp_type": HOLDER_IS_CHECKED,
        "mod_bankcode": f"BK{BANK_CODES[what.account.bank]}",
        "mod_account": what.account.number,
        "mod_depositor": clean(what.account.holder, 30),
        **({} if untouched else {**_part(amount, before), **tax}),
    }
