"""The published and computed values of the notes (§1.5, §3.1, §3.3, §9.7)."""

import pytest

from app.sandbox.inicis import hashes
from app.sandbox.inicis.mids import PUBLISHED

KEYS = PUBLISHED["INIpayTest"]
CARD_TID = "StdpayCARDINIpayTest20260101090101123456"
ACCOUNT_TID = "StdpayVBNKINIpayTest20260101090101654321"
ENCRYPTED = "qwMHVJqsmXKoR+d8wQTS4g=="
V1 = ("20260101093000", "192.0.2.10", "INIpayTest")


@pytest.mark.parametrize(
    ("oid", "price", "timestamp", "expected"),
    [
        (
            "DemoTest_1729305599829",
            "1000",
            "1729305599829",
            "a5e0382bd156b0debd2bf18484e18344d4726819dd12c46ed0981c4d75a4af97",
        ),
        (
            "INIpayTest_1361252896871",
            "1004",
            "1361252896871",
            "422a0e78529b419d9412d6e344c6e138584d9174c691da6cd91d4330240b9192",
        ),
        (
            "kc_example_0001",
            "13000",
            "1767225600000",
            "8dd0a3dcbfc1e0c1a6cc357565aa86b9d286a9ead193baf35fbce52f2b956d55",
        ),
    ],
)
def test_the_signature_of_the_form(oid: str, price: str, timestamp: str, expected: str) -> None:
    assert hashes.signature(oid=oid, price=price, timestamp=timestamp) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"oid": "DemoTest_1729305599829", "price": "1000", "timestamp": "1729305599829"},
            "0fdd412694c88d1f3a97028567ecdc3167fc4aef19261466f3b061f15f1192c2",
        ),
        (
            {"oid": "kc_example_0001", "price": "13000", "timestamp": "1767225600000"},
            "ce7cef81631af650f401aefa04826847733b4ce25304cc15098cfb813ac3421c",
        ),
        (
            {"authToken": "AuthTokenExample+/==", "timestamp": "1767225661234"},
            "a6f26f4012e95f58e57a2daa78fd335a6ed1a471786b113165241deae0362798",
        ),
    ],
)
def test_verification(values: dict[str, str], expected: str) -> None:
    assert hashes.signature(**values, signKey=KEYS.sign_key) == expected


def test_the_signature_of_the_approval_and_the_key_of_the_merchant() -> None:
    signed = hashes.signature(authToken="AuthTokenExample+/==", timestamp="1767225661234")

    assert signed == "a0d86e9601e1bfacbdc3beab9066b90c1a0488c9c491cb94dfa4eacd47382f2f"
    assert (
        hashes.merchant_key(KEYS.sign_key)
        == "3a9503069192f207491d4b19bd743fc249a761ed94246c8c42fed06c3cd15a33"
    )


@pytest.mark.parametrize(
    ("digit", "expected"),
    [
        ("0", "eadd90f5d14dc5809962dce8f33053ded181a98a1fd5f59e09f39ef6ad0d23e0"),
        ("1", "ba992272a3c2895e15c931803be0125637c5c2781ea6443e6d1713dfd6e98ba7"),
        ("2", "1a4cc89839c7da75407104ce56274344b4a7ef633aed8eddcf3a10c8df0a8b3b"),
        ("3", "f67e10cae847a7ec657f8c76b0600d384db8fdda1831e2cef073276eb79e3387"),
        ("4", "9e474495b1b041e138de1822915856ecadc7463bb49455f492c5fd7ca28a92f6"),
        ("5", "888b4bb359d25111cffa14d9a42b2b2fce33cfbef2d5bd67c845c9449e730caf"),
        ("6", "dfbc87b58086b4cce1fceb9a7180ec346fae6278cdb74975de5f77e4e3bb6bf6"),
        ("7", "73aad49a8bac0ee8855c1122702706c73f250fb5642abb681c622330ca26520d"),
        ("8", "278df9f68b0eb7a700820ec7ba86158366858363eaaddb191247cca403b88afa"),
        ("9", "6ebe0913dac518a3012603039d1ea5aad6c54b7d8f669273325a636f5d9e8b12"),
    ],
)
def test_the_order_of_auth_signature_follows_the_last_digit(digit: str, expected: str) -> None:
    signed = hashes.auth_signature(
        mid="INIpayTest", oid="kc_example_0001", price="13000", timestamp=f"176722566123{digit}"
    )

    assert signed == expected


def test_the_hash_of_phones() -> None:
    fake = hashes.check_fake(
        amount="13000", oid="kc_example_0001", timestamp="1767225600000", hash_key=KEYS.hash_key
    )

    assert fake == (
        "jRTUVQqu11SSBA7ryPtaoX2Gp/wAh6bQ6ox/J9EBdvO+PEoPkkZRsXRbOV+ViCtyoVTTtyasB9UZpzBliclW2Q=="
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            ("Refund", "Card", "20191128121211", "123.123.123.123", "INIpayTest",
             "StdpayCARDINIpayTest20191128121211123456"),
            "b2dc4d4308d836a77187fa1f4ce8c540006a41e6a708a63aded363510c7d4456"
            "00601c9035825fe32f48fe1b7d2ea130f690a2895a41b6fa0a99c6c5f92d6d69",
        ),
        (
            ("Refund", "Card", *V1, CARD_TID),
            "ca2b41966ac01521d67ac1e1e1aabff2453ecc033fc1cd09e3a9f6d00d10f21b"
            "515469d2de73f7f7f548323a62322f1df2b8b2bba82f1b6f34d916c80930ddd9",
        ),
        (
            ("PartialRefund", "Card", *V1, CARD_TID, "3000", "10000"),
            "3ca88bd389c178c946209349e6d6645c067b305ea520d4ad67a37e18cbaa7a54"
            "35ed886a60305caa0c35d71aba9c193eddd7149632f2999d8f08c9a707bc3de7",
        ),
        (
            ("Extra", "Inquiry", *V1),
            "4505006f15dd48364cef0daaf6fe633907ffe8a661fe254e9b271ec4daa33547"
            "a010f008919d8e6568ecd1b668db0273c16a46d40b0581a17934b6f0ae150010",
        ),
        (
            ("Refund", "Vacct", *V1, ACCOUNT_TID, ENCRYPTED),
            "96a69a2a10450fc487b7ce7366534be1b66fa9340f41b875fc0f3cfced46a116"
            "68510f06ab6643cf6e8b8e329e07b790a6e513f584206d4222d9cfcaa0e90ad1",
        ),
        (
            ("PartialRefund", "Vacct", *V1, ACCOUNT_TID, "3000", "10000", ENCRYPTED),
            "8b570c4a13813f9d1b240fbf4350f815038bab417d14b11434ab7209c6084b73"
            "8ae1b892a75cc8b9082e35574c17ddf10408010fe590997f4728699c9c7e18af",
        ),
        (
            ("Refund", "GVacct", *V1, ACCOUNT_TID),
            "a18f3d0cdd7b7fac806de548465503eb398b2e11bfff102b90ec320ba5833b72"
            "f213691c77af49c49bcaaf8e7a32b907ccdc197d8cf5a2f1a8d6c474c16c0583",
        ),
        (
            ("INIpayTest", "refund", "20260101093000", f'{{"tid":"{CARD_TID}","msg":"고객 요청"}}'),
            "1bd9004deadc4a01a70818f25ef91d60b043d3d76ade7dc01670f3a4816d5198"
            "036b86d6f9caef8f6245c90c81557d5feff818e193c0b890568551ec89505531",
        ),
        (
            ("INIpayTest", "inquiry", "20260101093000", f'{{"tid":"{CARD_TID}"}}'),
            "d1428877d36bb4a7761cd07f4863663a8f20401039832cbaea64ce7ff27f3c64"
            "33b7a93f9470a3debbf50466a09816d4fc9dc5dca3193cca92e0123731d4411d",
        ),
    ],
)  # fmt: skip
def test_the_hash_of_iniapi(parts: tuple[str, ...], expected: str) -> None:
    assert hashes.api_hash(KEYS.api_key, *parts) == expected


def test_a_refund_account_is_decrypted_with_the_iv_as_it_stands() -> None:
    assert hashes.decrypted_account(ENCRYPTED, key=KEYS.api_key, iv=KEYS.api_iv) == "123456789"
    assert hashes.decrypted_account(ENCRYPTED, key=KEYS.api_key, iv="2IgsAQSbMqHkAkj3") is None
    assert hashes.decrypted_account("123456789", key=KEYS.api_key, iv=KEYS.api_iv) is None
