from urllib.parse import parse_qsl

import pytest

from tests.sandbox.ear import Ear
from tests.sandbox.inicis_shop import RESERVED, InicisShop, read_nvp


def test_a_card_is_approved_under_another_number(inicis: InicisShop) -> None:
    paid = inicis.on_phone(60_000, card="04", quota="02", wallet="payco")

    answer = read_nvp(inicis.approve_phone(paid))

    expected = {
        "P_STATUS": "00",
        "P_TYPE": "CARD",
        "P_AMT": "60000",
        "P_OID": paid.oid,
        "P_MID": "INIpayTest",
        "P_UNAME": "홍길동",
        "P_NOTI": paid.oid,
        "P_RMESG2": "02",
        "P_FN_CD1": "04",
        "P_FN_NM": "현대카드",
        "P_CARD_PRTC_CODE": "1",
        "P_CARD_INTEREST": "0",
        "P_SRC_CODE": "C",
    }
    assert {name: answer[name] for name in expected} == expected
    assert answer["P_TID"].startswith("INIMX_CARDINIpayTest")
    assert answer["P_TID"] != paid.returned["P_TID"]
    assert len(answer["P_AUTH_DT"]) == 14
    assert inicis.totals()["captured"] == 60_000


def test_values_stand_as_they_are_or_are_escaped(inicis: InicisShop) -> None:
    raw = inicis.approve_phone(inicis.on_phone()).content.decode()
    inicis.switch(nvp_escaping="percent")
    escaped = inicis.approve_phone(inicis.on_phone()).text

    assert "P_NEXT_URL=https://shop.example/return/7d1f?a=b&c=d&" in raw
    assert dict(parse_qsl(escaped))["P_NEXT_URL"] == "https://shop.example/return/7d1f?a=b&c=d"
    assert "홍길동" not in escaped


def test_a_second_approval_is_r201(inicis: InicisShop) -> None:
    paid = inicis.on_phone()
    codes = [read_nvp(inicis.approve_phone(paid))["P_STATUS"] for _ in range(2)]

    assert codes == ["00", "R201"]
    assert inicis.totals()["payments"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"P_MID": "iniescrow0"}, "요청 MID 와 TID 가 일치하지 않습니다"),
        ({"P_TID": "INIMX_AUTHINIpayTest20260101090005000001"}, "요청 MID 와 TID 가 일치하지 않습니다"),
        ({"P_MID": ""}, "필수요청 값이 누락되었습니다"),
        ({"P_TID": ""}, "필수요청 값이 누락되었습니다"),
    ],
)
def test_01_means_many_things(inicis: InicisShop, changes: dict[str, str], message: str) -> None:
    paid = inicis.on_phone()
    inicis.switch(mobile_charset="utf-8")

    answer = read_nvp(inicis.approve_phone(paid, **changes))

    assert (answer["P_STATUS"], answer["P_RMESG1"]) == ("01", message)
    assert inicis.approvals_of(paid.oid) == 0


def test_an_authentication_grows_old(inicis: InicisShop) -> None:
    paid, expired = inicis.on_phone(), inicis.on_phone(outcome="expired")
    inicis.advance_clock(600)

    assert read_nvp(inicis.approve_phone(paid))["P_STATUS"] == "SIM3"
    assert read_nvp(inicis.approve_phone(expired))["P_STATUS"] == "SIM3"


def test_a_refusal_uses_the_authentication_up(inicis: InicisShop) -> None:
    paid = inicis.on_phone(outcome="decline:SIMD")
    codes = [read_nvp(inicis.approve_phone(paid))["P_STATUS"] for _ in range(2)]

    assert codes == ["SIMD", "R201"]


def test_every_method_has_its_type(inicis: InicisShop) -> None:
    bank = inicis.paid_on_phone(10_000, "bank", cash_type="0")
    account = inicis.paid_on_phone(
        10_000, "vbank", order={"P_VBANK_DT": "20400102", "P_VBANK_TM": "0000"}, bank="04"
    )
    phone = inicis.paid_on_phone(10_000, "phone", carrier="LGT")
    gift = inicis.paid_on_phone(10_000, "culture")

    assert (bank["P_TYPE"], bank["P_CSHR_CODE"], bank["P_CSHR_TAX"]) == ("BANK", "220000", "910")
    assert (account["P_TYPE"], account["P_VACT_BANK_CODE"]) == ("VBANK", "04")
    assert (account["P_VACT_DATE"], account["P_VACT_TIME"]) == ("20400102", "235959")
    assert (phone["P_TYPE"], phone["P_HPP_CORP"]) == ("MOBILE", "LGT")
    assert gift["P_TYPE"] == "CULTURE"
    assert inicis.totals()["captured"] == 30_000


def test_an_account_closes_at_the_given_minute(inicis: InicisShop) -> None:
    order = {"P_VBANK_DT": "20400102", "P_VBANK_TM": "1530"}

    assert inicis.paid_on_phone(10_000, "vbank", order=order)["P_VACT_TIME"] == "153000"


@pytest.mark.parametrize(
    ("lie", "name"), [("amount", "P_AMT"), ("oid", "P_OID"), ("mid", "P_MID"), ("tid", "P_TID")]
)
def test_an_answer_can_lie(inicis: InicisShop, lie: str, name: str) -> None:
    paid = inicis.on_phone(lie=lie)

    answer = read_nvp(inicis.approve_phone(paid))

    truth = {
        "P_AMT": "11000",
        "P_OID": paid.oid,
        "P_MID": "INIpayTest",
        "P_TID": inicis.observed(paid.oid)[0]["paymentKey"],
    }
    assert {known for known, value in truth.items() if answer[known] != value} == {name}


def test_isp_cards_have_numbers_of_their_own(inicis: InicisShop) -> None:
    inicis.switch(isp_cards="VCard")
    paid = inicis.on_phone(card="11")

    answer = read_nvp(inicis.approve_phone(paid))

    assert paid.returned["P_TID"].startswith("INIMX_AISP")
    assert (answer["P_TYPE"], answer["P_TID"][:10]) == ("ISP", "INIMX_ISP_")


def test_without_twotrs_a_bank_transfer_is_told_by_notice_only(inicis: InicisShop, inicis_ear: Ear) -> None:
    order = {"P_RESERVED": "centerCd=Y&amt_hash=Y", "P_RETURN_URL": "https://shop.example/done"}

    paid = inicis.on_phone(10_000, "bank", order=order)

    inicis_ear.wait_for(1)
    told = inicis_ear.fields()
    assert (told["P_STATUS"], told["P_TYPE"], told["P_OID"], told["P_AMT"]) == (
        "00",
        "BANK",
        paid.oid,
        "10000",
    )
    assert told["P_TID"].startswith("INIMX_BANK")
    assert '<a class="pay" href="https://shop.example/done"' in paid.page.text
    assert paid.returned == {}
    assert inicis.totals()["captured"] == 10_000


def test_a_refusal_in_one_transaction_is_told_too(inicis: InicisShop, inicis_ear: Ear) -> None:
    order = {"P_RESERVED": "centerCd=Y"}

    paid = inicis.on_phone(10_000, "bank", order=order, outcome="decline:SIMG")

    inicis_ear.wait_for(1)
    assert (inicis_ear.fields()["P_STATUS"], inicis_ear.fields()["P_OID"]) == ("SIMG", paid.oid)
    assert inicis.totals()["captured"] == 0


def test_one_transaction_is_for_isp_and_bank_and_can_be_switched_off(inicis: InicisShop) -> None:
    plain = {"P_RESERVED": "centerCd=Y"}
    card = inicis.on_phone(10_000, order=plain)
    inicis.switch(isp_cards="VCard")
    isp = inicis.on_phone(10_000, order=plain, card="06")
    inicis.switch(one_transaction="never")
    bank = inicis.on_phone(10_000, "bank", order=plain)

    assert (card.returned["P_STATUS"], isp.returned, bank.returned["P_STATUS"]) == ("00", {}, "00")
    assert inicis.approvals_of(isp.oid) == 1
    assert RESERVED.count("twotrs") == 3
