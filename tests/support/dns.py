"""A real DNS on loopback: name servers with their own zones and faults, and a resolver with a memory of its own.

Name servers share one port and differ by address, as they do in the world.
"""

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

SOA = "ns.registry.test. hostmaster.registry.test. 1 3600 600 86400 60"
# (name, type) -> texts of the records. A name ends without a dot.
Zone = dict[tuple[str, str], list[str]]


@dataclass
class NameServer:
    """zones: apexes that it serves. records: of all zones. The other fields are faults.

    silent: types it does not answer, "*" for all. fails: types it answers with SERVFAIL, "*" for all.
    bogus: names whose signatures do not hold, so that a resolver fails unless it is told not to check.
    """

    zones: list[str] = field(default_factory=list)
    records: Zone = field(default_factory=dict)
    resolver: bool = False
    silent: set[str] = field(default_factory=set)
    fails: set[str] = field(default_factory=set)
    bogus: set[str] = field(default_factory=set)
    refuses: bool = False
    delay_s: float = 0.0
    ttl: int = 60
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, kind: str, *texts: str) -> None:
        self.records[name, kind] = [*self.records.get((name, kind), []), *texts]

    def put(self, name: str, kind: str, *texts: str) -> None:
        """Instead of what is there."""
        self.records.pop((name, kind), None)
        if texts:
            self.add(name, kind, *texts)

    def answer(self, question: dns.message.Message) -> dns.message.Message | None:
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        self.asked.append((name, kind))
        time.sleep(self.delay_s)
        if {"*", kind} & self.silent:
            return None
        reply = dns.message.make_response(question)
        checks = not question.flags & dns.flags.CD
        if {"*", kind} & self.fails or (checks and any(_within(name, bad) for bad in self.bogus)):
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif self.refuses or not (self.resolver or self._zone_of(name)):
            reply.set_rcode(dns.rcode.REFUSED)
        else:
            self._fill(reply, name, kind)
        return reply

    def _fill(self, reply: dns.message.Message, name: str, kind: str) -> None:
        reply.flags |= dns.flags.RA if self.resolver else dns.flags.AA
        at = name
        for _ in range(8):
            alias = self.records.get((at, "CNAME")) if kind != "CNAME" else None
            self._add(reply, at, "CNAME" if alias and not self.records.get((at, kind)) else kind)
            if alias and self.records.get((at, kind)):
                self._add(reply, at, "CNAME")  # both together, as some servers let people save
            if not alias or not (self.resolver or self._zone_of(alias[0].rstrip("."))):
                break
            at = alias[0].rstrip(".")
        if not reply.answer or (kind != "CNAME" and not self.records.get((at, kind))):
            self._deny(reply, at)

    def _add(self, reply: dns.message.Message, name: str, kind: str) -> None:
        texts = self.records.get((name, kind))
        if texts and not any(
            rrset.name.to_text(omit_final_dot=True) == name and dns.rdatatype.to_text(rrset.rdtype) == kind
            for rrset in reply.answer
        ):
            reply.answer.append(
                dns.rrset.from_text(f"{name}." if name != "." else ".", self.ttl, "IN", kind, *texts)
            )

    def _deny(self, reply: dns.message.Message, name: str) -> None:
        zone = self._zone_of(name) or "."
        reply.authority.append(
            dns.rrset.from_text(f"{zone}." if zone != "." else ".", self.ttl, "IN", "SOA", SOA)
        )
        exists = any(known == name or known.endswith(f".{name}") for known, _ in self.records)
        if not exists and name not in self.zones and name != ".":
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _zone_of(self, name: str) -> str | None:
        found = [zone for zone in self.zones if _within(name, zone)]
        return max(found, key=len) if found else None


def _within(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")


@dataclass
class Internet:
    """ns1, ns2: those of the shop's zone yourstore.test, at 127.0.0.1 and 127.0.0.2. resolver: what buyers ask."""

    port: int
    resolver_port: int
    ns1: NameServer
    ns2: NameServer
    resolver: NameServer

    @property
    def servers(self) -> tuple[NameServer, NameServer]:
        return self.ns1, self.ns2

    def everywhere(self, name: str, kind: str, *texts: str) -> None:
        """The same at both name servers and, as nobody remembers anything else, at the resolver."""
        for server in (*self.servers, self.resolver):
            server.put(name, kind, *texts)


def new_internet(port: int = 0, resolver_port: int = 0) -> Internet:
    """A zone yourstore.test with nothing in it but its name servers, and where the shop is to point to."""
    records: Zone = {
        ("yourstore.test", "SOA"): [SOA],
        ("yourstore.test", "NS"): ["ns1.provider.test.", "ns2.provider.test."],
    }
    known: Zone = {
        (".", "NS"): ["ns.registry.test."],
        ("test", "SOA"): [SOA],
        ("ns1.provider.test", "A"): ["127.0.0.1"],
        ("ns2.provider.test", "A"): ["127.0.0.2"],
        ("edge.pay.test", "A"): ["203.0.113.10"],
        **records,
    }
    ns1, ns2 = (
        NameServer(["yourstore.test"], {key: list(texts) for key, texts in records.items()}) for _ in "12"
    )
    resolver = NameServer([".", "test", "yourstore.test"], known, resolver=True)
    return Internet(port, resolver_port, ns1, ns2, resolver)


@contextmanager
def running_internet() -> Iterator[Internet]:
    net = new_internet()
    stop = threading.Event()
    sockets: list[tuple[list[socket.socket], NameServer]] = []
    first, net.port = _listen("127.0.0.1", 0)
    second, _ = _listen("127.0.0.2", net.port)
    third, net.resolver_port = _listen("127.0.0.1", 0)
    sockets = [(first, net.ns1), (second, net.ns2), (third, net.resolver)]
    threads = [threading.Thread(target=_serve, args=(pair, server, stop)) for pair, server in sockets]
    for thread in threads:
        thread.start()
    try:
        yield net
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for pair, _ in sockets:
            for one in pair:
                one.close()


def _listen(address: str, port: int) -> tuple[list[socket.socket], int]:
    """UDP and TCP at one port; the port is chosen when it is 0."""
    while True:
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((address, port))
        tcp.listen()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        chosen = tcp.getsockname()[1]
        try:
            udp.bind((address, chosen))
        except OSError:
            udp.close()
            tcp.close()
            if port:
                raise
            continue
        return [udp, tcp], chosen


def _serve(pair: list[socket.socket], server: NameServer, stop: threading.Event) -> None:
    udp, tcp = pair
    while not stop.is_set():
        ready, _, _ = select.select(pair, [], [], 0.05)
        if udp in ready:
            wire, address = udp.recvfrom(4096)
            threading.Thread(target=_say, args=(udp, wire, address, server), daemon=True).start()
        if tcp in ready:
            connection, _ = tcp.accept()
            with connection:
                _say_by_tcp(connection, server)


def _say(udp: socket.socket, wire: bytes, address: tuple[str, int], server: NameServer) -> None:
    reply = server.answer(dns.message.from_wire(wire))
    if reply is not None:
        udp.sendto(reply.to_wire(), address)


def _say_by_tcp(connection: socket.socket, server: NameServer) -> None:
    connection.settimeout(2)
    length = int.from_bytes(connection.recv(2), "big")
    reply = server.answer(dns.message.from_wire(connection.recv(length)))
    if reply is not None:
        wire = reply.to_wire()
        connection.sendall(len(wire).to_bytes(2, "big") + wire)
