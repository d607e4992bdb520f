import time
from typing import Any

import pytest
import requests

from tests.sandbox.ear import Ear, listening
from tests.sandbox.kcp_shop import KcpShop

DAY_S = 24 * 60 * 60


def state_of(kcp: KcpShop, paid: dict[str, str]) -> tuple[str, int]:
    (found,) = kcp.observed(paid["order_no"])
    return found["status"], found["balanceAmount"]


def test_a_deposit_is_told_as_the_notes_show(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC", order={"site_name": "예시상점"})

    answer = kcp.deposit(paid["tno"], remitter="김입금")

    assert answer.status_code == 200
    ear.wait_for(1)
    notice = ear.fields()
    assert (notice["site_cd"], notice["tno"], notice["order_no"]) == ("T0000", paid["tno"], paid["order_no"])
    assert (notice["tx_cd"], notice["op_cd"]) == ("TX00", "50")
    assert (notice["ipgm_name"], notice["remitter"]) == ("예시상점", "김입금")
    assert (notice["ipgm_mnyx"], notice["totl_mnyx"]) == ("20000", "20000")
    assert (notice["bank_code"], notice["account"]) == ("BK26", paid["account"])
    assert len(notice["noti_id"]) == 20
    assert len(notice["ipgm_time"]) == len(notice["tx_tm"]) == 14
    assert (notice["cash_a_no"], notice["cash_no"]) == ("", "")
    assert state_of(kcp, paid) == ("STSR", 20_000)
    assert kcp.totals()["captured"] == 20_000


def test_a_cash_receipt_is_issued_with_the_deposit(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC", order={"disp_tax_yn": "Y"}, cash_tr_code="0", cash_id="01012345678")
    kcp.deposit(paid["tno"])

    ear.wait_for(1)

    notice = ear.fields()
    assert len(notice["cash_a_no"]) == 9
    assert len(notice["cash_no"]) == 14


@pytest.mark.parametrize("amount", [19_000, 21_000])
def test_whatever_arrives_is_taken(kcp: KcpShop, ear: Ear, amount: int) -> None:
    paid = kcp.paid(20_000, "PAVC")
    kcp.deposit(paid["tno"], amount=amount)

    ear.wait_for(1)

    assert ear.fields()["ipgm_mnyx"] == str(amount)
    assert state_of(kcp, paid) == ("STSR", amount)
    assert kcp.cancel(paid["tno"])["res_cd"] == "0000"
    assert kcp.totals() == {"captured": amount, "cancelled": amount, "payments": 1}


def test_the_bank_takes_a_deposit_back(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC")
    kcp.deposit(paid["tno"])
    ear.wait_for(1)

    assert kcp.post("sim/reversals", {"tno": paid["tno"]}).status_code == 200

    ear.wait_for(2)
    notice = ear.fields()
    assert (notice["tx_cd"], notice["op_cd"], notice["ipgm_mnyx"]) == ("TX00", "13", "20000")
    assert notice["totl_mnyx"] == "0"
    assert notice["noti_id"] != ear.fields(0)["noti_id"]
    assert state_of(kcp, paid) == ("VA_WAITING", 0)
    assert kcp.totals()["captured"] == 0
    assert kcp.deposit(paid["tno"]).status_code == 200


def test_nothing_is_taken_back_that_is_not_there(kcp: KcpShop) -> None:
    waiting, refunded = kcp.paid(20_000, "PAVC"), kcp.paid(20_000, "PAVC")
    kcp.deposit(refunded["tno"])
    kcp.cancel(refunded["tno"])

    for paid in (waiting, refunded):
        assert kcp.post("sim/reversals", {"tno": paid["tno"]}).status_code == 400


def test_an_account_closes_at_its_due_date(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC")
    kcp.advance_clock(5 * DAY_S)

    refused = kcp.deposit(paid["tno"])

    assert refused.status_code == 400
    assert state_of(kcp, paid) == ("VA_CLOSED", 0)
    assert kcp.cancel(paid["tno"])["res_cd"] == "8133"
    assert kcp.deposit(paid["tno"], force=True).status_code == 200
    ear.wait_for(1)
    assert state_of(kcp, paid) == ("STSR", 20_000)


def test_a_passed_due_date_can_be_told(kcp: KcpShop, ear: Ear) -> None:
    kcp.switch(vbank_due_notice="on")
    paid = kcp.paid(20_000, "PAVC")
    kcp.advance_clock(5 * DAY_S)

    ear.wait_for(1)

    assert (ear.fields()["tx_cd"], ear.fields()["tno"]) == ("TX07", paid["tno"])


@pytest.mark.parametrize(("switch", "notices"), [("on", ["TX07"]), ("off", [])])
def test_a_waiting_account_is_closed_by_a_cancel(
    kcp: KcpShop, ear: Ear, switch: str, notices: list[str]
) -> None:
    kcp.switch(vbank_close_notice=switch)
    paid = kcp.paid(20_000, "PAVC")

    answer = kcp.cancel(paid["tno"])

    assert answer["res_cd"] == "0000"
    assert state_of(kcp, paid) == ("VA_CLOSED", 0)
    assert kcp.deposit(paid["tno"]).status_code == 400
    assert [notice["kind"] for notice in kcp.notices(paid["tno"])] == notices
    assert kcp.cancel(paid["tno"])["res_cd"] == "8133"


def test_how_accounts_are_cancelled_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(vbank_close="refused", vbank_stsc="refused")
    waiting, deposited = kcp.paid(20_000, "PAVC"), kcp.paid(20_000, "PAVC")
    kcp.deposit(deposited["tno"])

    assert [kcp.cancel(paid["tno"])["res_cd"] for paid in (waiting, deposited)] == ["SIMH", "SIMH"]
    assert kcp.cancel(waiting["tno"], "STPC", mod_mny="1", rem_mny="0")["res_cd"] == "SIM5"


def test_the_inquiry_says_nothing_of_an_account_unless_switched(kcp: KcpShop) -> None:
    paid = kcp.paid(20_000, "PAVC")
    silent = kcp.inquire(paid["tno"], "PAVC")
    kcp.switch(inquiry_vbank_state="shop_status")
    waiting = kcp.inquire(paid["tno"], "PAVC")
    kcp.deposit(paid["tno"])
    deposited = kcp.inquire(paid["tno"], "PAVC")

    assert (silent["res_cd"], silent["account"]) == ("0000", paid["account"])
    assert "shop_status" not in silent
    assert (waiting["shop_status"], waiting["rem_mny"]) == ("", "0")
    assert (deposited["shop_status"], deposited["rem_mny"]) == ("STSR", "20000")


ACCOUNT = {
    "mod_bankcode": "BK88",
    "mod_account": "110123456789",
    "mod_depositor": "홍길동",
    "mod_comp_type": "MDCP01",
    "mod_sub_type": "MDSC00",
}


def test_a_refund_to_an_account_is_told_on_the_next_business_day(kcp: KcpShop, ear: Ear) -> None:
    kcp.switch(vbank_refund="on")
    paid = kcp.paid(20_000, "PAVC")
    kcp.deposit(paid["tno"])
    ear.wait_for(1)

    part = {**ACCOUNT, "mod_sub_type": "MDSC03", "mod_mny": "5000", "rem_mny": "20000"}
    first = kcp.cancel(paid["tno"], "STPD", **part)
    rest = kcp.cancel(paid["tno"], "STHD", **ACCOUNT)

    assert (first["res_cd"], first["rem_mny"], rest["res_cd"]) == ("0000", "15000", "0000")
    assert len(kcp.notices(paid["tno"])) == 1
    kcp.advance_clock(4 * DAY_S)
    ear.wait_for(3)
    told = [ear.fields(number) for number in (1, 2)]
    assert {notice["tx_cd"] for notice in told} == {"TX01"}
    assert {notice["refund_mny"] for notice in told} == {"5000", "15000"}
    assert {(notice["refund_nm"], notice["bank_code"]) for notice in told} == {("홍길동", "BK88")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mod_bankcode": "88"}, "SIM0"),
        ({"mod_bankcode": "BK99"}, "SIM0"),
        ({"mod_account": "110-123"}, "SIM0"),
        ({"mod_account": "0000123456"}, "SIMF"),
        ({"mod_depositor": ""}, "SIM0"),
        ({"mod_comp_type": "MDCP02"}, "SIM0"),
        ({"mod_comp_type": "X"}, "SIM0"),
        ({"mod_sub_type": "MDSC03"}, "SIM0"),
    ],
)
def test_a_wrong_account_is_not_refunded_to(kcp: KcpShop, changes: dict[str, str], code: str) -> None:
    kcp.switch(vbank_refund="on")
    paid = kcp.paid(20_000, "PAVC")
    kcp.deposit(paid["tno"])

    assert kcp.cancel(paid["tno"], "STHD", **{**ACCOUNT, **changes})["res_cd"] == code
    assert state_of(kcp, paid) == ("STSR", 20_000)


def test_a_refund_to_an_account_is_not_in_every_contract(kcp: KcpShop) -> None:
    paid, card = kcp.paid(20_000, "PAVC"), kcp.paid(20_000)
    kcp.deposit(paid["tno"])

    assert kcp.cancel(paid["tno"], "STHD", **ACCOUNT)["res_cd"] == "SIMG"
    kcp.switch(vbank_refund="on")
    assert kcp.cancel(card["tno"], "STHD", **ACCOUNT)["res_cd"] == "SIMH"


@pytest.mark.parametrize(
    ("choice", "amounts", "captured"),
    [
        ({"deposit": "soon"}, ["20000"], 20_000),
        ({"deposit": "later", "delay_s": "0.5"}, ["20000"], 20_000),
        ({"deposit": "less"}, ["19000"], 19_000),
        ({"deposit": "more"}, ["21000"], 21_000),
        ({"deposit": "two"}, ["20000", "20000"], 40_000),
        ({"deposit": "reversed", "delay_s": "0.4"}, ["20000", "20000"], 0),
    ],
)
def test_the_window_can_plan_the_deposit(
    kcp: KcpShop, ear: Ear, choice: dict[str, str], amounts: list[str], captured: int
) -> None:
    paid = kcp.paid(20_000, "PAVC", **choice)
    ear.wait_for(len(amounts))

    assert [ear.fields(number)["ipgm_mnyx"] for number in range(len(ear.heard))] == amounts
    assert kcp.totals()["captured"] == captured
    assert {ear.fields(number)["tno"] for number in range(len(amounts))} == {paid["tno"]}


def test_a_reversal_can_be_told_before_its_deposit(kcp: KcpShop, ear: Ear) -> None:
    kcp.paid(20_000, "PAVC", deposit="reversed_first")

    ear.wait_for(2)

    assert [ear.fields(number)["op_cd"] for number in (0, 1)] == ["13", "50"]


def test_a_notice_can_come_before_the_answer(kcp: KcpShop, ear: Ear) -> None:
    authenticated = kcp.authenticated(20_000, "PAVC", deposit="before_answer")

    answer = kcp.approve(authenticated).json()

    assert len(ear.heard) == 1
    assert ear.fields()["tno"] == answer["tno"]


def test_a_shop_that_lets_the_notice_wait_still_gets_its_answer(kcp: KcpShop) -> None:
    authenticated = kcp.authenticated(20_000, "PAVC", deposit="before_answer")
    kcp.listen_at("http://127.0.0.1:9/closed")

    answer = kcp.approve(authenticated)

    assert answer.json()["res_cd"] == "0000"


def test_a_deposit_can_come_after_the_due_date(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC", deposit="after_due")
    time.sleep(0.5)
    assert ear.heard == []

    kcp.advance_clock(5 * DAY_S)

    ear.wait_for(1)
    assert state_of(kcp, paid) == ("STSR", 20_000)


def test_a_magic_amount_is_deposited_by_itself(kcp: KcpShop, ear: Ear) -> None:
    kcp.paid(991_041, "PAVC")

    ear.wait_for(1)

    assert ear.fields()["ipgm_mnyx"] == "991041"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tno": "26080100000001"},
        {"amount": 0},
        {"amount": "x"},
        {"amount": 10**12},
        {"op_cd": "13"},
        {"op_cd": "5"},
    ],
)
def test_a_wrong_deposit_is_refused(kcp: KcpShop, body: dict[str, Any]) -> None:
    paid = kcp.paid(20_000, "PAVC")
    tno = {} if "tno" in body or not body else {"tno": paid["tno"]}

    assert kcp.post("sim/deposits", {**tno, **body}).status_code == 400
    assert state_of(kcp, paid) == ("VA_WAITING", 0)


def test_a_card_payment_has_no_account_to_pay_into(kcp: KcpShop) -> None:
    assert kcp.deposit(kcp.paid()["tno"]).status_code == 400


def test_the_mock_page_of_kcp_tells_an_address_of_its_own(kcp: KcpShop) -> None:
    paid = kcp.paid(20_000, "PAVC")
    page = f"{kcp.kcp}/Modules/Noti/TEST_Vcnt_Noti.jsp"
    with listening() as elsewhere:
        form = {
            "e_trade_no": paid["tno"],
            "deposit_no": paid["account"],
            "req_name": "홍길동",
            "noti_url": elsewhere.url,
        }
        wrong = requests.post(page, data={**form, "deposit_no": "1"}, timeout=5)
        right = requests.post(page, data=form, timeout=5)
        elsewhere.wait_for(1)

    assert 'name="e_trade_no"' in requests.get(page, timeout=5).text
    assert (wrong.status_code, right.status_code) == (400, 200)
    assert (elsewhere.fields()["op_cd"], elsewhere.fields()["ipgm_mnyx"]) == ("18", "20000")


def test_the_console_pays_in_and_takes_back(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC")
    before = requests.get(f"{kcp.kcp}/console", timeout=5)
    form = {"tno": paid["tno"], "amount": "20,000", "remitter": "홍길동"}
    deposited = requests.post(f"{kcp.kcp}/console/deposits", data=form, timeout=5)
    ear.wait_for(1)
    taken_back = requests.post(f"{kcp.kcp}/console/reversals", data=form, timeout=5)
    ear.wait_for(2)
    again = requests.post(f"{kcp.kcp}/console/reversals", data=form, timeout=5)

    assert paid["account"] in before.text
    assert "입금 대기" in before.text
    assert "망취소" in deposited.text
    assert "입금 대기" in taken_back.text
    assert 'role="alert"' in again.text
    assert "default-src 'none'" in before.headers["Content-Security-Policy"]


def test_the_console_registers_an_address_and_sends_again(kcp: KcpShop, ear: Ear) -> None:
    paid = kcp.paid(20_000, "PAVC", deposit="soon")
    ear.wait_for(1)
    (notice,) = kcp.notices(paid["tno"])
    site = {"site_cd": "T0000", "url": ear.url + "/new", "charset": "utf-8"}
    registered = requests.post(f"{kcp.kcp}/console/sites", data=site, timeout=5)
    refused = requests.post(f"{kcp.kcp}/console/sites", data={**site, "url": "javascript:x"}, timeout=5)
    requests.post(f"{kcp.kcp}/console/notices/{notice['id']}", data={}, timeout=5)

    ear.wait_for(2)

    assert ear.url + "/new" in registered.text
    assert 'role="alert"' in refused.text
    assert ear.fields(0)["noti_id"] == ear.fields(1)["noti_id"]
