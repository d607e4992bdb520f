"""What the SDK sends to open a pay window, and the checks on it (protocol notes §1.3 to §1.7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.sandbox.toss.errors import TossError
from app.sandbox.toss.keys import Account, account_of_client_key, check_customer_key
from app.sandbox.toss.method import is_whole
from app.sandbox.toss.methods import METHODS

Params = Mapping[str, Any]

MAX_AMOUNT = 2**53 - 1  # above this a browser cannot have meant the number it sent

_ORDER_ID = re.compile(r"[A-Za-z0-9_=-]{6,64}")
_PHONE = re.compile(r"[0-9]{8,15}")
_ORIGIN = re.compile(
    r"https?://[A-Za-z0-9.\-\[\]:]+"
)  # goes into a CSP header, so nothing that could end a value
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f]")


@dataclass(frozen=True)
class WindowRequest:
    """Checked. `params`: what requestPayment was given; `parent_origin`: the page that may show an iframe."""

    account: Account
    method: str
    amount: int
    tax_free_amount: int
    order_id: str
    order_name: str
    success_url: str
    fail_url: str
    window_target: str
    parent_origin: str | None
    params: Params


def read_window_request(body: Params, *, origin_header: str | None) -> WindowRequest:
    """Check the SDK's JSON: clientKey, customerKey, the requestPayment parameters, origin.

    Raises TossError with the code the SDK rejects its promise with.
    """
    account = account_of_client_key(body.get("clientKey"))
    check_customer_key(body.get("customerKey"))
    method = body.get("method")
    if not isinstance(method, str) or method not in METHODS:
        raise TossError("NOT_SUPPORTED_METHOD")
    amount = _amount(body.get("amount"))
    METHODS[method].check_amount(amount)
    _check_options(method, body)
    _check_buyer(body)
    _check_metadata(body.get("metadata"))
    window_target, parent_origin = _target(body, origin_header)
    return WindowRequest(
        account=account,
        method=method,
        amount=amount,
        tax_free_amount=_tax_free_amount(body.get("taxFreeAmount"), amount),
        order_id=_order_id(body.get("orderId")),
        order_name=_text(body, "orderName", required=True),
        success_url=_return_url(body, "successUrl", "INCORRECT_SUCCESS_URL_FORMAT"),
        fail_url=_return_url(body, "failUrl", "INCORRECT_FAIL_URL_FORMAT"),
        window_target=window_target,
        parent_origin=parent_origin,
        params={name: value for name, value in body.items() if name not in ("clientKey", "origin")},
    )


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _amount(amount: object) -> int:
    """`{currency: "KRW", value: 50000}`."""
    if not isinstance(amount, dict) or not is_whole(amount.get("value")):
        raise TossError("INVALID_AMOUNT_VALUE")
    if amount.get("currency") != "KRW":
        raise TossError("INVALID_AMOUNT_CURRENCY")
    if amount["value"] > MAX_AMOUNT:
        raise TossError("INVALID_AMOUNT_VALUE")
    if amount["value"] < 0:
        raise TossError("BELOW_ZERO_AMOUNT")
    return int(amount["value"])


def _tax_free_amount(value: object, amount: int) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or not is_whole(value) or not 0 <= value <= amount:
        raise TossError("INVALID_PARAMETERS", "taxFreeAmount가 올바르지 않습니다.")
    return value


def _order_id(order_id: object) -> str:
    if not isinstance(order_id, str) or not _ORDER_ID.fullmatch(order_id):
        message = "orderId는 영문 대소문자, 숫자, 특수문자 -, _, = 로 이루어진 6자 이상 64자 이하여야 합니다."
        raise TossError("INVALID_PARAMETERS", message)
    return order_id


def _check_options(method: str, body: Params) -> None:
    options = body.get(METHODS[method].options_name)
    if options is not None and not isinstance(options, dict):
        raise TossError("INVALID_PARAMETERS")
    METHODS[method].check(options or {})


def _check_buyer(body: Params) -> None:
    _text(body, "customerName")
    _text(body, "customerEmail")
    phone = body.get("customerMobilePhone")
    if phone is not None and (not isinstance(phone, str) or not _PHONE.fullmatch(phone)):
        raise TossError("INVALID_PARAMETERS", "customerMobilePhone은 8자 이상 15자 이하의 숫자여야 합니다.")


def _text(body: Params, name: str, *, required: bool = False) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or len(value) > 100 or (required and not value.strip()):
        raise TossError("INVALID_PARAMETERS", f"{name}은(는) 100자 이하의 문자열이어야 합니다.")
    return value


def _check_metadata(metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or len(metadata) > 5:
        raise TossError("INVALID_METADATA")
    for key, value in metadata.items():
        if len(key) > 40 or "[" in key or "]" in key or not isinstance(value, str) or len(value) > 2000:
            raise TossError("INVALID_METADATA")


def _return_url(body: Params, name: str, code: str) -> str:
    if body.get("successUrl") is None and body.get("failUrl") is None:
        # Promise mode: what it resolves with is not in the notes, and this product always passes both URLs.
        raise TossError("NOT_SUPPORTED_PROMISE")
    url = body.get(name)
    if not isinstance(url, str) or len(url) > 2000 or _UNSAFE_IN_URL.search(url):
        raise TossError(code)
    if not _ORIGIN.fullmatch(origin_of(url)):
        raise TossError(code)
    return url


def _target(body: Params, origin_header: str | None) -> tuple[str, str | None]:
    """(windowTarget, origin of the page that may frame the window). The browser's own word on origin wins."""
    target = body.get("windowTarget", "self")
    if target == "self":
        return "self", None
    origin = origin_header or body.get("origin")
    if target != "iframe" or not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
        raise TossError("INVALID_PARAMETERS", "windowTarget은 iframe 또는 self여야 합니다.")
    return "iframe", origin
