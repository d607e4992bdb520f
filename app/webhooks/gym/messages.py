"""What the gym sends: events of orders that are made up, signed rightly or in a way that nobody may believe."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.clock import to_wire
from app.ids import new_id
from app.webhooks.signing import HEADER, new_secret, signature_headers

AMOUNT = 29000
STALE = timedelta(minutes=10)  # receivers allow five


@dataclass(frozen=True)
class Message:
    """body: the very bytes. headers: without the content type, which the sender adds."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Order:
    """An order that nobody placed. number: of the exercise."""

    session_id: str
    platform_order_id: str

    def event(self, name: str, *, status: str, sequence: int, now: datetime, **more: Any) -> dict[str, Any]:
        """The JSON of a webhook, with every field of a real one. more: further fields of data."""
        paid = status in ("completed", "refunded")
        data = {
            "sessionId": self.session_id,
            "status": status,
            "platformOrderId": self.platform_order_id,
            "totalAmount": AMOUNT,
            "currency": "KRW",
            "customer": {"name": "홍길동 🎉", "email": "gym@example.com", "phone": "+821012345678"},
            "metadata": {"gym": "true"},
            "shippingAddress": None,
            "customFieldValues": None,
            "createdAt": to_wire(now),
            "expiresAt": to_wire(now + timedelta(hours=24)),
            "completedAt": to_wire(now) if paid else None,
            "paymentMethod": "card" if paid else None,
            "gateway": None,
            "gatewayTransactionId": None,
            "card": None,
            "virtualAccount": None,
            "receiptUrl": None,
            "failure": None,
            "previousStatus": "completed" if status == "refunded" else "processing",
            "sequence": sequence,
            "livemode": False,
            **more,
        }
        return {
            "id": new_id("evt"), "event": name, "createdAt": to_wire(now), "livemode": False, "data": data,
        }  # fmt: skip

    def paid(self, *, now: datetime, **more: Any) -> dict[str, Any]:
        return self.event("payment.completed", status="completed", sequence=1, now=now, **more)

    def refunded(self, *, now: datetime) -> dict[str, Any]:
        refund = {
            "refundId": new_id("ref"), "status": "succeeded", "amount": AMOUNT, "reason": None,
            "processedAt": to_wire(now), "sessionId": self.session_id, "taxFreeAmount": 0,
            "notifyCustomer": False, "gatewayRefundId": None, "failure": None, "createdAt": to_wire(now),
            "livemode": False,
        }  # fmt: skip
        more = {"refund": refund, "refundedAmount": AMOUNT}
        return self.event("payment.refunded", status="refunded", sequence=2, now=now, **more)

    def cancelled(self, *, now: datetime) -> dict[str, Any]:
        return self.event("session.cancelled", status="cancelled", sequence=1, now=now)


def new_order(run: str, number: int) -> Order:
    return Order(new_id("cs"), f"gym_{run}_{number}")


@dataclass(frozen=True)
class Signer:
    """whsecs: the shop's own secrets."""

    whsecs: tuple[str, ...]

    def good(self, event: dict[str, Any], now: datetime) -> Message:
        return self._signed(event["id"], _text(event), now)

    def oddly_spelt(self, event: dict[str, Any], now: datetime) -> Message:
        """The same JSON as another program might write it."""
        text = json.dumps(dict(reversed(event.items())), ensure_ascii=True, indent=3)
        return self._signed(event["id"], text + "\n", now)

    def with_another_first(self, event: dict[str, Any], now: datetime) -> Message:
        """As while a secret is rotated: the first signature is of one that the receiver does not have yet."""
        return self._signed(event["id"], _text(event), now, first=(new_secret(),))

    def of_another(self, event: dict[str, Any], now: datetime) -> Message:
        text = _text(event)
        headers = signature_headers(event_id=event["id"], body=text, whsecs=[new_secret()], now=now)
        return Message(text.encode(), headers)

    def of_another_body(self, event: dict[str, Any], now: datetime) -> Message:
        signed = self.good(event, now)
        changed = {**event, "data": {**event["data"], "totalAmount": AMOUNT * 10}}
        return Message(_text(changed).encode(), signed.headers)

    def unsigned(self, event: dict[str, Any], now: datetime) -> Message:
        return Message(_text(event).encode(), {"webhook-id": event["id"]})

    def empty(self, event: dict[str, Any], now: datetime) -> Message:
        t = int(now.timestamp())
        signed = self.good(event, now)
        nothing = {HEADER: f"t={t},v1=", "webhook-signature": "v1,"}
        return Message(signed.body, {**signed.headers, **nothing})

    def expired(self, event: dict[str, Any], now: datetime) -> Message:
        return self.good(event, now - STALE)

    def from_the_future(self, event: dict[str, Any], now: datetime) -> Message:
        return self.good(event, now + STALE)

    def with_its_time_moved(self, event: dict[str, Any], now: datetime) -> Message:
        """An old message that somebody kept, its times made new; the signatures are still the old ones."""
        old, t = self.expired(event, now), str(int(now.timestamp()))
        own = ",".join([f"t={t}", *old.headers[HEADER].split(",")[1:]])
        return Message(old.body, {**old.headers, HEADER: own, "webhook-timestamp": t})

    def garbage(self, event: dict[str, Any], now: datetime) -> Message:
        signed = self.of_another(event, now)
        return Message(b'{"id": "evt_1", this is no JSON', signed.headers)

    def _signed(self, event_id: str, text: str, now: datetime, *, first: tuple[str, ...] = ()) -> Message:
        headers = signature_headers(event_id=event_id, body=text, whsecs=[*first, *self.whsecs], now=now)
        return Message(text.encode(), headers)


def _text(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
