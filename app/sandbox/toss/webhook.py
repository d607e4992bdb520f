"""What Toss's server tells the shop's (protocol notes §5): unsigned, repeated until it is answered with 200."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.sandbox import clock, notices
from app.sandbox.notices import Notice
from app.sandbox.storage import read_setting, write_setting
from app.sandbox.toss.exchange import GATEWAY
from app.sandbox.toss.keys import Account
from app.sandbox.toss.payment import Payment
from app.sandbox.toss.representation import payment_object

DEPOSIT, STATUS = "DEPOSIT_CALLBACK", "PAYMENT_STATUS_CHANGED"
RETRY_S = tuple(60.0 * 4**power for power in range(7))
_URL_SETTING = "toss_webhook:"


class TossRules:
    """The webhook as a sender of notices sees it."""

    def encode(self, fields: Mapping[str, Any], charset: str) -> tuple[dict[str, str], bytes]:
        headers = {
            "Content-Type": "application/json",
            "tosspayments-webhook-transmission-id": str(fields["_id"]),
            "tosspayments-webhook-transmission-time": str(fields["_at"]),
        }
        body = {name: value for name, value in fields.items() if not name.startswith("_")}
        return headers, json.dumps(body, ensure_ascii=False).encode(charset)

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200

    def retry_after_s(self, db: sqlite3.Connection, notice: Notice, attempts: int) -> float | None:
        return RETRY_S[attempts - 1] if attempts <= len(RETRY_S) else None


def register(db: sqlite3.Connection, account: Account, url: str) -> None:
    """As by hand in the developer centre. "" sends nothing more."""
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("url must begin with http:// or https://")
    write_setting(db, _URL_SETTING + account.name, url)


def url_of(db: sqlite3.Connection, account: Account) -> str:
    usual = notices.usual_address(db, gateway=GATEWAY, merchant=account.name)
    return read_setting(db, _URL_SETTING + account.name, usual)


def tell_deposit(db: sqlite3.Connection, payment: Payment) -> int:
    """The id of a DEPOSIT_CALLBACK about how the account stands now: flat, and without an eventType."""
    fields = {
        "createdAt": _local_time(clock.now(db)),
        "secret": payment.approved_fields.get("secret"),
        "status": payment.status.value,
        "transactionKey": payment.last_transaction_key,
        "orderId": payment.order_id,
    }
    return _queue(db, payment, DEPOSIT, fields)


def tell_status(db: sqlite3.Connection, payment: Payment) -> None:
    """PAYMENT_STATUS_CHANGED, where somebody listens: unlike deposits, most shops do without."""
    if url_of(db, payment.account):
        fields = {
            "eventType": STATUS,
            "createdAt": _local_time(clock.now(db)),
            "data": payment_object(payment),
        }
        _queue(db, payment, STATUS, fields)


def _queue(db: sqlite3.Connection, payment: Payment, kind: str, fields: dict[str, Any]) -> int:
    sent = {"_id": f"whtrans_{secrets.token_hex(13)}", "_at": clock.korea_time(clock.now(db))}
    notice = Notice(
        gateway=GATEWAY,
        merchant=payment.account.name,
        subject=payment.payment_key,
        kind=kind,
        url=url_of(db, payment.account),
        fields={**fields, **sent},
    )
    return notices.queue(db, notice)


def _local_time(moment_s: float) -> str:
    """`2026-01-05T11:02:33.120000`: Korea's time, without its offset."""
    return (
        datetime.fromtimestamp(moment_s, clock.KOREA).replace(tzinfo=None).isoformat(timespec="microseconds")
    )
