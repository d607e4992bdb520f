"""The merchant's side of a chaos run: what came, and what only looks as if it came."""

import socket
from urllib.parse import urlsplit

import requests

from app.chaos.shop import Inbox, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_webhook_with_a_wrong_signature_is_counted() -> None:
    inbox = Inbox(SECRET)
    with receiving(inbox) as hooks:
        answer = requests.post(hooks.quick, data=b"{}", headers={"webhook-id": "msg_1"}, timeout=5)

    assert answer.status_code == 400
    assert inbox.forged == 1


def test_a_webhook_that_was_cut_off_is_none() -> None:
    """As when its worker is killed while it tells."""
    inbox = Inbox(SECRET)
    with receiving(inbox) as hooks:
        parts = urlsplit(hooks.quick)
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(b"POST /hook HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 20\r\n\r\n{")
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(100)

    assert answer == b""
    assert inbox.forged == 0
