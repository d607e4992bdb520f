import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from tests.sandbox.inicis_shop import InicisShop, hidden_inputs


def test_the_return_brings_what_the_log_shows(inicis: InicisShop) -> None:
    paid = inicis.authenticated(order={"merchantData": "a%20b"})

    returned = dict(paid.returned)
    token = returned.pop("authToken")
    assert {"+", "/", "="} <= set(token)
    assert returned == {
        "resultCode": "0000",
        "resultMsg": "정상처리되었습니다.",
        "mid": "INIpayTest",
        "orderNumber": paid.oid,
        "authUrl": f"{inicis.inicis}/stg/api/payAuth",
        "netCancelUrl": f"{inicis.inicis}/stg/api/netCancel",
        "checkAckUrl": f"{inicis.inicis}/stg/api/checkAck",
        "idc_name": "stg",
        "charset": "UTF-8",
        "merchantData": "a%20b",
        "cp_yn": "",
        "cardnum": "",
        "cardUsePoint": "",
        "returnUrl": "https://shop.example/return/7d1f",
    }
    assert 'action="https://shop.example/return/7d1f" accept-charset="utf-8" target="_top"' in paid.page.text


def test_the_data_centre_is_told_on_request(inicis: InicisShop) -> None:
    silent = inicis.authenticated(order={"acceptmethod": "below1000"})
    inicis.switch(idc="ks")
    other = inicis.authenticated()

    assert "idc_name" not in silent.returned
    assert other.returned["idc_name"] == "ks"
    assert other.returned["authUrl"] == f"{inicis.inicis}/ks/api/payAuth"
    assert inicis.approve(other).json()["resultCode"] == "0000"


def test_a_cancel_goes_to_close_url_in_the_frame(inicis: InicisShop) -> None:
    page = inicis.use(inicis.open_pc(), outcome="close")

    assert '<a class="pay" href="https://shop.example/close" data-back>' in page.text
    assert "data-out" not in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize(
    ("switch", "code", "words"),
    [
        ("2001", "2001", "취소"),
        ("0021", "0021", "취소"),
        ("0022", "0022", "취소"),
        ("empty", "", ""),
        ("wording", "SIM0", "취소"),
    ],
)
def test_a_cancel_may_come_back_as_a_result(inicis: InicisShop, switch: str, code: str, words: str) -> None:
    inicis.switch(pc_cancel=switch)

    returned = inicis.authenticated(outcome="close").returned

    assert returned["resultCode"] == code
    assert words in returned["resultMsg"]
    assert "authToken" not in returned


def test_a_cancel_without_close_url_is_not_confirmed(inicis: InicisShop) -> None:
    returned = inicis.authenticated(order={"closeUrl": ""}, outcome="close").returned
    inicis.switch(no_close_url="nothing")
    nothing = inicis.authenticated(order={"closeUrl": ""}, outcome="close")

    assert (returned["resultCode"], returned["resultMsg"]) == ("SIM0", "사용자가 결제를 취소하였습니다.")
    assert "Nothing goes back" in nothing.page.text


def test_other_failures_come_back_with_a_code(inicis: InicisShop) -> None:
    failed = inicis.authenticated(outcome="fail").returned
    blank = inicis.authenticated(outcome="blank").returned

    assert (failed["resultCode"], failed["resultMsg"]) == ("SIM0", "인증에 실패하였습니다")
    assert (blank["resultCode"], blank["resultMsg"]) == ("", "")
    assert failed["orderNumber"]


@pytest.mark.parametrize("choice", [{"outcome": "timeout"}, {"back": "never"}])
def test_nothing_may_come_back(inicis: InicisShop, choice: dict[str, Any]) -> None:
    left = inicis.authenticated(**choice)

    assert left.returned == {}
    assert "Nothing goes back" in left.page.text


def test_addresses_can_be_forged(inicis: InicisShop) -> None:
    approval = inicis.authenticated(back="foreign_approval").returned
    cancel = inicis.authenticated(back="foreign_cancel").returned
    idc = inicis.authenticated(back="unknown_idc").returned
    order = inicis.authenticated(back="other_order")

    assert approval["authUrl"] == "https://evil.example/api/payAuth"
    assert approval["netCancelUrl"] == f"{inicis.inicis}/stg/api/netCancel"
    assert cancel["netCancelUrl"] == "https://evil.example/api/netCancel"
    assert (idc["idc_name"], idc["authUrl"]) == ("xx", f"{inicis.inicis}/xx/api/payAuth")
    assert order.returned["orderNumber"] != order.oid


def test_the_token_can_be_cut_or_lost(inicis: InicisShop) -> None:
    garbled, without = inicis.authenticated(back="garbled"), inicis.authenticated(back="without")

    assert inicis.approve(garbled).json()["resultCode"] == "SIM3"
    assert without.returned["authToken"] == ""
    assert inicis.approve(without).json()["resultCode"] == "SIM8"


def test_returns_may_be_late_or_come_twice(inicis: InicisShop) -> None:
    late, twice = inicis.authenticated(back="late", delay_s="2"), inicis.authenticated(back="twice")

    assert 'data-delay-s="2.0"' in late.page.text
    encoded = re.search(r'data-encoded="([^"]+)"', twice.page.text)
    assert encoded
    body = dict(parse_qsl(encoded[1].replace("&amp;", "&"), keep_blank_values=True))
    assert body == twice.returned
    assert "connect-src https://shop.example;" in twice.page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("order", "switch", "choice", "charset"),
    [
        ({"charset": "EUC-KR"}, "asked", {}, "euc-kr"),
        ({"charset": ""}, "asked", {}, "utf-8"),
        ({}, "euc-kr", {}, "euc-kr"),
        ({}, "asked", {"back": "wrong_charset"}, "euc-kr"),
    ],
)
def test_the_charset_of_the_return(
    inicis: InicisShop, order: dict[str, str], switch: str, choice: dict[str, Any], charset: str
) -> None:
    inicis.switch(return_charset=switch)

    assert f'accept-charset="{charset}"' in inicis.authenticated(order=order, **choice).page.text


def test_the_frame_sends_the_shops_page_to_a_page_of_the_sandbox(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    out = re.search(r'data-out="([^"]+)"', paid.page.text)
    assert out

    page = requests.get(inicis.base + out[1], timeout=5)

    assert hidden_inputs(page) == paid.returned
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "data-out" not in page.text


def test_the_return_may_open_in_the_frame(inicis: InicisShop) -> None:
    inicis.switch(return_target="frame")

    page = inicis.authenticated().page

    assert 'target="_self"' in page.text
    assert "data-out" not in page.text


def test_an_open_window_has_no_way_back_yet(inicis: InicisShop) -> None:
    window = inicis.open_pc()

    assert requests.get(f"{window}/return", timeout=5).status_code == 409
