import time

import pytest

from tests.sandbox.ear import Ear
from tests.sandbox.inicis_shop import InicisShop

DAY_S = 24 * 60 * 60


def state_of(inicis: InicisShop, tid: str) -> tuple[str, int]:
    [found] = [one for one in inicis.observed_all() if one["paymentKey"] == tid]
    return found["status"], found["balanceAmount"]


def wait_for(inicis: InicisShop, tid: str, state: tuple[str, int]) -> None:
    deadline = time.monotonic() + 5
    while state_of(inicis, tid) != state:
        assert time.monotonic() < deadline, state_of(inicis, tid)
        time.sleep(0.02)


def test_a_deposit_of_pc_is_told_as_the_notes_show(inicis: InicisShop, inicis_ear: Ear) -> None:
    paid = inicis.paid(20_000, "vbank", bank="20")

    assert inicis.deposit(paid["tid"], remitter="김입금").status_code == 200

    inicis_ear.wait_for(1)
    told = inicis_ear.fields()
    expected = {
        "no_oid": paid["MOID"],
        "id_merchant": "INIpayTest",
        "cd_bank": "00000020",
        "cd_deal": "00000020",
        "type_msg": "0200",
        "cl_trans": "1100",
        "cl_close": "0",
        "cl_kor": "2",
        "no_vacct": paid["VACT_Num"],
        "amt_input": "20000",
        "amt_check": "0",
        "nm_inputbank": "우리은행",
        "nm_input": "김입금",
        "flg_close": "0",
    }
    assert {name: told[name] for name in expected} == expected
    assert told["no_tid"].startswith("ININPGVBNKINIpayTest")
    assert told["no_tid"] != paid["tid"]
    assert (len(told["dt_trans"]), len(told["tm_trans"])) == (8, 6)
    assert b"%BF%EC%B8%AE%C0%BA%C7%E0" in inicis_ear.heard[0]
    assert "dt_cshr" not in told
    assert state_of(inicis, paid["tid"]) == ("APPROVAL", 20_000)
    assert inicis.totals()["captured"] == 20_000


def test_a_cash_receipt_comes_with_the_deposit(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis.deposit(inicis.paid(20_000, "vbank", cash_type="0")["tid"])

    inicis_ear.wait_for(1)

    assert len(inicis_ear.fields()["no_cshr_tid"]) == 40
    assert inicis_ear.fields()["no_cshr_appl"]


def test_phones_are_told_of_the_issue_and_of_the_deposit(inicis: InicisShop, inicis_ear: Ear) -> None:
    paid = inicis.paid_on_phone(20_000, "vbank", bank="04")
    inicis_ear.wait_for(1)
    inicis.deposit(paid["P_TID"])
    inicis_ear.wait_for(2)

    issued, deposited = inicis_ear.fields(0), inicis_ear.fields(1)
    assert (issued["P_STATUS"], deposited["P_STATUS"]) == ("00", "02")
    for told in (issued, deposited):
        assert (told["P_TYPE"], told["P_TID"], told["P_OID"]) == ("VBANK", paid["P_TID"], paid["P_OID"])
        assert (told["P_AMT"], told["P_FN_CD1"], told["P_NOTI"]) == ("20000", "04", paid["P_OID"])
        assert told["P_RMESG1"] == f"P_VACCT_NO={paid['P_VACT_NUM']}|P_EXP_DT={paid['P_VACT_DATE']}"
        assert len(told["P_AUTH_DT"]) == 14
    assert state_of(inicis, paid["P_TID"]) == ("APPROVAL", 20_000)


def test_details_of_the_phones_notice_are_not_confirmed(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis.switch(issue_notice="off", notice_auth_dt="12", mobile_notice_charset="utf-8")
    inicis.deposit(inicis.paid_on_phone(20_000, "vbank")["P_TID"])

    inicis_ear.wait_for(1)

    told = inicis_ear.fields(charset="utf-8")
    assert (told["P_STATUS"], len(told["P_AUTH_DT"]), told["P_UNAME"]) == ("02", 12, "홍길동")


@pytest.mark.parametrize("amount", [19_000, 21_000])
def test_the_bank_refuses_another_amount_unless_switched(
    inicis: InicisShop, inicis_ear: Ear, amount: int
) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    refused = inicis.deposit(tid, amount=amount)
    inicis.switch(wrong_amount="taken")

    assert refused.status_code == 400
    assert inicis.deposit(tid, amount=amount).status_code == 200
    inicis_ear.wait_for(1)
    assert inicis_ear.fields()["amt_input"] == str(amount)
    assert state_of(inicis, tid) == ("APPROVAL", amount)


def test_an_account_takes_one_deposit_unless_forced(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)

    assert inicis.deposit(tid).status_code == 400
    assert inicis.deposit(tid, force=True).status_code == 200
    assert state_of(inicis, tid) == ("APPROVAL", 40_000)


def test_an_account_closes_at_its_due_date(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.advance_clock(12 * DAY_S)

    assert inicis.deposit(tid).status_code == 400
    wait_for(inicis, tid, ("CLOSED", 0))
    assert inicis.deposit(tid, force=True).status_code == 200
    inicis_ear.wait_for(1)
    assert inicis_ear.fields()["type_msg"] == "0200"


def test_a_deposit_into_an_account_that_the_shop_closed(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.refund(tid, "GVacct")

    assert inicis.deposit(tid, force=True).status_code == 200

    inicis_ear.wait_for(1)
    assert inicis.totals() == {"captured": 20_000, "cancelled": 0, "payments": 1}
    assert inicis.refund(tid, "Vacct", account="123456789")["resultCode"] == "00"


def test_the_bank_takes_a_deposit_back(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    inicis_ear.wait_for(1)

    assert inicis.sim("reversals", tid=tid).status_code == 200

    inicis_ear.wait_for(2)
    told = inicis_ear.fields()
    assert (told["type_msg"], told["amt_input"]) == ("0400", "20000")
    assert told["no_tid"] != inicis_ear.fields(0)["no_tid"]
    assert state_of(inicis, tid) == ("WAITING", 0)
    assert inicis.totals()["captured"] == 0
    assert inicis.sim("reversals", tid=tid).status_code == 400
    assert inicis.deposit(tid).status_code == 200


def test_nobody_is_told_of_a_reversal_on_phones(inicis: InicisShop) -> None:
    tid = inicis.paid_on_phone(20_000, "vbank")["P_TID"]
    inicis.deposit(tid)

    answer = inicis.sim("reversals", tid=tid)

    assert answer.json() == {"notice": None}
    assert [notice["kind"] for notice in inicis.notices(tid)] == ["mobile 00", "mobile 02"]
    assert inicis.look_up(tid)["vacctInfo"]["depositStatus"] == "DEPOSIT_CANCELED"


@pytest.mark.parametrize(
    ("deposit", "heard", "state"),
    [
        ("soon", [("0200", "20000")], ("APPROVAL", 20_000)),
        ("later", [("0200", "20000")], ("APPROVAL", 20_000)),
        ("before_answer", [("0200", "20000")], ("APPROVAL", 20_000)),
        ("less", [("0200", "19000")], ("APPROVAL", 19_000)),
        ("more", [("0200", "21000")], ("APPROVAL", 21_000)),
        ("two", [("0200", "20000")] * 2, ("APPROVAL", 40_000)),
        ("reversed", [("0200", "20000"), ("0400", "20000")], ("WAITING", 0)),
        ("reversed_first", [("0400", "20000"), ("0200", "20000")], ("WAITING", 0)),
    ],
)
def test_a_deposit_can_be_planned_in_the_window(
    inicis: InicisShop, inicis_ear: Ear, deposit: str, heard: list[tuple[str, str]], state: tuple[str, int]
) -> None:
    tid = inicis.paid(20_000, "vbank", deposit=deposit, delay_s="0.4")["tid"]

    inicis_ear.wait_for(len(heard))

    told = [inicis_ear.fields(number) for number in range(len(heard))]
    assert [(one["type_msg"], one["amt_input"]) for one in told] == heard
    wait_for(inicis, tid, state)


def test_a_notice_can_come_before_the_answer_to_the_approval(inicis: InicisShop, inicis_ear: Ear) -> None:
    paid = inicis.authenticated(20_000, "vbank", deposit="before_answer")

    inicis.approve(paid)

    assert len(inicis_ear.heard) == 1
    assert inicis_ear.fields()["no_oid"] == paid.oid


def test_a_deposit_can_come_after_the_due_date(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank", deposit="after_due")["tid"]

    inicis.advance_clock(12 * DAY_S)

    inicis_ear.wait_for(1)
    wait_for(inicis, tid, ("APPROVAL", 20_000))


def test_a_notice_can_name_another_account(inicis: InicisShop, inicis_ear: Ear) -> None:
    paid = inicis.paid(20_000, "vbank", deposit="other_account")
    inicis_ear.wait_for(1)
    phone = inicis.paid_on_phone(20_000, "vbank")
    inicis.deposit(phone["P_TID"], account="111")
    inicis_ear.wait_for(3)

    assert inicis_ear.fields(0)["no_vacct"] != paid["VACT_Num"]
    assert inicis_ear.fields()["P_RMESG1"].startswith("P_VACCT_NO=111|")


@pytest.mark.parametrize("body", [{"amount": 0}, {"amount": "much"}, {"tid": "nobody"}])
def test_a_deposit_that_is_none_is_refused(inicis: InicisShop, body: dict[str, object]) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]

    assert inicis.sim("deposits", **{"tid": tid, **body}).status_code == 400
    assert inicis.deposit(inicis.paid()["tid"]).status_code == 400
    assert inicis.totals()["captured"] == 29_000
