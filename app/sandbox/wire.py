"""Answers that are none: how the sandbox breaks a connection or spoils a body."""

import socket
import time
from collections.abc import Iterator

from flask import Response, request

from app.sandbox.faults import Fault, FaultKind

_PROMISED_BYTES = 4096


def before_work(fault: Fault | None) -> Response | None:
    """What a fault answers without the work being done; None when the work is to be done, after a slow one's wait."""
    kind = fault.kind if fault else None
    if kind is FaultKind.OUTAGE:
        return outage()
    if kind is FaultKind.REQUEST_LOST:
        return broken_connection()
    if fault is not None and kind is FaultKind.SLOW:
        time.sleep(fault.delay_s)  # before the work, so that meanwhile nothing is approved yet
    return bad_gateway() if kind is FaultKind.ERROR_500_BEFORE else None


def after_work(kind: FaultKind | None, body: bytes) -> Response | None:
    """What becomes of the answer to work that is done and committed; None when the fault is another or none."""
    if kind is FaultKind.ANSWER_LOST:
        return broken_connection()
    if kind is FaultKind.ERROR_500_AFTER:
        return bad_gateway()
    return garbled(body) if kind is FaultKind.GARBLED else None


def broken_connection() -> Response:
    """A response after which the client holds no usable answer, under any WSGI server.

    Where the server shows its socket (werkzeug's does), the socket is shut before a byte is sent: `requests`
    raises ConnectionError. Elsewhere (granian) the body iterator raises after the headers, with none of the
    promised bytes sent, and the server closes because the answer is incomplete: `requests` raises
    ChunkedEncodingError. Without the promised length, the close would pass for the end of the body.
    """
    response = Response(_Dropped(request.environ.get("werkzeug.socket")), 200, mimetype="application/json")
    response.content_length = _PROMISED_BYTES
    return response


def garbled(body: bytes) -> Response:
    """A complete HTTP answer whose JSON is cut in the middle and followed by bytes that are not UTF-8."""
    return Response(body[: len(body) // 2] + b"\xff\xfe\x00", status=200, mimetype="application/json")


def outage() -> Response:
    """The 503 page of the load balancer in front of a gateway that is down; not JSON, as in real life."""
    page = "<html><head><title>503 Service Temporarily Unavailable</title></head><body>503</body></html>"
    return Response(page, status=503, mimetype="text/html")


def bad_gateway() -> Response:
    """The 502 page of a proxy that got no answer from the machine behind it."""
    page = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
    return Response(page, status=502, mimetype="text/html")


class _Dropped(Iterator[bytes]):
    """Breaks when the server asks for the first piece: by then the call is recorded and committed."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection

    def __next__(self) -> bytes:
        if self._connection is not None:
            self._connection.shutdown(socket.SHUT_RDWR)
        # werkzeug's server takes this error for a client that went away, and logs nothing.
        raise ConnectionResetError("sandbox: connection broken on purpose")
