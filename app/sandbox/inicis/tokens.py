"""Who asks with an authToken, and what it stands for: the checks of payAuth and netCancel (notes §1.8, §1.11)."""

import re
import sqlite3
from collections.abc import Mapping

from app.sandbox import clock
from app.sandbox.inicis import hashes, switches
from app.sandbox.inicis.answer import JSON, NVP, XML, Answer
from app.sandbox.inicis.freshness import is_fresh_ms
from app.sandbox.inicis.mids import find_mid
from app.sandbox.inicis.order import PC
from app.sandbox.inicis.results import InicisRefusal
from app.sandbox.inicis.windows import Window, find_by_token

Fields = Mapping[str, str]

NEEDED = ("mid", "authToken", "timestamp", "signature")
FORMS = {"JSON": JSON, "XML": XML, "NVP": NVP}


def authenticate(db: sqlite3.Connection, fields: Fields) -> None:
    """Raises InicisRefusal unless the hashes are those of the MID."""
    for name in NEEDED:
        if not fields.get(name):
            raise InicisRefusal("SIM8", name)
    merchant = find_mid(db, fields["mid"])
    if merchant is None:
        raise InicisRefusal("SIMA")
    token, timestamp = fields["authToken"], fields["timestamp"]
    if not re.fullmatch("[0-9]{13}", timestamp, re.ASCII) or not is_fresh_ms(db, timestamp):
        raise InicisRefusal("SIMO")
    if not hashes.same(hashes.signature(authToken=token, timestamp=timestamp), fields["signature"]):
        raise InicisRefusal("SIM1")
    verification = fields.get("verification")
    if verification is None and switches.is_set(db, "approval_verification", "checked_if_sent"):
        return
    expected = hashes.signature(authToken=token, signKey=merchant.sign_key, timestamp=timestamp)
    if not hashes.same(expected, verification or ""):
        raise InicisRefusal("SIM1", "verification")


def window_of(db: sqlite3.Connection, fields: Fields) -> Window | None:
    """The window that the token was given out in, to this MID; None when there is none."""
    window = find_by_token(db, fields["authToken"], PC)
    return window if window is not None and window.order.mid == fields["mid"] else None


def is_in_time(db: sqlite3.Connection, window: Window, switch: str) -> bool:
    """switch: the one with the seconds since the authentication."""
    return clock.now(db) < window.authenticated_at + switches.number(db, switch)


def pc_answer(fields: Fields, body: Mapping[str, str], *, after_notice: int | None = None) -> Answer:
    """In the format and charset that were asked for; XML when nothing was."""
    form = FORMS.get(fields.get("format", "").upper(), XML)
    charset = "euc-kr" if fields.get("charset", "").lower() == "euc-kr" else "utf-8"
    return Answer(body, form, charset, after_notice)


def pc_refusal(_db: sqlite3.Connection, fields: Fields, refusal: InicisRefusal) -> Answer:
    return pc_answer(fields, {"resultCode": refusal.code, "resultMsg": refusal.message})
