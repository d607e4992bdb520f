"""A shop hears at once that certificate, key and password do not belong together, not from its first buyer."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from app import clock
from app.gateways import GATEWAYS
from app.gateways.credentials import problems_of
from app.gateways.kcp.signing import LIFETIME, _opens_soon, examine_pair, one_line, self_made
from tests.gateways.kcp import CREDENTIALS, PAIR

OTHER = self_made("other")
READABLE = {
    "as issued": PAIR.certificate,
    "of Windows": PAIR.certificate.replace("\n", "\r\n"),
    "in one line": one_line(PAIR.certificate),
    "with space around": f"\n {PAIR.certificate} \n",
}
PBES2, PBKDF2 = bytes.fromhex("2a864886f70d01050d"), bytes.fromhex("2a864886f70d01050c")
HMAC_SHA256, AES256_CBC = bytes.fromhex("2a864886f70d0209"), bytes.fromhex("60864801650304012a")
LETTERS = PAIR.certificate.splitlines()[1:-1]


def certificate_of(*lines: str) -> str:
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def key_of_another_kind() -> str:
    encryption = serialization.BestAvailableEncryption(PAIR.password.encode())
    format_ = serialization.PrivateFormat.PKCS8
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, format_, encryption)
        .decode()
    )


@pytest.mark.parametrize("certificate", READABLE.values(), ids=READABLE)
def test_a_pair_tells_when_it_ends(certificate: str) -> None:
    examined = examine_pair({**CREDENTIALS, "certificate": certificate})

    assert examined.problems == {}
    assert examined.expire_at is not None
    left = examined.expire_at - clock.now()
    assert LIFETIME - timedelta(days=2) < left < LIFETIME


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"private_key_password": "another"}, "private_key"),
        ({"private_key": OTHER.private_key}, "private_key"),  # its password is another one
        ({"private_key": PAIR.certificate}, "private_key"),
        ({"private_key": key_of_another_kind()}, "private_key"),
        ({"private_key": OTHER.private_key, "private_key_password": OTHER.password}, "certificate"),
        ({"certificate": OTHER.certificate}, "certificate"),
        ({"certificate": certificate_of(*LETTERS[:-1])}, "certificate"),
        ({"certificate": certificate_of("AAAA")}, "certificate"),
        ({"certificate": certificate_of("A")}, "certificate"),
        ({"certificate": PAIR.private_key}, "certificate"),
    ],
)
def test_what_does_not_fit_is_named_without_telling_it(change: dict[str, str], field: str) -> None:
    credentials = {**CREDENTIALS, **change}
    assert problems_of(credentials, GATEWAYS["kcp"].credential_fields, livemode=True) == {}

    examined = examine_pair(credentials)

    assert list(examined.problems) == [field]
    assert not [value for value in credentials.values() if value in examined.problems[field]]


@pytest.mark.parametrize(("rounds", "fits"), [(2048, True), (600_000, True), (3_000_000, False)])
def test_a_key_that_would_keep_us_busy_is_not_opened(rounds: int, fits: bool) -> None:
    """The password is right, and yet it is not tried when it would be hashed for long."""
    examined = examine_pair({**CREDENTIALS, "private_key": pem_of(encrypted(rounds))})

    assert list(examined.problems) == ([] if fits else ["private_key"])


@pytest.mark.parametrize("der", [b"", b"0", b"0\x82", b"\x30\x80" * 3000, b"\x02\x7f", bytes(5000)])
def test_a_key_that_is_none_is_refused(der: bytes) -> None:
    credentials = {**CREDENTIALS, "private_key": pem_of(der)}

    assert list(examine_pair(credentials).problems) == ["private_key"]


def pem_of(der: bytes) -> str:
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{text}-----END ENCRYPTED PRIVATE KEY-----\n"


def encrypted(rounds: int) -> bytes:
    """PAIR's key as EncryptedPrivateKeyInfo (RFC 5958, RFC 8018): no library here lets us choose the rounds."""
    key = serialization.load_pem_private_key(PAIR.private_key.encode(), PAIR.password.encode())
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    salt = vector = b"0123456789abcdef"
    secret = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(PAIR.password.encode())
    padding = 16 - len(plain) % 16
    cipher = Cipher(algorithms.AES256(secret), modes.CBC(vector)).encryptor()
    body = cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()
    number = rounds.to_bytes(rounds.bit_length() // 8 + 1)
    hashing = tlv(0x30, tlv(6, HMAC_SHA256), tlv(5))
    derivation = tlv(0x30, tlv(6, PBKDF2), tlv(0x30, tlv(4, salt), tlv(2, number), hashing))
    scheme = tlv(0x30, tlv(6, AES256_CBC), tlv(4, vector))
    return tlv(0x30, tlv(0x30, tlv(6, PBES2), tlv(0x30, derivation, scheme)), tlv(4, body))


def tlv(kind: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    return bytes([kind, size] if size < 128 else [kind, 0x82, *size.to_bytes(2)]) + content


def test_all_that_is_wrong_is_told_together() -> None:
    nothing = {**CREDENTIALS, "private_key_password": "another", "certificate": certificate_of("AAAA")}

    assert list(examine_pair(nothing).problems) == ["private_key", "certificate"]
    assert examine_pair(nothing).expire_at is None


@pytest.mark.parametrize("gateway", sorted(GATEWAYS))
def test_credentials_for_the_simulator_fit(gateway: str) -> None:
    adapter = GATEWAYS[gateway]

    examined = adapter.examine(adapter.sandbox_credentials("0a1b2c3d4e5f"))

    assert examined.problems == {}
    assert (examined.expire_at is not None) == (gateway == "kcp")


def test_a_nought_beside_the_rounds_hides_them_from_nobody() -> None:
    """As the length of the key, which follows them."""
    rounds = tlv(2, (2**31 - 1).to_bytes(4))
    der = tlv(0x30, tlv(0x30, tlv(4, b"salt"), rounds, tlv(2, b"\0")), tlv(4, b"body"))

    assert not _opens_soon(pem_of(der))
