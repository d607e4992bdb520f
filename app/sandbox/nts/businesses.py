"""The businesses that the simulated register knows.

Every number is a business that goes on, whoever its representative is said to be, but for:

| number | what the register says |
| --- | --- |
| 123-45-67890 | goes on; 김철수 since 2020-01-01, no other representative or date |
| 123-45-00002 | suspended (휴업자) |
| 123-45-00003 | closed (폐업자) |
| 123-45-00004 | not registered |
| 123-45-00005 | goes on, but matches no representative |
| 123-45-00006 | no answer: the portal does not know the key |
| 123-45-00007 | no answer: an internal error of the service |
| 123-45-00008 | no answer: the connection breaks |
| 123-45-00009 | no answer: the body cannot be read |

`POST /nts/sim/businesses` changes what is said of any number.
"""

import sqlite3
from dataclasses import dataclass

ACTIVE, SUSPENDED, CLOSED, UNREGISTERED = "01", "02", "03", ""
STANDINGS = {ACTIVE: "계속사업자", SUSPENDED: "휴업자", CLOSED: "폐업자", UNREGISTERED: ""}
NOBODY = "\0"  # a representative that no one can be

SCHEMA = """
CREATE TABLE IF NOT EXISTS nts_businesses (
    b_no TEXT PRIMARY KEY, b_stt_cd TEXT NOT NULL, p_nm TEXT, start_dt TEXT, end_dt TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Business:
    """b_stt_cd: 납세자 상태. p_nm, start_dt: 대표자 and 개업일 (YYYYMMDD); None matches any. end_dt: 폐업일."""

    b_no: str
    b_stt_cd: str = ACTIVE
    p_nm: str | None = None
    start_dt: str | None = None
    end_dt: str = ""

    def matches(self, *, p_nm: str, start_dt: str) -> bool:
        names = self.p_nm in (None, p_nm)
        return self.b_stt_cd != UNREGISTERED and names and self.start_dt in (None, start_dt)


KNOWN = {
    business.b_no: business
    for business in (
        Business("1234567890", p_nm="김철수", start_dt="20200101"),
        Business("1234500002", SUSPENDED),
        Business("1234500003", CLOSED, end_dt="20250630"),
        Business("1234500004", UNREGISTERED),
        Business("1234500005", p_nm=NOBODY),
    )
}
KEY_UNKNOWN, INTERNAL_ERROR = "1234500006", "1234500007"
BREAKS_CONNECTION, UNREADABLE = "1234500008", "1234500009"


def find(db: sqlite3.Connection, b_no: str) -> Business:
    row = db.execute("SELECT * FROM nts_businesses WHERE b_no = ?", (b_no,)).fetchone()
    if row is not None:
        return Business(**dict(row))
    if len(b_no) != 10 or not b_no.isdecimal() or not b_no.isascii():
        return Business(b_no, UNREGISTERED)
    return KNOWN.get(b_no, Business(b_no))


def register(db: sqlite3.Connection, business: Business) -> None:
    db.execute(
        "INSERT OR REPLACE INTO nts_businesses VALUES (?, ?, ?, ?, ?)",
        (business.b_no, business.b_stt_cd, business.p_nm, business.start_dt, business.end_dt),
    )
