"""The shop's service certificate (서비스인증서) and its key: what KCP knows the caller by."""

import base64
import math
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from app import clock
from app.errors import GatewayMisconfigured
from app.gateways.credentials import Examined

KEY_BITS = 2048
LIFETIME = timedelta(days=5 * 365)
# Rounds of hashing a password, times what else is counted, such as the length of a key. 2,048 rounds are usual.
MOST_WORK = 2_000_000
SEQUENCE, INTEGER = 0x30, 0x02


@dataclass(frozen=True)
class Pair:
    """PEM texts, the key encrypted, as they are issued in KCP's admin."""

    certificate: str
    private_key: str
    password: str


def one_line(pem: str) -> str:
    """kcp_cert_info: a line break in it is answered with S032."""
    return "".join(part.strip() for part in pem.splitlines())


def sign(private_key: str, password: str, *parts: str) -> str:
    """kcp_sign_data: RSA PKCS#1 v1.5 with SHA-256 over the parts joined by ^, in one line of Base64.

    Raises GatewayMisconfigured when the key cannot be opened.
    """
    key = _opened(private_key, password)
    if key is None:
        raise GatewayMisconfigured("PRIVATE_KEY")
    signature = key.sign("^".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode("ascii")


def examine_pair(credentials: Mapping[str, str]) -> Examined:
    """Whether certificate, key and password belong together, and until when KCP takes them: about five years. One that
    is over is no problem here: KCP's own sample is, and whether its test server still takes it is not known."""
    key = _opened(credentials["private_key"], credentials["private_key_password"])
    certificate = _read(credentials["certificate"])
    problems = {}
    if key is None:
        problems["private_key"] = "is no RSA key that opens with this private_key_password"
    if certificate is None:
        problems["certificate"] = "is no certificate that can be read"
    elif key is not None and certificate.public_key() != key.public_key():
        problems["certificate"] = "does not belong to this private_key"
    return Examined(problems, certificate.not_valid_after_utc if certificate else None)


def _opened(private_key: str, password: str) -> rsa.RSAPrivateKey | None:
    """The cause of a failure may quote the key, so it is told to nobody."""
    if not _opens_soon(private_key):
        return None
    try:
        key = serialization.load_pem_private_key(private_key.encode(), password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey) else None


def _opens_soon(private_key: str) -> bool:
    """How often a password is hashed stands in the key itself, so whoever writes it could keep us busy for minutes."""
    encrypted = re.search(r"-+BEGIN ENCRYPTED PRIVATE KEY-+([^-]+)-+END", private_key)
    if encrypted is None:
        return True
    try:
        numbers = _numbers_in(base64.b64decode(encrypted[1]))
        return math.prod(max(number, 1) for number in numbers) <= MOST_WORK
    except (ValueError, IndexError):
        return False


def _numbers_in(der: bytes) -> Iterator[int]:
    """The integers in DER (X.690) and in the sequences of it: of PKCS #8 those of its key derivation (RFC 8018)."""
    parts = [der]
    while parts:
        part, at = parts.pop(), 0
        while at < len(part):
            kind, length, at = part[at], part[at + 1], at + 2
            if length & 0x80:
                at, size = at + (length & 0x7F), length & 0x7F
                length = int.from_bytes(part[at - size : at])
            content, at = part[at : at + length], at + length
            if kind == SEQUENCE:
                parts.append(content)
            elif kind == INTEGER:
                yield int.from_bytes(content)


def _read(pem: str) -> x509.Certificate | None:
    """Of several lines, or of the one that KCP is sent."""
    found = re.fullmatch(r"-+BEGIN CERTIFICATE-+([^-]+)-+END CERTIFICATE-+", one_line(pem))
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(found[1])) if found else None
        if certificate:
            certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return certificate


def self_made(name: str) -> Pair:
    """For the simulator, which takes the first certificate that a site shows. name: its common name."""
    key, password = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS), secrets.token_hex(8)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = clock.now() - timedelta(days=1)  # the simulator's clock may be behind
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .sign(key, hashes.SHA256())
    )
    private_key = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return Pair(pem.decode(), private_key.decode(), password)
