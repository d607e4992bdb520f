"""Merchants at Inicis (MID): their four secrets, and the address of PC deposit notices from the merchant admin.

The two that Inicis publishes for tests are there from the start (notes §7); others are added by
`POST /inicis/sim/mids/<mid>`.
"""

import re
import secrets
import sqlite3
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS inicis_mids (
    mid TEXT PRIMARY KEY, sign_key TEXT NOT NULL, api_key TEXT NOT NULL, api_iv TEXT NOT NULL,
    hash_key TEXT NOT NULL, noti_url TEXT NOT NULL
);
"""

MID = re.compile(r"[A-Za-z0-9]{10}")  # ten in every transaction number, so a shorter one is not simulated
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^\s\"<>\\^`{|}]*)?", re.ASCII)


@dataclass(frozen=True)
class Mid:
    """noti_url: 입금통보 URL, "" when none is registered: nothing is sent for PC payments then."""

    mid: str
    sign_key: str
    api_key: str
    api_iv: str
    hash_key: str
    noti_url: str = ""


_PUBLISHED_SIGN_KEY = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS"
PUBLISHED = {
    one.mid: one
    for one in (
        Mid(
            "INIpayTest",
            _PUBLISHED_SIGN_KEY,
            "ItEQKi3rY7uvDS8l",
            "HYb3yQ4f65QL89==",
            "3CB8183A4BE283555ACC8363C0360223",
        ),
        Mid(
            "iniescrow0",
            _PUBLISHED_SIGN_KEY,
            "yERbIlJ3NhTeObsA",
            "tOGDXbfoajk2DQ==",
            "37F3A120C1DFCDEB708B00F5383D2263",
        ),
    )
}


def find_mid(db: sqlite3.Connection, mid: str) -> Mid | None:
    row = db.execute("SELECT * FROM inicis_mids WHERE mid = ?", (mid,)).fetchone()
    return PUBLISHED.get(mid) if row is None else Mid(**dict(row))


def list_mids(db: sqlite3.Connection) -> list[Mid]:
    stored = {row["mid"]: Mid(**dict(row)) for row in db.execute("SELECT * FROM inicis_mids ORDER BY mid")}
    return list({**PUBLISHED, **stored}.values())


def new_mid(mid: str) -> Mid:
    """With keys of its own. ValueError for what is no MID."""
    if not MID.fullmatch(mid):
        raise ValueError("mid must be ten letters or digits")
    sign_key, hash_key = secrets.token_urlsafe(24), secrets.token_hex(16).upper()
    return Mid(mid, sign_key, secrets.token_hex(8), f"{secrets.token_hex(7)}==", hash_key)


def keep_mid(db: sqlite3.Connection, mid: Mid) -> None:
    """ValueError for an address that is none."""
    if mid.noti_url:
        check_address(mid.noti_url)
    db.execute("INSERT OR REPLACE INTO inicis_mids VALUES (?, ?, ?, ?, ?, ?)", tuple(vars(mid).values()))


def check_address(url: str) -> None:
    """ValueError when it is no web address."""
    if not is_web_address(url):
        raise ValueError("an absolute http or https address is expected")


def is_web_address(url: str) -> bool:
    return len(url) <= 500 and _URL.fullmatch(url) is not None
