"""The shop's webhook address: takes notices down, and answers as it was told to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl

ACKNOWLEDGED = '<html><body><form><input type="hidden" name="result" value="0000"></form></body></html>'


class Ear(ThreadingHTTPServer):
    """answers: (status, body) for the coming notices; what the gateway expects when there are none.

    hang_s: how long it thinks before it answers.
    """

    daemon_threads = True

    def __init__(self, gateway: str, expected: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/gateways/{gateway}/notify/1"
        self.expected = expected
        self.heard: list[bytes] = []
        self.sources: list[str] = []
        self.paths: list[str] = []
        self.answers: list[tuple[int, str]] = []
        self.hang_s = 0.0

    def fields(self, number: int = -1, charset: str = "cp949") -> dict[str, str]:
        body = self.heard[number].decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, encoding=charset, errors="strict"))

    def wait_for(self, count: int, within_s: float = 5.0) -> None:
        """Fails when fewer notices came in time."""
        deadline = time.monotonic() + within_s
        while len(self.heard) < count:
            assert time.monotonic() < deadline, f"{len(self.heard)} of {count} notices came"
            time.sleep(0.02)


class Handler(BaseHTTPRequestHandler):
    server: Ear
    timeout = 5

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, text = self.server.answers.pop(0) if self.server.answers else (200, self.server.expected)
        time.sleep(self.server.hang_s)
        self.server.paths.append(self.path)
        self.server.heard.append(body)
        self.server.sources.append(str(self.client_address[0]))
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at what was heard."""


@contextmanager
def listening(gateway: str = "kcp", expected: str = ACKNOWLEDGED) -> Iterator[Ear]:
    ear = Ear(gateway, expected)
    thread = Thread(target=ear.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ear
    finally:
        ear.shutdown()
        thread.join()
        ear.server_close()
