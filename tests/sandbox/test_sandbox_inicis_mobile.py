import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from tests.sandbox.controls import ORIGIN
from tests.sandbox.inicis_shop import RESERVED, InicisShop, hidden_inputs, now_ms


def refused_with(answer: requests.Response) -> tuple[str, str]:
    """(code, problems)."""
    assert answer.status_code == 400, answer.text
    code = re.search(r"<strong>(\w+)</strong>", answer.text)
    assert code
    return code[1], unescape(" ".join(re.findall(r"<li>(.*?)</li>", answer.text)))


def test_the_form_is_read_as_euc_kr_and_framed_by_nobody(inicis: InicisShop) -> None:
    opened = inicis.post_mobile(inicis.mobile_form(P_GOODS="뜨거운 똠양꿍"))

    page = requests.get(inicis.base + opened.headers["Location"], timeout=5)
    assert "뜨거운 똠양꿍" in page.text
    assert "예시상점" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_utf_8_is_mangled(inicis: InicisShop) -> None:
    opened = requests.post(
        f"{inicis.inicis}/smart/payment/", data=inicis.mobile_form(), allow_redirects=False, timeout=5
    )

    assert "티셔츠" not in requests.get(inicis.base + opened.headers["Location"], timeout=5).text


@pytest.mark.parametrize(
    ("changes", "code", "problem"),
    [
        ({"P_AMT": ""}, "MX1006", "missing: P_AMT"),
        ({"P_RESERVED": ""}, "MX1006", "missing: P_RESERVED"),
        ({"P_NEXT_URL": ""}, "MX1006", "missing: P_NEXT_URL"),
        ({"P_INI_PAYMENT": "HPP"}, "MX1006", "P_INI_PAYMENT"),
        ({"P_INI_PAYMENT": "MOBILE", "P_HPP_METHOD": ""}, "MX1006", "missing: P_HPP_METHOD"),
        ({"P_INI_PAYMENT": "VBANK", "P_NOTI_URL": ""}, "MX1006", "missing: P_NOTI_URL"),
        ({"P_AMT": "11,000"}, "MX1006", "malformed: P_AMT"),
        ({"P_GOODS": "가" * 41}, "MX1006", "P_GOODS: 80 bytes"),
        ({"P_NOTI": "x" * 801}, "MX1006", "P_NOTI: 800 bytes"),
        ({"P_CHARSET": "latin1"}, "MX1006", "P_CHARSET"),
        ({"P_NEXT_URL": "next"}, "MX1006", "P_NEXT_URL"),
        ({"P_MID": "nobodymid0"}, "MX2001", "P_MID"),
        ({"P_MID": "short"}, "MX2001", "P_MID"),
        ({"P_CHKFAKE": "x"}, "MX1002", "P_CHKFAKE"),
        ({"P_TIMESTAMP": "1767225600000"}, "MX1002", "P_TIMESTAMP"),
        ({"P_TIMESTAMP": ""}, "MX1002", "P_TIMESTAMP"),
        ({"P_VBANK_DT": "20200101"}, "MX1002", "due date"),
        ({"P_AMT": "999"}, "MX1002", "below 1 000 won"),
        ({"P_RESERVED": f"{RESERVED}&merc_noint=Y&noint_quota=99-2"}, "MX1002", "noint_quota"),
    ],
)
def test_a_wrong_form_ends_on_a_page_and_not_in_a_return(
    inicis: InicisShop, changes: dict[str, Any], code: str, problem: str
) -> None:
    found, problems = refused_with(inicis.post_mobile(inicis.mobile_form(**changes)))

    assert found == code
    assert problem in problems


def test_the_amount_can_be_changed_where_amt_hash_is_not_asked_for(inicis: InicisShop) -> None:
    guarded = {**inicis.mobile_form(11_000), "P_AMT": "1000"}
    unguarded = {**guarded, "P_RESERVED": RESERVED.replace("amt_hash=Y", "amt_hash=N")}
    open_to_all = inicis.post_mobile(unguarded)
    inicis.switch(amt_hash="required")

    assert refused_with(inicis.post_mobile(guarded))[0] == "MX1002"
    assert open_to_all.status_code == 303
    assert refused_with(inicis.post_mobile(unguarded))[0] == "MX1002"


@pytest.mark.parametrize("code", ["MX1002", "MX2002", "MX2003"])
def test_the_contract_may_be_closed(inicis: InicisShop, code: str) -> None:
    inicis.switch(mobile_contract=code)

    assert refused_with(inicis.post_mobile(inicis.mobile_form()))[0] == code


@pytest.mark.parametrize(
    ("switch", "statuses"), [("mobile", [303, 400]), ("stgmobile", [400, 303]), ("both", [303, 303])]
)
def test_which_host_serves_test_mids_is_not_confirmed(
    inicis: InicisShop, switch: str, statuses: list[int]
) -> None:
    inicis.switch(mobile_host=switch)
    answers = [
        inicis.post_mobile(inicis.mobile_form(), path) for path in ("smart/payment/", "stg/smart/payment/")
    ]

    assert [answer.status_code for answer in answers] == statuses


@pytest.mark.parametrize(
    ("page", "flag", "wallet"),
    [
        ("wcard", "d_kakaopay", "kakaopay"),
        ("wcard", "d_npay", "naverpay"),
        ("wcard", "d_samsungpay", "samsungpay"),
    ],
)
def test_the_old_page_opens_an_easy_pay_at_once(
    inicis: InicisShop, page: str, flag: str, wallet: str
) -> None:
    form = inicis.mobile_form(P_RESERVED=f"{RESERVED}&{flag}=Y", P_SKIP_TERMS="Y")
    del form["P_INI_PAYMENT"]

    opened = inicis.post_mobile(form, f"smart/{page}/")

    shown = requests.get(inicis.base + opened.headers["Location"], timeout=5).text
    assert re.findall(r'<select name="wallet".*?value="(\w*)"', shown, re.DOTALL) == [wallet]
    assert inicis.post_mobile(form, "smart/nothing/").status_code == 404


def test_the_buyer_comes_back_with_an_authentication_and_no_order_number(inicis: InicisShop) -> None:
    paid = inicis.on_phone()

    returned = dict(paid.returned)
    tid = returned.pop("P_TID")
    assert re.fullmatch(r"INIMX_AUTHINIpayTest[0-9]{20}", tid)
    assert returned == {
        "P_STATUS": "00",
        "P_RMESG1": "",
        "P_AMT": "11000",
        "P_REQ_URL": f"{inicis.inicis}/stg/smart/payReq.ini",
        "P_NOTI": paid.oid,
        "idc_name": "stg",
    }
    assert (
        f'<form method="post" action="{ORIGIN}/return/7d1f?a=b&amp;c=d" accept-charset="utf-8"'
        in paid.page.text
    )


def test_a_test_mid_may_be_sent_to_another_data_centre(inicis: InicisShop) -> None:
    inicis.switch(mobile_idc="fc")

    returned = inicis.on_phone().returned

    assert (returned["idc_name"], returned["P_REQ_URL"]) == ("fc", f"{inicis.inicis}/fc/smart/payReq.ini")


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ("close", "사용자가 결제를 취소하였습니다."),
        ("bank_app", "사용자에 의한 취소입니다.(091)"),
        ("blank", ""),
        ("fail", "인증에 실패하였습니다"),
    ],
)
def test_only_the_sentence_tells_a_cancel_from_a_failure(
    inicis: InicisShop, outcome: str, message: str
) -> None:
    returned = inicis.on_phone(outcome=outcome).returned

    assert (returned["P_STATUS"], returned["P_RMESG1"]) == ("01", message)
    assert "P_REQ_URL" not in returned


def test_the_return_may_be_a_link_that_keeps_what_the_address_has(inicis: InicisShop) -> None:
    inicis.switch(mobile_return_method="get")

    page = inicis.on_phone().page

    link = re.search(r'<a class="pay" href="([^"]+)"', page.text)
    assert link
    address, _, query = unescape(link[1]).partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    assert address == f"{ORIGIN}/return/7d1f"
    assert (fields["a"], fields["c"], fields["P_STATUS"], fields["P_AMT"]) == ("b", "d", "00", "11000")


def test_the_amount_may_be_missing_in_the_return(inicis: InicisShop) -> None:
    inicis.switch(mobile_return_amount="absent")

    assert "P_AMT" not in inicis.on_phone().returned


@pytest.mark.parametrize(
    ("asked", "switch", "charset"),
    [
        ("utf8", "asked", "utf-8"),
        ("euc-kr", "asked", "euc-kr"),
        ("", "asked", "euc-kr"),
        ("utf8", "euc-kr", "euc-kr"),
    ],
)
def test_the_charset_is_the_one_asked_for_or_not(
    inicis: InicisShop, asked: str, switch: str, charset: str
) -> None:
    inicis.switch(mobile_charset=switch)
    paid = inicis.on_phone(order={"P_CHARSET": asked})

    answer = inicis.approve_phone(paid)

    assert f'accept-charset="{charset}"' in paid.page.text
    assert "홍길동" in answer.content.decode("cp949" if charset == "euc-kr" else "utf-8")


def test_returns_go_wrong_in_several_ways(inicis: InicisShop) -> None:
    twice = inicis.on_phone(back="twice")
    foreign = inicis.on_phone(back="foreign_approval").returned
    cut, without = inicis.on_phone(back="garbled"), inicis.on_phone(back="without")
    other, idc = inicis.on_phone(back="other_order"), inicis.on_phone(back="unknown_idc").returned

    assert 'data-twice="yes"' in twice.page.text
    assert foreign["P_REQ_URL"] == "https://evil.example/smart/payReq.ini"
    assert "일치하지 않습니다" in inicis.approve_phone(cut).content.decode("cp949")
    assert without.returned["P_TID"] == ""
    assert other.returned["P_NOTI"] != other.oid
    assert idc["idc_name"] == "xx"
    assert inicis.on_phone(back="never").returned == {}


def test_months_and_cards_are_those_of_the_phone_form(inicis: InicisShop) -> None:
    form = inicis.mobile_form(
        60_000,
        P_QUOTABASE="01:02:06",
        P_ONLY_CARDCODE="04:11",
        P_CARD_OPTION="selcode=11",
        P_TIMESTAMP=now_ms(),
    )
    page = requests.get(inicis.base + inicis.post_mobile(form).headers["Location"], timeout=5).text

    quotas, cards = (
        re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL) for name in ("quota", "card")
    )
    assert quotas
    assert cards
    assert re.findall('value="([^"]+)"', quotas[0]) == ["00", "02", "06"]
    assert re.findall('value="([^"]+)"', cards[0]) == ["11", "04"]


def test_a_magic_amount_needs_nobody(inicis: InicisShop) -> None:
    page = inicis.post_mobile(inicis.mobile_form(991_000))

    assert page.status_code == 200
    assert hidden_inputs(page)["P_STATUS"] == "00"
