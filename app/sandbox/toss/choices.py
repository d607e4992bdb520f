"""What can be chosen in the pay window: the buyer's outcome and the fault of the coming confirm."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.toss.errors import API_ERRORS
from app.sandbox.toss.payment import Script
from app.sandbox.toss.vbank import BANKS, CHOICE

APPROVE, CLOSE, ABORT, REJECT = "approve", "close", "abort", "reject_in_window"
DECLINE = "decline:"

# value: (Korean, English)
WINDOW_FAILURES = {
    ABORT: ("결제 진행 중 중단", "PAY_PROCESS_ABORTED"),
    REJECT: ("카드사가 인증 거절", "REJECT_CARD_COMPANY"),
}
FAULTS = {
    "none": ("장애 없음", "no fault"),
    FaultKind.ANSWER_LOST.value: ("승인 후 응답 유실", "answer lost after approval"),
    FaultKind.ERROR_500_AFTER.value: ("승인 후 500 오류", "500 after approval"),
    FaultKind.GARBLED.value: ("승인 후 깨진 응답", "garbled body after approval"),
    FaultKind.ERROR_500_BEFORE.value: ("승인 없이 500 오류 (1회)", "500 without approval, once"),
    FaultKind.REQUEST_LOST.value: ("요청 유실 (1회)", "request lost, nothing done, once"),
    FaultKind.SLOW.value: ("느린 응답", "slow answer"),
}
FUNDINGS = {
    "card": ("등록 카드", "registered card"),
    "money": ("머니·계좌", "wallet money"),
    "points": ("머니 + 포인트 10%", "money and points"),
    **{CHOICE + code: (name, code) for code, name in BANKS.items()},
}


@dataclass(frozen=True)
class Choice:
    """`outcome`: approve, close, abort or reject_in_window; a decline is an approve whose script says no."""

    outcome: str
    script: Script


def read_choice(form: Mapping[str, str]) -> Choice:
    """The posted form: `outcome`, `fault`, `delay_s`, `funding`. ValueError for what is not offered."""
    outcome, decline = form.get("outcome", APPROVE), None
    if outcome.startswith(DECLINE):
        outcome, decline = APPROVE, outcome.removeprefix(DECLINE)
    if outcome not in (APPROVE, CLOSE, *WINDOW_FAILURES):
        raise ValueError("unknown outcome")
    if decline is not None and decline not in API_ERRORS:
        raise ValueError("unknown decline code")
    funding = form.get("funding", "card")
    if funding not in FUNDINGS:
        raise ValueError("unknown funding")
    return Choice(outcome, Script(decline, _fault(form), funding))


def _fault(form: Mapping[str, str]) -> Fault | None:
    name = form.get("fault", "none")
    if name == "none":
        return None
    if name not in FAULTS:
        raise ValueError("unknown fault")
    return Fault(FaultKind(name), float(form.get("delay_s") or DEFAULT_DELAY_S))
