"""A name server on loopback that says what a test wants, over real UDP."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from app.webhooks.names import Names

# Per name: one list of addresses a question for A records; the last one stays. "alias name" answers with a CNAME.
Zone = Mapping[str, Sequence[Sequence[str]]]


class NameServer:
    """asked: the names that A records were asked for, in order."""

    def __init__(self, zone: Zone) -> None:
        self._zone = {name: [list(one) for one in answers] for name, answers in zone.items()}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def names(self) -> Names:
        return Names(servers=["127.0.0.1"], port=self.port)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            self._socket.sendto(self._answer(wire), sender)

    def _answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        if name not in self._zone:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer.to_wire()
        kind = dns.rdatatype.to_text(question.rdtype)
        for owner, found_kind, texts in self._records(name, kind):
            answer.answer.append(dns.rrset.from_text(owner, 0, "IN", found_kind, *texts))
        return answer.to_wire()

    def _records(self, name: str, kind: str) -> Iterator[tuple[str, str, list[str]]]:
        answers = self._zone[name]
        now = answers[0]
        if kind == "A":
            self.asked.append(name)
        if now and now[0].startswith("alias "):
            target = now[0].removeprefix("alias ")
            yield f"{name}.", "CNAME", [f"{target}."]
            yield from self._records(target, kind)
            return
        texts = [text for text in now if (":" in text) == (kind == "AAAA")]
        if texts and kind in ("A", "AAAA"):
            yield f"{name}.", kind, texts
        if kind == "A" and len(answers) > 1:
            answers.pop(0)


def read_all(connection: socket.socket, end: bytes) -> None:
    """Read a request whose body ends so: a server that closes before has reset what it answered."""
    read = b""
    while not read.endswith(end):
        read += connection.recv(65536)


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    server = NameServer(zone)
    try:
        yield server
    finally:
        server.close()
