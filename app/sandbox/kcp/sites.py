"""Merchants at KCP (site_cd): their certificates, and the webhook address registered in partner admin.

There is no registration beforehand: a site exists once it is named. Which certificate is its own is decided by
issuing one (`POST /kcp/sim/sites/<site_cd>/certificates`) or, while it has none, by the first one it shows.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from app.sandbox import clock, notices
from app.sandbox.kcp import certificates, switches
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.storage import read_setting, write_setting

SCHEMA = """
CREATE TABLE IF NOT EXISTS kcp_sites (site_cd TEXT PRIMARY KEY, noti_url TEXT NOT NULL, noti_charset TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kcp_certificates (
    fingerprint TEXT NOT NULL, site_cd TEXT NOT NULL, PRIMARY KEY (fingerprint, site_cd)
);
"""

SITE_CD = re.compile(r"[A-Z0-9]{5}")
CHARSETS = ("euc-kr", "utf-8")  # the older default first
GATEWAY = "kcp"
_MERCHANT = "kcp_merchant:"  # setting of a site: the common name of its certificate
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_URL = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.ASCII)


@dataclass(frozen=True)
class Site:
    """noti_url: the one registered, else the sandbox's usual one; "" for none: nothing is sent then."""

    site_cd: str
    noti_url: str = ""
    noti_charset: str = CHARSETS[0]


def find_site(db: sqlite3.Connection, site_cd: str) -> Site:
    row = db.execute("SELECT * FROM kcp_sites WHERE site_cd = ?", (site_cd,)).fetchone()
    if row is not None:
        return Site(**dict(row))
    merchant = read_setting(db, _MERCHANT + site_cd, "")
    return Site(site_cd, notices.usual_address(db, gateway=GATEWAY, merchant=merchant) if merchant else "")


def list_sites(db: sqlite3.Connection) -> list[Site]:
    rows = db.execute(
        "SELECT site_cd FROM kcp_sites UNION SELECT site_cd FROM kcp_certificates ORDER BY site_cd"
    ).fetchall()
    return [find_site(db, row["site_cd"]) for row in rows]


def register_address(db: sqlite3.Connection, site_cd: str, *, url: str, charset: str) -> None:
    """웹훅URL 설정. url "": none any more. ValueError for what is not an address or charset."""
    if not SITE_CD.fullmatch(site_cd):
        raise ValueError("site_cd must be five capital letters or digits")
    if charset not in CHARSETS:
        raise ValueError(f"charset must be one of {', '.join(CHARSETS)}")
    if url:
        check_address(url)
    db.execute("INSERT OR REPLACE INTO kcp_sites VALUES (?, ?, ?)", (site_cd, url, charset))


def check_address(url: str) -> None:
    """ValueError when it is no web address."""
    if len(url) > 500 or not _URL.fullmatch(url):
        raise ValueError("an absolute http or https address is expected")


def own(db: sqlite3.Connection, site_cd: str, certificate: x509.Certificate) -> None:
    """From now on this certificate is one of the site's."""
    db.execute(
        "INSERT OR IGNORE INTO kcp_certificates VALUES (?, ?)",
        (certificates.fingerprint(certificate), site_cd),
    )
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if names and _NAME.fullmatch(str(names[0].value)):
        write_setting(db, _MERCHANT + site_cd, str(names[0].value))


def authenticate(db: sqlite3.Connection, fields: Mapping[str, str]) -> x509.Certificate:
    """The certificate of whoever asks: `site_cd`, `kcp_cert_info`. Raises KcpRefusal S032."""
    site_cd = fields["site_cd"]
    certificate = certificates.read_certificate(fields.get("kcp_cert_info", ""))
    if not SITE_CD.fullmatch(site_cd):
        raise KcpRefusal("S032")
    dated = certificates.is_in_its_dates(certificate, now=clock.now(db))
    if not dated and switches.is_set(db, "expired_certificate", "refused"):
        raise KcpRefusal("S032")
    if switches.is_set(db, "site_certificate", "checked"):
        _check_owner(db, site_cd, certificate)
    return certificate


def check_signature(certificate: x509.Certificate, sign_data: str, *parts: str) -> None:
    """Raises KcpRefusal SIM1."""
    if not certificates.is_signed(certificate, sign_data, *parts):
        raise KcpRefusal("SIM1")


def _check_owner(db: sqlite3.Connection, site_cd: str, certificate: x509.Certificate) -> None:
    rows = db.execute("SELECT fingerprint FROM kcp_certificates WHERE site_cd = ?", (site_cd,)).fetchall()
    known = {row["fingerprint"] for row in rows}
    if not known and switches.is_set(db, "unknown_site", "adopt"):
        own(db, site_cd, certificate)
    elif certificates.fingerprint(certificate) not in known:
        raise KcpRefusal("S032")
