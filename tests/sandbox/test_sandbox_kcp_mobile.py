import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from tests.sandbox.kcp_shop import Authenticated, KcpShop, phone_fields


def problems_of(answer: requests.Response) -> str:
    assert answer.status_code == 400
    return " ".join(re.findall(r"<li>(.*?)</li>", answer.text))


@pytest.mark.parametrize("path", ["std/tradeReg/register", "trade/register.do"])
def test_a_registration_gives_a_key_and_the_page_to_go_to(kcp: KcpShop, path: str) -> None:
    answer = kcp.register(path, ordr_idxx="ORDERM1", good_mny="11000")

    registered = answer.json()
    assert registered.pop("PayUrl") == f"{kcp.kcp}/pay/mobileGW.kcp"
    assert re.fullmatch("[A-Za-z0-9+/]{43}=", registered.pop("approvalKey"))
    assert re.fullmatch("T0000[A-Z0-9]{11}", registered.pop("traceNo"))
    assert registered == {"Code": "0000", "Message": "정상처리", "paymentMethod": "CARD"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"good_mny": None}, "SIM0"),
        ({"good_mny": 11000}, "SIM0"),
        ({"good_mny": "0"}, "SIM0"),
        ({"good_mny": ""}, "SIM0"),
        ({"ordr_idxx": "order-1"}, "SIM0"),
        ({"good_name": "A & B"}, "SIM0"),
        ({"good_name": "가" * 51}, "SIM0"),
        ({"pay_method": "100000000000"}, "SIM0"),
        ({"Ret_URL": "/return"}, "SIM0"),
        ({"site_cd": "T00"}, "S032"),
        ({"kcp_cert_info": ""}, "S032"),
        ({"tax_flag": "TG03"}, "SIM0"),
    ],
)
def test_a_wrong_registration_is_refused_in_its_own_names(
    kcp: KcpShop, changes: dict[str, Any], code: str
) -> None:
    answer = kcp.register(**changes)

    assert answer.status_code == 200
    assert answer.json()["Code"] == code
    assert set(answer.json()) == {"Code", "Message"}


def test_the_older_registration_wants_no_certificate(kcp: KcpShop) -> None:
    assert kcp.register("trade/register.do", kcp_cert_info="").json()["Code"] == "0000"


def test_the_form_is_read_as_euc_kr(kcp: KcpShop) -> None:
    opened = kcp.post_mobile(kcp.mobile_form(good_name="뜨거운 똠양꿍"))

    page = requests.get(kcp.base + opened.headers["Location"], timeout=5)
    assert "뜨거운 똠양꿍" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_form_in_utf_8_goes_through_the_filter(kcp: KcpShop) -> None:
    form = kcp.mobile_form(good_name="뜨거운 똠양꿍")
    through = kcp.post_mobile(form, charset="utf-8")
    elsewhere = kcp.post_mobile({**form, "PayUrl": "https://evil.example/"}, charset="utf-8")

    assert "뜨거운 똠양꿍" in requests.get(kcp.base + through.headers["Location"], timeout=5).text
    assert "malformed: PayUrl" in problems_of(elsewhere)


def test_utf_8_posted_to_the_korean_page_is_mangled(kcp: KcpShop) -> None:
    form = kcp.mobile_form(good_name="감귤")
    opened = requests.post(form["PayUrl"], data=form, allow_redirects=False, timeout=5)

    assert opened.status_code == 303
    assert "감귤" not in requests.get(kcp.base + opened.headers["Location"], timeout=5).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("good_mny", "10999"),
        ("ordr_idxx", "ORDERX"),
        ("Ret_URL", "https://evil.example/"),
        ("pay_method", "BANK"),
        ("site_cd", "T9999"),
        ("traceNo", "T0000AAAAAAAAAAA"),
    ],
)
def test_a_form_that_differs_from_its_registration_is_refused(kcp: KcpShop, name: str, value: str) -> None:
    form = {**kcp.mobile_form(), name: value}

    assert f"{name}: 거래등록과 다릅니다" in problems_of(kcp.post_mobile(form))


def test_a_registration_is_forgotten_after_half_an_hour(kcp: KcpShop) -> None:
    form = kcp.mobile_form()
    kcp.advance_clock(30 * 60)

    assert "unknown or expired" in problems_of(kcp.post_mobile(form))
    assert "unknown or expired" in problems_of(kcp.post_mobile({**form, "approval_key": "x"}))


def test_the_buyer_comes_back_by_a_form_post_in_euc_kr(kcp: KcpShop) -> None:
    form = kcp.mobile_form()

    page = kcp.leave_phone(form=form)

    assert (
        '<form method="post" action="https://shop.example/return/7d1f" accept-charset="euc-kr"' in page.text
    )
    fields = phone_fields(page)
    assert (fields["res_cd"], fields["tran_cd"]) == ("0000", "00100000")
    assert (fields["param_opt_1"], fields["approval_key"]) == ("nonce-1", form["approval_key"])
    assert (fields["pay_method"], fields["use_pay_method"]) == ("CARD", "100000000000")
    assert fields["trace_no"] == form["traceNo"]
    paid = Authenticated(form["ordr_idxx"], 11_000, "PACA", fields)
    approved = kcp.approve(paid).json()
    assert (approved["res_cd"], approved["trace_no"]) == ("0000", form["traceNo"])


def test_a_cancel_on_a_phone_brings_no_data(kcp: KcpShop) -> None:
    fields = phone_fields(kcp.leave_phone(outcome="close"))

    assert (fields["res_cd"], fields["param_opt_1"]) == ("3001", "nonce-1")
    assert "enc_data" not in fields


def test_a_second_return_is_posted_beside_the_page(kcp: KcpShop) -> None:
    page = kcp.leave_phone(back="twice")

    encoded = re.search(r'data-encoded="([^"]+)"', page.text)
    assert encoded
    body = dict(parse_qsl(encoded[1].replace("&amp;", "&"), encoding="cp949", errors="strict"))
    assert body["res_msg"] == "정상처리"
    assert "connect-src https://shop.example;" in page.headers["Content-Security-Policy"]
    assert 'data-twice="yes"' in page.text


def test_returns_go_wrong_in_several_ways(kcp: KcpShop) -> None:
    late = kcp.leave_phone(back="late", delay_s="2")
    never = kcp.leave_phone(back="never")
    garbled = phone_fields(kcp.leave_phone(back="garbled"))
    without = phone_fields(kcp.leave_phone(back="without"))
    other_charset = kcp.leave_phone(back="wrong_charset")

    assert 'data-delay-s="2.0"' in late.text
    assert "<form" not in never.text
    assert 600 < len(garbled["enc_data"]) < 700
    assert without["enc_info"] == ""
    assert 'accept-charset="utf-8"' in other_charset.text


def test_the_charset_of_the_return_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(return_charset="utf-8")

    assert 'accept-charset="utf-8"' in kcp.leave_phone().text


def test_an_account_may_come_back_in_clear_without_any_proof(kcp: KcpShop) -> None:
    kcp.switch(mobile_vbank_return="clear")

    fields = phone_fields(kcp.leave_phone(20_000, "PAVC", bank="26"))

    assert (fields["res_cd"], fields["bankname"]) == ("0000", "신한은행")
    assert fields["account"]
    assert "enc_data" not in fields
    assert kcp.totals()["payments"] == 0


def test_the_due_day_of_an_account_is_given_by_the_phone_form(kcp: KcpShop) -> None:
    form = kcp.mobile_form(20_000, "PAVC", ipgm_date="20400102")

    fields = phone_fields(kcp.leave_phone(form=form))
    answer = kcp.approve(Authenticated(form["ordr_idxx"], 20_000, "PAVC", fields)).json()

    assert answer["va_date"] == "20400102235959"


def test_a_magic_amount_on_a_phone_needs_nobody(kcp: KcpShop) -> None:
    page = kcp.post_mobile(kcp.mobile_form(991_000))

    assert page.status_code == 200
    assert phone_fields(page)["res_cd"] == "0000"
