import time

import pytest

from tests.sandbox import inicis_sums as sums
from tests.sandbox.inicis_shop import InicisShop

DAY_S = 24 * 60 * 60


def test_a_card_payment_is_told_as_the_notes_show(inicis: InicisShop) -> None:
    paid = inicis.paid(10_000)

    answer = inicis.look_up(paid["tid"])

    expected = {
        "resultCode": "SUCCESS",
        "mid": "INIpayTest",
        "tid": paid["tid"],
        "oid": paid["MOID"],
        "price": "10000",
        "paymethod": "Card",
        "approvedDate": paid["applDate"],
        "approvedTime": paid["applTime"],
        "buyerName": "홍길동",
        "transactionStatus": "APPROVAL",
        "availablePartCancel": "Y",
        "availablePartCancelPrice": "10000",
        "partCancelTransInfo": [],
    }
    assert {name: answer[name] for name in expected} == expected
    assert answer["cardInfo"]["approvedNumber"] == paid["applNum"]


def test_success_may_be_00(inicis: InicisShop) -> None:
    inicis.switch(v2_inquiry_code="00")

    assert inicis.look_up(inicis.paid()["tid"])["resultCode"] == "00"


def test_parts_are_listed(inicis: InicisShop) -> None:
    tid = inicis.paid(10_000)["tid"]
    refunded = inicis.refund(tid, price="3000", confirmPrice="7000")

    answer = inicis.look_up(tid)

    assert (answer["transactionStatus"], answer["availablePartCancelPrice"]) == ("PART_CANCEL", "7000")
    [listed] = answer["partCancelTransInfo"]
    assert (listed["tid"], listed["requestPrice"]) == (refunded["tid"], "3000")


def test_a_payment_is_found_by_its_order_number(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    before = inicis.post_v2("inquiry", "inquiry", f'{{"oid":"{paid.oid}"}}')
    tid = inicis.approve(paid).json()["tid"]
    after = inicis.post_v2("inquiry", "inquiry", f'{{"oid":"{paid.oid}"}}')

    assert (before["resultCode"], before["resultMsg"]) == ("01", "해당거래 없음")
    assert after["tid"] == tid


def test_the_newest_of_several_is_told(inicis: InicisShop) -> None:
    tids = [inicis.paid(order={"oid": "kc_again_1"})["tid"] for _ in range(2)]

    assert inicis.post_v2("inquiry", "inquiry", '{"oid":"kc_again_1"}')["tid"] == tids[1]


@pytest.mark.parametrize("code", ["01", "9"])
def test_what_is_not_there(inicis: InicisShop, code: str) -> None:
    inicis.switch(v2_not_found_code=code)

    assert inicis.look_up("StdpayCARDINIpayTest20260101090101123456")["resultCode"] == code
    assert inicis.post_v2("inquiry", "inquiry", "{}")["resultCode"] == "SIM8"
    assert inicis.inquire(originalTid="StdpayCARDINIpayTest20260101090101123456")["status"] == "9"


def test_others_are_not_told(inicis: InicisShop) -> None:
    paid = inicis.paid()
    other = InicisShop(inicis.base, sums.ESCROW_TEST)

    assert other.look_up(paid["tid"])["resultMsg"] == "TID 가맹점ID 불일치"
    assert other.post_v2("inquiry", "inquiry", f'{{"oid":"{paid["MOID"]}"}}')["resultCode"] == "01"


def test_a_net_cancelled_payment_is_cancelled_or_gone(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    tid = inicis.approve(paid).json()["tid"]
    inicis.net_cancel(paid)
    told = inicis.look_up(tid)
    inicis.switch(net_cancelled_inquiry="not_found")

    assert told["transactionStatus"] == "CANCEL"
    assert inicis.look_up(tid)["resultCode"] == "01"
    assert inicis.inquire(originalTid=tid)["status"] == "9"


def test_v1_tells_a_status(inicis: InicisShop) -> None:
    card, account = inicis.paid()["tid"], inicis.paid(20_000, "vbank")["tid"]
    closed = inicis.paid(20_000, "vbank")["tid"]
    statuses = [inicis.inquire(originalTid=tid)["status"] for tid in (card, account)]
    inicis.refund(card)
    inicis.deposit(account)
    inicis.refund(closed, "GVacct")
    statuses += [inicis.inquire(originalTid=tid)["status"] for tid in (card, account, closed)]
    inicis.refund(account, "Vacct", account="123456789")

    assert statuses == ["0", "N", "1", "Y", "C"]
    assert inicis.inquire(originalTid=account)["status"] == "1"


def test_v1_by_order_number_needs_the_contract(inicis: InicisShop) -> None:
    paid = inicis.paid()
    refused = inicis.inquire(oid=paid["MOID"])
    inicis.switch(duplicate_oid="refused")
    found = inicis.inquire(oid=paid["MOID"])
    both = inicis.inquire(oid="other", originalTid=paid["tid"])

    assert (refused["resultCode"], found["tid"], found["price"]) == ("SIMK", paid["tid"], "29000")
    assert both["status"] == "9"
    assert inicis.inquire()["resultCode"] == "SIM8"
    assert inicis.inquire(oid="x", paymethod="Other")["resultCode"] == "SIM8"
    assert inicis.inquire(oid="x", hashData="0")["resultCode"] == "ERR205"


def test_an_account_is_told_from_issue_to_refund(inicis: InicisShop) -> None:
    paid = inicis.paid(20_000, "vbank", bank="04", order={"acceptmethod": "va_receipt"}, cash_type="1")
    tid = paid["tid"]
    states = [inicis.look_up(tid)]
    inicis.deposit(tid, remitter="김입금")
    states.append(inicis.look_up(tid))
    assert inicis.sim("reversals", tid=tid).status_code == 200
    states.append(inicis.look_up(tid))
    inicis.deposit(tid)
    inicis.refund(tid, "Vacct", account="123456789")
    states.append(inicis.look_up(tid))

    assert [one["vacctInfo"]["depositStatus"] for one in states] == [
        "NON_DEPOSIT",
        "DEPOSIT_COMPLETED",
        "DEPOSIT_CANCELED",
        "REFUND_COMPLETED",
    ]
    info = states[1]["vacctInfo"]
    assert (info["accountNumber"], info["bankCode"]) == (paid["VACT_Num"], "04")
    assert (info["depositAmount"], info["depositName"]) == ("20000", "김입금")
    assert states[1]["cashReceiptInfo"]["issueStatus"] == "Y"
    assert "cashReceiptInfo" not in states[0]
    assert [one["transactionStatus"] for one in states] == ["APPROVAL", "APPROVAL", "APPROVAL", "CANCEL"]


def test_a_refund_to_an_account_may_wait(inicis: InicisShop) -> None:
    inicis.switch(vacct_refund_state="WAITING_FOR_REFUND")
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    inicis.refund(tid, "Vacct", account="123456789")

    assert inicis.look_up(tid)["vacctInfo"]["depositStatus"] == "WAITING_FOR_REFUND"


def test_an_account_whose_time_is_over_is_cancelled(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.advance_clock(12 * DAY_S)

    answer = inicis.look_up(tid)

    assert (answer["transactionStatus"], answer["vacctInfo"]["depositStatus"]) == ("CANCEL", "NON_DEPOSIT")


def test_only_an_inquiry_tells_of_a_cancel_by_hand(inicis: InicisShop) -> None:
    part, whole = inicis.paid(10_000)["tid"], inicis.paid(10_000)["tid"]

    answers = [inicis.sim("admin-cancels", tid=part, amount=3_000), inicis.sim("admin-cancels", tid=whole)]
    too_much = inicis.sim("admin-cancels", tid=part, amount=7_001)

    assert [answer.json()["balanceAmount"] for answer in answers] == [7_000, 0]
    assert (too_much.status_code, inicis.sim("admin-cancels", tid="x").status_code) == (400, 400)
    assert inicis.look_up(part)["transactionStatus"] == "PART_CANCEL"
    assert inicis.refund(whole)["resultCode"] == "500626"
    assert inicis.notices(part) == []


def test_test_payments_are_cancelled_at_night_without_a_word(inicis: InicisShop) -> None:
    inicis.switch(night_cancel="on")
    card, account = inicis.paid(10_000)["tid"], inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(account)

    inicis.advance_clock(DAY_S)

    deadline = time.monotonic() + 5
    while inicis.look_up(card)["transactionStatus"] != "CANCEL":
        assert time.monotonic() < deadline
    assert inicis.look_up(account)["transactionStatus"] == "APPROVAL"
    assert inicis.notices(card) == []
