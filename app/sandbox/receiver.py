"""The demo shop's webhook receiver: prints what it gets, and says whether the signature is right.

It stands for a merchant's own server, so it imports nothing of the application and needs no packages:
`WEBHOOK_SECRET=whsec_… python app/sandbox/receiver.py [port]`.
"""

import contextlib
import hashlib
import hmac
import html
import json
import os
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SIGNATURE_HEADER = "x-korea-checkout-signature"
TOLERANCE_S = 300
BODY_LIMIT = 1024 * 1024
EVENTS_KEPT = 200


class Receiver(ThreadingHTTPServer):
    """Keeps the latest events in memory; `GET /events` lists them, oldest first."""

    daemon_threads = True

    def __init__(self, *, port: int, secret: str, colour: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secret = secret
        self.colour = colour
        self.events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        self.printing = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = 15

    def do_POST(self) -> None:
        body = self._read_body()
        if body is None:
            return
        problem = problem_with_signature(
            secret=self.server.secret,
            header=self.headers.get(SIGNATURE_HEADER, ""),
            body=body,
            now=time.time(),
        )
        event = {
            "receivedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "path": self.path,
            "signatureValid": problem is None,
            "signatureProblem": problem,
            "body": _parsed(body),
        }
        self.server.events.append(event)
        with self.server.printing:
            print(describe(event, colour=self.server.colour), flush=True)
        self._answer(200, "text/plain; charset=utf-8", "OK")

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        session_id = parse_qs(url.query).get("sessionId", [""])[0]
        if url.path == "/events":
            self._answer(
                200,
                "application/json; charset=utf-8",
                json.dumps(list(self.server.events), ensure_ascii=False),
            )
        elif url.path == "/success":
            self._answer_page(
                200,
                "Back in the demo shop: thank you!",
                "데모 상점으로 돌아왔습니다. 감사합니다!",
                session_id,
            )
        elif url.path == "/cancel":
            self._answer_page(
                200,
                "Back in the demo shop: not paid.",
                "데모 상점으로 돌아왔습니다. 결제되지 않았습니다.",
                session_id,
            )
        elif url.path == "/":
            self._answer_page(200, "The demo shop", "데모 상점", "")
        else:
            self._answer_page(404, "The demo shop has no such page.", "없는 페이지입니다.", "")

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._answer(411, "text/plain; charset=utf-8", "Content-Length is needed")
            return None
        if int(length) > BODY_LIMIT:
            self.close_connection = True
            self._answer(413, "text/plain; charset=utf-8", "Too large")
            return None
        return self.rfile.read(int(length))

    def _answer_page(self, status: int, english: str, korean: str, session_id: str) -> None:
        session = f"<p>Session · 세션 <code>{html.escape(session_id)}</code></p>" if session_id else ""
        self._answer(
            status, "text/html; charset=utf-8", PAGE.format(english=english, korean=korean, session=session)
        )

    def _answer(self, status: int, content_type: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing for each request: events are printed in full, pages are not worth a line."""


def problem_with_signature(*, secret: str, header: str, body: bytes, now: float) -> str | None:
    """Why the signature is not to be trusted; None when it is valid.

    header: `t=<unix>,v1=<hex>`, with several v1 while a secret rotates; one that matches is enough.
    body: the bytes as received; decoding and encoding them again would change them.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamp = next((value for name, _, value in pairs if name == "t"), "")
    if not secret:
        return "WEBHOOK_SECRET is not set"
    if not header:
        return "there is none"
    if not (stamp.isascii() and stamp.isdecimal()):
        return "it has no time"
    if abs(now - int(stamp)) > TOLERANCE_S:
        return "it is more than 5 minutes away from now"
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    # Every candidate is compared, so that the time taken tells nothing about which one came close.
    matches = [
        hmac.compare_digest(expected.encode(), value.encode()) for name, _, value in pairs if name == "v1"
    ]
    return None if any(matches) else "it does not match"


def describe(event: dict[str, Any], *, colour: bool) -> str:
    """The lines printed for one event."""
    body = event["body"] if isinstance(event["body"], dict) else {}
    data = body["data"] if isinstance(body.get("data"), dict) else {}
    amount = data.get("totalAmount")
    lines = [f"── webhook: {body.get('event', 'not an event')} " + "─" * 30, _verdict(event, colour=colour)]
    if "sessionId" in data:
        lines.append(f"session    {data['sessionId']}")
    if isinstance(amount, int):
        lines.append(f"amount     ₩{amount:,}")
    return "\n".join([*lines, json.dumps(event["body"], ensure_ascii=False, indent=2)])


def _verdict(event: dict[str, Any], *, colour: bool) -> str:
    if event["signatureValid"]:
        text, code = "signature  valid", "32"
    else:
        text, code = f"signature  NOT VALID: {event['signatureProblem']}", "1;31"
    return f"\033[{code}m{text}\033[0m" if colour else text


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{english}</title>
<style>body {{ font: 1.1rem/1.6 sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}</style>
<h1>{english}</h1>
<p lang="ko">{korean}</p>
{session}
<p>A browser that comes back proves nothing: a shop believes the signed webhook, or asks the API.</p>
<p><a href="/events">Webhooks received so far</a></p>
</html>
"""


def main(arguments: list[str]) -> None:
    port = int(arguments[0] if arguments else os.environ.get("RECEIVER_PORT", "8002"))
    colour = "NO_COLOR" not in os.environ and (sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR")))
    receiver = Receiver(port=port, secret=os.environ.get("WEBHOOK_SECRET", ""), colour=colour)
    with receiver, contextlib.suppress(KeyboardInterrupt):
        receiver.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
