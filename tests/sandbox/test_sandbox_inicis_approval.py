from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest

from app.sandbox.inicis.hashes import AUTH_SIGNATURE_ORDERS
from tests.sandbox import inicis_sums as sums
from tests.sandbox.inicis_shop import InicisShop, now_ms, read_nvp


def test_a_card_is_approved_as_the_notes_show(inicis: InicisShop) -> None:
    paid = inicis.authenticated(60_000, card="06", quota="03", kind="1", owner="1")

    answer = inicis.approve(paid).json()

    assert all(isinstance(value, str) for value in answer.values())
    expected = {
        "resultCode": "0000",
        "mid": "INIpayTest",
        "MOID": paid.oid,
        "TotPrice": "60000",
        "goodName": "제주 감귤 5kg 외 1건",
        "payMethod": "Card",
        "currency": "WON",
        "payDevice": "PC",
        "buyerName": "홍길동",
        "buyerTel": "010-1234-5678",
        "CARD_Code": "06",
        "CARD_BankCode": "04",
        "P_FN_NM": "KB국민카드",
        "CARD_Quota": "03",
        "CARD_Interest": "0",
        "CARD_CorpFlag": "1",
        "CARD_CheckFlag": "1",
        "CARD_PRTC_CODE": "1",
        "CARD_SrcCode": "",
        "CARD_ApplPrice": "60000",
    }
    assert {name: answer[name] for name in expected} == expected
    assert answer["tid"].startswith("StdpayCARDINIpayTest" + answer["applDate"] + answer["applTime"])
    assert len(answer["tid"]) == 40
    assert answer["applNum"]
    assert "*" in answer["CARD_Num"]
    assert inicis.totals() == {"captured": 60_000, "cancelled": 0, "payments": 1}


@pytest.mark.parametrize("digit", "0123456789")
def test_auth_signature_is_over_the_timestamp_of_the_approval(inicis: InicisShop, digit: str) -> None:
    paid, timestamp = inicis.authenticated(), now_ms()[:-1] + digit

    answer = inicis.approve(paid, timestamp=timestamp).json()

    values = {"mid": "INIpayTest", "MOID": paid.oid, "TotPrice": "29000", "tstamp": timestamp}
    text = "&".join(f"{name}={values[name]}" for name in AUTH_SIGNATURE_ORDERS[digit])
    assert answer["authSignature"] == sums.merchant_key(text)  # which is plain SHA-256


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mid": ""}, "SIM8"),
        ({"timestamp": ""}, "SIM8"),
        ({"signature": ""}, "SIM8"),
        ({"mid": "nobodymid0"}, "SIMA"),
        ({"mid": "iniescrow0"}, "SIM3"),
        ({"signature": "0" * 64}, "SIM1"),
        ({"verification": "0" * 64}, "SIM1"),
        ({"timestamp": "1767225661234"}, "SIMO"),
        ({"timestamp": "20260101090000"}, "SIMO"),
        ({"price": "28999"}, "SIM4"),
    ],
)
def test_a_wrong_approval_takes_nothing(inicis: InicisShop, changes: dict[str, str], code: str) -> None:
    paid = inicis.authenticated()

    answer = inicis.approve(paid, **changes)

    assert (answer.status_code, answer.json()["resultCode"]) == (200, code)
    assert inicis.approvals_of(paid.oid) == 0
    assert inicis.approve(paid).json()["resultCode"] == "0000"


def test_a_token_whose_plus_became_a_blank_is_unknown(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    fields = inicis.approval(paid)
    raw = "&".join(f"{name}={value}" for name, value in fields.items())

    answer = inicis.post_to(paid.returned["authUrl"] + "?", dict(parse_qsl(raw)))

    assert answer.json()["resultCode"] == "SIM1"
    assert inicis.approvals_of(paid.oid) == 0


def test_the_timestamp_of_the_form_is_not_new(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    timestamp = paid.form["timestamp"]
    refused = inicis.approve(paid, timestamp=timestamp).json()
    inicis.switch(same_timestamp="accepted")

    assert refused["resultCode"] == "SIMO"
    assert inicis.approve(paid, timestamp=timestamp).json()["resultCode"] == "0000"


def test_verification_may_be_left_out_or_be_required(inicis: InicisShop) -> None:
    first, second = inicis.authenticated(), inicis.authenticated()

    def without(paid: Any) -> str:
        fields = inicis.approval(paid)
        del fields["verification"]
        code: str = inicis.post_to(paid.returned["authUrl"], fields).json()["resultCode"]
        return code

    accepted = without(first)
    inicis.switch(approval_verification="required")

    assert (accepted, without(second)) == ("0000", "SIM1")


def test_a_token_is_good_once(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    first, second = inicis.approve(paid).json(), inicis.approve(paid).json()
    inicis.switch(token_reuse="same_answer")
    third = inicis.approve(paid).json()

    assert (first["resultCode"], second["resultCode"]) == ("0000", "SIM2")
    assert third == first
    assert inicis.totals()["payments"] == 1


def test_of_many_approvals_at_once_one_takes_the_money(any_inicis: InicisShop) -> None:
    paid, phone = any_inicis.authenticated(), any_inicis.on_phone()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: any_inicis.approve(paid).json()["resultCode"], range(8)))
        statuses = list(pool.map(lambda _: read_nvp(any_inicis.approve_phone(phone))["P_STATUS"], range(8)))

    assert sorted(codes) == ["0000", *["SIM2"] * 7]
    assert sorted(statuses) == ["00", *["R201"] * 7]
    assert [any_inicis.approvals_of(one.oid) for one in (paid, phone)] == [1, 1]


def test_a_declined_token_is_used_up(inicis: InicisShop) -> None:
    paid = inicis.authenticated(outcome="decline:SIMB")
    answers = [inicis.approve(paid).json()["resultCode"] for _ in range(2)]

    assert answers == ["SIMB", "SIM2"]
    assert inicis.approvals_of(paid.oid) == 0


def test_a_token_lives_ten_minutes(inicis: InicisShop) -> None:
    young, old = inicis.authenticated(), inicis.authenticated()
    inicis.advance_clock(590)
    first = inicis.approve(young).json()
    inicis.advance_clock(10)

    assert first["resultCode"] == "0000"
    assert inicis.approve(old).json()["resultCode"] == "SIM3"
    assert inicis.approve(inicis.authenticated(outcome="expired")).json()["resultCode"] == "SIM3"


def test_the_same_order_number_may_be_approved_twice_unless_the_contract_says_no(inicis: InicisShop) -> None:
    one, two, three = (inicis.authenticated(order={"oid": "kc_twice_1"}) for _ in range(3))
    codes = [inicis.approve(paid).json()["resultCode"] for paid in (one, two)]
    inicis.switch(duplicate_oid="refused")

    assert codes == ["0000", "0000"]
    assert inicis.approve(three).json()["resultCode"] == "SIMN"
    assert inicis.approvals_of("kc_twice_1") == 2


def test_the_answer_is_xml_unless_something_else_is_asked_for(inicis: InicisShop) -> None:
    def answered(**changes: str) -> Any:
        return inicis.approve(inicis.authenticated(), **changes)

    xml, nvp = answered(format=""), answered(format="NVP")
    korean = answered(charset="EUC-KR")

    assert ElementTree.fromstring(xml.content).findtext("resultCode") == "0000"
    assert dict(parse_qsl(nvp.text))["resultMsg"] == "정상처리되었습니다."
    assert "euc-kr" in korean.headers["Content-Type"]
    assert "정상처리" in korean.content.decode("cp949")


@pytest.mark.parametrize(
    ("wallet", "kind", "letter"),
    [
        ("kakaopay", "0", "O"),
        ("naverpay", "0", "I"),
        ("samsungpay", "0", "B"),
        ("samsungpay", "1", "D"),
        ("tosspay", "0", "H"),
        ("payco", "0", "C"),
        ("unknown", "0", "Z"),
    ],
)
def test_an_easy_pay_leaves_its_letter(inicis: InicisShop, wallet: str, kind: str, letter: str) -> None:
    answer = inicis.paid(wallet=wallet, kind=kind)

    assert (answer["CARD_SrcCode"], answer["CARD_Code"]) == (letter, "11")


@pytest.mark.parametrize(("wallet", "code"), [("kakaopay", "97"), ("naverpay", "91"), ("tosspay", "93")])
def test_wallet_money_has_a_card_code_of_its_own_and_maybe_no_number(
    inicis: InicisShop, wallet: str, code: str
) -> None:
    answer = inicis.paid(wallet=wallet, funding="money")
    inicis.switch(money_appl_num="given")

    assert (answer["CARD_Code"], answer["applNum"]) == (code, "")
    assert inicis.paid(wallet=wallet, funding="money")["applNum"]


def test_two_easy_pays_add_fields_of_their_own(inicis: InicisShop) -> None:
    naver = inicis.paid(wallet="naverpay", funding="money")
    payco = inicis.paid(wallet="payco")

    assert (naver["NAVERPOINT_CSHRApplYN"], naver["NAVERPOINT_CSHRApplAmt"]) == ("Y", "29000")
    assert payco["PCO_OrderNo"]
    assert "NAVERPOINT_CSHRApplYN" not in inicis.paid(wallet="naverpay")


def test_discounts_and_points_do_not_change_the_total(inicis: InicisShop) -> None:
    coupon = inicis.paid(20_000, funding="coupon")
    points = inicis.paid(20_000, order={"acceptmethod": "cardpoint:centerCd(Y)"}, funding="points")

    assert (coupon["TotPrice"], coupon["CARD_CouponPrice"], coupon["CARD_CouponDiscount"]) == (
        "20000",
        "18000",
        "2000",
    )
    assert (points["TotPrice"], points["CARD_UsePoint"]) == ("20000", "2000")


def test_interest_free_months_are_marked(inicis: InicisShop) -> None:
    order = {"nointerest": "11-2:3:,34-5:"}
    free, own = (inicis.paid(60_000, order=order, card="11", quota=quota) for quota in ("03", "04"))

    assert (free["CARD_Interest"], own["CARD_Interest"]) == ("1", "0")
    assert inicis.paid(60_000, order=order, card="17", quota="05")["CARD_Interest"] == "1"


def test_bank_account_and_phone_have_their_own_fields(inicis: InicisShop) -> None:
    bank = inicis.paid(10_000, "bank", cash_type="0")
    account = inicis.paid(10_000, "vbank", order={"acceptmethod": "vbank(20400102)"}, bank="04")
    phone = inicis.paid(10_000, "phone")
    gift = inicis.paid(10_000, "culture")

    assert (bank["payMethod"], bank["CSHR_ResultCode"], bank["CSHR_Type"]) == ("DirectBank", "220000", "0")
    assert (account["payMethod"], account["VACT_BankCode"]) == ("VBank", "04")
    assert (account["VACT_Date"], account["VACT_Time"]) == ("20400102", "235959")
    assert account["VACT_Num"].isdecimal()
    assert account["tid"].startswith("StdpayVBNK")
    assert (phone["payMethod"], "HPP_Corp" in phone) == ("HPP", False)
    assert gift["payMethod"] == "Culture"
    assert inicis.totals()["captured"] == 30_000


def test_names_and_values_that_are_not_confirmed_can_be_switched(inicis: InicisShop) -> None:
    inicis.switch(isp_cards="VCard", partial_name="CARD_PrtcCode", corp_flag="9", card_mask="0")
    inicis.switch(bank_name="iDirectBank", hpp_corp="given")

    card, plain = inicis.paid(card="11"), inicis.paid(card="04")

    assert (card["payMethod"], card["tid"][:10]) == ("VCard", "StdpayISP_")
    assert (plain["payMethod"], plain["tid"][:10]) == ("Card", "StdpayCARD")
    assert (card["CARD_PrtcCode"], "CARD_PRTC_CODE" in card) == ("1", False)
    assert (card["CARD_CorpFlag"], "*" in card["CARD_Num"]) == ("9", False)
    assert inicis.paid(10_000, "bank")["payMethod"] == "iDirectBank"
    assert inicis.paid(10_000, "phone", carrier="KTF")["HPP_Corp"] == "KTF"


def test_the_test_environment_may_refuse_kb_cards(inicis: InicisShop) -> None:
    passed = inicis.paid(card="06")
    inicis.switch(kb_in_test="refused")

    assert passed["CARD_Code"] == "06"
    assert inicis.approve(inicis.authenticated(card="06")).json()["resultCode"] == "SIMP"


@pytest.mark.parametrize(
    ("lie", "name"),
    [
        ("amount", "TotPrice"),
        ("oid", "MOID"),
        ("mid", "mid"),
        ("signature", "authSignature"),
        ("tid", "tid"),
    ],
)
def test_an_answer_can_lie_about_a_payment_that_was_made(inicis: InicisShop, lie: str, name: str) -> None:
    paid, timestamp = inicis.authenticated(lie=lie), now_ms()[:-1] + "9"

    answer = inicis.approve(paid, timestamp=timestamp).json()

    text = f"TotPrice=29000&MOID={paid.oid}&tstamp={timestamp}"
    truth = {
        "TotPrice": "29000",
        "MOID": paid.oid,
        "mid": "INIpayTest",
        "authSignature": sums.merchant_key(text),
        "tid": inicis.observed(paid.oid)[0]["paymentKey"],
    }
    assert answer["resultCode"] == "0000"
    assert {known for known, value in truth.items() if answer[known] != value} == {name}


def test_another_result_code_can_be_typed_in(inicis: InicisShop) -> None:
    paid = inicis.authenticated(outcome="decline:other", code="v801")

    assert inicis.approve(paid).json() == {"resultCode": "V801", "resultMsg": "거절"}
