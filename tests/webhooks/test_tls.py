"""A connection that is pinned to a checked address speaks TLS with the name: SNI and certificate are the name's."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import clock
from app.webhooks.connections import Guard
from app.webhooks.sender import Answer, Sender
from tests.support.name_server import name_server, read_all

NAME = "shop.test"


def certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate for the name that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    file = folder / f"{name}.pem"
    file.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + made.public_bytes(pem))
    return file


@contextmanager
def tls_server(file: Path) -> Iterator[tuple[int, list[str | None]]]:
    """Its port, and the names that it was called by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    called: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: called.append(name)

    def serve() -> None:
        with suppress(OSError):
            connection, _address = server.accept()
            with connection, context.wrap_socket(connection, server_side=True) as spoken:
                read_all(spoken, b"{}")
                spoken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], called
        thread.join(10)


def send(port: int, *, trusted: Path | None) -> Answer:
    with name_server({NAME: [["127.0.0.1"]]}) as names:
        guard = Guard(names.names, may_connect=lambda _address: True)
        sender = Sender(guard=guard, trusted=str(trusted) if trusted else None)
        return sender.send(url=f"https://{NAME}:{port}/hook", body=b"{}", headers={}, https_only=True)


def test_the_name_is_what_is_asked_for_and_what_the_certificate_is_for(tmp_path: Path) -> None:
    file = certificate(tmp_path, NAME)

    with tls_server(file) as (port, called):
        answer = send(port, trusted=file)

    assert (answer.status, answer.error) == (200, None)
    assert called == [NAME]


@pytest.mark.parametrize("name", ["other.test", "127.0.0.1"])
def test_a_certificate_for_something_else_is_refused(tmp_path: Path, name: str) -> None:
    file = certificate(tmp_path, name)

    with tls_server(file) as (port, _called):
        assert send(port, trusted=file).error == "tls_failed"


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with tls_server(certificate(tmp_path, NAME)) as (port, _called):
        assert send(port, trusted=None).error == "tls_failed"


def test_a_bundle_named_in_the_environment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path, NAME)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    with tls_server(file) as (port, _called):
        assert send(port, trusted=None).error == "tls_failed"


def test_a_greeting_that_never_ends_is_cut_off() -> None:
    """TLS in drops: no single wait is long, but all of them together are."""

    def drip() -> None:
        with suppress(OSError):
            connection, _address = server.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 kB begins
                while not over.wait(0.02):
                    connection.sendall(b"\x02")

    over = threading.Event()
    with name_server({NAME: [["127.0.0.1"]]}) as names, create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        guard = Guard(names.names, may_connect=lambda _address: True)
        url = f"https://{NAME}:{server.getsockname()[1]}/"
        answer = Sender(guard=guard, whole_timeout_s=0.5).send(url=url, body=b"{}", headers={})
        over.set()
        thread.join(10)

    assert (answer.status, answer.error) == (None, "timeout")
