"""A shop's own domain from the first call to the success page, through the edge as it is deployed.

The DNS, the certificate authority, the edge and the browser are real ones on loopback.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Playwright, expect

from e2e.support.browser import launch
from e2e.support.buyer import Buyer
from e2e.support.edge import Edge, needed_programs, running_edge, trust, trusting
from e2e.support.programs import free_port
from e2e.support.routing import pay_only_at
from e2e.support.shop import AMOUNT, Shop
from e2e.support.stack import Stack, running_stack
from e2e.support.waiting import wait_for
from tests.support.dns import Internet, running_internet
from tests.support.domains import NAME

OURS, SANDBOX, STRANGER = "pay.test", "sandbox.pay.test", "other.yourstore.test"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@dataclass(frozen=True)
class World:
    net: Internet
    edge: Edge
    stack: Stack
    browser: Browser

    def api(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        headers = {"x-api-key": self.stack.api_key}
        answer = requests.request(
            method, f"{self.stack.web_url}{path}", headers=headers, timeout=20, **kwargs
        )
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.json()
        return told

    def connected(self, name: str) -> ssl.SSLSocket:
        """To the edge. Raises ssl.SSLError when it has no certificate for the name."""
        plain = socket.create_connection(("127.0.0.1", self.edge.https_port), timeout=20)
        return trusting(self.edge.root).wrap_socket(plain, server_hostname=name)

    def handshake(self, name: str) -> str:
        """Who signed the certificate that the edge shows for a name. Raises as `connected`."""
        with self.connected(name) as secure:
            certificate: Any = secure.getpeercert()
        issuer = dict(pair[0] for pair in certificate["issuer"])
        return str(issuer["commonName"])

    def get(self, host: str, path: str, *, sni: str = "", **headers: str) -> http.client.HTTPResponse:
        """Through the edge, with any Host at all. sni: the name of the handshake, host when not given."""
        secure = self.connected(sni or host)
        connection = http.client.HTTPConnection(host)
        connection.sock = secure
        connection.putrequest("GET", path, skip_host=True)
        for header, value in {"Host": host, **headers}.items():
            connection.putheader(header, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer


@pytest.fixture(scope="module")
def world(
    started_browser: tuple[Playwright, Browser], results: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    needed_programs()
    folder = tmp_path_factory.mktemp("edge")
    logs = results / "custom_domain"
    logs.mkdir(exist_ok=True)
    web_port, sandbox_port = free_port(), free_port()
    beside = {"EDGE_SANDBOX_HOST": SANDBOX, "EDGE_SANDBOX": f"127.0.0.1:{sandbox_port}"}
    with running_internet() as net:
        for name in (OURS, SANDBOX, "edge.pay.test"):
            net.resolver.put(name, "A", "127.0.0.1")
        with (
            running_edge(net, folder, logs, web_port=web_port, hosts=OURS, **beside) as edge,
            running_stack(
                folder, logs, web_port=web_port, sandbox_port=sandbox_port, **_settings(net, edge)
            ) as stack,
        ):
            pay_only_at("toss", stack)
            trust(edge.root, folder / "home")
            place = f"127.0.0.1:{edge.https_port}"
            names = "".join(f"MAP {name} {place}, " for name in (OURS, NAME, STRANGER))
            browser = launch(started_browser[0], names=names, home=folder / "home")
            yield World(net, edge, stack, browser)
            browser.close()


def _settings(net: Internet, edge: Edge) -> dict[str, str]:
    return {
        "CHECKOUT_URL": f"https://{OURS}",
        "TRUSTED_PROXIES": "1",
        "DOMAIN_CNAME": "edge.pay.test",
        "DOMAIN_A_RECORDS": "127.0.0.1",
        "DNS_RESOLVERS": f"127.0.0.1:{net.resolver_port}",
        "DNS_PORT": str(net.port),
        "EDGE_ADDRESS": f"127.0.0.1:{edge.https_port}",
        "SSL_CERT_FILE": str(edge.root),
    }


def issued(world: World) -> set[str]:
    """Names that Caddy holds a certificate for."""
    return {path.stem for path in world.edge.root.parent.glob("**/caddy/certificates/**/*.crt")}


def test_a_shop_sells_at_its_own_domain(world: World, results: Path) -> None:
    shop = Shop(world.stack)
    shop_id = world.api("POST", "/api/shops", json={"name": "한빛 상점"})["id"]
    pay_only_at("toss", world.stack, shop_id)
    path = f"/api/shops/{shop_id}/custom-domain"

    asked = world.api("PATCH", path, json={"domain": NAME})
    before = shop.create_session(shopId=shop_id)
    with pytest.raises(ssl.SSLError):
        world.handshake(NAME)
    [record] = asked["verification_records"]
    world.net.everywhere(f"{record['name']}.yourstore.test", "TXT", f'"{record["value"]}"')
    world.net.everywhere(NAME, "CNAME", "edge.pay.test.")
    told = world.api("POST", f"{path}/verify", json={})
    assert told["domain_verification_status"] == "verified", told
    wait_for("certificate", lambda: _status(world, path) == "configured", within_s=60)
    order = shop.create_session(shopId=shop_id)

    assert before.url.startswith(f"https://{OURS}/cs_")
    assert order.url == f"https://{NAME}/checkout/{order.session_id}"
    assert "Pebble" in world.handshake(NAME)
    assert issued(world) == {OURS, SANDBOX, NAME}
    for device, options in (("phone", PHONE), ("desktop", {"viewport": {"width": 1280, "height": 800}})):
        _buy(world, shop, shop_id, results, device, options)


def _status(world: World, path: str) -> str:
    return str(world.api("GET", path)["domain_configuration_status"])


def _buy(world: World, shop: Shop, shop_id: str, results: Path, device: str, options: dict[str, Any]) -> None:
    order = shop.create_session(shopId=shop_id)
    buyer = Buyer(world.browser, device=device, shots=results / "custom_domain", options=options)
    tab = buyer.opens(order)
    tab.picture("1-pay")
    window = tab.go_to_window()
    window.approve()
    tab.is_paid()
    tab.picture("2-completed")

    expect(tab.page).to_have_url(f"https://{NAME}/checkout/{order.session_id}")
    shop.wait_for_status(order, "completed")
    assert shop.gateway.captures(order.product) == [AMOUNT]
    cookies = tab.page.context.cookies()
    assert [cookie for cookie in cookies if cookie["domain"].startswith(".")] == []
    buyer.leave()
    assert buyer.complaints == []


def test_a_name_that_is_not_verified_gets_no_certificate(world: World) -> None:
    shop_id = world.api("POST", "/api/shops", json={"name": "남의 상점"})["id"]
    world.api("PATCH", f"/api/shops/{shop_id}/custom-domain", json={"domain": STRANGER})
    world.net.everywhere(
        STRANGER, "CNAME", "edge.pay.test."
    )  # it points to us, and nobody has proved to own it
    world.api("POST", f"/api/shops/{shop_id}/custom-domain/verify", json={})

    for name in (STRANGER, "nobody.test", "pay.test.evil.test", "localhost"):
        with pytest.raises(ssl.SSLError):
            world.handshake(name)

    assert not issued(world) & {STRANGER, "nobody.test"}


def test_the_edge_lets_nobody_ask_or_say_who_they_are(world: World) -> None:
    """Whoever has the handshake of a good name may send any other in the request."""
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Host": "127.0.0.1"}):
        for host in (OURS, "127.0.0.1", f"127.0.0.1:{world.stack.web_url.rpartition(':')[2]}"):
            answer = world.get(host, f"/edge/ask?domain={NAME}", sni=OURS, **headers)
            assert answer.status == 404
    forged = world.get("evil.test", "/docs", sni=OURS, **{"X-Forwarded-Host": OURS})
    assert forged.status == 404
    assert world.get(OURS, "/docs").status == 200


def test_of_the_simulated_gateways_there_are_the_windows_and_no_consoles(world: World) -> None:
    closed = (
        "/",
        "/toss/console",
        "/kcp/console",
        "/toss/sim/payments",
        "/kcp/sim/switches",
        "/toss//sim/calls",
    )

    assert world.get(SANDBOX, "/toss/v2/standard").status == 200
    assert world.get(SANDBOX, "/toss/sim/window-requests").status == 405  # it is there, for a POST
    assert [world.get(SANDBOX, path).status for path in closed] == [404] * len(closed)


def test_a_client_is_known_by_where_it_comes_from_and_not_by_what_it_says(world: World) -> None:
    """Whoever has no key is counted by address, so inventing addresses does not help."""
    seen = [
        world.get(OURS, "/api/nothing", **{"X-Forwarded-For": f"203.0.113.{number}"}).status
        for number in range(202)  # two minutes' worth, in case a new one begins
    ]

    assert seen[0] == 404
    assert 429 in seen


def test_plain_http_is_redirected_and_https_is_kept(world: World) -> None:
    for host in (OURS, NAME):
        plain = requests.get(
            f"http://127.0.0.1:{world.edge.http_port}/checkout/cs_1?a=b",
            headers={"Host": host},
            allow_redirects=False,
            timeout=20,
        )
        assert (plain.status_code, plain.headers["Location"]) == (308, f"https://{host}/checkout/cs_1?a=b")

    for path in ("/docs", "/edge/ask"):  # of the web server, and of the edge itself
        answer = world.get(OURS, path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Server"] in (None, "granian")


def test_a_request_that_is_too_large_or_never_ends_is_cut_off(world: World) -> None:
    with world.connected(OURS) as large:
        large.sendall(
            f"POST /api/checkout/create-session HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 9\r\n".encode()
        )
        large.sendall(b"X-Filler: " + b"a" * 40_000 + b"\r\n\r\n")
        assert large.recv(64).startswith(b"HTTP/1.1 431")
    with world.connected(OURS) as slow:
        slow.sendall(b"GET /docs HTTP/1.1\r\n")  # and nothing more
        assert slow.recv(64) == b""


def test_while_we_are_away_buyers_read_what_to_do_and_no_log_has_their_session(
    world: World, results: Path
) -> None:
    session_id = "cs_" + "0123456789abcdef" * 2
    world.stack.web.kill()
    answer = world.get(OURS, f"/checkout/{session_id}")
    page = world.browser.new_page(locale="ko-KR", viewport={"width": 390, "height": 844})
    page.goto(f"https://{OURS}/checkout/{session_id}")
    page.screenshot(path=results / "custom_domain" / "3-unavailable-phone.png")
    world.stack.web.start()

    expect(page.get_by_role("heading", name="잠시만 기다려 주세요")).to_be_visible()
    expect(page.get_by_role("heading", name="주문을 찾을 수 없어요")).to_be_visible(timeout=20_000)
    page.close()
    log = world.edge.caddy.log.read_text()
    assert (answer.status, answer.headers["Retry-After"]) == (502, "5")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "certificate obtained successfully" in log
    assert session_id not in log
