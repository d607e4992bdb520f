from typing import Any

import pytest
import requests

from app.sandbox.inicis.iniapi_v2 import raw_member
from tests.sandbox import inicis_sums as sums
from tests.sandbox.inicis_shop import InicisShop

ACCOUNT = sums.encrypted("123456789", sums.PAY_TEST)
TO_ACCOUNT = f'"refundAcctNum":"{ACCOUNT}","refundBankCode":"04","refundAcctName":"홍길동"'


def refund(inicis: InicisShop, tid: str, more: str = "") -> dict[str, Any]:
    return inicis.post_v2("refund", "refund", f'{{"tid":"{tid}","msg":"고객 요청"{more}}}')


def part(inicis: InicisShop, tid: str, price: int, rest: int, more: str = "") -> dict[str, Any]:
    data = f'{{"tid":"{tid}","msg":"고객 요청","price":"{price}","confirmPrice":"{rest}"{more}}}'
    return inicis.post_v2("partialRefund", "partialRefund", data)


def test_refunds_find_their_method_by_the_number(inicis: InicisShop) -> None:
    answers = [refund(inicis, inicis.paid(10_000, method)["tid"]) for method in ("card", "bank", "phone")]

    assert [answer["resultCode"] for answer in answers] == ["00"] * 3
    assert answers[0]["cancelDate"]
    assert inicis.totals()["cancelled"] == 30_000


def test_the_hash_is_over_the_text_as_it_was_sent(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    spaced = f'{{ "tid" : "{tid}",\n "msg" : "고객 요청 \\/ 취소" }}'

    assert inicis.post_v2("refund", "refund", spaced)["resultCode"] == "00"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":{"data":1},"data":{"x": [1, {"y":"}"}]} , "z":2}', '{"x": [1, {"y":"}"}]}'),
        ('{"data":{},"data":{"last":1}}', '{"last":1}'),
        ('{ "other" : "data" }', ""),
        ("{}", ""),
    ],
)
def test_one_member_is_cut_out_of_the_text(text: str, found: str) -> None:
    assert raw_member(text, "data") == found


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hashData": "0" * 128}, "ERR205"),
        ({"mid": "nobodymid0"}, "ERR205"),
        ({"timestamp": "20260101093000"}, "SIMO"),
        ({"clientIp": ""}, "SIM8"),
    ],
)
def test_a_wrong_call_changes_nothing(inicis: InicisShop, changes: dict[str, str], code: str) -> None:
    data = f'{{"tid":"{inicis.paid()["tid"]}","msg":"x"}}'

    assert inicis.post_v2("refund", "refund", data, **changes)["resultCode"] == code
    assert inicis.totals()["cancelled"] == 0


def test_serialising_twice_is_a_mismatch(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    hashed = f'{{"tid":"{tid}","msg":"고객 요청"}}'
    sent = hashed.replace("고객 요청", "\\uace0\\uac1d \\uc694\\uccad")
    timestamp = inicis.refund_body(tid)["timestamp"]
    wrong = sums.api_hash(sums.PAY_TEST.api_key, "INIpayTest", "refund", timestamp, hashed)

    answer = inicis.post_v2("refund", "refund", sent, hashData=wrong, timestamp=timestamp)

    assert answer["resultCode"] == "ERR205"


@pytest.mark.parametrize(
    "data", ["{}", '{"tid":"x"}', '{"tid":"x","msg":["y"]}', '{"tid":"x","msg":"y","z":"1"}']
)
def test_data_has_the_fields_of_its_operation(inicis: InicisShop, data: str) -> None:
    assert inicis.post_v2("refund", "refund", data)["resultCode"] == "SIM8"
    assert inicis.post_v2("refund", "partialRefund", '{"tid":"x","msg":"y"}')["resultCode"] == "SIM8"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"data": 1}', b'{"mid": 1, "data": {}}'])
def test_what_is_no_call_is_refused(inicis: InicisShop, body: bytes) -> None:
    answer = requests.post(f"{inicis.inicis}/v2/pg/refund", data=body, timeout=5)

    assert (answer.status_code, answer.json()["resultCode"]) == (200, "SIM8")


def test_parts_and_whether_their_tax_is_free_or_tax_free(inicis: InicisShop) -> None:
    tid = inicis.paid(10_000)["tid"]
    taxes = ',"currency":"WON","tax":"0","{}":"0"'

    first = part(inicis, tid, 3_000, 7_000, taxes.format("taxfree"))
    other = part(inicis, tid, 3_000, 4_000, taxes.format("taxFree"))
    inicis.switch(v2_tax_free="taxFree")
    second = part(inicis, tid, 3_000, 4_000, taxes.format("taxFree"))
    plain = part(inicis, tid, 1_000, 3_000)

    assert (first["prtcTid"], first["prtcRemains"]) == (tid, "7000")
    assert [answer["resultCode"] for answer in (first, other, second, plain)] == ["00", "SIM8", "00", "00"]


def test_accounts_have_addresses_of_their_own(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    without = refund(inicis, tid)
    data = f'{{"tid":"{tid}","msg":"x","price":"5000","confirmPrice":"15000",{TO_ACCOUNT}}}'
    some = inicis.post_v2("partialRefund/vacct", "partialRefund", data)
    inicis.switch(refund_after_partial="accepted")
    rest = inicis.post_v2("refund/vacct", "refund", f'{{"tid":"{tid}","msg":"x",{TO_ACCOUNT}}}')

    assert [answer["resultCode"] for answer in (without, some, rest)] == ["SIML", "00", "00"]
    card = f'{{"tid":"{inicis.paid()["tid"]}","msg":"x",{TO_ACCOUNT}}}'
    assert inicis.post_v2("refund/vacct", "refund", card)["resultCode"] == "SIML"


@pytest.mark.parametrize(("switch", "code"), [("refused", "SIML"), ("accepted", "00")])
def test_closing_a_waiting_account_is_not_confirmed(inicis: InicisShop, switch: str, code: str) -> None:
    inicis.switch(v2_vbank_close=switch)
    tid = inicis.paid(20_000, "vbank")["tid"]

    assert refund(inicis, tid)["resultCode"] == code


def test_a_wrong_path_answers_with_a_text_that_names_it(inicis: InicisShop) -> None:
    for path in ("v2/pg/cancel", "api/v1/cancel"):
        answer = requests.post(f"{inicis.inicis}/{path}", json={}, timeout=5)

        assert answer.text == f"Not Found: {inicis.inicis}/{path}"
