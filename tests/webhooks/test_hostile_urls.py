"""Addresses that lead to where no webhook may go: none is ever connected to, and each has a reason that is stored."""

import socket
import threading
from collections.abc import Iterator
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.database import db
from app.jobs.due_deliveries import claim_due
from app.webhooks.connections import Guard
from app.webhooks.models import DeliveryTry
from app.webhooks.names import LIFETIME_S
from app.webhooks.results import Result, store_results
from app.webhooks.sender import Answer, Sender
from tests.gateways.line import open_line, says
from tests.support.name_server import NameServer, Zone, name_server, read_all
from tests.support.webhooks import owe
from tests.support.world import World

PUBLIC = "93.184.216.34"
BODY = b'{"id":"evt_1"}'

ZONE: Zone = {
    "loopback.test": [["127.0.0.1"]],
    "loopback6.test": [["::1"]],
    "any.test": [["0.0.0.0"]],
    "private.test": [["10.1.2.3"]],
    "lan.test": [["192.168.1.1"]],
    "metadata.test": [["169.254.169.254"]],
    "carrier.test": [["100.64.0.1"]],
    "ula.test": [["fd00:ec2::254"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "sixtofour.test": [["2002:7f00:1::1"]],
    "second.test": [[PUBLIC, "127.0.0.1"]],
    "first.test": [["127.0.0.1", PUBLIC]],
    "both.test": [[PUBLIC, "::1"]],
    "alias.test": [["alias loopback.test"]],
    "far.test": [["alias alias.test"]],
    "empty.test": [[]],
    "rebinds.test": [["127.0.0.1"], [PUBLIC]],
    "xn--bj0bj06e.test": [["127.0.0.1"]],
}

NOT_PUBLIC = (
    # the usual spelling
    "127.0.0.1", "127.0.0.1.", "127.0.0.2",
    "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.170.2", "169.254.0.1",
    "100.64.0.1", "100.127.255.255", "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
    # IPv6, and IPv4 inside of it
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:169.254.169.254]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]", "[2001::1]", "[2001:0:53aa:64c:0:0:80ff:fffe]", "[2001:db8::1]", "[fe80::1]",
    "[fe80::1%25lo]", "[febf::1]",
    "[fc00::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "[fec0::1]", "[ff02::1]", "[ff0e::1]", "[100::1]",
    "[5f00::1]", "[3fff::1]", "[4000::1]", "[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:7f00:1]",
    # names
    "loopback.test", "loopback.test.", "LOOPBACK.Test", "loopback6.test", "any.test", "private.test", "lan.test",
    "metadata.test", "carrier.test", "ula.test", "mapped.test", "nat64.test", "sixtofour.test", "second.test",
    "first.test", "both.test", "alias.test", "far.test", "rebinds.test", "한글.test",
)  # fmt: skip
NOT_VALID = (
    "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "0", "0x0", "2852039166",
    "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "1.2.3.4.5", "00127.0.0.1", "127.0.0.01",
    "loopback.test.0x7f", "loopback.test@127.0.0.1", "user:secret@loopback.test", "@127.0.0.1",
)  # fmt: skip
NOT_FOUND = (
    "localhost",
    "localhost.",
    "nowhere.test",
    "empty.test",
    "ip6-localhost",
    "metadata.google.internal",
)
OTHERS = {
    "ftp://127.0.0.1:{port}/": "not_sendable",
    "file:///etc/passwd": "not_sendable",
    "gopher://127.0.0.1:{port}/_x": "not_sendable",
    "//127.0.0.1:{port}/": "not_sendable",
    "http:127.0.0.1:{port}/": "not_sendable",
    "http://[::1:{port}/": "not_sendable",
    "http://public.test\\@127.0.0.1:{port}/": "address_not_valid",
    "http://127.0.0.1:{port}\\.public.test/": "address_not_valid",
    "http://public.test#@127.0.0.1:{port}/": "name_not_found",
    "http://public.test?@127.0.0.1:{port}/": "name_not_found",
    "http://127。0。0。1:{port}/": "not_sendable",
    "http://①②⑦.⓪.⓪.①:{port}/": "not_sendable",
}

TABLE = {
    **{f"http://{host}:{{port}}/hook": "address_not_public" for host in NOT_PUBLIC},
    **{
        f"https://{host}:{{port}}/hook": "address_not_public"
        for host in ("127.0.0.1", "[::1]", "loopback.test")
    },
    **{f"http://{host}:{{port}}/hook": "address_not_valid" for host in NOT_VALID},
    **{f"http://{host}:{{port}}/hook": "name_not_found" for host in NOT_FOUND},
    **OTHERS,
}


class Ear:
    """Listens on one port of every loopback address. heard: how many connections there were."""

    def __init__(self) -> None:
        four = socket.create_server(("0.0.0.0", 0))
        self.port: int = four.getsockname()[1]
        six = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::1", self.port))
        six.listen()
        self._sockets = (four, six)

    @property
    def heard(self) -> int:
        return sum(self._accepted(one) for one in self._sockets)

    def _accepted(self, listening: socket.socket) -> int:
        listening.settimeout(0)
        count = 0
        while True:
            try:
                listening.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        for one in self._sockets:
            one.close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    opened = Ear()
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    with name_server(ZONE) as opened:
        yield opened


def send(server: NameServer, url: str, *, https_only: bool = False) -> Answer:
    return Sender(guard=Guard(server.names)).send(url=url, body=BODY, headers={}, https_only=https_only)


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 80


def test_the_ear_hears(ear: Ear) -> None:
    """Or all that follows would prove nothing."""
    before = ear.heard
    answer = Sender(guard=None, whole_timeout_s=0.3).send(
        url=f"http://127.0.0.1:{ear.port}/", body=BODY, headers={}
    )

    assert (before, answer.error, ear.heard) == (0, "timeout", 1)


@pytest.mark.parametrize(("url", "reason"), TABLE.items())
def test_nothing_is_connected_to_and_the_reason_is_told(
    server: NameServer, ear: Ear, url: str, reason: str
) -> None:
    answer = send(server, url.format(port=ear.port))

    assert (answer.status, answer.error) == (None, reason)
    assert ear.heard == 0


def test_every_reason_is_stored_with_its_try(app: Flask, world: World, server: NameServer, ear: Ear) -> None:
    now = clock.now()
    sender = Sender(guard=Guard(server.names))
    for url in TABLE:
        owe(world, url=url.format(port=ear.port), now=now)

    results = []
    for due in claim_due(limit=len(TABLE), now=now):
        answer = sender.send(url=due.place.url, body=due.body.encode(), headers={})
        results.append(Result(due, now, answer))
    store_results(results, now=now, random=Random(1))

    db.session.rollback()
    stored = sorted(db.session.scalars(select(DeliveryTry.error)), key=str)
    assert stored == sorted(TABLE.values())
    assert ear.heard == 0


@pytest.mark.parametrize("url", ["http://shop.example/hook", "HTTP://shop.example/hook"])
def test_live_webhooks_go_by_https_alone(server: NameServer, url: str) -> None:
    answer = send(server, url, https_only=True)

    assert (answer.error, server.asked) == ("not_https", [])


def test_a_name_that_changes_between_check_and_connection(ear: Ear) -> None:
    """Were it looked up a second time, the answer would be loopback."""
    with name_server({"rebinds.test": [[PUBLIC], ["127.0.0.1"]]}) as server:
        first = send(server, f"http://rebinds.test:{ear.port}/")
        asked = list(server.asked)
        second = send(server, f"http://rebinds.test:{ear.port}/")

    assert (first.error, asked) == ("connection_failed", ["rebinds.test"])
    assert second.error == "address_not_public"
    assert ear.heard == 0


def test_it_is_the_checked_address_that_is_connected_to(ear: Ear) -> None:
    """One question, one check, one connection."""
    accepted: list[str] = []

    def take_one(listening: socket.socket) -> None:
        connection, _address = listening.accept()
        accepted.append(connection.getsockname()[0])
        read_all(connection, BODY)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.close()

    with (
        name_server({"rebinds.test": [["127.0.0.1"], ["127.0.0.1"]]}) as server,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        thread = threading.Thread(target=take_one, args=(listening,))
        thread.start()
        seen: list[str] = []
        guard = Guard(server.names, may_connect=lambda address: not seen.append(str(address)))  # type: ignore[func-returns-value]  # notes it
        url = f"http://rebinds.test:{listening.getsockname()[1]}/"
        answer = Sender(guard=guard).send(url=url, body=BODY, headers={})
        thread.join(10)

    assert answer.accepted
    assert seen == accepted == ["127.0.0.1"]
    assert server.asked == ["rebinds.test"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_is_not_followed(ear: Ear, status: int) -> None:
    target = {"Location": f"http://127.0.0.1:{ear.port}/latest/meta-data"}
    with name_server({"shop.test": [["127.0.0.1"]]}) as server, open_line() as line:
        line.will(says(status, headers=target))
        guard = Guard(server.names, may_connect=lambda _address: True)
        port = line.url.rpartition(":")[2]
        answer = Sender(guard=guard).send(url=f"http://shop.test:{port}/", body=BODY, headers={})

    assert (answer.status, answer.accepted, ear.heard) == (status, False, 0)


def test_a_name_server_that_says_nothing_costs_no_more_than_a_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.webhooks.names.LIFETIME_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        from_nobody = NameServer.__new__(NameServer)
        from_nobody.port = silent.getsockname()[1]
        answer = send(from_nobody, "http://shop.test/")

    assert answer.error == "name_not_found"


def test_a_name_server_that_says_nothing_has_no_more_time_than_the_whole_delivery() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        from_nobody = NameServer.__new__(NameServer)
        from_nobody.port = silent.getsockname()[1]
        sender = Sender(guard=Guard(from_nobody.names), whole_timeout_s=0.3)
        answer = sender.send(url="http://shop.test/", body=BODY, headers={})

    assert answer.error in ("name_not_found", "timeout")
    assert answer.duration_ms < LIFETIME_S * 1000 / 2


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1:248:1893:25c8:1946]", "8.8.8.8"])
def test_what_is_public_may_be_connected_to(server: NameServer, host: str) -> None:
    """Tests do not get there, so it ends as a connection that failed."""
    assert send(server, f"http://{host}/").error == "connection_failed"
