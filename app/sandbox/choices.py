"""What a tester can choose in the pay windows of KCP and Inicis alike."""

from collections.abc import Mapping
from enum import StrEnum

from app.sandbox.faults import DEFAULT_DELAY_S, MAX_DELAY_S, Fault, FaultKind

DECLINE = "decline:"
OTHER = "decline:other"
MAX_WAIT_S = 24 * 60 * 60.0
NO_FAULT = "none"
CALL_FAULTS = (
    NO_FAULT,
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
    OTHER_ACCOUNT = "other_account"  # the notice names an account that was not issued; at Inicis only


# value: (Korean, English)
NOTICES = {
    NO_FAULT: ("정상", "no fault"),
    FaultKind.TWICE: ("두 번 통보", "twice"),
    FaultKind.SLOW: ("지연 시간 뒤 통보", "late"),
    FaultKind.REQUEST_LOST: ("첫 통보 유실", "the first is lost"),
    FaultKind.ANSWER_LOST: ("첫 응답 유실, 재통보", "the first acknowledgement is lost"),
    FaultKind.GARBLED: ("첫 통보가 깨짐", "the first is garbled"),
    FaultKind.WRONG_CHARSET: ("첫 통보가 다른 문자셋", "the first is of the wrong charset"),
}


def check_faults(*, of_calls: set[str], of_notice: str, delay_s: float) -> None:
    """ValueError for a fault that cannot be chosen, or a wait that is too long for it."""
    if not of_calls <= set(CALL_FAULTS) or of_notice not in NOTICES:
        raise ValueError("unknown fault")
    if not 0 <= delay_s <= MAX_WAIT_S:
        raise ValueError(f"delay_s must be between 0 and {MAX_WAIT_S:g} seconds")
    if FaultKind.SLOW in {*of_calls, of_notice} and delay_s > MAX_DELAY_S:
        raise ValueError(f"delay_s of a slow answer must be between 0 and {MAX_DELAY_S:g} seconds")


def chosen_fault(name: str, delay_s: float) -> Fault | None:
    if name == NO_FAULT:
        return None
    kind = FaultKind(name)
    return Fault(kind, delay_s if kind is FaultKind.SLOW else DEFAULT_DELAY_S)


def chosen_refusal(form: Mapping[str, str]) -> str | None:
    """The result code of a refusal, None when none was chosen: a refusal is an approval whose answer says no."""
    outcome = form.get("outcome", "")
    if not outcome.startswith(DECLINE):
        return None
    return form.get("code", "").strip().upper() if outcome == OTHER else outcome.removeprefix(DECLINE)
