"""The merchant: orders, what the API says of them, and the webhooks that came."""

import secrets
from dataclasses import dataclass
from typing import Any

from e2e.support.gateway import Gateway
from e2e.support.http import get_json, post_json, status_of
from e2e.support.stack import Stack
from e2e.support.waiting import wait_for

AMOUNT = 29000


@dataclass(frozen=True)
class Order:
    """product: its name is no other order's, so the gateway's payments for it can be told."""

    session_id: str
    url: str
    product: str


class Shop:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.gateway = Gateway(stack.sandbox_url)
        self.orders: list[Order] = []

    def create_session(self, *, amount: int = AMOUNT, **changes: Any) -> Order:
        """changes: fields of the request."""
        product = f"스테인리스 텀블러 {secrets.token_hex(3)}"
        body = {
            "platform": "headless",
            "platformOrderId": f"order_{secrets.token_hex(6)}",
            "items": [{"name": product, "price": amount, "quantity": 1}],
            "customer": {"name": "홍길동", "email": "buyer@example.com", "phone": "010-1234-5678"},
            "totalAmount": amount,
            "currency": "KRW",
            "returnUrl": f"{self.stack.shop_url}/success",
            "cancelUrl": f"{self.stack.shop_url}/cancel",
            "locale": "ko",
            **changes,
        }
        url = f"{self.stack.web_url}/api/checkout/create-session"
        made = post_json(url, body, headers={"x-api-key": self.stack.api_key})
        order = Order(made["sessionId"], made["checkoutUrl"], product)
        self.orders.append(order)
        return order

    def call(self, path: str, body: dict[str, Any]) -> Any:
        """POST to the API with the shop's key."""
        return post_json(f"{self.stack.web_url}{path}", body, headers={"x-api-key": self.stack.api_key})

    def data(self, order: Order) -> dict[str, Any]:
        """What the API says of its session."""
        url = f"{self.stack.web_url}/api/checkout/session/{order.session_id}"
        answer = get_json(url, headers={"x-api-key": self.stack.api_key})
        assert answer["status"] == answer["data"]["status"]
        data: dict[str, Any] = answer["data"]
        return data

    def status(self, order: Order) -> str:
        return str(self.data(order)["status"])

    def webhooks(self, order: Order) -> list[dict[str, Any]]:
        """In the order in which they came, each with whether its signature is right."""
        events: list[dict[str, Any]] = get_json(f"{self.stack.shop_url}/events")
        return [event for event in events if event["body"]["data"]["sessionId"] == order.session_id]

    def webhook_names(self, order: Order) -> list[str]:
        return [event["body"]["event"] for event in self.webhooks(order)]

    def wait_for_status(self, order: Order, status: str, *, within_s: float = 10) -> None:
        wait_for(f"session that is {status}", lambda: self.status(order) == status, within_s=within_s)

    def wait_for_webhook(self, order: Order, name: str) -> None:
        wait_for(f"webhook {name}", lambda: name in self.webhook_names(order))

    def wait_until_confirming(self, order: Order) -> None:
        """The gateway is being asked for the money. Our status address says so: to a page that shows this it
        has nothing new to tell (204)."""
        url = f"{self.stack.web_url}/checkout/{order.session_id}/status?seen=processing"
        wait_for("confirm under way", lambda: status_of(url) == 204)
