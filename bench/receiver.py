"""A receiver that answers webhooks as fast as it can and counts them by address.

POST /anything is counted; GET /anything tells, as JSON, how many came, in how many seconds from the first to the
last, and what share of a core this program took meanwhile. `python -m bench.receiver PORT`
"""

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from typing import ClassVar

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)


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
        head, self._received = self._received[: end + 2], b""
        method, path, _ = head.split(b" ", 2)
        tally = self.tallies[path]
        if method == b"POST":
            tally.add()
        body = b"ok" if method == b"POST" else tally.told()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        if CLOSES.search(head):
            self.transport.close()


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
