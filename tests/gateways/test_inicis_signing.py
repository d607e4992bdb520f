"""KG Inicis' hashes, held against what it publishes and what its real answers were signed with."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.gateways.base import BankAccount, Cancellation
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.inicis.codes import PUBLISHED_TEST_KEYS
from app.gateways.inicis.signing import Keys, auth_signature
from app.gateways.inicis.text import clean, pairs_of
from tests.gateways.inicis import ORDER, TID, InicisKit, at_rest
from tests.gateways.line import Line, says

KEYS = Keys(**PUBLISHED_TEST_KEYS)
TOKEN = "AuthTokenExample+/=="
VACCOUNT = "StdpayVBNKINIpayTest20260101090101654321"
# 2026-01-01 09:30:00 in Korea, the time of the examples of INIAPI
HALF_PAST_NINE = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
AUTH_SIGNATURES = {
    "0": "eadd90f5d14dc5809962dce8f33053ded181a98a1fd5f59e09f39ef6ad0d23e0",
    "1": "ba992272a3c2895e15c931803be0125637c5c2781ea6443e6d1713dfd6e98ba7",
    "2": "1a4cc89839c7da75407104ce56274344b4a7ef633aed8eddcf3a10c8df0a8b3b",
    "3": "f67e10cae847a7ec657f8c76b0600d384db8fdda1831e2cef073276eb79e3387",
    "4": "9e474495b1b041e138de1822915856ecadc7463bb49455f492c5fd7ca28a92f6",
    "5": "888b4bb359d25111cffa14d9a42b2b2fce33cfbef2d5bd67c845c9449e730caf",
    "6": "dfbc87b58086b4cce1fceb9a7180ec346fae6278cdb74975de5f77e4e3bb6bf6",
    "7": "73aad49a8bac0ee8855c1122702706c73f250fb5642abb681c622330ca26520d",
    "8": "278df9f68b0eb7a700820ec7ba86158366858363eaaddb191247cca403b88afa",
    "9": "6ebe0913dac518a3012603039d1ea5aad6c54b7d8f669273325a636f5d9e8b12",
}


def test_the_form_is_signed_as_the_official_demo_is() -> None:
    order = {"oid": "DemoTest_1729305599829", "price": "1000", "timestamp": "1729305599829"}

    assert KEYS.signatures(**order) == {
        "signature": "a5e0382bd156b0debd2bf18484e18344d4726819dd12c46ed0981c4d75a4af97",
        "verification": "0fdd412694c88d1f3a97028567ecdc3167fc4aef19261466f3b061f15f1192c2",
    }
    older = {"oid": "INIpayTest_1361252896871", "price": "1004", "timestamp": "1361252896871"}
    assert KEYS.signatures(**older)["signature"] == (
        "422a0e78529b419d9412d6e344c6e138584d9174c691da6cd91d4330240b9192"
    )
    assert KEYS.merchant_key() == "3a9503069192f207491d4b19bd743fc249a761ed94246c8c42fed06c3cd15a33"


def test_the_examples_of_the_notes_are_signed_so() -> None:
    order = KEYS.signatures(oid=ORDER, price="13000", timestamp="1767225600000")
    approval = KEYS.signatures(authToken=TOKEN, timestamp="1767225661234")

    assert order["signature"] == "8dd0a3dcbfc1e0c1a6cc357565aa86b9d286a9ead193baf35fbce52f2b956d55"
    assert order["verification"] == "ce7cef81631af650f401aefa04826847733b4ce25304cc15098cfb813ac3421c"
    assert approval["signature"] == "a0d86e9601e1bfacbdc3beab9066b90c1a0488c9c491cb94dfa4eacd47382f2f"
    assert approval["verification"] == "a6f26f4012e95f58e57a2daa78fd335a6ed1a471786b113165241deae0362798"


@pytest.mark.parametrize("digit", AUTH_SIGNATURES)
def test_an_answer_is_signed_by_the_last_digit_of_the_time(digit: str) -> None:
    signed = auth_signature(
        mid="INIpayTest", order_id=ORDER, amount="13000", timestamp=f"176722566123{digit}"
    )

    assert signed == AUTH_SIGNATURES[digit]


def test_the_form_of_phones_is_signed_by_bytes() -> None:
    fake = KEYS.check_fake(amount=13_000, order_id=ORDER, timestamp="1767225600000")

    assert fake == "jRTUVQqu11SSBA7ryPtaoX2Gp/wAh6bQ6ox/J9EBdvO+PEoPkkZRsXRbOV+ViCtyoVTTtyasB9UZpzBliclW2Q=="


def test_an_account_is_encrypted_as_the_official_example_is() -> None:
    assert KEYS.encrypted("123456789") == "qwMHVJqsmXKoR+d8wQTS4g=="


def test_the_official_example_of_a_cancel() -> None:
    signed = KEYS.api_hash(
        "Refund",
        "Card",
        "20191128121211",
        "123.123.123.123",
        "INIpayTest",
        "StdpayCARDINIpayTest20191128121211123456",
    )

    assert signed == (
        "b2dc4d4308d836a77187fa1f4ce8c540006a41e6a708a63aded363510c7d445600601c9035825fe32f48fe1b7d2ea13"
        "0f690a2895a41b6fa0a99c6c5f92d6d69"
    )


@pytest.mark.parametrize(
    ("type", "data", "signed"),
    [
        (
            "refund",
            f'{{"tid":"{TID}","msg":"고객 요청"}}',
            "1bd9004deadc4a01a70818f25ef91d60b043d3d76ade7dc01670f3a4816d5198036b86d6f9caef8f6245c90c81557d5feff818e1"
            "93c0b890568551ec89505531",
        ),
        (
            "partialRefund",
            f'{{"tid":"{TID}","msg":"고객 요청","price":"3000","confirmPrice":"10000","currency":"WON","tax":"0",'
            '"taxfree":"0"}',
            "2ac2dd442a2ed564d5e70a1b6b943f8d9434be5c0e45c237c61974c9f3117b881bac74c30459fda0a051ca477f5e3417219ffe71"
            "3abb9efde345981cad5fd9db",
        ),
        (
            "refund",
            f'{{"tid":"{VACCOUNT}","msg":"고객 요청","refundAcctNum":"qwMHVJqsmXKoR+d8wQTS4g==","refundBankCode":"04",'
            '"refundAcctName":"홍길동"}',
            "4f3cefdf71340ecce522c7a32164bc5ea9e86320c21569c1da0988472c405c7f5c350e10bc35bd856cdc80ff70d710886a3e5390"
            "aa3b67b06abe22bdeb15502e",
        ),
    ],
)
def test_the_newer_interface_signs_the_very_text_of_its_data(type: str, data: str, signed: str) -> None:
    assert KEYS.api_hash("INIpayTest", type, "20260101093000", data) == signed


def test_no_key_is_shown_by_a_key_ring() -> None:
    assert repr(KEYS) == "Keys(mid='INIpayTest')"


class TestCalls(InicisKit):
    """hashData of whole calls, at the time and address of the notes' examples."""

    REFUSED = {"resultCode": "ERR205", "resultMsg": "x"}

    @pytest.mark.parametrize(
        ("changes", "signed"),
        [
            (
                {},
                "ca2b41966ac01521d67ac1e1e1aabff2453ecc033fc1cd09e3a9f6d00d10f21b515469d2de73f7f7f548323a62322f1df"
                "2b8b2bba82f1b6f34d916c80930ddd9",
            ),
            (
                {"amount": 3_000, "balance": 13_000},
                "3ca88bd389c178c946209349e6d6645c067b305ea520d4ad67a37e18cbaa7a5435ed886a60305caa0c35d71aba9c193ed"
                "dd7149632f2999d8f08c9a707bc3de7",
            ),
            (
                {"method": "virtual_account", "transaction_id": VACCOUNT, "account": True},
                "96a69a2a10450fc487b7ce7366534be1b66fa9340f41b875fc0f3cfced46a11668510f06ab6643cf6e8b8e329e07b790a"
                "6e513f584206d4222d9cfcaa0e90ad1",
            ),
            (
                {
                    "method": "virtual_account",
                    "transaction_id": VACCOUNT,
                    "account": True,
                    "amount": 3_000,
                    "balance": 13_000,
                },
                "8b570c4a13813f9d1b240fbf4350f815038bab417d14b11434ab7209c6084b738ae1b892a75cc8b9082e35574c17ddf10"
                "408010fe590997f4728699c9c7e18af",
            ),
            (
                {"method": "virtual_account", "transaction_id": VACCOUNT},
                "a18f3d0cdd7b7fac806de548465503eb398b2e11bfff102b90ec320ba5833b72f213691c77af49c49bcaaf8e7a32b907c"
                "cdc197d8cf5a2f1a8d6c474c16c0583",
            ),
        ],
        ids=["whole", "part", "whole to an account", "part to an account", "account that waits"],
    )
    def test_a_cancel(self, gateway: InicisGateway, line: Line, changes: dict[str, Any], signed: str) -> None:
        line.will(says(200, {"resultCode": "00", "resultMsg": "x"}))
        account = BankAccount("kookmin", "123456789", "홍길동") if changes.get("account") else None
        what = {"transaction_id": TID, "method": "card", "reason": "고객 요청", "key": "ref_1", **changes}

        elsewhere(gateway).cancel(Cancellation(**{**what, "account": account}))

        asked = self.fields_asked(line.calls[0])
        assert asked["hashData"] == signed
        assert asked["msg"] == "고객 요청"

    def test_an_inquiry(self, gateway: InicisGateway, line: Line) -> None:
        line.will(says(200, {"resultCode": "01", "resultMsg": "해당거래 없음"}))

        elsewhere(gateway).api.find(tid=TID)

        asked = line.calls[0].json()
        assert asked["hashData"] == (
            "d1428877d36bb4a7761cd07f4863663a8f20401039832cbaea64ce7ff27f3c6433b7a93f9470a3debbf50466a09816d4f"
            "c9dc5dca3193cca92e0123731d4411d"
        )
        assert f'"data": {{"tid":"{TID}"}}' in line.calls[0].body.decode()

    def test_an_older_inquiry(self, gateway: InicisGateway, line: Line) -> None:
        line.will(says(200, {"resultCode": "00", "status": "9"}))

        elsewhere(gateway).api.find_by_v1(tid=TID, order_id=ORDER)

        assert self.fields_asked(line.calls[0])["hashData"] == (
            "4505006f15dd48364cef0daaf6fe633907ffe8a661fe254e9b271ec4daa33547a010f008919d8e6568ecd1b668db0273c"
            "16a46d40b0581a17934b6f0ae150010"
        )


def elsewhere(gateway: InicisGateway) -> InicisGateway:
    """At the time and the address of the examples."""
    still = at_rest(gateway, HALF_PAST_NINE)
    object.__setattr__(still.api, "client_ip", "192.0.2.10")
    return still


# --- text ---


def test_a_name_is_cut_between_characters_and_loses_what_inicis_stumbles_over() -> None:
    assert clean("가" * 30, 40) == "가" * 20
    assert clean("a" + "가" * 30, 40) == "a" + "가" * 19
    assert clean("\"금\" & '은' <b>|\\ 🙂 반지\n", 40) == "금 은 b 반지"
    assert clean("🙂", 40) == ""
    assert clean("똠방각하 펲시", 40) == "똠방각하 펲시"  # in CP949, not in the older EUC-KR


@pytest.mark.parametrize("charset", ["utf-8", "cp949"])
@pytest.mark.parametrize("escaped", [False, True])
def test_pairs_are_read_in_either_charset_escaped_or_not(charset: str, escaped: bool) -> None:
    name = "우리은행".encode(charset)
    value = b"".join(b"%%%02X" % byte for byte in name) if escaped else name

    read = pairs_of(b"P_STATUS=00&P_FN_NM=" + value + b"&P_NEXT_URL=https://a/?b=c&P_STATUS=01&d=\r\n")

    assert read is not None
    assert (read["P_STATUS"], read["P_FN_NM"], read["P_NEXT_URL"]) == ("00", "우리은행", "https://a/?b=c")


def test_what_is_text_in_neither_charset_is_no_answer() -> None:
    assert pairs_of(b"P_STATUS=00&P_FN_NM=\xff\xfe") is None
