"""What the tester chooses in the pay window, read from its form and kept with the window."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from app.sandbox.choices import Deposit, check_faults, chosen_fault, chosen_refusal
from app.sandbox.faults import DEFAULT_DELAY_S, Fault
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


class Lie(StrEnum):
    """What is wrong in the answer to an approval that was made."""

    NONE = "none"
    AMOUNT = "amount"
    OID = "oid"
    MID = "mid"
    SIGNATURE = "signature"  # PC only
    TID = "tid"  # it is empty


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
        check_faults(of_calls={self.fault, self.cancel_fault}, of_notice=self.notice, delay_s=self.delay_s)

    def fault_of(self, name: str) -> Fault | None:
        """name: fault, cancel_fault or notice."""
        return chosen_fault(getattr(self, name), self.delay_s)

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
    code = chosen_refusal(form)
    if code is None:
        return Outcome(form.get("outcome", Outcome.APPROVE)), None
    if not re.fullmatch("[A-Z0-9]{2,10}", code) or code in ("00", "0000"):
        raise ValueError("a result code is two to ten capital letters or digits, and 00 is no refusal")
    return Outcome.APPROVE, code


def load_choice(stored: str) -> Choice:
    fields = json.loads(stored)
    fields["outcome"], fields["back"] = Outcome(fields["outcome"]), Back(fields["back"])
    fields["deposit"], fields["lie"] = Deposit(fields["deposit"]), Lie(fields["lie"])
    return Choice(**fields)
