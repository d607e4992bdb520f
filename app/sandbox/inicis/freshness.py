"""Whether a timestamp of the shop is near enough to now (notes §8.10).

The shop's server lives in real time while the sandbox's clock may have been moved, so anything between both is new.
"""

import sqlite3
import time
from datetime import datetime

from app.sandbox import clock
from app.sandbox.inicis import switches


def is_fresh_ms(db: sqlite3.Connection, timestamp: str) -> bool:
    """timestamp: 13 digits, milliseconds since 1970."""
    return _is_near(db, int(timestamp) / 1000)


def is_fresh_korean(db: sqlite3.Connection, timestamp: str) -> bool:
    """timestamp: `YYYYMMDDhhmmss` in Korea, as INIAPI wants it. False for what is no time."""
    try:
        moment = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=clock.KOREA).timestamp()
    except ValueError:
        return False
    return len(timestamp) == 14 and _is_near(db, moment)


def _is_near(db: sqlite3.Connection, moment: float) -> bool:
    tolerance_s = switches.number(db, "timestamp_tolerance_s")
    return not tolerance_s or time.time() - tolerance_s <= moment <= clock.now(db) + tolerance_s
