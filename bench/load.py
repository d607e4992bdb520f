"""A load generator that costs little: one thread, a few keep-alive connections, one request at a time on each."""

import itertools
import re
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing

from bench.rounds import Round
from bin._setup import Stop

CONNECTIONS = 8  # twice the threads of the server: one that is done finds the next request waiting
PATIENCE_S = 30
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Load:
    """requests: whole requests as sent, one after the other, over and over. status: what a good answer says."""

    def __init__(self, *, port: int, requests: Sequence[bytes], status: int) -> None:
        self._port = port
        self._requests = itertools.cycle(requests)
        self._status = status

    def run(self, seconds: float) -> Round:
        """Raises Stop for any answer that is not a good one."""
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            connections = [_Connection(self._port) for _ in range(CONNECTIONS)]
            for connection in connections:
                stack.enter_context(closing(connection.socket))
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            cpu, started = time.process_time(), time.perf_counter()
            done, took = self._drive(selector, connections, started, seconds)
            return Round(rate=done / took, helper=(time.process_time() - cpu) / took)

    def _drive(
        self,
        selector: selectors.BaseSelector,
        connections: list["_Connection"],
        started: float,
        seconds: float,
    ) -> tuple[int, float]:
        """How many good answers came, and in what time. Every request that was sent is waited for."""
        done, took, under_way = 0, 0.0, len(connections)
        for connection in connections:
            connection.socket.sendall(next(self._requests))
        while under_way:
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise Stop(f"A server under load gave no answer for {PATIENCE_S} seconds.")
            for key, _ in ready:
                answer = key.data.read()
                if answer is None:
                    continue
                self._check(answer)
                done, took = done + 1, time.perf_counter() - started
                if took < seconds:
                    key.data.socket.sendall(next(self._requests))
                else:
                    under_way -= 1
        return done, took

    def _check(self, answer: bytes) -> None:
        if not answer.startswith(b"HTTP/1.1 %d " % self._status):
            raise Stop(f"A request was not answered with {self._status} but with {answer[:500]!r}")


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def read(self) -> bytes | None:
        """The answer once it is whole, None while more is to come."""
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise Stop("A server under load closed a connection.")
        self._received += piece
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = LENGTH.search(self._received, 0, end + 2)
        if length is None:
            raise Stop("A server under load gave an answer of unknown length.")
        if len(self._received) < end + 4 + int(length[1]):
            return None
        answer, self._received = self._received, b""
        return answer
