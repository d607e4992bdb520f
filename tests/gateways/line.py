"""The other end of the line: a loopback server that answers, or fails to, exactly as a test says."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Call:
    """A request as it came in. headers: names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def asks(self) -> str:
        return f"{self.method} {self.path}"

    def json(self) -> Any:
        return json.loads(self.body)


Act = Callable[[socket.socket, threading.Event], None]


class Line:
    """url: its origin. calls: what was asked, in order. An act is what happens after one request was read."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.unplanned: list[Call] = []
        self._acts: list[Act] = []
        self._over = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def will(self, *acts: Act) -> None:
        self._acts.extend(acts)

    @property
    def left(self) -> int:
        """How many acts nobody asked for."""
        return len(self._acts)

    def close(self) -> None:
        self._over.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(timeout=20)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            call = _read(connection)
            if call is None:
                return
            self.calls.append(call)
            if self._acts:
                self._acts.pop(0)(connection, self._over)
            else:
                self.unplanned.append(call)
                says(599, {"code": "UNPLANNED"})(connection, self._over)


@contextmanager
def open_line() -> Iterator[Line]:
    """Fails when something was asked that no act was planned for, or an act was never asked for."""
    line = Line()
    try:
        yield line
    finally:
        line.close()
    assert [call.asks for call in line.unplanned] == []
    assert line.left == 0


# --- acts ---


def says(
    status: int,
    body: object = b"",
    *,
    charset: str = "utf-8",
    content_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Act:
    """A whole answer. body: bytes as they are, text in `charset`, anything else as JSON in `charset`."""
    content = _bytes(body, charset)

    def act(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(_head(status, len(content), content_type, headers) + content)

    return act


def truncates(body: object) -> Act:
    """The connection ends before all that was promised has come."""
    content = _bytes(body, "utf-8")

    def act(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(_head(200, len(content), JSON, None) + content[: len(content) // 2])

    return act


def drips(body: object, *, pause_s: float) -> Act:
    """A byte at a time, so that no single wait is long."""
    content = _bytes(body, "utf-8")

    def act(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(_head(200, len(content), JSON, None))
        for byte in content:
            if over.wait(pause_s):
                return
            connection.sendall(bytes([byte]))

    return act


def drips_headers(*, pause_s: float) -> Act:
    """A good beginning, then one header more every now and then, for ever."""

    def act(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not over.wait(pause_s):
            connection.sendall(b"X-Wait: a little\r\n")

    return act


def closes(connection: socket.socket, _over: threading.Event) -> None:
    """Nothing is answered."""
    connection.shutdown(socket.SHUT_RDWR)


def resets(connection: socket.socket, _over: threading.Event) -> None:
    """The connection is torn down, as when a machine on the way restarts."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs(connection: socket.socket, over: threading.Event) -> None:
    """Nothing comes until the client gives up."""
    end = time.monotonic() + 20
    connection.settimeout(0.05)
    while not over.is_set() and time.monotonic() < end:
        with suppress(TimeoutError):
            if connection.recv(1) == b"":
                return


def _bytes(body: object, charset: str) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode(charset)


def _head(status: int, length: int, content_type: str, headers: Mapping[str, str] | None) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Whatever",
        f"Content-Type: {content_type}",
        f"Content-Length: {length}",
        *(f"{name}: {value}" for name, value in {"Connection": "close", **(headers or {})}.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _read(connection: socket.socket) -> Call | None:
    connection.settimeout(20)
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _version = first.split(" ")
    return Call(method, path, headers, body)
