"""What the tester chooses in the pay window, read from its form and kept with the window."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from app.sandbox.choices import Deposit, check_faults, chosen_fault, chosen_refusal
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.kcp.magic import MAGIC
from app.sandbox.kcp.offer import offer_of
from app.sandbox.kcp.order import Order
from app.sandbox.magic import form_of_card


class Outcome(StrEnum):
    APPROVE = "approve"  # authenticated; approved or declined when the shop asks
    EXPIRED = "expired"  # authenticated, but the enc_data is out of time when it arrives
    CLOSE = "close"  # 3001
    LIMIT = "limit"  # 3000
    ODD = "odd"  # 7777, which one shop met for a cancel
    BLANK = "blank"  # no res_cd at all
    TIMEOUT = "timeout"  # the time of the window is up and nothing comes back


class Back(StrEnum):
    """What becomes of the return to the shop."""

    NORMAL = "normal"
    NEVER = "never"  # the buyer closes the browser after authentication
    LATE = "late"  # after `delay_s`
    TWICE = "twice"  # as by reload or the back button
    GARBLED = "garbled"  # half of enc_data is missing
    WITHOUT = "without"  # enc_info is missing
    WRONG_CHARSET = "wrong_charset"


WINDOW_CODES = {Outcome.CLOSE: "3001", Outcome.LIMIT: "3000", Outcome.ODD: "7777", Outcome.BLANK: ""}

# value: (Korean, English)
FAILURES = {
    Outcome.CLOSE: ("구매자가 창을 닫음", "closed, 3001"),
    Outcome.LIMIT: ("결제창 한도 초과", "over the limit, 3000"),
    Outcome.ODD: ("다른 취소 코드", "cancelled with 7777"),
    Outcome.BLANK: ("빈 결과 코드", "empty res_cd"),
    Outcome.TIMEOUT: ("시간 초과, 아무것도 돌아오지 않음", "time out, nothing comes back"),
    Outcome.EXPIRED: ("인증 후 승인 시한이 지남", "enc_data has expired"),
}
FAULTS = {
    "none": ("장애 없음", "no fault"),
    FaultKind.ANSWER_LOST.value: ("승인 후 응답 유실", "answer lost after approval"),
    FaultKind.ERROR_500_AFTER.value: ("승인 후 502 오류", "502 page after approval"),
    FaultKind.SYSTEM_ERROR_AFTER.value: ("승인 후 9999 응답", "9999 after approval"),
    FaultKind.GARBLED.value: ("승인 후 깨진 응답", "garbled body after approval"),
    FaultKind.WRONG_CHARSET.value: ("응답이 EUC-KR", "answer in EUC-KR instead of UTF-8"),
    FaultKind.ERROR_500_BEFORE.value: ("승인 없이 502 오류 (1회)", "502 page without approval, once"),
    FaultKind.SYSTEM_ERROR_BEFORE.value: ("승인 없이 9999 응답 (1회)", "9999 without approval, once"),
    FaultKind.REQUEST_LOST.value: ("요청 유실 (1회)", "request lost, nothing done, once"),
    FaultKind.SLOW.value: ("느린 응답", "slow answer"),
}
BACKS = {
    Back.NORMAL: ("정상", "normal"),
    Back.NEVER: ("돌아오지 않음", "the browser is closed, nothing comes back"),
    Back.LATE: ("늦게 돌아옴", "late"),
    Back.TWICE: ("두 번 돌아옴", "twice"),
    Back.GARBLED: ("enc_data 절반 유실", "half of enc_data is missing"),
    Back.WITHOUT: ("enc_info 없음", "enc_info is missing"),
    Back.WRONG_CHARSET: ("다른 문자셋", "wrong charset"),
}
DEPOSITS = {
    Deposit.NONE: ("콘솔에서 입금", "by hand, in the console"),
    Deposit.SOON: ("바로 입금", "at once"),
    Deposit.LATER: ("지연 시간 뒤 입금", "after the delay"),
    Deposit.BEFORE_ANSWER: ("승인 응답보다 통보가 먼저", "notice before the answer"),
    Deposit.REVERSED: ("입금 후 지연 시간 뒤 망취소", "taken back after the delay"),
    Deposit.REVERSED_FIRST: ("망취소 통보가 먼저 도착", "taken back, told first"),
    Deposit.LESS: ("모자란 금액", "too little"),
    Deposit.MORE: ("넘치는 금액", "too much"),
    Deposit.TWO: ("두 번 입금", "paid two times"),
    Deposit.AFTER_DUE: ("입금 기한이 지난 뒤", "after the due date"),
}


@dataclass(frozen=True)
class Choice:
    """decline: the result code of the refusal, None: it will be approved. means: see offer.py.

    fault: of the approval; notice_fault: of the first notice of a deposit. delay_s: for whatever waits.
    """

    pay_type: str
    outcome: Outcome = Outcome.APPROVE
    decline: str | None = None
    means: Mapping[str, str] = field(default_factory=dict)
    fault: str = "none"
    back: Back = Back.NORMAL
    deposit: Deposit = Deposit.NONE
    notice: str = "none"
    delay_s: float = DEFAULT_DELAY_S

    def __post_init__(self) -> None:
        if self.deposit not in DEPOSITS:
            raise ValueError("unknown deposit")
        check_faults(of_calls={self.fault}, of_notice=self.notice, delay_s=self.delay_s)

    @property
    def approval_fault(self) -> Fault | None:
        return chosen_fault(self.fault, self.delay_s)

    @property
    def notice_fault(self) -> Fault | None:
        return chosen_fault(self.notice, self.delay_s)

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def read_choice(form: Mapping[str, str], order: Order) -> Choice:
    """The posted form of the window. ValueError for what is not offered.

    A magic card number takes the place of everything it decides.
    """
    number = re.sub("[ -]", "", form.get("card_number", ""))
    form = {**form, **form_of_card(MAGIC, number)}
    pay_type = form.get("pay_type", order.pay_types[0])
    if pay_type not in order.pay_types:
        raise ValueError("this method is not offered")
    means = offer_of(order, pay_type).read(form)
    if re.fullmatch("[0-9]{13,16}", number):
        means["card_number"] = number
    if means.get("cash_tr_code"):
        means["cash_id"] = _cash_id(form.get("cash_id", ""))
    outcome, decline = _outcome(form)
    return Choice(
        pay_type=pay_type,
        outcome=outcome,
        decline=decline,
        means=means,
        fault=form.get("fault", "none"),
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
    if not re.fullmatch("[A-Z0-9]{4}", code) or code == "0000":
        raise ValueError("a result code is four capital letters or digits, and 0000 is no refusal")
    return Outcome.APPROVE, code


def _cash_id(value: str) -> str:
    """A phone, card or business number; the number of 자진발급 when none is given."""
    digits = re.sub("[ -]", "", value) or "0100001234"
    if not re.fullmatch("[0-9]{10,19}", digits):
        raise ValueError("a cash receipt needs a number of 10 to 19 digits")
    return digits


def load_choice(stored: str) -> Choice:
    fields = json.loads(stored)
    fields["outcome"], fields["back"] = Outcome(fields["outcome"]), Back(fields["back"])
    fields["deposit"] = Deposit(fields["deposit"])
    return Choice(**fields)
