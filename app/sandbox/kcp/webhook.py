"""What KCP's webhook tells the shop: the fields of each notice, how it is sent and acknowledged (notes §4)."""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from app.sandbox import clock, notices, text
from app.sandbox.faults import Fault
from app.sandbox.kcp import switches
from app.sandbox.kcp.approved import receipt_of
from app.sandbox.kcp.payment import Payment
from app.sandbox.kcp.payments import stamp
from app.sandbox.kcp.sites import find_site
from app.sandbox.notices import Notice

GATEWAY = "kcp"
DEPOSIT, REFUNDED, ESCROW_ANSWER, DELIVERY = "TX00", "TX01", "TX02", "TX03"
HELD, CANCELLED_EARLY, CANCELLED_LATE, CLOSED = "TX04", "TX05", "TX06", "TX07"

REVERSAL = "13"  # op_cd: the bank took the deposit back. Every other one is a deposit
GROWING_S = (1, 5, 15, 60, 120, 300, 600, 1_800, 3_600)

_INPUT = re.compile(rb"<input\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|value|type)\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)


class KcpRules:
    """The webhook as a sender of notices sees it."""

    def encode(self, fields: Mapping[str, Any], charset: str) -> tuple[dict[str, str], bytes]:
        """A form, percent-encoded in the charset that the shop has registered."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return headers, text.encode_form(fields, charset)

    def acknowledged(self, status: int, body: bytes) -> bool:
        """HTTP 200 and an HTML form with `<input type="hidden" name="result" value="0000">` in it."""
        if status != 200:
            return False
        for found in _INPUT.findall(body):
            attributes = {name.lower(): value for name, value in _ATTRIBUTE.findall(found)}
            if attributes.get(b"name") == b"result":
                return attributes.get(b"value") == b"0000" and attributes.get(b"type") == b"hidden"
        return False

    def retry_after_s(self, db: sqlite3.Connection, notice: Notice, attempts: int) -> float | None:
        if attempts >= int(switches.read(db, "notice_times")):
            return None
        if switches.is_set(db, "notice_interval", "minute"):
            return 60.0
        return float(GROWING_S[min(attempts, len(GROWING_S)) - 1])


def tell(
    db: sqlite3.Connection,
    payment: Payment,
    tx_cd: str,
    fields: Mapping[str, str],
    *,
    url: str | None = None,
    fault: Fault | None = None,
) -> int:
    """Queue a notice about the payment and return its id. url None: the one registered for the site."""
    site = find_site(db, payment.site_cd)
    common = {
        "site_cd": payment.site_cd,
        "tno": payment.tno,
        "order_no": payment.order_no,
        "tx_cd": tx_cd,
        "tx_tm": stamp(clock.now(db)),
    }
    notice = Notice(
        gateway=GATEWAY,
        merchant=payment.site_cd,
        subject=payment.tno,
        kind=tx_cd,
        url=site.noti_url if url is None else url,
        fields={**common, **fields},
        charset=site.noti_charset,
        fault=fault,
    )
    return notices.queue(db, notice)


def deposit_fields(
    db: sqlite3.Connection, payment: Payment, *, amount: int, remitter: str, op_cd: str, noti_id: str
) -> dict[str, str]:
    """Of TX00. payment: as it is after the deposit or its reversal."""
    bank = payment.choice.means["bank"]
    approval, number, _ = receipt_of(db, payment) if op_cd != REVERSAL else ("", "", "")
    return {
        "ipgm_name": payment.fields.get("depositor", ""),
        "remitter": remitter,
        "ipgm_mnyx": str(amount),
        "totl_mnyx": str(payment.captured),
        "ipgm_time": stamp(clock.now(db)),
        "bank_code": f"BK{bank}" if switches.is_set(db, "notice_bank_code", "BK26") else bank,
        "account": payment.account or "",
        "op_cd": op_cd,
        "noti_id": noti_id,
        "cash_a_no": approval,
        "cash_no": number,
    }
