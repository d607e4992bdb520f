"""자동취소 of test payments: the same night, by 23:50, and nobody is told (notes §7). Switched on by night_cancel.

Money in virtual accounts does not go back by itself.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from app.sandbox import clock, timers
from app.sandbox.inicis import switches
from app.sandbox.inicis.payment import Payment
from app.sandbox.inicis.payments import find_payment, give_back

TIMER = "inicis_night_cancel"
TYPE = "nightCancel"


def plan(db: sqlite3.Connection, payment: Payment) -> None:
    if switches.is_set(db, "night_cancel", "on"):
        timers.plan(db, action=TIMER, due_at=_next_half_past_eleven(payment.approved_at), tid=payment.tid)


def cancel(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    payment = find_payment(db, payload["tid"])
    if payment is not None and payment.balance:
        give_back(db, payment, type=TYPE, amount=payment.balance, reason="테스트 자동취소")


def _next_half_past_eleven(moment: float) -> float:
    now = datetime.fromtimestamp(moment, clock.KOREA)
    tonight = now.replace(hour=23, minute=30, second=0, microsecond=0)
    return (tonight if now < tonight else tonight + timedelta(days=1)).timestamp()
