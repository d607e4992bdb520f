"""Receivers of webhooks as shops write them: two that are right, and many that are wrong, each in one thing."""

import base64
import hashlib
import hmac
import json
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from standardwebhooks import Webhook, WebhookVerificationError

HEADER = "x-korea-checkout-signature"
FRESH_S = 300
Answer = tuple[int, str]


@dataclass
class Order:
    sequence: int = 0
    status: str = "unknown"
    fulfilled: int = 0


class Right:
    """Verifies our own header by hand, keeps ids and sequences, tells what became of the order."""

    broken_by: ClassVar[set[str]] = set()  # the exercises that find out what is wrong with it

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.orders: dict[str, Order] = {}
        self.seen: list[str] = []
        self.lock = threading.Lock()

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if not self.is_genuine(body, headers):
            return 401, "bad signature"
        return self.take(json.loads(body))

    def take(self, event: dict[str, Any]) -> Answer:
        order = self.orders.setdefault(event["data"]["sessionId"], Order())
        with self.lock:
            if self.is_news(event, order):
                self.remember(event)
                self.act(event, order)
        return 200, self.word(order)

    def is_news(self, event: dict[str, Any], order: Order) -> bool:
        return event["id"] not in self.seen and event["data"]["sequence"] > order.sequence

    def remember(self, event: dict[str, Any]) -> None:
        self.seen.append(event["id"])

    def act(self, event: dict[str, Any], order: Order) -> None:
        if event["event"] not in ("payment.completed", "payment.refunded", "session.cancelled"):
            return
        order.sequence, order.status = event["data"]["sequence"], event["data"]["status"]
        order.fulfilled += event["event"] == "payment.completed"

    def word(self, order: Order) -> str:
        return json.dumps({"status": order.status, "fulfilled": order.fulfilled})

    # --- the signature ---

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        pairs = [pair.split("=", 1) for pair in headers.get(HEADER, "").split(",") if "=" in pair]
        t = next((value for name, value in pairs if name == "t"), "0")
        if not self.is_fresh(int(t)):
            return False
        given = [value for name, value in pairs if name == "v1"]
        return self.fits(self.wanted(t, body), given)

    def is_fresh(self, t: int) -> bool:
        return abs(time.time() - t) <= FRESH_S

    def wanted(self, t: str, body: bytes) -> str:
        return hmac.new(self.secret.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest()

    def fits(self, wanted: str, given: list[str]) -> bool:
        return any(hmac.compare_digest(wanted, one) for one in given)


class ByLibrary(Right):
    """Verifies with the Standard Webhooks library."""

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        try:
            Webhook(self.secret).verify(body, dict(headers))
        except WebhookVerificationError:
            return False
        return True


class Silent(Right):
    """As right as the others, but nobody can see it."""

    def word(self, order: Order) -> str:
        return "ok"


# --- wrong ones ---


class NoDedupe(Right):
    """Drops older events, but not those that it knows."""

    broken_by: ClassVar[set[str]] = {"duplicate", "at_once", "late_repeat"}

    def is_news(self, event: dict[str, Any], order: Order) -> bool:
        return bool(event["data"]["sequence"] >= order.sequence)


class KnowsOnlyTheLastId(Right):
    broken_by: ClassVar[set[str]] = {"late_repeat"}

    def is_news(self, event: dict[str, Any], order: Order) -> bool:
        return event["id"] not in self.seen[-1:] and event["data"]["sequence"] >= order.sequence


class LooksBeforeItLocks(Right):
    """Two at the same moment are both news."""

    broken_by: ClassVar[set[str]] = {"at_once"}

    def take(self, event: dict[str, Any]) -> Answer:
        order = self.orders.setdefault(event["data"]["sessionId"], Order())
        if self.is_news(event, order):
            time.sleep(0.5)
            self.remember(event)
            self.act(event, order)
        return 200, self.word(order)


class TrustsTheOrder(Right):
    broken_by: ClassVar[set[str]] = {"out_of_order"}

    def is_news(self, event: dict[str, Any], order: Order) -> bool:
        return event["id"] not in self.seen


class RefusesWhatItKnows(Right):
    """So it would be sent again for days."""

    broken_by: ClassVar[set[str]] = {"duplicate", "at_once", "out_of_order", "late_repeat"}

    def take(self, event: dict[str, Any]) -> Answer:
        order = self.orders.setdefault(event["data"]["sessionId"], Order())
        with self.lock:
            if not self.is_news(event, order):
                return 409, "known"
            self.remember(event)
            self.act(event, order)
        return 200, self.word(order)


FORGED = {
    "wrong_signature", "changed_body", "unsigned", "empty_signature", "expired", "from_the_future", "moved_time",
    "garbage",
}  # fmt: skip


class SkipsTheSignature(Right):
    """And breaks over what is no JSON."""

    broken_by: ClassVar[set[str]] = FORGED

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        return True


class VerifiesOnlyWhatIsSigned(Right):
    broken_by: ClassVar[set[str]] = {"unsigned"}

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        return HEADER not in headers or super().is_genuine(body, headers)


class ParsesBeforeItVerifies(Right):
    broken_by: ClassVar[set[str]] = {"garbage"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        event = json.loads(body)
        return self.take(event) if self.is_genuine(body, headers) else (401, "bad signature")


class ActsBeforeItVerifies(Right):
    broken_by: ClassVar[set[str]] = FORGED

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        told = self.take(json.loads(body))
        return told if self.is_genuine(body, headers) else (401, "bad signature")


class DecodesTheSecret(Right):
    """Uses for our own header what the other one wants."""

    broken_by: ClassVar[set[str]] = {"plain"}

    def wanted(self, t: str, body: bytes) -> str:
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        return hmac.new(key, t.encode() + b"." + body, hashlib.sha256).hexdigest()


class SignsWhatItWroteAgain(Right):
    """json.loads and json.dumps, as body parsers and their users do."""

    broken_by: ClassVar[set[str]] = {"odd_spelling"}

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        try:
            again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        except ValueError:
            return False
        return super().is_genuine(again, headers)


class IgnoresTheTime(Right):
    broken_by: ClassVar[set[str]] = {"expired", "from_the_future"}

    def is_fresh(self, t: int) -> bool:
        return True


class BelievesTheFuture(Right):
    broken_by: ClassVar[set[str]] = {"from_the_future"}

    def is_fresh(self, t: int) -> bool:
        return time.time() - t <= FRESH_S


class ReadsTheTimeElsewhere(Right):
    """The header that it looks at for the time is not the one that it verifies."""

    broken_by: ClassVar[set[str]] = {"moved_time"}

    def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        t = headers.get("webhook-timestamp", "0")
        given = [part[3:] for part in headers.get(HEADER, "").split(",") if part.startswith("v1=")]
        now = int(time.time())
        signed_at = (str(moment) for moment in (int(t), *range(now - 605, now - 594)))
        return self.is_fresh(int(t)) and any(self.fits(self.wanted(one, body), given) for one in signed_at)


class ComparesOnlyTheFirst(Right):
    broken_by: ClassVar[set[str]] = {"second_signature"}

    def fits(self, wanted: str, given: list[str]) -> bool:
        return super().fits(wanted, given[:1])


class ComparesBeginnings(Right):
    """As many letters as were given."""

    broken_by: ClassVar[set[str]] = {"empty_signature"}

    def fits(self, wanted: str, given: list[str]) -> bool:
        return any(wanted.startswith(one) for one in given)


class BreaksOverUnknownEvents(Right):
    broken_by: ClassVar[set[str]] = {"unknown_event"}

    def act(self, event: dict[str, Any], order: Order) -> None:
        if event["event"].startswith("gym."):
            raise LookupError(event["event"])
        super().act(event, order)


class RefusesUnknownFields(Right):
    broken_by: ClassVar[set[str]] = {"unknown_fields"}

    def take(self, event: dict[str, Any]) -> Answer:
        return (422, "unknown field") if "unheardOf" in event["data"] else super().take(event)


class TakesLittle(Right):
    broken_by: ClassVar[set[str]] = {"large"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        return (413, "too large") if len(body) > 100 * 1024 else super().answer(body, headers)


class Redirects(Right):
    broken_by: ClassVar[set[str]] = {"plain"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        return 308, ""


class BelievesEverything(Right):
    """Answers 200 whatever comes, and does nothing."""

    broken_by: ClassVar[set[str]] = FORGED

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        return 200, "thanks"


class IsBroken(Right):
    broken_by: ClassVar[set[str]] = {"plain"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise RuntimeError


class ShowsItsTrace(Right):
    broken_by: ClassVar[set[str]] = {"leaks"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self.is_genuine(body, headers):
            return self.take(json.loads(body))
        try:
            raise PermissionError("bad signature")
        except PermissionError:
            return 400, traceback.format_exc()


class ShowsItsSecret(Right):
    broken_by: ClassVar[set[str]] = {"leaks"}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        status, text = super().answer(body, headers)
        return status, text if status == 200 else f"does not fit {self.secret}"


class WorksBeforeItAnswers(Right):
    """slow_s of the test is shorter than its nap."""

    broken_by: ClassVar[set[str]] = {"speed"}
    NAP_S = 1.5

    def take(self, event: dict[str, Any]) -> Answer:
        if not self.orders:
            time.sleep(self.NAP_S)
        return super().take(event)


RIGHT = (Right, ByLibrary)
WRONG = (
    NoDedupe, KnowsOnlyTheLastId, LooksBeforeItLocks, TrustsTheOrder, RefusesWhatItKnows, SkipsTheSignature,
    VerifiesOnlyWhatIsSigned, ParsesBeforeItVerifies, ActsBeforeItVerifies, DecodesTheSecret, SignsWhatItWroteAgain,
    IgnoresTheTime, BelievesTheFuture, ReadsTheTimeElsewhere, ComparesOnlyTheFirst, ComparesBeginnings,
    BreaksOverUnknownEvents, RefusesUnknownFields, TakesLittle, Redirects, BelievesEverything, IsBroken,
    ShowsItsTrace, ShowsItsSecret, WorksBeforeItAnswers,
)  # fmt: skip


@contextmanager
def served(shop: Right) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, text = shop.answer(body, headers)
            except Exception:
                status, text = 500, "oh"
            told = text.encode()
            self.send_response(status)
            if status == 308:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
