"""Service certificates (서비스인증서): issued by an authority of our own, read from `kcp_cert_info` (notes §2.1)."""

import base64
import binascii
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from app.sandbox import clock
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.storage import read_setting, write_setting

ISSUER = "spl.kcp.co.kr"
LIFETIME = timedelta(days=5 * 365)
KEY_BITS = 2048

_ONE_LINE = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/]+={0,2})-----END CERTIFICATE-----")
_AUTHORITY = "kcp_authority_key"


@dataclass(frozen=True)
class Issued:
    """certificate: PEM with line breaks, as it is downloaded. private_key: encrypted PKCS#8 PEM."""

    serial: str
    certificate: str
    private_key: str
    not_after: datetime


def read_certificate(cert_info: str) -> x509.Certificate:
    """The certificate in `kcp_cert_info`, which must be one line. Raises KcpRefusal S032."""
    match = _ONE_LINE.fullmatch(cert_info)
    if match is None:
        raise KcpRefusal("S032")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(match[1], validate=True))
    except (ValueError, binascii.Error):
        raise KcpRefusal("S032") from None
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        raise KcpRefusal("S032")
    return certificate


def is_in_its_dates(certificate: x509.Certificate, *, now: float) -> bool:
    moment = datetime.fromtimestamp(now, UTC)
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def is_signed(certificate: x509.Certificate, sign_data: str, *parts: str) -> bool:
    """Whether `kcp_sign_data` is RSA PKCS#1 v1.5 with SHA-256 over the parts joined by ^."""
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        signature = base64.b64decode(sign_data, validate=True)
        key.verify(signature, "^".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def issue(db: sqlite3.Connection, *, site_cd: str, password: str) -> Issued:
    """A new certificate and key for a site, as partner admin makes them. The key is kept nowhere."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    start = datetime.fromtimestamp(clock.now(db), UTC).replace(microsecond=0)
    serial = start.strftime("%Y%m%d") + f"{x509.random_serial_number() % 10**8:08}"
    names = [(NameOID.COMMON_NAME, serial), (NameOID.ORGANIZATIONAL_UNIT_NAME, site_cd)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(name, value) for name, value in names]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(days=1))
        .not_valid_after(start + LIFETIME)
        .sign(_authority_key(db), hashes.SHA256())
    )
    private_key = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Issued(serial, pem, private_key.decode(), start + LIFETIME)


def _authority_key(db: sqlite3.Connection) -> rsa.RSAPrivateKey:
    """Made when it is first needed; nobody checks the chain, but a certificate should not look self-made."""
    stored = read_setting(db, _AUTHORITY, "")
    if stored:
        loaded = serialization.load_pem_private_key(stored.encode(), password=None)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        return loaded
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_setting(db, _AUTHORITY, pem.decode())
    return key
