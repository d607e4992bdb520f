import base64

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.sandbox.kcp_shop import KcpShop, certificate_of, one_line

YEAR_S = 365 * 24 * 60 * 60


def own_certificate(*, days: int = 365) -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return one_line(certificate_of(private, days=days))


def result(kcp: KcpShop, cert_info: str) -> str:
    code: str = kcp.approve(kcp.authenticated(), kcp_cert_info=cert_info).json()["res_cd"]
    return code


def test_an_issued_certificate_is_one_of_the_site_and_its_key_is_encrypted(kcp: KcpShop) -> None:
    body = {"password": "geheim-1"}
    issued = kcp.post("sim/sites/T1234/certificates", body).json()

    certificate = x509.load_pem_x509_certificate(issued["certificate"].encode())
    names = {attribute.oid: attribute.value for attribute in certificate.subject}
    assert names[NameOID.ORGANIZATIONAL_UNIT_NAME] == "T1234"
    assert certificate.issuer.rfc4514_string() == "CN=spl.kcp.co.kr"
    assert "\n" not in issued["kcp_cert_info"]
    assert issued["private_key"].startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    key = serialization.load_pem_private_key(issued["private_key"].encode(), password=b"geheim-1")
    assert key.public_key() == certificate.public_key()


def test_a_certificate_with_its_line_breaks_has_no_access(kcp: KcpShop) -> None:
    pem = kcp.post("sim/sites/T0000/certificates", {}).json()["certificate"]

    answer = kcp.approve(kcp.authenticated(), kcp_cert_info=pem).json()

    assert (answer["res_cd"], answer["res_msg"]) == ("S032", "접근권한이 없습니다.")
    assert result(kcp, "".join(pem.split("\n"))) == "0000"


@pytest.mark.parametrize(
    "cert_info",
    [
        "",
        "MIID",
        "-----BEGIN CERTIFICATE-----MIID-----END CERTIFICATE-----",
        one_line(certificate_of(ec.generate_private_key(ec.SECP256R1()))),
    ],
)
def test_what_is_no_rsa_certificate_has_no_access(kcp: KcpShop, cert_info: str) -> None:
    assert result(kcp, cert_info) == "S032"


def test_the_certificate_of_another_site_has_no_access(kcp: KcpShop) -> None:
    kcp.paid()
    other = KcpShop(kcp.base, "T0001")

    assert result(kcp, other.key.cert_info) == "S032"
    kcp.switch(site_certificate="unchecked")
    assert result(kcp, other.key.cert_info) == "0000"


def test_a_site_without_a_certificate_takes_the_first_it_shows(kcp: KcpShop) -> None:
    first, second = own_certificate(), own_certificate()
    stranger = KcpShop(kcp.base, "T0ABC")
    assert stranger.approve(stranger.authenticated(), kcp_cert_info=first).json()["res_cd"] == "0000"

    answer = stranger.approve(stranger.authenticated(), kcp_cert_info=second).json()

    assert answer["res_cd"] == "S032"


def test_unknown_sites_can_be_refused(kcp: KcpShop) -> None:
    kcp.switch(unknown_site="refuse")

    assert result(kcp, own_certificate()) == "S032"


def test_a_renewed_certificate_works_beside_the_old_one(kcp: KcpShop) -> None:
    kcp.paid()
    new = kcp.post("sim/sites/T0000/certificates", {}).json()["kcp_cert_info"]

    assert result(kcp, new) == "0000"
    assert result(kcp, kcp.key.cert_info) == "0000"


def test_an_expired_certificate_has_no_access_unless_switched(kcp: KcpShop) -> None:
    expired = own_certificate(days=-1)
    refused = result(kcp, expired)
    kcp.switch(expired_certificate="accepted")

    assert refused == "S032"
    assert result(kcp, expired) == "0000"


def test_an_issued_certificate_expires_after_five_years(kcp: KcpShop) -> None:
    issued = kcp.post("sim/sites/T0000/certificates", {}).json()["kcp_cert_info"]
    assert result(kcp, issued) == "0000"
    for _ in range(3):
        kcp.advance_clock(1.7 * YEAR_S)

    assert result(kcp, issued) == "S032"


@pytest.mark.parametrize("path", ["T123", "t0000", "T00001"])
def test_a_site_code_is_five_capital_letters_or_digits(kcp: KcpShop, path: str) -> None:
    assert kcp.post(f"sim/sites/{path}/certificates", {}).status_code == 400
    assert kcp.post(f"sim/sites/{path}", {"noti_url": "http://127.0.0.1/x"}).status_code == 400


def test_a_cancel_is_signed_by_the_key_of_its_certificate(kcp: KcpShop) -> None:
    tno, other = kcp.paid()["tno"], KcpShop(kcp.base, "T0001").key
    right = kcp.cancel_body(tno, "STSC")["kcp_sign_data"]
    assert len(right) == 344

    forged = [
        kcp.cancel(tno, kcp_sign_data=""),
        kcp.cancel(tno, kcp_sign_data="AAAA"),
        kcp.cancel(tno, kcp_sign_data="가"),
        kcp.cancel(tno, kcp_sign_data=other.sign("T0000", tno, "STSC")),
        kcp.cancel(tno, kcp_sign_data=kcp.key.sign("T0000", tno, "PACA")),
        kcp.cancel(tno, kcp_sign_data=kcp.key.sign("T0000", tno, "STPC")),
        kcp.cancel(tno, kcp_sign_data=base64.b64encode(b"x" * 256).decode()),
    ]

    assert {answer["res_cd"] for answer in forged} == {"SIM1"}
    assert kcp.cancel(tno)["res_cd"] == "0000"


def test_no_secret_is_shown_in_the_list_of_calls(kcp: KcpShop) -> None:
    kcp.paid()

    listed = requests.get(f"{kcp.kcp}/sim/calls", timeout=5)

    assert "CERTIFICATE" not in listed.text
    call = listed.json()[0]
    assert (call["path"], call["mId"], call["status"]) == ("/kcp/gw/enc/v1/payment", "T0000", 200)
