import re
from typing import Any

import pytest
import requests

from tests.sandbox.controls import ORIGIN
from tests.sandbox.kcp_shop import KcpShop, bits, pc_fields, pc_message


def problems_of(answer: requests.Response) -> str:
    assert answer.status_code == 400
    return " ".join(re.findall(r"<li>(.*?)</li>", answer.text))


def selects(page: requests.Response) -> dict[str, list[str]]:
    found = re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    return {name: re.findall(r'value="([^"]*)"', options) for name, options in found}


def test_the_window_is_a_plain_form_under_a_strict_policy(kcp: KcpShop) -> None:
    window = kcp.open_pc(good_name="텀블러 (b)외 1건", site_name="데모상점")

    page = requests.get(window, timeout=5)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f"frame-ancestors {ORIGIN}" in policy
    assert "29,000원" in page.text
    assert "텀블러 (b)외 1건" in page.text
    assert "데모상점" in page.text
    assert page.text.count('<form method="post"') == 2
    assert "<script" not in page.text
    assert not re.search(r'style=|<style|(?:src|href)="(?!(?:/kcp)?/static/)', page.text)
    for code in ("SIM7", "CC67", "8059", "S032", "9999"):
        assert f'value="decline:{code}"' in page.text


def test_everything_the_pages_load_is_served_by_the_sandbox(kcp: KcpShop) -> None:
    window = kcp.open_pc()
    pages = [requests.get(window, timeout=5), kcp.use(window), requests.get(window, timeout=5)]

    for path in {path for page in pages for path in re.findall(r'(?:src|href)="([^"]+)"', page.text)}:
        assert requests.get(kcp.base + path, timeout=5).status_code == 200


def test_a_page_of_korean_charset_is_read_as_such(kcp: KcpShop) -> None:
    opened = kcp.post_pc(kcp.order(good_name="똠양꿍 펲시"), charset="cp949")

    assert "똠양꿍 펲시" in requests.get(kcp.base + opened.headers["Location"], timeout=5).text


def test_what_the_page_says_of_its_origin_counts_when_the_browser_hides_it(kcp: KcpShop) -> None:
    body = {**kcp.order(), "sim_origin": "https://a.example:8443"}
    answers = [
        requests.post(f"{kcp.kcp}/window", data=body, headers={"Origin": origin}, timeout=5)
        for origin in ("null", "https://b.example")
    ]
    evil = requests.post(f"{kcp.kcp}/window", data={**body, "sim_origin": "https://a; x"}, timeout=5)

    policies = [answer.headers["Content-Security-Policy"] for answer in [*answers, evil]]
    assert "frame-ancestors https://a.example:8443" in policies[0]
    assert "frame-ancestors https://b.example" in policies[1]
    assert "frame-ancestors 'none'" in policies[2]


def test_approving_hands_back_an_authentication_and_takes_no_money(kcp: KcpShop) -> None:
    paid = kcp.authenticated(11_000)

    returned = paid.returned
    assert (returned["res_cd"], returned["tran_cd"]) == ("0000", "00100000")
    assert (returned["ordr_idxx"], returned["good_mny"]) == (paid.order_no, "11000")
    assert returned["use_pay_method"] == "100000000000"
    assert len(returned["trace_no"]) == 16
    for half in (returned["enc_data"], returned["enc_info"]):
        assert len(half) > 1000
        assert set("+/=") <= set(half)
    assert kcp.totals() == {"captured": 0, "cancelled": 0, "payments": 0}
    assert kcp.observed(paid.order_no)[0]["status"] == "AUTHENTICATED"


@pytest.mark.parametrize(
    ("outcome", "code"), [("close", "3001"), ("limit", "3000"), ("odd", "7777"), ("blank", "")]
)
def test_a_window_left_without_authentication_names_its_code_and_no_data(
    kcp: KcpShop, outcome: str, code: str
) -> None:
    left = kcp.use(kcp.open_pc(), outcome=outcome)

    fields = pc_fields(left)
    assert fields["res_cd"] == code
    assert "enc_data" not in fields
    assert "tran_cd" not in fields


@pytest.mark.parametrize("form", [{"outcome": "timeout"}, {"back": "never"}])
def test_sometimes_nothing_goes_back(kcp: KcpShop, form: dict[str, str]) -> None:
    left = kcp.use(kcp.open_pc(), **form)

    assert pc_message(left)["fields"] is None


def test_pressing_pay_twice_leads_to_the_same_place(kcp: KcpShop) -> None:
    window = kcp.open_pc()

    first = pc_fields(kcp.use(window, outcome="decline:SIM8"))
    second = pc_fields(kcp.use(window, outcome="approve"))

    keys = ("res_cd", "ordr_idxx", "good_mny", "trace_no")
    assert {key: first[key] for key in keys} == {key: second[key] for key in keys}


def test_a_window_that_is_over_is_not_offered_again_but_can_be_closed(kcp: KcpShop) -> None:
    done, forgotten = kcp.open_pc(), kcp.open_pc()
    kcp.use(done)
    kcp.advance_clock(30 * 60)

    assert requests.get(done, timeout=5).status_code == 409
    assert requests.get(forgotten, timeout=5).status_code == 410
    assert kcp.use(forgotten).status_code == 410
    assert pc_fields(kcp.use(forgotten, outcome="close"))["res_cd"] == "3001"
    assert requests.get(f"{kcp.kcp}/window/unknown", timeout=5).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "x"},
        {"outcome": "decline:"},
        {"outcome": "decline:0000"},
        {"outcome": "decline:other", "code": "12345"},
        {"fault": "outage"},
        {"fault": "slow", "delay_s": "9999"},
        {"delay_s": "-1"},
        {"back": "sideways"},
        {"deposit": "never"},
        {"notice": "outage"},
        {"pay_type": "PAMC"},
        {"card_cd": "CCXX"},
        {"quota": "03"},
    ],
)
def test_a_choice_that_is_not_offered_is_refused(kcp: KcpShop, form: dict[str, str]) -> None:
    assert kcp.use(kcp.open_pc(), **form).status_code == 400


def test_instalments_begin_at_50_000_won_and_end_at_the_greatest_number(kcp: KcpShop) -> None:
    def quotas(amount: int, **order: str) -> list[str]:
        return selects(requests.get(kcp.open_pc(amount, **order), timeout=5))["quota"]

    assert quotas(49_999) == ["00"]
    assert quotas(50_000) == ["00", *(f"{months:02}" for months in range(2, 13))]
    assert quotas(50_000, quotaopt="03") == ["00", "02", "03"]
    assert quotas(50_000, quotaopt="0") == ["00"]
    assert quotas(50_000, fix_inst="06") == ["06"]


def test_cards_and_banks_can_be_restricted(kcp: KcpShop) -> None:
    cards = selects(requests.get(kcp.open_pc(used_card_YN="Y", used_card="CCBC:CCKM"), timeout=5))
    hidden = selects(requests.get(kcp.open_pc(not_used_card="CCDI"), timeout=5))
    banks = selects(requests.get(kcp.open_pc(pay_type="PAVC", wish_vbank_list="03:11"), timeout=5))

    assert cards["card_cd"] == ["CCKM", "CCBC"]
    assert "CCDI" not in hidden["card_cd"]
    assert banks["bank"] == ["03", "11"]


def test_several_methods_can_be_offered_at_once(kcp: KcpShop) -> None:
    window = kcp.open_pc(pay_method=bits("PACA", "PABK", "PAVC"))

    page = requests.get(window, params={"pay_type": "PAVC"}, timeout=5)
    unoffered = requests.get(window, params={"pay_type": "PAMC"}, timeout=5)
    left = kcp.use(window, pay_type="PAVC", bank="04")

    assert page.text.count("?pay_type=") == 3
    assert "입금 시점" in page.text
    assert pc_fields(left)["use_pay_method"] == "001000000000"
    assert unoffered.status_code == 404


@pytest.mark.parametrize(
    ("disp_tax_yn", "choices"), [("Y", ["", "0", "1"]), ("R", ["", "0"]), ("E", ["", "1"]), ("N", None)]
)
def test_the_cash_receipt_is_asked_for_as_the_shop_says(
    kcp: KcpShop, disp_tax_yn: str, choices: list[str] | None
) -> None:
    page = requests.get(kcp.open_pc(pay_type="PABK", disp_tax_yn=disp_tax_yn), timeout=5)

    assert selects(page).get("cash_tr_code") == choices


def test_a_cash_receipt_comes_back_with_the_result(kcp: KcpShop) -> None:
    order = {"disp_tax_yn": "Y"}
    paid = kcp.authenticated(10_000, "PABK", order=order, cash_tr_code="1", cash_id="113-85-21083")

    cash = {name: value for name, value in paid.returned.items() if name.startswith("cash_")}
    assert cash == {"cash_yn": "Y", "cash_tr_code": "1", "cash_id_info": "1138521083"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"site_cd": ""}, "missing: site_cd"),
        ({"ordr_idxx": ""}, "missing: ordr_idxx"),
        ({"good_mny": ""}, "missing: good_mny"),
        ({"site_cd": "t0000"}, "site_cd"),
        ({"ordr_idxx": "order-1"}, "ordr_idxx"),
        ({"ordr_idxx": "A" * 41}, "ordr_idxx: 40 bytes"),
        ({"good_mny": "29,000"}, "good_mny"),
        ({"good_mny": "0"}, "good_mny"),
        ({"good_mny": "1" * 13}, "good_mny: 12 bytes"),
        ({"good_name": "가" * 51}, "good_name: 100 bytes"),
        ({"good_name": "A & B"}, "good_name: 사용할 수 없는 문자"),
        ({"good_name": "A^B"}, "good_name: 사용할 수 없는 문자"),
        ({"buyr_name": "O'Brien"}, "buyr_name"),
        ({"site_name": "가" * 11}, "site_name: 20 bytes"),
        ({"pay_method": "1000"}, "pay_method"),
        ({"pay_method": "0" * 12}, "pay_method"),
        ({"pay_method": "000001000000"}, "pay_method"),
        ({"pay_method": "CARD"}, "pay_method"),
        ({"currency": "USD"}, "currency"),
        ({"quotaopt": "13"}, "quotaopt"),
        ({"disp_tax_yn": "X"}, "disp_tax_yn"),
        ({"vcnt_expire_term_time": "246060"}, "vcnt_expire_term_time"),
        ({"vcnt_expire_term": "999"}, "vcnt_expire_term"),
        ({"wish_vbank_list": "03:99"}, "wish_vbank_list"),
        ({"kakaopay_direct": "Y", "payco_direct": "Y"}, "more than one direct flag"),
        ({"tax_flag": "TG03", "comm_tax_mny": "10000", "comm_vat_mny": "1000"}, "do not fit"),
        (
            {"tax_flag": "TG03", "comm_tax_mny": "10000", "comm_vat_mny": "1000", "comm_free_mny": "17999"},
            "do not fit",
        ),
        ({"escw_used": "Y", "pay_mod": "O"}, "missing: good_info"),
        ({"pay_method": "000000001000"}, "missing: shop_user_id"),
    ],
)
def test_a_wrong_order_form_is_refused_with_a_reason(
    kcp: KcpShop, changes: dict[str, str], problem: str
) -> None:
    answer = kcp.post_pc({**kcp.order(), **changes})

    assert problem in problems_of(answer)
    assert requests.get(f"{kcp.kcp}/sim/payments", timeout=5).json() == []


def test_lengths_are_counted_in_bytes_of_euc_kr(kcp: KcpShop) -> None:
    assert kcp.post_pc(kcp.order(good_name="가" * 50)).status_code == 303
    assert kcp.post_pc(kcp.order(good_name="가" * 50 + "a")).status_code == 400


def test_the_empty_result_inputs_must_be_there(kcp: KcpShop) -> None:
    order = kcp.order()
    del order["enc_info"]

    hangs = kcp.post_pc(order)
    kcp.switch(missing_inputs="open")
    opens = kcp.post_pc(order)

    assert "missing: enc_info" in problems_of(hangs)
    assert opens.status_code == 303


def test_what_is_open_about_the_window_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(caret="allowed", complete_argument="json", closed_window="m_Cancelpayment")

    message = pc_message(kcp.use(kcp.open_pc(good_name="A^B"), back="twice"))

    assert (message["argument"], message["closedWindow"], message["times"]) == ("json", "m_Cancelpayment", 2)


def test_toss_pay_opens_directly_unless_its_flag_is_unknown(kcp: KcpShop) -> None:
    known = selects(requests.get(kcp.open_pc(tosspay_direct="Y"), timeout=5))
    kcp.switch(tosspay_direct="ignored")
    ignored = selects(requests.get(kcp.open_pc(tosspay_direct="Y"), timeout=5))

    assert known["wallet"] == ["tosspay"]
    assert ignored["wallet"][0] == ""


def test_a_magic_amount_needs_nobody(kcp: KcpShop) -> None:
    left = [pc_fields(kcp.post_pc(kcp.order(amount))) for amount in (991_000, 991_001, 991_011)]

    assert [fields["res_cd"] for fields in left] == ["0000", "3001", "0000"]
    assert kcp.post_pc(kcp.order(991_099)).status_code == 303


@pytest.mark.parametrize(
    ("number", "code"),
    [("4330 1200 0000 0000", "0000"), ("4330-1200-0000-0011", "SIM7"), ("4330120000000019", "9999")],
)
def test_a_magic_card_decides_at_any_amount(kcp: KcpShop, number: str, code: str) -> None:
    answer = kcp.approve(kcp.authenticated(7_700, card_number=number)).json()

    assert answer["res_cd"] == code


def test_every_magic_number_is_published_and_can_be_chosen(kcp: KcpShop) -> None:
    published: list[dict[str, Any]] = requests.get(f"{kcp.kcp}/sim/magic", timeout=5).json()

    for magic in published:
        for pay_type in ("PACA", "PABK", "PAVC", "PAMC"):
            assert kcp.post_pc(kcp.order(magic["amount"], pay_type)).status_code == 200, magic
    assert len({magic["card"] for magic in published}) == len(published) > 30
