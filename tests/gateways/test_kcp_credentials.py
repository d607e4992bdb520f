"""A shop hears at once that certificate, key and password do not belong together, not from its first buyer."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app import clock
from app.gateways import GATEWAYS
from app.gateways.credentials import problems_of
from app.gateways.kcp.signing import LIFETIME, examine_pair, one_line, self_made
from tests.gateways.kcp import CREDENTIALS, PAIR

OTHER = self_made("other")
READABLE = {
    "as issued": PAIR.certificate,
    "of Windows": PAIR.certificate.replace("\n", "\r\n"),
    "in one line": one_line(PAIR.certificate),
    "with space around": f"\n {PAIR.certificate} \n",
}
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
