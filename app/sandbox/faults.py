"""Ways in which a call to a gateway goes wrong, and the list of faults armed for coming calls.

A fault is either armed for the next calls of one kind (control endpoint) or chosen by the buyer in the pay
window; the second sort is stored with the payment by its simulator.
"""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

ALL_TARGETS = "all"
DEFAULT_DELAY_S = 8.0
MAX_DELAY_S = 120.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox_faults (
    gateway TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, remaining INTEGER NOT NULL,
    delay_s REAL NOT NULL, PRIMARY KEY (gateway, target)
);
"""


class FaultKind(StrEnum):
    ANSWER_LOST = "answer_lost"  # the work is done, the connection breaks before any answer
    ERROR_500_AFTER = "error_500_after"  # the work is done, the answer says 500
    ERROR_500_BEFORE = "error_500_before"  # nothing is done, the answer says 500
    REQUEST_LOST = "request_lost"  # nothing is done, the connection breaks
    SLOW = "slow"  # the answer takes `delay_s`; the work happens at the end of that time
    GARBLED = "garbled"  # the work is done, the body of the answer is cut and unreadable
    OUTAGE = "outage"  # 503 for every call until disarmed
    SYSTEM_ERROR_AFTER = "system_error_after"  # the work is done, a readable answer says the system failed
    SYSTEM_ERROR_BEFORE = "system_error_before"  # nothing is done, a readable answer says the system failed
    WRONG_CHARSET = "wrong_charset"  # the work is done, the bytes are of another charset than they claim
    TWICE = "twice"  # what the gateway sends by itself goes out two times


@dataclass(frozen=True)
class Fault:
    kind: FaultKind
    delay_s: float = DEFAULT_DELAY_S

    def __post_init__(self) -> None:
        if not 0 <= self.delay_s <= MAX_DELAY_S:
            raise ValueError(f"delay_s must be between 0 and {MAX_DELAY_S:g} seconds")


def arm(db: sqlite3.Connection, *, gateway: str, target: str, fault: Fault, times: int) -> None:
    """Arm a fault for the next `times` calls of `target`; 0 disarms. A target holds one fault, the latest."""
    db.execute("DELETE FROM sandbox_faults WHERE gateway = ? AND target = ?", (gateway, target))
    if times > 0:
        db.execute(
            "INSERT INTO sandbox_faults VALUES (?, ?, ?, ?, ?)",
            (gateway, target, fault.kind.value, times, fault.delay_s),
        )


def take_armed(db: sqlite3.Connection, *, gateway: str, target: str, general: bool = True) -> Fault | None:
    """Use up one count of the fault armed for this call, the one for this very target before the general one.

    general: whether a fault armed for all targets counts. An outage is not used up: it lasts until disarmed.
    """
    row = db.execute(
        "SELECT * FROM sandbox_faults WHERE gateway = ? AND target IN (?, ?) ORDER BY target = ? LIMIT 1",
        (gateway, target, ALL_TARGETS if general else target, ALL_TARGETS),
    ).fetchone()
    if row is None:
        return None
    fault = Fault(FaultKind(row["kind"]), row["delay_s"])
    if fault.kind is not FaultKind.OUTAGE:
        arm(db, gateway=gateway, target=row["target"], fault=fault, times=row["remaining"] - 1)
    return fault


def take_for_call(db: sqlite3.Connection, *, gateway: str, target: str) -> Fault | None:
    """The fault of one call to the server API: an outage comes before whatever is armed for this very target."""
    if in_outage(db, gateway=gateway, target=target):
        return Fault(FaultKind.OUTAGE)
    return take_armed(db, gateway=gateway, target=target)


def in_outage(db: sqlite3.Connection, *, gateway: str, target: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM sandbox_faults WHERE gateway = ? AND target IN (?, ?) AND kind = ?",
        (gateway, target, ALL_TARGETS, FaultKind.OUTAGE.value),
    ).fetchone()
    return row is not None
