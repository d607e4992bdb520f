"""현금영수증, POST and GET /v1/cash-receipts (protocol notes §2.8).

As observed of the real one, nobody checks that an orderId belongs to a payment, nor how that was paid; the same orderId
can be issued for twice.
"""

import re
import secrets
import sqlite3
from typing import Any

from app.sandbox import clock
from app.sandbox.clock import korea_time
from app.sandbox.toss.answers import Answer
from app.sandbox.toss.errors import TossError
from app.sandbox.toss.keys import Account
from app.sandbox.toss.method import is_whole

SCHEMA = """
CREATE TABLE IF NOT EXISTS toss_receipts (
    receipt_key TEXT PRIMARY KEY, account TEXT NOT NULL, order_id TEXT NOT NULL, order_name TEXT NOT NULL,
    kind TEXT NOT NULL, transaction_type TEXT NOT NULL, identity_number TEXT NOT NULL, amount INTEGER NOT NULL,
    tax_free_amount INTEGER NOT NULL, of_receipt TEXT, requested_at REAL NOT NULL
);
"""
CONFIRM, CANCEL = "CONFIRM", "CANCEL"
KINDS = ("소득공제", "지출증빙")
MOST = 100


def issue(db: sqlite3.Connection, account: Account, body: object) -> Answer:
    """Raises TossError."""
    if not isinstance(body, dict):
        raise TossError("INVALID_REQUEST")
    amount, free = body.get("amount"), body.get("taxFreeAmount") or 0
    number, order_id = str(body.get("customerIdentityNumber")), str(body.get("orderId"))
    if (
        not isinstance(amount, int)
        or not is_whole(amount)
        or not is_whole(free)
        or not 0 <= free <= amount
        or amount < 1
    ):
        raise TossError("INVALID_REQUEST", "amount가 올바르지 않습니다.")
    if not re.fullmatch("[A-Za-z0-9_-]{6,64}", order_id) or not body.get("orderName"):
        raise TossError("INVALID_REQUEST", "orderId, orderName은 필수 값입니다.")
    if body.get("type") not in KINDS or not re.fullmatch("[0-9]{1,30}", number, re.ASCII):
        raise TossError("INVALID_REQUEST", "type, customerIdentityNumber가 올바르지 않습니다.")
    receipt = {
        "order_id": order_id,
        "order_name": str(body["orderName"])[:100],
        "kind": body["type"],
        "identity_number": number,
    }
    return Answer(200, _add(db, account, receipt, CONFIRM, amount, free, None))


def cancel(db: sqlite3.Connection, account: Account, receipt_key: str, body: object) -> Answer:
    """`amount`: a part; without it all that is left. Raises TossError."""
    row = db.execute(
        "SELECT * FROM toss_receipts WHERE receipt_key = ? AND account = ? AND transaction_type = 'CONFIRM'",
        (receipt_key, account.name),
    ).fetchone()
    if row is None:
        raise TossError("NOT_FOUND_PAYMENT", "존재하지 않는 현금영수증 입니다.")
    gone = db.execute(
        "SELECT COALESCE(SUM(amount), 0) FROM toss_receipts WHERE of_receipt = ?", (receipt_key,)
    ).fetchone()[0]
    asked = body.get("amount") if isinstance(body, dict) else None
    amount = row["amount"] - gone if asked is None else asked
    if not isinstance(amount, int) or not is_whole(amount) or not 0 < amount <= row["amount"] - gone:
        raise TossError("INVALID_REQUEST", "취소할 수 없는 금액입니다.")
    return Answer(200, _add(db, account, dict(row), CANCEL, amount, 0, receipt_key))


def list_receipts(db: sqlite3.Connection, account: Account, *, date: str, cursor: int, limit: int) -> Answer:
    """date: `requestDate`, in Korea. Raises TossError."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
        raise TossError("INVALID_REQUEST", "requestDate는 필수 값입니다.")
    rows = db.execute(
        "SELECT rowid, * FROM toss_receipts WHERE account = ? AND rowid > ? ORDER BY rowid",
        (account.name, cursor),
    ).fetchall()
    found = [row for row in rows if korea_time(row["requested_at"])[:10] == date]
    shown = found[: min(limit, MOST)]
    body = {
        "hasNext": len(found) > len(shown),
        "lastCursor": shown[-1]["rowid"] if shown else 0,
        "data": [_object(row) for row in shown],
    }
    return Answer(200, body)


def observed(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Of every merchant, the oldest first."""
    return [_object(row) for row in db.execute("SELECT * FROM toss_receipts ORDER BY rowid")]


def _add(
    db: sqlite3.Connection,
    account: Account,
    receipt: dict[str, Any],
    transaction_type: str,
    amount: int,
    tax_free: int,
    of_receipt: str | None,
) -> dict[str, Any]:
    key = ("c_" if of_receipt else "") + secrets.token_urlsafe(24)
    told = (receipt["order_id"], receipt["order_name"], receipt["kind"], transaction_type)
    numbers = (receipt["identity_number"], amount, tax_free, of_receipt, clock.now(db))
    db.execute(
        "INSERT INTO toss_receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, account.name, *told, *numbers),
    )
    return _object(db.execute("SELECT * FROM toss_receipts WHERE receipt_key = ?", (key,)).fetchone())


def _object(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "receiptKey": row["receipt_key"],
        "orderId": row["order_id"],
        "orderName": row["order_name"],
        "type": row["kind"],
        "issueNumber": "123456789",
        "receiptUrl": "https://dashboard.tosspayments.com/receipt/cash-receipts",
        "businessNumber": "1234567890",
        "transactionType": row["transaction_type"],
        "amount": row["amount"],
        "taxFreeAmount": row["tax_free_amount"],
        "issueStatus": "IN_PROGRESS",
        "failure": None,
        "customerIdentityNumber": row["identity_number"],
        "requestedAt": korea_time(row["requested_at"]),
    }
