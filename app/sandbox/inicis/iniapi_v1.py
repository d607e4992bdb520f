"""INIAPI v1: forms in UTF-8 to /api/v1/refund and /api/v1/extra (notes §3.1, §3.4)."""

import sqlite3

from app.sandbox.inicis import inquiry, refund, switches
from app.sandbox.inicis.answer import Answer
from app.sandbox.inicis.callers import Fields, api_refusal, authenticate_caller
from app.sandbox.inicis.exchange import Call
from app.sandbox.inicis.payment import PART
from app.sandbox.inicis.refund import Asked
from app.sandbox.inicis.results import InicisRefusal

REFUND_HASHED = ("type", "paymethod", "timestamp", "clientIp", "mid", "tid")
INQUIRY_HASHED = ("type", "paymethod", "timestamp", "clientIp", "mid")


def _refund(db: sqlite3.Connection, fields: Fields) -> Answer:
    """The hash grows by the amounts of a part, and by the encrypted account of a virtual account."""
    names, needed = [*REFUND_HASHED], ("paymethod", "tid")
    if fields.get("type") == PART:
        names += ["price", "confirmPrice"]
    if fields.get("paymethod") == "Vacct":
        names.append("refundAcctNum")
    hashed = [fields.get(name, "") for name in names]
    merchant = authenticate_caller(db, fields, needed=needed, hashed=hashed)
    asked = Asked(
        tid=fields["tid"],
        kind=fields["type"],
        paymethod=fields["paymethod"],
        reason=fields.get("msg", ""),
        price=fields.get("price", ""),
        confirm_price=fields.get("confirmPrice", ""),
        account=fields.get("refundAcctNum", ""),
        bank=fields.get("refundBankCode", ""),
        holder=fields.get("refundAcctName", ""),
    )
    return Answer(refund.refund(db, merchant, asked))


def _inquire(db: sqlite3.Connection, fields: Fields) -> Answer:
    hashed = [fields.get(name, "") for name in INQUIRY_HASHED]
    merchant = authenticate_caller(db, fields, needed=("paymethod",), hashed=hashed)
    if (fields["type"], fields["paymethod"]) != ("Extra", "Inquiry"):
        raise InicisRefusal("SIM8", "type, paymethod")
    tid, oid = fields.get("originalTid", ""), fields.get("oid", "")
    if not tid and not oid:
        raise InicisRefusal("SIM8", "originalTid, oid")
    if not tid and switches.is_set(db, "duplicate_oid", "allowed"):
        raise InicisRefusal("SIMK", "주문번호 중복방지")
    return Answer(inquiry.v1_fields(inquiry.find(db, merchant, tid=tid, oid=oid)))


REFUND = Call("refund", _refund, api_refusal)
INQUIRY = Call("inquiry", _inquire, api_refusal)
