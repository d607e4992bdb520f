"""A limit for a whole exchange over HTTP.

A timeout of `requests` is one of a single wait: it starts anew with every byte, so a peer that sends its headers in
drops could hold a thread for hours. Here one thread looks at all exchanges under way and shuts down the sockets of
those whose time is up; the thread that waits there then finds the connection closed.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LOOK_EVERY_S = 0.1

S = TypeVar("S", bound=requests.Session)

_mine = threading.local()


class Exchange:
    """One request and its answer. is_over: its time was up before its end."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.is_over = False
        self.socket: socket.socket | None = None
        self._young: list[socket.socket] = []

    def hold(self, made: socket.socket) -> None:
        """A connection that is new. TLS takes its socket away before it speaks, hence the copy."""
        self._young.append(made.dup())
        if self.is_over:
            self.cut()

    def let_go(self) -> None:
        for copy in self._young:
            copy.close()

    def cut(self) -> None:
        self.is_over = True
        for one in [*self._young, *([self.socket] if self.socket is not None else [])]:
            with suppress(OSError):  # closed by the other side meanwhile
                # Of an SSL socket this is the socket below: its own shutdown() would forget the encryption.
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _Watchman:
    """The thread that looks. Started with the first exchange of a process, so also after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: set[Exchange] = set()
        self._thread: threading.Thread | None = None

    def watch(self, exchange: Exchange) -> None:
        with self._lock:
            self._under_way.add(exchange)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="deadline", daemon=True)
                self._thread.start()

    def forget(self, exchange: Exchange) -> None:
        with self._lock:
            self._under_way.discard(exchange)

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            with self._lock:  # so that no connection is cut that is already somebody else's
                for exchange in [one for one in self._under_way if one.until <= now]:
                    self._under_way.discard(exchange)
                    exchange.cut()


_watchman = _Watchman()


@contextmanager
def whole_exchange(seconds: float) -> Iterator[Exchange]:
    """Everything that this thread asks of a session of `with_deadline` inside has to end in `seconds`.

    What it waits for then ends as a lost connection, and `is_over` tells why.
    """
    exchange = _mine.exchange = Exchange(time.monotonic() + seconds)
    _watchman.watch(exchange)
    try:
        yield exchange
    finally:
        _watchman.forget(exchange)
        exchange.let_go()
        _mine.exchange = None


def seconds_left() -> float:
    """Of the exchange that this thread is in; a moment at least, so that it can be a timeout."""
    exchange: Exchange | None = getattr(_mine, "exchange", None)
    return max(0.001, exchange.until - time.monotonic()) if exchange else 3600.0


def watched(made: socket.socket) -> socket.socket:
    """The same connection, known to the exchange that this thread is in from its first byte on."""
    exchange: Exchange | None = getattr(_mine, "exchange", None)
    if exchange is not None:
        exchange.hold(made)
    return made


def with_deadline(session: S) -> S:
    """The same session, its connections known to `whole_exchange`."""
    for adapter in session.adapters.values():
        assert isinstance(adapter, HTTPAdapter)
        adapter.poolmanager.pool_classes_by_scheme = {"http": WatchedPool, "https": TlsWatchedPool}
    return session


class _Watched:
    """A connection that tells the exchange of its thread which socket to cut."""

    sock: Any

    def _new_conn(self) -> socket.socket:
        return watched(super()._new_conn())  # type: ignore[misc]  # of the connection it is mixed into

    def getresponse(self) -> Any:
        exchange: Exchange | None = getattr(_mine, "exchange", None)
        if exchange is not None:
            exchange.socket = self.sock
            if exchange.is_over:
                exchange.cut()
        return super().getresponse()  # type: ignore[misc]  # of the connection it is mixed into


class Watched(_Watched, HTTPConnection):
    pass


class TlsWatched(_Watched, HTTPSConnection):
    pass


class WatchedPool(HTTPConnectionPool):
    ConnectionCls = Watched


class TlsWatchedPool(HTTPSConnectionPool):
    ConnectionCls = TlsWatched
