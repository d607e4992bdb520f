"""`enc_data` and `enc_info`: what the window hands to the shop and the approval takes back (notes §9.2).

Opaque to everybody else. One half is in each, so that losing one shows; both are long and contain the characters
that a careless form loses.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import sqlite3

from app.sandbox import clock
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.kcp.windows import Window, find_window
from app.sandbox.pay_windows import State
from app.sandbox.storage import read_setting, write_setting

TRAN_CD = "00100000"
HALF = 1000  # bytes; not divisible by three, so that Base64 ends in =
SIGNATURE = 32

_SECRET = "kcp_token_secret"  # noqa: S105  # the name of the setting, not the secret


def make_token(db: sqlite3.Connection, window: Window) -> tuple[str, str]:
    """(enc_data, enc_info) of an authenticated window."""
    text = json.dumps({"window": window.id, "nonce": window.nonce}).encode()
    while True:
        body = text + b"\0" + secrets.token_bytes(2 * HALF - SIGNATURE - len(text) - 1)
        blob = _signature(db, body) + body
        halves = (base64.b64encode(blob[:HALF]).decode(), base64.b64encode(blob[HALF:]).decode())
        if all(set("+/=") <= set(half) for half in halves):
            return halves


def read_token(db: sqlite3.Connection, enc_data: str, enc_info: str) -> Window:
    """The window that both belong to. Raises KcpRefusal SIM2 when they were changed, mixed or are too old."""
    try:
        blob = base64.b64decode(enc_data, validate=True) + base64.b64decode(enc_info, validate=True)
    except (ValueError, binascii.Error):
        raise KcpRefusal("SIM2") from None
    signature, body = blob[:SIGNATURE], blob[SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(db, body)):
        raise KcpRefusal("SIM2")
    claims = json.loads(body.partition(b"\0")[0])
    window = find_window(db, claims["window"])
    if window is None or window.state is not State.AUTHENTICATED or window.nonce != claims["nonce"]:
        raise KcpRefusal("SIM2")
    if clock.now(db) >= window.enc_until:
        raise KcpRefusal("SIM2", "expired")
    return window


def _signature(db: sqlite3.Connection, body: bytes) -> bytes:
    secret = read_setting(db, _SECRET, "")
    if not secret:
        secret = secrets.token_hex(32)
        write_setting(db, _SECRET, secret)
    return hmac.new(bytes.fromhex(secret), body, hashlib.sha256).digest()
