"""Who asks INIAPI: the MID, the time in Korea, the caller's address and hashData (notes §3)."""

import re
import sqlite3
from collections.abc import Mapping

from flask import request

from app.sandbox.inicis import hashes, switches
from app.sandbox.inicis.answer import Answer
from app.sandbox.inicis.freshness import is_fresh_korean
from app.sandbox.inicis.mids import Mid, find_mid
from app.sandbox.inicis.results import InicisRefusal

Fields = Mapping[str, str]

COMMON = ("mid", "type", "timestamp", "clientIp", "hashData")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", re.ASCII)


def authenticate_caller(
    db: sqlite3.Connection, fields: Fields, *, needed: tuple[str, ...], hashed: list[str]
) -> Mid:
    """needed: fields beyond COMMON. hashed: what hashData is over, in order. Raises InicisRefusal."""
    for name in (*COMMON, *needed):
        if not fields.get(name):
            raise InicisRefusal("SIM8", name)
    if not is_fresh_korean(db, fields["timestamp"]):
        raise InicisRefusal("SIMO", "YYYYMMDDhhmmss KST")
    merchant = find_mid(db, fields["mid"])
    # An unknown MID is no refusal of its own: its key is not known, so no hash can fit.
    if merchant is None or not hashes.same(hashes.api_hash(merchant.api_key, *hashed), fields["hashData"]):
        raise InicisRefusal("ERR205")
    if not _ADDRESS.fullmatch(fields["clientIp"]):
        raise InicisRefusal("SIM8", "clientIp")
    if switches.is_set(db, "client_ip", "caller") and fields["clientIp"] != request.remote_addr:
        raise InicisRefusal("SIMR")
    return merchant


def api_refusal(_db: sqlite3.Connection, _fields: Fields, refusal: InicisRefusal) -> Answer:
    return Answer(
        {"resultCode": refusal.code, "resultMsg": refusal.message, "detailResultCode": refusal.detail_code}
    )
