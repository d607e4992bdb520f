"""Let time pass for one merchant alone: all that it has here becomes older, and the clock of the others stays.

Every gateway tells in its ages.py which of its tables hold times, and whose they are.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.sandbox.clock import MAX_STEP_S


@dataclass(frozen=True)
class Aged:
    """columns: seconds since 1970. owner: an SQL condition with one `?`, the merchant. within: (column, path) of such
    seconds within JSON."""

    table: str
    columns: tuple[str, ...]
    owner: str
    within: tuple[tuple[str, str], ...] = ()


def timers_of(payload_name: str, payments: str, key: str, owner: str) -> Aged:
    """What is planned for a merchant's payments. payload_name: what the timers call the payment's key."""
    mine = f"SELECT {key} FROM {payments} WHERE {owner}"  # noqa: S608  # words of our own
    return Aged("sandbox_timers", ("due_at",), f"json_extract(payload, '$.{payload_name}') IN ({mine})")


def pass_time(
    db: sqlite3.Connection, *, gateway: str, merchant: str, seconds: float, ages: Mapping[str, Sequence[Aged]]
) -> None:
    """merchant: as the gateway's own tables call it. ValueError for a gateway that is not here, or an odd time."""
    if gateway not in ages:
        raise ValueError(f"gateway must be one of {', '.join(ages)}")
    if not 0 < seconds <= MAX_STEP_S:
        raise ValueError(f"seconds must be above 0 and at most {MAX_STEP_S}")
    for aged in ages[gateway]:
        _age(db, aged, merchant, seconds)
    notices = Aged("sandbox_notices", ("created_at", "due_at"), f"gateway = '{gateway}' AND merchant = ?")
    _age(db, notices, merchant, seconds)


def _age(db: sqlite3.Connection, aged: Aged, merchant: str, seconds: float) -> None:
    plain = [f"{column} = {column} - :seconds" for column in aged.columns]
    inner = [
        f"{column} = json_replace({column}, '{path}', json_extract({column}, '{path}') - :seconds)"
        for column, path in aged.within
    ]
    older = ", ".join([*plain, *inner])
    owner = aged.owner.replace("?", ":merchant")
    statement = f"UPDATE {aged.table} SET {older} WHERE {owner}"  # noqa: S608  # words of our own
    db.execute(statement, {"seconds": seconds, "merchant": merchant})
