"""Giving the money of a virtual account back to an account of the buyer's: STHD and STPD (notes §2.5).

Field names of the old interface; those of REST are not confirmed, so the switch `vbank_refund` is off.
"""

import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.sandbox import clock, timers
from app.sandbox.kcp import webhook
from app.sandbox.kcp.codes import bank_number
from app.sandbox.kcp.payment import Payment
from app.sandbox.kcp.payments import find_payment
from app.sandbox.kcp.results import KcpRefusal

CHECK_HOLDER, CHECK_PERSON = "MDCP01", "MDCP02"
SUB_TYPES = {(False, False): "MDSC00", (True, False): "MDSC03", (True, True): "MDSC04"}  # (partial, mixed)
SOMEBODY_ELSES = "0000"  # an account that begins so has another holder
PAID_OUT_AT = 10  # o'clock, on the next business day

TIMER = "kcp_refund_done"


def check(fields: Mapping[str, str], *, partial: bool, mixed: bool) -> None:
    """Raises KcpRefusal for an account that cannot be refunded to."""
    names = ["mod_bankcode", "mod_account", "mod_depositor", "mod_comp_type", "mod_sub_type"]
    if fields.get("mod_comp_type") == CHECK_PERSON:
        names += ["mod_socno", "mod_socname"]
    for name in names:
        if not fields.get(name):
            raise KcpRefusal("SIM0", name)
    if fields["mod_comp_type"] not in (CHECK_HOLDER, CHECK_PERSON):
        raise KcpRefusal("SIM0", "mod_comp_type")
    if fields["mod_sub_type"] != SUB_TYPES[partial, mixed and partial]:
        raise KcpRefusal("SIM0", "mod_sub_type")
    if not re.fullmatch("BK[0-9]{2}", fields["mod_bankcode"]) or bank_number(fields["mod_bankcode"]) is None:
        raise KcpRefusal("SIM0", "mod_bankcode")
    if not re.fullmatch("[0-9]{6,20}", fields["mod_account"]):
        raise KcpRefusal("SIM0", "mod_account")
    if fields["mod_account"].startswith(SOMEBODY_ELSES):
        raise KcpRefusal("SIMF")


def plan_notice(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str], amount: int) -> None:
    """The money is sent on the next business day; then TX01 tells so."""
    timers.plan(
        db,
        action=TIMER,
        due_at=_next_business_day(clock.now(db)),
        tno=payment.tno,
        refund_nm=fields["mod_depositor"],
        refund_mny=str(amount),
        bank_code=fields["mod_bankcode"],
    )


def refund_done(db: sqlite3.Connection, payload: dict[str, Any]) -> None:
    payment = find_payment(db, payload["tno"])
    if payment is not None:
        fields = {name: payload[name] for name in ("refund_nm", "refund_mny", "bank_code")}
        webhook.tell(db, payment, webhook.REFUNDED, fields)


def _next_business_day(moment: float) -> float:
    day = datetime.fromtimestamp(moment, clock.KOREA) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=PAID_OUT_AT, minute=0, second=0, microsecond=0).timestamp()
