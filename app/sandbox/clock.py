"""The sandbox's clock: real time plus an offset that only grows, kept in the database.

Expiry after 10 or 30 minutes can so be tried without waiting, and the offset outlives a restart.
"""

import sqlite3
import time
from datetime import datetime, timedelta, timezone

from app.sandbox.storage import read_setting, write_setting

KOREA = timezone(timedelta(hours=9), "KST")  # no daylight saving since 1988, so no time zone table is needed

MAX_STEP_S = 2 * 365 * 24 * 60 * 60

_OFFSET = "clock_offset_s"


def now(db: sqlite3.Connection) -> float:
    """Seconds since 1970, as the simulated gateways see them."""
    return time.time() + float(read_setting(db, _OFFSET, "0"))


def advance(db: sqlite3.Connection, seconds: float) -> float:
    """Move the clock forward and return the new time. Never backwards: expired payments stay expired."""
    if not 0 <= seconds <= MAX_STEP_S:
        raise ValueError(f"seconds must be between 0 and {MAX_STEP_S}: the clock only moves forward")
    write_setting(db, _OFFSET, str(float(read_setting(db, _OFFSET, "0")) + seconds))
    return now(db)


def korea_time(moment_s: float) -> str:
    """`2026-01-05T10:15:02+09:00`, the form Korean gateways print."""
    return datetime.fromtimestamp(moment_s, KOREA).isoformat(timespec="seconds")
