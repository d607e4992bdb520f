"""취소·환불 by INIAPI, whichever of its versions asks: what may go back, and the answer (notes §3.1, §3.5)."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from app.sandbox import clock
from app.sandbox.inicis import hashes, payments, switches
from app.sandbox.inicis.approved import is_divisible
from app.sandbox.inicis.codes import BANKS, CARD, CLOSES_ACCOUNT, MEANS, PHONE, WHOLE_ONLY
from app.sandbox.inicis.mids import Mid
from app.sandbox.inicis.order import AMOUNT
from app.sandbox.inicis.payment import FULL, PART, Payment, State
from app.sandbox.inicis.payments import find_payment
from app.sandbox.inicis.results import RESULTS, InicisRefusal
from app.sandbox.inicis.stamps import stamp
from app.sandbox.inicis.vbank import closed_if_due
from app.sandbox.text import size

LONGEST_REASON = 80  # bytes
SHORT_OF_FUNDS = "INSUFFICIENT"  # in the goods' name: refused with SIMM

_ON_REQUEST = re.compile("sandbox:([A-Z0-9]{2,10})")


@dataclass(frozen=True)
class Asked:
    """kind: FULL or PART. paymethod: as v1 names it. price, confirm_price: of a part, as sent.

    account: refundAcctNum as sent, encrypted; bank, holder: beside it. "" where nothing was sent.
    """

    tid: str
    kind: str
    paymethod: str
    reason: str
    price: str = ""
    confirm_price: str = ""
    account: str = ""
    bank: str = ""
    holder: str = ""


def refund(db: sqlite3.Connection, merchant: Mid, asked: Asked) -> dict[str, str]:
    """The answer's fields. Raises InicisRefusal; a reason with `sandbox:CODE` in it is refused with that code."""
    if size(asked.reason) > LONGEST_REASON or asked.kind not in (FULL, PART):
        raise InicisRefusal("SIM8", "msg, type")
    payment = owned(db, merchant, asked.tid)
    _refuse_on_request(payment, asked)
    _check_state(db, payment, asked)
    if asked.paymethod == CLOSES_ACCOUNT:
        closed = payments.close_account(db, payment, type=FULL, reason=asked.reason)
        return _whole(closed)
    if payment.is_account:
        _check_account(db, merchant, asked)
    amount = _part(db, payment, asked) if asked.kind == PART else payment.balance
    if switches.is_set(db, "refund_balance", "short"):
        raise InicisRefusal("SIMM")
    after = payments.give_back(db, payment, type=asked.kind, amount=amount, reason=asked.reason)
    return _partial(db, after) if asked.kind == PART else _whole(after)


def owned(db: sqlite3.Connection, merchant: Mid, tid: str) -> Payment:
    """The MID's transaction of this number. Raises InicisRefusal 01, also for that of a mere authentication."""
    payment = find_payment(db, tid)
    if payment is None:
        raise InicisRefusal("01")
    if payment.mid != merchant.mid:
        raise InicisRefusal(switches.read(db, "other_mid_code"), message=RESULTS["SIMQ"][0])
    return closed_if_due(db, payment)


def _refuse_on_request(payment: Payment, asked: Asked) -> None:
    wanted = _ON_REQUEST.search(asked.reason)
    if wanted and wanted[1] in RESULTS and wanted[1] not in ("00", "0000", "SUCCESS"):
        raise InicisRefusal(wanted[1])
    if SHORT_OF_FUNDS in payment.goods and payment.balance:
        raise InicisRefusal("SIMM")


def _check_state(db: sqlite3.Connection, payment: Payment, asked: Asked) -> None:
    if payment.state in (State.CANCELLED, State.CLOSED):
        inside = switches.is_set(db, "already_cancelled", "detailResultCode")
        message = RESULTS["500626"][0]
        raise (
            InicisRefusal("01", message=message, detail_code="500626") if inside else InicisRefusal("500626")
        )
    waits = payment.state is State.WAITING
    if asked.paymethod != (CLOSES_ACCOUNT if waits else MEANS[payment.method].api) or (
        waits and asked.kind == PART
    ):
        raise InicisRefusal("SIML", asked.paymethod)
    first = switches.is_set(db, "refund_after_partial", "refused")
    if payment.state is State.PARTIAL and asked.kind == FULL and first:
        raise InicisRefusal("SIML", "after a partial")
    if payment.method == PHONE and _month(payment.approved_at) != _month(clock.now(db)):
        raise InicisRefusal("SIMJ")


def _month(moment: float) -> tuple[int, int]:
    day = datetime.fromtimestamp(moment, clock.KOREA)
    return day.year, day.month


def _check_account(db: sqlite3.Connection, merchant: Mid, asked: Asked) -> None:
    """Where the money of a virtual account goes."""
    if switches.is_set(db, "vacct_refund", "unsigned"):
        raise InicisRefusal("SIMK", "가상계좌 환불 서비스")
    if not asked.holder or asked.bank not in BANKS:
        raise InicisRefusal("SIM8", "refundBankCode, refundAcctName")
    if hashes.decrypted_account(asked.account, key=merchant.api_key, iv=merchant.api_iv) is None:
        raise InicisRefusal("SIM7")


def _part(db: sqlite3.Connection, payment: Payment, asked: Asked) -> int:
    """confirmPrice is what is left after this cancel."""
    zero = asked.confirm_price == "0"
    if not AMOUNT.fullmatch(asked.price) or not (zero or AMOUNT.fullmatch(asked.confirm_price)):
        raise InicisRefusal("SIM6")
    if int(asked.price) + int(asked.confirm_price) != payment.balance:
        raise InicisRefusal("SIM6")
    if zero and switches.is_set(db, "partial_to_zero", "refused"):
        raise InicisRefusal("SIM6", "confirmPrice 0")
    card = payment.method == CARD and is_divisible(payment) == "0"
    marked = card and switches.is_set(db, "card_partial", "obeyed")
    phone = payment.method == PHONE and switches.is_set(db, "phone_partial", "off")
    if marked or phone or payment.method in WHOLE_ONLY:
        raise InicisRefusal("SIMI")
    return int(asked.price)


def _whole(payment: Payment) -> dict[str, str]:
    time = stamp(payment.cancels[-1].canceled_at)
    receipt = bool(payment.choice.means.get("cash_type")) and payment.captured > 0
    return {
        "resultCode": "00",
        "resultMsg": RESULTS["00"][0],
        "cancelDate": time[:8],
        "cancelTime": time[8:],
        "cshrCancelNum": payment.tid[-9:] if receipt else "",
        "detailResultCode": "",
        "receiptInfo": "",
    }


def _partial(db: sqlite3.Connection, payment: Payment) -> dict[str, str]:
    latest = payment.cancels[-1]
    time = stamp(latest.canceled_at)
    tids = {"tid": latest.new_tid, "prtcTid": payment.tid}
    if switches.is_set(db, "prtc_tid", "new"):
        tids = {"tid": payment.tid, "prtcTid": latest.new_tid}
    return {
        "resultCode": "00",
        "resultMsg": RESULTS["00"][0],
        **tids,
        "prtcPrice": str(latest.amount),
        "prtcRemains": str(latest.rest),
        "prtcCnt": str(sum(one.type == PART for one in payment.cancels)),
        "prtcType": "1",
        "prtcDate": time[:8],
        "prtcTime": time[8:],
        "pointAmount": "0",
        "discountAmount": "0",
        "creditAmount": str(latest.amount),
        "cashReceiptAmount": str(latest.amount) if payment.choice.means.get("cash_type") else "0",
    }
