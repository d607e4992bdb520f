"""거래등록 of a phone payment: POST /std/tradeReg/register, and /trade/register.do as it was before (notes §2.2)."""

import re
import sqlite3

from app.sandbox.kcp import sites, switches, text, windows
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.body import Body, needed
from app.sandbox.kcp.codes import MEANS
from app.sandbox.kcp.order import LENGTHS, TEXTS, is_web_address
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.kcp.tax import read_tax
from app.sandbox.text import size

NEEDED = ("site_cd", "ordr_idxx", "good_mny", "good_name", "pay_method", "Ret_URL")


def register(db: sqlite3.Connection, body: Body, *, pay_url: str, with_certificate: bool) -> Answer:
    """The answer's names are of a fashion of their own: Code, Message, approvalKey, PayUrl, traceNo."""
    fields = needed(body, *NEEDED)
    if with_certificate:
        sites.authenticate(db, fields)
    _check(db, fields)
    trade = windows.register_trade(
        db,
        site_cd=fields["site_cd"],
        order_no=fields["ordr_idxx"],
        amount=int(fields["good_mny"]),
        ret_url=fields["Ret_URL"],
        pay_method=fields["pay_method"],
    )
    return Answer(
        {
            "Code": "0000",
            "Message": "정상처리",
            "approvalKey": trade.approval_key,
            "PayUrl": pay_url,
            "traceNo": trade.trace_no,
            "paymentMethod": trade.pay_method,
        }
    )


def refused(refusal: KcpRefusal) -> dict[str, str]:
    return {"Code": refusal.code, "Message": refusal.message}


def _check(db: sqlite3.Connection, fields: dict[str, str]) -> None:
    caret = switches.is_set(db, "caret", "forbidden")
    too_long = [name for name, most in LENGTHS.items() if size(fields.get(name, "")) > most]
    unclean = [name for name in TEXTS if not text.is_clean(fields.get(name, ""), caret_forbidden=caret)]
    wrong = [*too_long, *unclean]
    if not sites.SITE_CD.fullmatch(fields["site_cd"]):
        wrong.append("site_cd")
    if not re.fullmatch("[A-Za-z0-9]+", fields["ordr_idxx"]):
        wrong.append("ordr_idxx")
    if not re.fullmatch("[1-9][0-9]*", fields["good_mny"]):
        wrong.append("good_mny")
    elif read_tax(fields, prefix="comm") is None:
        wrong.append("comm_tax_mny")
    if fields["pay_method"] not in {means.word for means in MEANS.values()}:
        wrong.append("pay_method")
    if not is_web_address(fields["Ret_URL"]):
        wrong.append("Ret_URL")
    if wrong:
        raise KcpRefusal("SIM0", ", ".join(wrong))
