"""How transactions at Inicis are made, found and moved. Nothing else writes their tables."""

import sqlite3

from app.sandbox import clock
from app.sandbox.deposits import Received
from app.sandbox.inicis import switches
from app.sandbox.inicis.choice import Choice
from app.sandbox.inicis.codes import CARD, ISP_CARDS, MEANS, VBANK
from app.sandbox.inicis.order import PC, Order
from app.sandbox.inicis.payment import NET_CANCEL, PART, Payment, State, read_payment
from app.sandbox.inicis.stamps import new_tid, next_number
from app.sandbox.inicis.windows import Window
from app.sandbox.storage import change_row

ACCOUNT_PREFIX = "274"
OF_ORDER = ("flow", "mid", "oid", "goods", "buyer", "tel", "email", "echo", "amount", "noti_url")


def create_payment(db: sqlite3.Connection, window: Window, choice: Choice) -> Payment:
    """The money is taken, or a virtual account begins to wait."""
    now, order = clock.now(db), window.order
    is_account = choice.method == VBANK
    values: dict[str, object] = {
        "tid": new_tid(db, _prefix(db, order, choice), order.mid),
        "window_id": window.id,
        **{name: getattr(order, name) for name in OF_ORDER},
        "method": choice.method,
        "balance": 0 if is_account else order.amount,
        "state": State.WAITING if is_account else State.APPROVED,
        "approved_at": now,
        "choice": choice.dumped(),
        "due_at": order.due_at(now) if is_account else None,
        "account": f"{ACCOUNT_PREFIX}{next_number(db):011}" if is_account else None,
    }
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    # The names are written above, only the values come from outside.
    db.execute(f"INSERT INTO inicis_payments ({names}) VALUES ({marks})", tuple(values.values()))  # noqa: S608  # as said above
    return _fresh(db, str(values["tid"]))


def is_isp(db: sqlite3.Connection, choice: Choice) -> bool:
    """BC and KB cards have a way of their own."""
    return (
        choice.method == CARD
        and choice.means.get("card") in ISP_CARDS
        and switches.is_set(db, "isp_cards", "VCard")
    )


def find_payment(db: sqlite3.Connection, tid: str) -> Payment | None:
    row = db.execute("SELECT * FROM inicis_payments WHERE tid = ?", (tid,)).fetchone()
    return None if row is None else read_payment(db, row)


def list_payments(db: sqlite3.Connection, oid: str | None = None) -> list[Payment]:
    """Newest first, of every MID."""
    rows = db.execute(
        "SELECT * FROM inicis_payments WHERE ? IS NULL OR oid = ? ORDER BY seq DESC", (oid, oid)
    ).fetchall()
    return [read_payment(db, row) for row in rows]


def order_is_approved(db: sqlite3.Connection, order: Order) -> bool:
    """Whether the order number was approved before, cancelled since or not."""
    return any(one.mid == order.mid for one in list_payments(db, order.oid))


def add_deposit(db: sqlite3.Connection, payment: Payment, *, amount: int, remitter: str) -> Payment:
    _move(db, payment, State.APPROVED, balance=payment.balance + amount)
    db.execute(
        "INSERT INTO inicis_deposits (tid, amount, remitter, deposited_at) VALUES (?, ?, ?, ?)",
        (payment.tid, amount, remitter, clock.now(db)),
    )
    return _fresh(db, payment.tid)


def reverse_deposit(db: sqlite3.Connection, payment: Payment, deposit: Received) -> Payment:
    """The bank took it back (입금취소). With nothing left the account waits again."""
    rest = payment.balance - deposit.amount
    _move(db, payment, State.APPROVED if rest else State.WAITING, balance=rest)
    db.execute("UPDATE inicis_deposits SET reversed_at = ? WHERE id = ?", (clock.now(db), deposit.id))
    return _fresh(db, payment.tid)


def close_account(db: sqlite3.Connection, payment: Payment, *, type: str, reason: str) -> Payment:
    """A virtual account without a deposit takes none any more (채번취소). type: "" when its due date closed it."""
    _move(db, payment, State.CLOSED)
    if type:
        _note_cancel(db, payment, new_tid="", type=type, amount=0, rest=0, reason=reason)
    return _fresh(db, payment.tid)


def give_back(db: sqlite3.Connection, payment: Payment, *, type: str, amount: int, reason: str) -> Payment:
    """type: Refund, PartialRefund, netCancel or nightCancel. The caller has checked that the amount fits."""
    rest = payment.balance - amount
    number = new_tid(db, payment.tid[:10], payment.mid) if type == PART else ""
    _move(db, payment, State.PARTIAL if rest else State.CANCELLED, balance=rest)
    _note_cancel(db, payment, new_tid=number, type=type, amount=amount, rest=rest, reason=reason)
    return _fresh(db, payment.tid)


def net_cancel(db: sqlite3.Connection, payment: Payment) -> Payment:
    """All of it, or the account, is as if it had never been."""
    if payment.state is State.WAITING:
        return close_account(db, payment, type=NET_CANCEL, reason="")
    return give_back(db, payment, type=NET_CANCEL, amount=payment.balance, reason="")


def _prefix(db: sqlite3.Connection, order: Order, choice: Choice) -> str:
    short = "ISP_" if is_isp(db, choice) else MEANS[choice.method].prefix
    return f"Stdpay{short}" if order.flow == PC else f"INIMX_{short}"


def _note_cancel(
    db: sqlite3.Connection, payment: Payment, *, new_tid: str, type: str, amount: int, rest: int, reason: str
) -> None:
    db.execute(
        "INSERT INTO inicis_cancels (tid, new_tid, type, amount, rest, reason, canceled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (payment.tid, new_tid, type, amount, rest, reason, clock.now(db)),
    )


def _fresh(db: sqlite3.Connection, tid: str) -> Payment:
    found = find_payment(db, tid)
    assert found is not None
    return found


def _move(db: sqlite3.Connection, payment: Payment, state: State, **columns: object) -> None:
    was = {"tid": payment.tid, "state": payment.state, "balance": payment.balance}
    change_row(db, "inicis_payments", was=was, now={"state": state, **columns})
