"""What the tester chooses in the pay window, read from its form and kept with the window."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from app.sandbox.faults import DEFAULT_DELAY_S, MAX_DELAY_S, Fault, FaultKind
from app.sandbox.inicis.magic import MAGIC
from app.sandbox.inicis.offer import offer_of, read_offer
from app.sandbox.inicis.order import Order
from app.sandbox.magic import form_of_card


class Outcome(StrEnum):
    APPROVE = "approve"  # authenticated; approved or declined when the shop asks
    EXPIRED = "expired"  # authenticated, but out of time when the approval comes
    CLOSE = "close"  # the buyer cancels
    BANK_APP = "bank_app"  # the buyer cancels in the app of the bank: another sentence on phones
    FAIL = "fail"  # the authentication fails
    BLANK = "blank"  # an empty code on PC, an empty message on phones
    TIMEOUT = "timeout"  # nothing comes back


class Back(StrEnum):
    """What becomes of the return to the shop."""

    NORMAL = "normal"
    NEVER = "never"  # the buyer closes the browser after authentication
    LATE = "late"  # after `delay_s`
    TWICE = "twice"  # both at once, as by a double click or reload
    GARBLED = "garbled"  # half of authToken or P_TID is missing
    WITHOUT = "without"  # all of it is missing
    WRONG_CHARSET = "wrong_charset"
    FOREIGN_APPROVAL = "foreign_approval"  # authUrl or P_REQ_URL of somebody else
    FOREIGN_CANCEL = "foreign_cancel"  # netCancelUrl of somebody else
    UNKNOWN_IDC = "unknown_idc"
    OTHER_ORDER = "other_order"  # orderNumber or P_NOTI of another order


class Deposit(StrEnum):
    """When a virtual account is paid into, without anybody doing it in the console."""

    NONE = "none"
    SOON = "soon"
    LATER = "later"  # after `delay_s`
    BEFORE_ANSWER = "before_answer"  # the notice comes before the answer to the approval
    AFTER_DUE = "after_due"  # although the account should be closed
    REVERSED = "reversed"  # soon, and taken back after `delay_s`
    REVERSED_FIRST = "reversed_first"  # soon and taken back, but the notices arrive the other way round
    LESS = "less"
    MORE = "more"
    TWO = "two"  # the buyer transfers two times
    OTHER_ACCOUNT = "other_account"  # the notice names an account that was not issued


class Lie(StrEnum):
    """What is wrong in the answer to an approval that was made."""

    NONE = "none"
    AMOUNT = "amount"
    OID = "oid"
    MID = "mid"
    SIGNATURE = "signature"  # PC only
    TID = "tid"  # it is empty


DECLINE = "decline:"
OTHER = "decline:other"
MAX_WAIT_S = 24 * 60 * 60.0
CALL_FAULTS = (
    "none",
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_500_AFTER,
    FaultKind.SYSTEM_ERROR_AFTER,
    FaultKind.GARBLED,
    FaultKind.WRONG_CHARSET,
    FaultKind.ERROR_500_BEFORE,
    FaultKind.SYSTEM_ERROR_BEFORE,
    FaultKind.REQUEST_LOST,
    FaultKind.SLOW,
)
NOTICE_FAULTS = (
    "none",
    FaultKind.TWICE,
    FaultKind.SLOW,
    FaultKind.REQUEST_LOST,
    FaultKind.ANSWER_LOST,
    FaultKind.GARBLED,
    FaultKind.WRONG_CHARSET,
)


@dataclass(frozen=True)
class Choice:
    """decline: the result code of the refusal, None: it will be approved. means: see offer.py.

    fault: of the approval; cancel_fault: of the first net-cancel; notice: of the first notice of a deposit.
    delay_s: for whatever waits.
    """

    method: str
    outcome: Outcome = Outcome.APPROVE
    decline: str | None = None
    means: Mapping[str, str] = field(default_factory=dict)
    fault: str = "none"
    lie: Lie = Lie.NONE
    cancel_fault: str = "none"
    back: Back = Back.NORMAL
    deposit: Deposit = Deposit.NONE
    notice: str = "none"
    delay_s: float = DEFAULT_DELAY_S

    def __post_init__(self) -> None:
        if not {self.fault, self.cancel_fault} <= set(CALL_FAULTS) or self.notice not in NOTICE_FAULTS:
            raise ValueError("unknown fault")
        if not 0 <= self.delay_s <= MAX_WAIT_S:
            raise ValueError(f"delay_s must be between 0 and {MAX_WAIT_S:g} seconds")
        if FaultKind.SLOW in (self.fault, self.cancel_fault, self.notice) and self.delay_s > MAX_DELAY_S:
            raise ValueError(f"delay_s of a slow answer must be between 0 and {MAX_DELAY_S:g} seconds")

    def fault_of(self, name: str) -> Fault | None:
        """name: fault, cancel_fault or notice."""
        chosen: str = getattr(self, name)
        if chosen == "none":
            return None
        kind = FaultKind(chosen)
        return Fault(kind, self.delay_s if kind is FaultKind.SLOW else DEFAULT_DELAY_S)

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def read_choice(form: Mapping[str, str], order: Order) -> Choice:
    """The posted form of the window. ValueError for what is not offered.

    A magic card number takes the place of everything it decides.
    """
    number = re.sub("[ -]", "", form.get("card_number", ""))
    form = {**form, **form_of_card(MAGIC, number)}
    method = form.get("method", order.methods[0])
    if method not in order.methods:
        raise ValueError("this method is not offered")
    means = read_offer(offer_of(order, method), form)
    if re.fullmatch("[0-9]{13,16}", number):
        means["card_number"] = number
    outcome, decline = _outcome(form)
    return Choice(
        method=method,
        outcome=outcome,
        decline=decline,
        means=means,
        fault=form.get("fault", "none"),
        lie=Lie(form.get("lie", Lie.NONE)),
        cancel_fault=form.get("cancel_fault", "none"),
        back=Back(form.get("back", Back.NORMAL)),
        deposit=Deposit(form.get("deposit", Deposit.NONE)),
        notice=form.get("notice", "none"),
        delay_s=float(form.get("delay_s") or DEFAULT_DELAY_S),
    )


def _outcome(form: Mapping[str, str]) -> tuple[Outcome, str | None]:
    """(outcome, result code of a refusal). A refusal is an approval whose answer says no."""
    outcome = form.get("outcome", Outcome.APPROVE)
    if not outcome.startswith(DECLINE):
        return Outcome(outcome), None
    code = form.get("code", "").strip().upper() if outcome == OTHER else outcome.removeprefix(DECLINE)
    if not re.fullmatch("[A-Z0-9]{2,10}", code) or code in ("00", "0000"):
        raise ValueError("a result code is two to ten capital letters or digits, and 00 is no refusal")
    return Outcome.APPROVE, code


def load_choice(stored: str) -> Choice:
    fields = json.loads(stored)
    fields["outcome"], fields["back"] = Outcome(fields["outcome"]), Back(fields["back"])
    fields["deposit"], fields["lie"] = Deposit(fields["deposit"]), Lie(fields["lie"])
    return Choice(**fields)
