"""Times and numbers as Inicis writes them (notes §0.4)."""

import sqlite3
from datetime import datetime

from app.sandbox import clock
from app.sandbox.storage import read_setting, write_setting

_COUNTER = "inicis_counter"


def stamp(moment: float) -> str:
    """`YYYYMMDDhhmmss` in Korea."""
    return datetime.fromtimestamp(moment, clock.KOREA).strftime("%Y%m%d%H%M%S")


def new_tid(db: sqlite3.Connection, prefix: str, mid: str) -> str:
    """40 characters: prefix of ten, MID of ten, the time, and a number of six digits that no other has today."""
    assert (len(prefix), len(mid)) == (10, 10)
    return f"{prefix}{mid}{stamp(clock.now(db))}{next_number(db) % 10**6:06}"


def next_number(db: sqlite3.Connection) -> int:
    """1, 2, 3, …, over all sorts of numbers that the simulator gives."""
    number = int(read_setting(db, _COUNTER, "0")) + 1
    write_setting(db, _COUNTER, str(number))
    return number
