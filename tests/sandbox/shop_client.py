"""A shop that pays at the simulated Toss over real HTTP, the way its page, its buyer and its server would."""

import itertools
from dataclasses import dataclass
from typing import Any

import requests

from tests.sandbox.controls import Controls

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Window:
    """An opened pay window."""

    payment_key: str
    url: str
    order_id: str
    amount: int


class Shop(Controls):
    """`name` is the X of `test_ck_X` and `test_sk_X`."""

    def __init__(self, base: str, name: str = "shop") -> None:
        self.base = base
        self.root = self.toss = f"{base}/toss"
        self.client_key = f"test_ck_{name}"
        self.secret_key = f"test_sk_{name}"

    def window_request(self, **changes: Any) -> requests.Response:
        params: dict[str, Any] = {
            "clientKey": self.client_key,
            "customerKey": "@@ANONYMOUS",
            "method": "CARD",
            "amount": {"currency": "KRW", "value": 29_000},
            "orderId": f"order_{next(_NUMBERS):06}",
            "orderName": "제주 감귤 5kg 외 1건",
            "successUrl": "http://shop.example/paid/7",
            "failUrl": "http://shop.example/failed/7",
            "windowTarget": "self",
        } | changes
        return requests.post(f"{self.toss}/sim/window-requests", json=params, timeout=5)

    def open_window(self, amount: int = 29_000, **changes: Any) -> Window:
        order_id = changes.pop("orderId", f"order_{next(_NUMBERS):06}")
        amount_given = {"currency": "KRW", "value": amount}
        opened = self.window_request(amount=amount_given, orderId=order_id, **changes)
        assert opened.status_code == 200, opened.text
        return Window(opened.json()["paymentKey"], opened.json()["windowUrl"], order_id, amount)

    def use_window(self, window: Window, **form: Any) -> requests.Response:
        return requests.post(window.url, data=form, allow_redirects=False, timeout=5)

    def authenticated(
        self, outcome: str = "approve", *, fault: str = "none", amount: int = 29_000, **changes: Any
    ) -> Window:
        form = {name: changes.pop(name) for name in ("delay_s", "funding") if name in changes}
        window = self.open_window(amount, **changes)
        assert self.use_window(window, outcome=outcome, fault=fault, **form).status_code in (200, 303)
        return window

    def paid(self, amount: int = 29_000, **changes: Any) -> Window:
        window = self.authenticated(amount=amount, **changes)
        assert self.confirm(window).status_code == 200
        return window

    def confirm(
        self, window: Window, *, key: str | None = None, headers: dict[str, str] | None = None, **changes: Any
    ) -> requests.Response:
        body = {"paymentKey": window.payment_key, "orderId": window.order_id, "amount": window.amount}
        return self.post("payments/confirm", body | changes, key=key, headers=headers)

    def cancel(self, window: Window, *, key: str | None = None, **body: Any) -> requests.Response:
        return self.post(
            f"payments/{window.payment_key}/cancel", {"cancelReason": "고객 변심"} | body, key=key
        )

    def lookup(self, window: Window) -> requests.Response:
        return self.get(f"payments/{window.payment_key}")

    def post(
        self, path: str, body: Any, *, key: str | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        sent = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        url = f"{self.toss}/v1/{path}"
        return requests.post(url, json=body, headers=sent, auth=(self.secret_key, ""), timeout=5)

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.toss}/v1/{path}", auth=(self.secret_key, ""), timeout=5)

    def observed(self, window: Window) -> dict[str, Any]:
        """What the control endpoint says about the payment of this order."""
        listed = requests.get(f"{self.toss}/sim/payments", params={"orderId": window.order_id}, timeout=5)
        by_key: dict[str, dict[str, Any]] = {payment["paymentKey"]: payment for payment in listed.json()}
        return by_key[window.payment_key]
