"""How transactions at KCP are made, found and moved. Nothing else writes their tables."""

import json
import sqlite3
from datetime import datetime

from app.sandbox import clock
from app.sandbox.deposits import Received
from app.sandbox.kcp.choice import Choice
from app.sandbox.kcp.codes import VBANK
from app.sandbox.kcp.payment import Payment, State, read_payment
from app.sandbox.kcp.tax import MIXED, Tax, tax_of
from app.sandbox.kcp.windows import Window
from app.sandbox.storage import change_row


def stamp(moment: float) -> str:
    """`yyyyMMddHHmmss` in Korea, as every time of KCP is written."""
    return datetime.fromtimestamp(moment, clock.KOREA).strftime("%Y%m%d%H%M%S")


def create_payment(db: sqlite3.Connection, window: Window, choice: Choice) -> Payment:
    """The money is taken, or a virtual account begins to wait. fields are put in by `keep_fields`."""
    now, order = clock.now(db), window.order
    is_account = choice.pay_type == VBANK
    added = db.execute(
        "INSERT INTO kcp_payments (window_id, site_cd, order_no, good_name, pay_type, amount, balance, state,"
        " approved_at, fields, choice, escrow, tax_flag, supply, vat, free, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, ?, ?)",
        (
            window.id,
            order.site_cd,
            order.order_no,
            order.good_name,
            choice.pay_type,
            order.amount,
            0 if is_account else order.amount,
            State.WAITING if is_account else State.APPROVED,
            now,
            choice.dumped(),
            order.is_escrow(choice.pay_type),
            order.tax.flag,
            order.tax.supply,
            order.tax.vat,
            order.tax.free,
            order.due_at(now) if is_account else None,
        ),
    )
    number = added.lastrowid or 0
    tno = f"{stamp(now)[2:8]}{number:08}"
    account = f"562{number:011}" if is_account else None
    db.execute("UPDATE kcp_payments SET tno = ?, account = ? WHERE seq = ?", (tno, account, number))
    return _fresh(db, tno)


def keep_fields(db: sqlite3.Connection, payment: Payment, fields: dict[str, str]) -> Payment:
    """fields: the answer to the approval."""
    db.execute(
        "UPDATE kcp_payments SET fields = ? WHERE tno = ?",
        (json.dumps(fields, ensure_ascii=False), payment.tno),
    )
    return _fresh(db, payment.tno)


def find_payment(db: sqlite3.Connection, tno: str) -> Payment | None:
    row = db.execute("SELECT * FROM kcp_payments WHERE tno = ?", (tno,)).fetchone()
    return None if row is None else read_payment(db, row)


def list_payments(db: sqlite3.Connection, order_no: str | None = None) -> list[Payment]:
    """Newest first, of every site."""
    rows = db.execute(
        "SELECT * FROM kcp_payments WHERE ? IS NULL OR order_no = ? ORDER BY seq DESC", (order_no, order_no)
    ).fetchall()
    return [read_payment(db, row) for row in rows]


def order_is_approved(db: sqlite3.Connection, window: Window) -> bool:
    """Whether the order number was approved before, cancelled since or not."""
    row = db.execute(
        "SELECT 1 FROM kcp_payments WHERE site_cd = ? AND order_no = ?",
        (window.order.site_cd, window.order.order_no),
    ).fetchone()
    return row is not None


def add_deposit(db: sqlite3.Connection, payment: Payment, *, amount: int, remitter: str) -> Payment:
    """Whatever arrives is taken: KCP settles it and sends nothing back (notes §4)."""
    balance = payment.balance + amount
    _move(db, payment, State.APPROVED, balance=balance, **_tax_columns(tax_at(payment, balance)))
    db.execute(
        "INSERT INTO kcp_deposits (tno, amount, remitter, deposited_at) VALUES (?, ?, ?, ?)",
        (payment.tno, amount, remitter, clock.now(db)),
    )
    return _fresh(db, payment.tno)


def reverse_deposit(db: sqlite3.Connection, payment: Payment, deposit: Received) -> Payment:
    """The bank took it back (망취소). With nothing left the account waits again."""
    rest = payment.balance - deposit.amount
    state = State.APPROVED if rest else State.WAITING
    _move(db, payment, state, balance=rest, **_tax_columns(tax_at(payment, rest)))
    db.execute("UPDATE kcp_deposits SET reversed_at = ? WHERE id = ?", (clock.now(db), deposit.id))
    return _fresh(db, payment.tno)


def close_account(db: sqlite3.Connection, payment: Payment) -> Payment:
    """A virtual account without a deposit takes none any more."""
    _move(db, payment, State.CLOSED)
    return _fresh(db, payment.tno)


def give_back(
    db: sqlite3.Connection, payment: Payment, *, mod_type: str, amount: int, tax: Tax, reason: str
) -> Payment:
    """amount, tax: what goes back now. The caller has checked that both fit."""
    rest = payment.balance - amount
    state = State.PARTIAL if rest else State.CANCELLED
    _move(db, payment, state, balance=rest, **_tax_columns(payment.tax.less(tax)))
    db.execute(
        "INSERT INTO kcp_cancels (tno, mod_type, amount, rest, reason, canceled_at) VALUES (?, ?, ?, ?, ?, ?)",
        (payment.tno, mod_type, amount, rest, reason, clock.now(db)),
    )
    return _fresh(db, payment.tno)


def note_delivery(db: sqlite3.Connection, payment: Payment) -> None:
    """Escrow: the goods are on their way."""
    db.execute("UPDATE kcp_payments SET delivered = 1 WHERE tno = ?", (payment.tno,))


def tax_at(payment: Payment, balance: int) -> Tax:
    """Its parts when so much is left. A mixed order's parts are only known as the shop has split them."""
    return payment.tax if payment.tax.flag == MIXED else tax_of(payment.tax.flag, balance)


def _tax_columns(tax: Tax) -> dict[str, object]:
    return {"supply": tax.supply, "vat": tax.vat, "free": tax.free}


def _fresh(db: sqlite3.Connection, tno: str) -> Payment:
    found = find_payment(db, tno)
    assert found is not None
    return found


def _move(db: sqlite3.Connection, payment: Payment, state: State, **columns: object) -> None:
    was = {"tno": payment.tno, "state": payment.state, "balance": payment.balance}
    change_row(db, "kcp_payments", was=was, now={"state": state, **columns})
