"""What Inicis tells the shop by itself: the fields of each notice, how it is sent and repeated (notes §2.7, §4)."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.sandbox import clock, notices, text
from app.sandbox.faults import Fault
from app.sandbox.inicis import approved, switches
from app.sandbox.inicis.codes import BANKS
from app.sandbox.inicis.exchange import GATEWAY
from app.sandbox.inicis.mids import find_mid
from app.sandbox.inicis.order import MOBILE
from app.sandbox.inicis.payment import Payment
from app.sandbox.inicis.stamps import new_tid, next_number, stamp
from app.sandbox.inicis.windows import Window
from app.sandbox.notices import Notice

PC_DEPOSIT, PC_REVERSAL = "PC 0200", "PC 0400"
ISSUED, DEPOSITED, PAID = "mobile 00", "mobile 02", "mobile 00, paid"
RESENT = " (resent)"  # by hand from the merchant admin: sent once

PC_SOON, PC_TIMES = 4, 10  # repeats; the first of them every ten minutes, the others hourly
MOBILE_TIMES = 24 * 6
TEN_MINUTES_S, HOUR_S = 600.0, 3600.0
OTHER_ACCOUNT = "27400000000000"


class InicisRules:
    """How notices are sent."""

    def encode(self, fields: Mapping[str, Any], charset: str) -> tuple[dict[str, str], bytes]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return headers, text.encode_form(fields, charset)

    def acknowledged(self, status: int, body: bytes) -> bool:
        """HTTP 200 and exactly `OK`: no blank, no line end, no BOM."""
        return status == 200 and body == b"OK"

    def retry_after_s(self, db: sqlite3.Connection, notice: Notice, attempts: int) -> float | None:
        if notice.kind.endswith(RESENT):
            return None
        if notice.kind.startswith("mobile"):
            return TEN_MINUTES_S if attempts <= MOBILE_TIMES else None
        if attempts > PC_TIMES:
            return None
        return TEN_MINUTES_S if attempts <= PC_SOON else HOUR_S


def deposit_notice(
    db: sqlite3.Connection,
    payment: Payment,
    *,
    amount: int,
    remitter: str,
    account: str | None = None,
    fault: Fault | None = None,
) -> Notice:
    """Not sent yet. account: in the place of the true one."""
    if payment.flow == MOBILE:
        fields = _mobile_account_fields(db, payment, "02", amount, account)
        return _notice(db, payment, DEPOSITED, fields, fault)
    fields = _pc_fields(db, payment, "0200", amount, remitter, account)
    return _notice(db, payment, PC_DEPOSIT, fields, fault)


def tell_reversal(db: sqlite3.Connection, payment: Payment, *, amount: int, remitter: str) -> int | None:
    """None on phones, where the notes know of no such notice: only an inquiry tells it."""
    if payment.flow == MOBILE:
        return None
    fields = _pc_fields(db, payment, "0400", amount, remitter, None)
    return notices.queue(db, _notice(db, payment, PC_REVERSAL, fields))


def tell_issue(db: sqlite3.Connection, payment: Payment) -> None:
    """Phones are told of a new account too, in the same form as of a payment that is done."""
    if payment.flow == MOBILE and switches.is_set(db, "issue_notice", "on"):
        fields = _mobile_account_fields(db, payment, "00", payment.amount, None)
        notices.queue(db, _notice(db, payment, ISSUED, fields))


def tell_paid(db: sqlite3.Connection, payment: Payment, fields: Mapping[str, str]) -> int:
    """Of a payment in one transaction. fields: what an approval would have been answered."""
    told = {name: value for name, value in fields.items() if name not in ("P_NEXT_URL", "P_NOTEURL")}
    told["P_AUTH_DT"] = _auth_dt(db, payment.approved_at)
    return notices.queue(db, _notice(db, payment, PAID, told, payment.choice.fault_of("notice")))


def tell_refused(db: sqlite3.Connection, window: Window, code: str, message: str) -> int:
    """A payment in one transaction that was refused."""
    order = window.order
    fields = {
        "P_STATUS": code,
        "P_RMESG1": message,
        "P_TID": window.token,
        "P_OID": order.oid,
        "P_MID": order.mid,
        "P_AMT": str(order.amount),
        "P_NOTI": order.echo,
    }
    charset = switches.read(db, "mobile_notice_charset")
    refused = Notice(GATEWAY, order.mid, window.token, PAID, order.noti_url, fields, charset)
    return notices.queue(db, refused)


def send_again(db: sqlite3.Connection, notice_id: int) -> int:
    """By hand: once more, and the automatic repeats end. ValueError: no such notice, or no address."""
    sent = notices.find(db, notice_id, gateway=GATEWAY)
    url = sent.url if sent.kind.startswith("mobile") else _registered(db, sent.merchant)
    if not url:
        raise ValueError("the shop has registered no address")
    notices.stop(db, notice_id)
    kind = sent.kind.removesuffix(RESENT) + RESENT
    return notices.queue(db, replace(sent, url=url, kind=kind, fault=None))


def _notice(
    db: sqlite3.Connection, payment: Payment, kind: str, fields: Mapping[str, str], fault: Fault | None = None
) -> Notice:
    mobile = payment.flow == MOBILE
    return Notice(
        gateway=GATEWAY,
        merchant=payment.mid,
        subject=payment.tid,
        kind=kind,
        url=payment.noti_url if mobile else _registered(db, payment.mid, payment.echo),
        fields=fields,
        charset=switches.read(db, "mobile_notice_charset") if mobile else "euc-kr",
        fault=fault,
    )


def _registered(db: sqlite3.Connection, mid: str, echo: str = "") -> str:
    """The address of the MID, else the sandbox's usual one: many shops try things with the one published MID, and are
    told apart by the end of their merchantData (echo)."""
    merchant = find_mid(db, mid)
    if merchant and merchant.noti_url:
        return merchant.noti_url
    name = echo.rpartition("_")[2]
    return notices.usual_address(db, gateway=GATEWAY, merchant=name) if merchant and name else ""


def _auth_dt(db: sqlite3.Connection, moment: float) -> str:
    return stamp(moment)[2 if switches.is_set(db, "notice_auth_dt", "12") else 0 :]


def _pc_fields(
    db: sqlite3.Connection, payment: Payment, type_msg: str, amount: int, remitter: str, account: str | None
) -> dict[str, str]:
    """no_tid is new: neither that of the issue nor that of another deposit."""
    now, bank = stamp(clock.now(db)), payment.choice.means["bank"]
    return {
        "no_tid": new_tid(db, "ININPGVBNK", payment.mid),
        "no_oid": payment.oid,
        "id_merchant": payment.mid,
        "cd_bank": f"{bank:0>8}",
        "cd_deal": f"{bank:0>8}",
        "cd_joinorg": "20000050",
        "type_msg": type_msg,
        "cl_trans": "1100",
        "cl_close": "0",
        "cl_kor": "2",
        "no_vacct": account or payment.account or "",
        "amt_input": str(amount),
        "amt_check": "0",
        "nm_inputbank": BANKS[bank],
        "nm_input": remitter,
        "flg_close": "0",
        **_pc_times(now, next_number(db)),
        **_pc_receipt(payment, now),
    }


def _pc_times(now: str, number: int) -> dict[str, str]:
    """One date in four places, and the number of the message in three places."""
    return {
        **dict.fromkeys(("dt_trans", "dt_transbase", "dt_inputstd", "dt_calculstd"), now[:8]),
        "tm_trans": now[8:],
        "no_msgseq": f"{number:010}",
        "no_msgmanage": f"{number:010}",
        "no_transseq": f"{number % 10**6:06}",
    }


def _pc_receipt(payment: Payment, now: str) -> dict[str, str]:
    """Only with an automatic cash receipt."""
    if not payment.choice.means.get("cash_type"):
        return {}
    return {
        "dt_cshr": now[:8],
        "tm_cshr": now[8:],
        "no_cshr_appl": payment.tid[-9:],
        "no_cshr_tid": f"StdpayCSHR{payment.tid[10:]}",
    }


def _mobile_account_fields(
    db: sqlite3.Connection, payment: Payment, status: str, amount: int, account: str | None
) -> dict[str, str]:
    assert payment.due_at is not None
    bank = payment.choice.means["bank"]
    receipt = status == "02" and payment.choice.means.get("cash_type")
    return {
        "P_STATUS": status,
        "P_TID": payment.tid,
        "P_TYPE": "VBANK",
        "P_AUTH_DT": _auth_dt(db, clock.now(db)),
        "P_MID": payment.mid,
        "P_OID": payment.oid,
        "P_FN_CD1": bank,
        "P_FN_CD2": "00",
        "P_FN_NM": BANKS[bank],
        "P_AMT": str(amount),
        "P_UNAME": payment.buyer,
        "P_RMESG1": f"P_VACCT_NO={account or payment.account}|P_EXP_DT={stamp(payment.due_at)[:8]}",
        "P_RMESG2": "",
        "P_NOTI": payment.echo,
        "P_AUTH_NO": "",
        **({"P_CSHR_CODE": approved.RECEIPT_DONE, "P_CSHR_AUTH_NO": payment.tid[-9:]} if receipt else {}),
    }
