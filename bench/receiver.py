"""A receiver that answers webhooks as fast as it can and counts them by address.

POST /anything is counted; GET /anything tells, as JSON, how many came, in how many seconds from the first to the
last, and what share of a core this program took meanwhile. It listens on 127.0.0.1 and the addresses after it, so that
it is many hosts. `python -m bench.receiver PORT`

POST /timed… also notes when each event came, by the clock that all programs of this machine share; GET /arrivals tells.
POST /noted… notes session and sequence and takes its time to answer; GET /notes tells. POST /hangs… lets wait.
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from typing import ClassVar

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
EVENT = re.compile(rb"\r\nwebhook-id: *(\S+)\r\n", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)

HOSTS = 20
HANGS_S = 16.0  # longer than anybody may wait
NOTED_S = 0.03


class Tally:
    def __init__(self) -> None:
        self.count = 0
        self._first = self._last = (0.0, 0.0)

    def add(self) -> None:
        self._last = (time.perf_counter(), time.process_time())
        if self.count == 0:
            self._first = self._last
        self.count += 1

    def told(self) -> bytes:
        seconds = self._last[0] - self._first[0]
        busy = (self._last[1] - self._first[1]) / seconds if seconds else 0.0
        return json.dumps({"count": self.count, "seconds": seconds, "busy": busy}).encode()


class Receiver(asyncio.Protocol):
    tallies: ClassVar[defaultdict[bytes, Tally]] = defaultdict(Tally)
    arrivals: ClassVar[dict[str, float]] = {}
    notes: ClassVar[list[tuple[str, int]]] = []
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = LENGTH.search(self._received, 0, end + 2)
        if end < 0 or len(self._received) < end + 4 + (int(length[1]) if length else 0):
            return
        head, body, self._received = self._received[: end + 2], self._received[end + 4 :], b""
        method, path, _ = head.split(b" ", 2)
        if method != b"POST":
            self._answer(self._told(path), head)
            return
        self.tallies[path].add()
        wait_s = self._note(path, head, body)
        if wait_s:
            asyncio.get_running_loop().call_later(wait_s, self._answer, b"ok", head)
        else:
            self._answer(b"ok", head)

    def _note(self, path: bytes, head: bytes, body: bytes) -> float:
        """How long to wait before the answer."""
        event = EVENT.search(head)
        if path.startswith(b"/timed") and event:
            self.arrivals.setdefault(event[1].decode(), time.monotonic())
        if path.startswith(b"/noted"):
            data = json.loads(body)["data"]
            self.notes.append((data["sessionId"], data["sequence"]))
            return NOTED_S
        return HANGS_S if path.startswith(b"/hangs") else 0.0

    def _told(self, path: bytes) -> bytes:
        known: dict[bytes, object] = {b"/arrivals": self.arrivals, b"/notes": self.notes}
        return json.dumps(known[path]).encode() if path in known else self.tallies[path].told()

    def _answer(self, body: bytes, head: bytes) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        if CLOSES.search(head):
            self.transport.close()


async def main(port: int) -> None:
    hosts = [f"127.0.0.{number}" for number in range(1, HOSTS + 1)]
    server = await asyncio.get_running_loop().create_server(Receiver, hosts, port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
