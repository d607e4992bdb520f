"""What the pay windows of KCP and Inicis have in common as rows: their states, and how long they stay open."""

import sqlite3
from enum import StrEnum

from app.sandbox import clock

WINDOW_LIFETIME_S = 30 * 60


class State(StrEnum):
    OPEN = "OPEN"
    AUTHENTICATED = "AUTHENTICATED"
    CLOSED = "CLOSED"  # left without authentication
    EXPIRED = "EXPIRED"


def expire_due(db: sqlite3.Connection, table: str) -> None:
    """Done before every look, so no timer is needed."""
    db.execute(
        f"UPDATE {table} SET state = ? WHERE state = ? AND opened_at <= ?",  # noqa: S608  # a name of our own
        (State.EXPIRED, State.OPEN, clock.now(db) - WINDOW_LIFETIME_S),
    )
