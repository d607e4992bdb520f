"""How payments at Toss are made, found and moved (protocol notes §3). Nothing else writes their tables."""

import json
import secrets
import sqlite3
import string
from datetime import datetime

from app.sandbox import clock
from app.sandbox.storage import change_row
from app.sandbox.toss.keys import Account
from app.sandbox.toss.payment import Payment, Script, Status, dump_script, read_payment
from app.sandbox.toss.vbank import issued_fields
from app.sandbox.toss.window_request import WindowRequest

WINDOW_LIFETIME_S = 30 * 60
CONFIRM_LIFETIME_S = 10 * 60


def create_payment(db: sqlite3.Connection, request: WindowRequest) -> str:
    """A pay window was opened: READY. Returns the paymentKey."""
    now = clock.now(db)
    payment_key = _payment_key(request.account, now)
    db.execute(
        "INSERT INTO toss_payments (payment_key, account, order_id, order_name, method, amount,"
        " tax_free_amount, balance_amount, success_url, fail_url, window_target, parent_origin, params,"
        " status, requested_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            payment_key,
            request.account.name,
            request.order_id,
            request.order_name,
            request.method,
            request.amount,
            request.tax_free_amount,
            request.amount,
            request.success_url,
            request.fail_url,
            request.window_target,
            request.parent_origin,
            json.dumps(dict(request.params), ensure_ascii=False),
            Status.READY,
            now,
        ),
    )
    return payment_key


def find_payment(db: sqlite3.Connection, payment_key: str) -> Payment | None:
    _expire_due(db)
    row = db.execute("SELECT * FROM toss_payments WHERE payment_key = ?", (payment_key,)).fetchone()
    return None if row is None else read_payment(db, row)


def find_order(db: sqlite3.Connection, account: Account, order_id: str) -> Payment | None:
    """Of several payments with this orderId the approved one, else the latest (the real choice unknown)."""
    _expire_due(db)
    row = db.execute(
        "SELECT * FROM toss_payments WHERE account = ? AND order_id = ?"
        " ORDER BY approvals DESC, requested_at DESC, rowid DESC LIMIT 1",
        (account.name, order_id),
    ).fetchone()
    return None if row is None else read_payment(db, row)


def list_payments(db: sqlite3.Connection, order_id: str | None = None) -> list[Payment]:
    """Newest first, of every merchant."""
    _expire_due(db)
    rows = db.execute(
        "SELECT * FROM toss_payments WHERE ? IS NULL OR order_id = ? ORDER BY rowid DESC",
        (order_id, order_id),
    ).fetchall()
    return [read_payment(db, row) for row in rows]


def order_is_approved(db: sqlite3.Connection, payment: Payment) -> bool:
    """True when another payment of the merchant was approved under this orderId, cancelled since or not."""
    row = db.execute(
        "SELECT 1 FROM toss_payments"
        " WHERE account = ? AND order_id = ? AND payment_key <> ? AND approvals > 0",
        (payment.account.name, payment.order_id, payment.payment_key),
    ).fetchone()
    return row is not None


def authenticate_payment(db: sqlite3.Connection, payment: Payment, script: Script) -> None:
    """The buyer passed the window: READY to IN_PROGRESS; ten minutes for the shop to confirm."""
    _move(db, payment, Status.IN_PROGRESS, authenticated_at=clock.now(db), script=dump_script(script))


def abort_payment(db: sqlite3.Connection, payment: Payment, *, code: str, message: str) -> None:
    """Refused, in the window or at confirm: ABORTED, with the reason kept in `failure`."""
    failure = json.dumps({"code": code, "message": message}, ensure_ascii=False)
    _move(db, payment, Status.ABORTED, failure=failure)


def approve_payment(db: sqlite3.Connection, payment: Payment) -> None:
    """Take the money: IN_PROGRESS to DONE."""
    fields = payment.method.approved_fields(
        payment.options, amount=payment.amount, funding=payment.script.funding
    )
    _move(
        db,
        payment,
        Status.DONE,
        approved_at=clock.now(db),
        approvals=payment.approvals + 1,
        approved_fields=json.dumps(fields, ensure_ascii=False),
        last_transaction_key=_transaction_key(),
    )


def issue_account(db: sqlite3.Connection, payment: Payment) -> None:
    """IN_PROGRESS to WAITING_FOR_DEPOSIT: no money yet."""
    fields = issued_fields(
        payment.options,
        funding=payment.script.funding,
        customer=str(payment.params.get("customerName") or ""),
        now=clock.now(db),
    )
    _move(
        db,
        payment,
        Status.WAITING_FOR_DEPOSIT,
        approved_fields=json.dumps(fields, ensure_ascii=False),
        last_transaction_key=_transaction_key(),
    )


def deposit_into(db: sqlite3.Connection, payment: Payment, *, depositor: str) -> None:
    """The money came: WAITING_FOR_DEPOSIT to DONE."""
    _move(
        db,
        payment,
        Status.DONE,
        approved_at=clock.now(db),
        approvals=payment.approvals + 1,
        approved_fields=_account_fields(payment, depositorName=depositor),
        last_transaction_key=_transaction_key(),
    )


def reverse_deposit(db: sqlite3.Connection, payment: Payment) -> None:
    """The bank took the money back: DONE to WAITING_FOR_DEPOSIT."""
    _move(
        db,
        payment,
        Status.WAITING_FOR_DEPOSIT,
        approved_at=None,
        approvals=payment.approvals - 1,
        approved_fields=_account_fields(payment, depositorName=None),
        last_transaction_key=_transaction_key(),
    )


def note_refund_account(db: sqlite3.Connection, payment: Payment) -> None:
    """A deposited account was given back: how the transfer stands."""
    db.execute(
        "UPDATE toss_payments SET approved_fields = ? WHERE payment_key = ?",
        (_account_fields(payment, refundStatus="PENDING"), payment.payment_key),
    )


def _account_fields(payment: Payment, **changes: object) -> str:
    fields = payment.approved_fields
    account = {**fields["virtualAccount"], **changes}
    return json.dumps({**fields, "virtualAccount": account}, ensure_ascii=False)


def cancel_payment(
    db: sqlite3.Connection, payment: Payment, *, amount: int, tax_free_amount: int, reason: str
) -> None:
    """Give money back. The caller has checked that `amount` fits in the balance."""
    balance = payment.balance_amount - amount
    transaction_key = _transaction_key()
    _move(
        db,
        payment,
        Status.PARTIAL_CANCELED if balance else Status.CANCELED,
        balance_amount=balance,
        # A shop that forgets taxFreeAmount would else keep more tax-free money than there is.
        tax_free_amount=min(payment.tax_free_amount - tax_free_amount, balance),
        last_transaction_key=transaction_key,
    )
    db.execute(
        "INSERT INTO toss_cancels VALUES (?, ?, ?, ?, ?, ?, ?)",
        (transaction_key, payment.payment_key, amount, tax_free_amount, reason, balance, clock.now(db)),
    )


def drop_scripted_fault(db: sqlite3.Connection, payment: Payment) -> None:
    """A fault chosen in the window happens once; a repeat of the call then goes well."""
    script = Script(payment.script.decline, None, payment.script.funding)
    db.execute(
        "UPDATE toss_payments SET script = ? WHERE payment_key = ?",
        (dump_script(script), payment.payment_key),
    )


def _move(db: sqlite3.Connection, payment: Payment, status: Status, **columns: object) -> None:
    was = {"payment_key": payment.payment_key, "status": payment.status}
    change_row(db, "toss_payments", was=was, now={"status": status, **columns})


def _expire_due(db: sqlite3.Connection) -> None:
    """READY for 30 minutes or IN_PROGRESS for 10: EXPIRED. Done before every look, so no timer is needed."""
    now = clock.now(db)
    message = "결제가 만료되었습니다. 다시 시도해주세요."
    db.execute(
        "UPDATE toss_payments SET status = ?, failure = ?"
        " WHERE (status = ? AND requested_at <= ?) OR (status = ? AND authenticated_at <= ?)",
        (
            Status.EXPIRED,
            json.dumps({"code": "EXPIRED_PAYMENT", "message": message}, ensure_ascii=False),
            Status.READY,
            now - WINDOW_LIFETIME_S,
            Status.IN_PROGRESS,
            now - CONFIRM_LIFETIME_S,
        ),
    )
    # An account past its time stays as it is and tells nobody (notes §3); only this field changes.
    db.execute(
        "UPDATE toss_payments"
        " SET approved_fields = json_set(approved_fields, '$.virtualAccount.expired', json('true'))"
        " WHERE status = ? AND json_extract(approved_fields, '$._due_at') < ?"
        " AND NOT json_extract(approved_fields, '$.virtualAccount.expired')",
        (Status.WAITING_FOR_DEPOSIT, now),
    )


def _payment_key(account: Account, now: float) -> str:
    """First five of the MID, Korean time, five random characters (§9.2); to be treated as opaque."""
    stamp = datetime.fromtimestamp(now, clock.KOREA).strftime("%Y%m%d%H%M%S")
    return account.merchant_id[:5] + stamp + _random(string.ascii_letters + string.digits, 5)


def _transaction_key() -> str:
    return "txrd_" + _random(string.ascii_lowercase + string.digits, 24)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
