"""The merchant: creates sessions, receives webhooks, refunds."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from app.chaos.http import NoAnswer, fetch
from app.chaos.plan import ACCOUNT, Plan
from app.chaos.simulators import SIMULATORS

PAID = ("completed", "partially_refunded")
PATIENCE_S = 90.0
BANK_PATIENCE_S = 5.0  # not every buyer goes to the bank, or comes back from the gateway
SLOW_S = 1.5
LONGEST_PAUSE_S = 2.0


@dataclass
class Inbox:
    """What arrived, by session: (sequence, event) in the order in which it was accepted. troubles: by session, what
    to do with the first delivery of each event."""

    secret: str
    received: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    troubles: dict[str, str] = field(default_factory=dict)
    forged: int = 0
    _seen: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        """The status to answer; None to close without an answer."""
        try:
            content = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 400
        session, first = content["data"]["sessionId"], self._is_first(content["id"])
        trouble = self.troubles.get(session, "none") if first else "none"
        if trouble == "slow":
            time.sleep(SLOW_S)
        if trouble in ("error_500", "closed"):
            return 500 if trouble == "error_500" else None
        with self._lock:
            self.received[session].append((content["data"]["sequence"], content["event"]))
        return 200

    def _is_first(self, event_id: str) -> bool:
        with self._lock:
            first = event_id not in self._seen
            self._seen.add(event_id)
            return first


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # five, as it usually is, would turn the merchant away in a burst


@dataclass(frozen=True)
class Hooks:
    """Addresses for webhooks. slow: of a merchant whose server takes its time, and who holds up no other."""

    quick: str
    slow: str


@contextmanager
def receiving(inbox: Inbox) -> Iterator[Hooks]:
    with _server(inbox, "127.0.0.1") as quick, _server(inbox, "127.0.0.2") as slow:
        yield Hooks(quick, slow)


@contextmanager
def _server(inbox: Inbox, host: str) -> Iterator[str]:
    """One that hands what comes to the inbox; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the worker was killed while it was telling
                self.close_connection = True
                return
            status = inbox.take({name.lower(): value for name, value in self.headers.items()}, body)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = Server((host, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()


COUPON = "CHAOS500"


class Shop:
    """web: origin of the API. hooks: where its webhooks go."""

    def __init__(self, web: str, api_key: str, hooks: Hooks, inbox: Inbox) -> None:
        self._web, self._hooks, self._inbox = web, hooks, inbox
        self._headers = {"x-api-key": api_key}

    def offer_coupon(self, *, uses: int) -> None:
        """One that more buyers will try than can have it."""
        body = {"code": COUPON, "type": "fixed_amount", "discount_value": 500, "usage_limit": uses}
        self._ask("POST", "/api/coupons/create", body)

    def use_all_gateways(self) -> None:
        """Each takes its share of the payments."""
        [shop] = self._ask("GET", "/api/shops")["data"]
        routing = {name: {"priority": 1, "weight": 1} for name in SIMULATORS}
        self._ask("PATCH", f"/api/shops/{shop['id']}", {"settings": {"routing": routing}})

    def create(self, plan: Plan) -> str:
        """The id of a new session. One whose answer was lost stays unpaid and expires some day."""
        body = {
            "platform": "custom",
            "platformOrderId": f"chaos_{plan.number}",
            "items": [{"name": f"상품 {plan.number}", "price": plan.amount, "quantity": 1}],
            "customer": {"name": "홍길동", "email": "buyer@example.com", "phone": "010-1234-5678"},
            "totalAmount": plan.amount,
            "currency": "KRW",
            "returnUrl": "http://shop.example/done",
            "cancelUrl": "http://shop.example/cart",
            "webhookUrl": self._hooks.slow if plan.webhook == "slow" else self._hooks.quick,
        }
        answer = self._ask("POST", "/api/checkout/create-session", body)
        session_id = str(answer["sessionId"])
        self._inbox.troubles[session_id] = plan.webhook
        if plan.coupon:
            self._ask("POST", "/api/coupons/apply", {"sessionId": session_id, "couponCode": COUPON})
        return session_id

    def end(self, session_id: str, how: str) -> None:
        """cancel or expire; whoever pays at that moment may be quicker."""
        self._ask("POST", f"/api/checkout/session/{session_id}/{how}", {})

    def refund(self, session_id: str, amounts: tuple[int, ...], *, may_be_paid: bool) -> None:
        """One after the other, once it is paid. The balance that is expected makes a repeat harmless."""
        if not amounts:
            return
        session = self._wait_until_settled(session_id, PATIENCE_S if may_be_paid else BANK_PATIENCE_S)
        for amount in amounts if session["status"] in PAID else ():
            left = self._ask("GET", f"/api/checkout/session/{session_id}")["data"]["amounts"]["refundable"]
            # A coupon made it less; of nothing the whole is asked for, and refused.
            body: dict[str, Any] = {"amount": min(amount, left) or amount, "reason": "고객 변심"}
            body["expected_refundable"] = left
            if session["data"]["paymentMethod"] == ACCOUNT:
                body["refundAccount"] = {
                    "bank": "shinhan",
                    "accountNumber": "110123456789",
                    "holder": "홍길동",
                }
            self._ask("POST", f"/api/checkout/session/{session_id}/refund", body)

    def _wait_until_settled(self, session_id: str, patience_s: float) -> dict[str, Any]:
        began, pause_s = time.monotonic(), 0.25
        while True:
            session = self._ask("GET", f"/api/checkout/session/{session_id}")
            if session["data"]["virtualAccount"] is not None:
                patience_s = BANK_PATIENCE_S
            if session["status"] != "processing" or time.monotonic() > began + patience_s:
                return session
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The JSON of the answer, an error's too."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = fetch(method, self._web + path, body=body, headers=self._headers)
                content: dict[str, Any] = json.loads(answer.text)
                return content
            except (NoAnswer, ValueError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
