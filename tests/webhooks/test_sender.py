"""What becomes of a body that is posted to a shop whose server does what it likes."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.webhooks.sender import LARGEST_ANSWER, Answer, Sender
from tests.gateways.line import (
    Act,
    Line,
    closes,
    drips,
    drips_headers,
    hangs,
    open_line,
    resets,
    says,
    truncates,
)

WHOLE_S = 0.5
BODY = '{"id":"evt_1","event":"payment.completed","data":{"customer":{"name":"홍길동"}}}'.encode()


def send(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    sender = Sender(guard=None, whole_timeout_s=WHOLE_S)
    return sender.send(url=url, body=BODY, headers=headers or {})


@pytest.fixture
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened


def test_the_very_bytes_go_out_with_their_headers(line: Line) -> None:
    line.will(says(200))

    send(f"{line.url}/hook?shop=1", {"webhook-id": "evt_1"})

    [call] = line.calls
    assert (call.asks, call.body) == ("POST /hook?shop=1", BODY)
    assert call.headers["webhook-id"] == "evt_1"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"] == "Korea-Checkout-Webhooks/1"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(line: Line, status: int) -> None:
    line.will(says(status))

    assert send(line.url).accepted


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_is_no_success(line: Line, status: int) -> None:
    line.will(says(status, headers={"Location": f"{line.url}/elsewhere"}))

    answer = send(line.url)

    assert (answer.status, answer.accepted) == (status, False)
    assert [call.path for call in line.calls] == ["/"]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_an_error_is_kept_with_the_words_of_the_shop(line: Line, status: int) -> None:
    line.will(says(status, "주문이 없습니다"))

    answer = send(line.url)

    assert (answer.status, answer.accepted, answer.text) == (status, False, "주문이 없습니다")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (closes, "connection_failed"),
        (resets, "connection_failed"),
        (hangs, "timeout"),
        (drips_headers(pause_s=0.02), "timeout"),
        (lambda connection, _over: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), "connection_failed"),
    ],
    ids=["closed", "reset", "silent", "dripping headers", "no http"],
)
def test_no_answer_has_a_reason_and_an_end(line: Line, act: Act, error: str) -> None:
    line.will(act)
    started = time.monotonic()

    answer = send(line.url)

    assert (answer.status, answer.error) == (None, error)
    assert time.monotonic() - started < 10 * WHOLE_S


@pytest.mark.parametrize(
    "act", [drips("x" * 4000, pause_s=0.02), truncates("x" * 40)], ids=["dripping", "cut off"]
)
def test_a_status_that_came_stands_although_its_text_never_ends(line: Line, act: Act) -> None:
    line.will(act)
    started = time.monotonic()

    answer = send(line.url)

    assert (answer.status, answer.accepted) == (200, True)
    assert time.monotonic() - started < 10 * WHOLE_S


def test_no_more_is_read_than_what_may_be_kept(line: Line) -> None:
    sent: list[int] = []

    def endless(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 500 Oh\r\nContent-Length: 1000000000\r\n\r\n")
        connection.settimeout(5)
        while True:
            sent.append(connection.send(b"x" * 65536))

    line.will(endless)

    answer = send(line.url)

    assert (answer.status, len(answer.text)) == (500, 2000)
    assert sum(sent) < 100 * LARGEST_ANSWER


def test_the_answer_of_a_shop_can_be_stored_in_any_database(line: Line) -> None:
    line.will(says(500, b"\x00\xff\xed\xa0\x80 half"))

    assert "\x00" not in send(line.url).text


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("0", 0), ("", None), ("soon", None), ("-5", None), ("9" * 30, None), ("１２", None),
     ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)  # fmt: skip
def test_retry_after_is_read_when_it_makes_sense(line: Line, header: str, seconds: int | None) -> None:
    def act(connection: socket.socket, _over: threading.Event) -> None:
        head = f"HTTP/1.1 503 Busy\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    line.will(act)

    assert send(line.url).retry_after_s == seconds


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://[::1", "http://한 글/", "gopher://127.0.0.1:1/_x",
     "http://" + "a" * 300 + ".example/", "http://127.0.0.1:99999/"],
)  # fmt: skip
def test_what_cannot_be_sent_is_told_and_raises_nothing(url: str) -> None:
    answer = send(url)

    assert answer.status is None
    assert answer.error in ("not_sendable", "connection_failed")


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert send(f"http://127.0.0.1:{port}/").error == "connection_failed"


def test_a_server_that_speaks_no_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        answer = send(f"https://127.0.0.1:{server.getsockname()[1]}/")
        thread.join(5)

    assert answer.error == "tls_failed"


def test_neither_the_machines_proxy_nor_its_netrc_is_used(
    line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    line.will(says(200))

    assert send(line.url).accepted
    assert "authorization" not in line.calls[0].headers


def test_connections_are_kept_for_the_next_body() -> None:
    """An HTTP/1.1 server that answers twice on one connection."""
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            connections.append(connection)
            for _ in range(2):
                asked = b""
                while not asked.endswith(b"{}"):
                    asked += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=serve)
        thread.start()
        sender = Sender(guard=None)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        answers = [sender.send(url=url, body=b"{}", headers={}) for _ in range(2)]
        thread.join(5)

    assert [answer.accepted for answer in answers] == [True, True]
    connections[0].close()
