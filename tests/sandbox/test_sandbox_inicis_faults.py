import time
from typing import Any

import pytest
import requests

from tests.sandbox.inicis_shop import InicisShop, read_nvp

# What `requests` raises when a connection breaks: before the status line under werkzeug, in the body under granian.
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_a_lost_answer_leaves_the_money_taken_and_no_tid_behind(any_inicis: InicisShop) -> None:
    paid = any_inicis.authenticated(fault="answer_lost")

    with pytest.raises(BROKEN):
        any_inicis.approve(paid)

    (observed,) = any_inicis.observed(paid.oid)
    assert (observed["approvals"], observed["status"]) == (1, "APPROVAL")
    assert any_inicis.approve(paid).json()["resultCode"] == "SIM2"


def test_a_lost_request_does_nothing(any_inicis: InicisShop) -> None:
    paid = any_inicis.authenticated(fault="request_lost")

    with pytest.raises(BROKEN):
        any_inicis.approve(paid)

    assert any_inicis.approvals_of(paid.oid) == 0
    assert any_inicis.approve(paid).json()["resultCode"] == "0000"


def test_a_garbled_answer_cannot_be_read_but_the_money_is_taken(any_inicis: InicisShop) -> None:
    paid = any_inicis.authenticated(fault="garbled")

    answer = any_inicis.approve(paid)

    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert any_inicis.approvals_of(paid.oid) == 1


def test_an_answer_can_claim_the_wrong_charset(inicis: InicisShop) -> None:
    paid, phone = inicis.authenticated(fault="wrong_charset"), inicis.on_phone(fault="wrong_charset")

    answers = inicis.approve(paid), inicis.approve_phone(phone)

    for answer, oid in zip(answers, (paid.oid, phone.oid), strict=True):
        assert "utf-8" in answer.headers["Content-Type"]
        with pytest.raises(UnicodeDecodeError):
            answer.content.decode()
        assert "정상처리" in answer.content.decode("cp949")
        assert inicis.approvals_of(oid) == 1


@pytest.mark.parametrize(("fault", "approvals"), [("error_500_after", 1), ("error_500_before", 0)])
def test_a_proxy_can_answer_in_the_place_of_inicis(inicis: InicisShop, fault: str, approvals: int) -> None:
    paid, phone = inicis.authenticated(fault=fault), inicis.on_phone(fault=fault)

    answers = [inicis.approve(paid), inicis.approve_phone(phone)]

    assert [answer.status_code for answer in answers] == [502, 502]
    assert [inicis.approvals_of(one.oid) for one in (paid, phone)] == [approvals] * 2


@pytest.mark.parametrize(("fault", "approvals"), [("system_error_after", 1), ("system_error_before", 0)])
def test_a_system_error_can_be_readable_and_true_or_not(
    inicis: InicisShop, fault: str, approvals: int
) -> None:
    paid, phone = inicis.authenticated(fault=fault), inicis.on_phone(fault=fault)

    codes = [inicis.approve(paid).json()["resultCode"], read_nvp(inicis.approve_phone(phone))["P_STATUS"]]

    assert codes == ["SIM9", "SIM9"]
    assert [inicis.approvals_of(one.oid) for one in (paid, phone)] == [approvals] * 2


def test_what_happens_before_the_work_happens_once(inicis: InicisShop) -> None:
    for fault in ("error_500_before", "system_error_before"):
        paid = inicis.authenticated(fault=fault)
        inicis.approve(paid)

        assert inicis.approve(paid).json()["resultCode"] == "0000"


def test_a_client_that_gives_up_on_a_slow_answer_has_paid_in_the_end(inicis: InicisShop) -> None:
    paid = inicis.authenticated(fault="slow", delay_s="0.4")

    with pytest.raises(requests.ReadTimeout):
        inicis.post_to(paid.returned["authUrl"], inicis.approval(paid), timeout=0.15)

    assert inicis.approvals_of(paid.oid) == 0
    time.sleep(0.5)
    assert inicis.approvals_of(paid.oid) == 1


def test_a_net_cancel_may_overtake_a_slow_approval(inicis: InicisShop) -> None:
    inicis.switch(net_cancel_unapproved="accepted")
    paid = inicis.authenticated(fault="slow", delay_s="0.4")
    with pytest.raises(requests.ReadTimeout):
        inicis.post_to(paid.returned["authUrl"], inicis.approval(paid), timeout=0.15)

    assert inicis.net_cancel(paid).json()["resultCode"] == "0000"
    time.sleep(0.5)
    assert inicis.approvals_of(paid.oid) == 0


def test_a_refused_approval_does_not_use_up_the_fault(inicis: InicisShop) -> None:
    paid = inicis.authenticated(fault="error_500_before")

    assert inicis.approve(paid, price="1").json()["resultCode"] == "SIM4"
    assert inicis.approve(paid).status_code == 502


def test_a_refund_whose_answer_is_lost_is_made_once(any_inicis: InicisShop) -> None:
    tid = any_inicis.paid()["tid"]
    any_inicis.arm("refund", "answer_lost")

    with pytest.raises(BROKEN):
        any_inicis.refund(tid)

    assert any_inicis.look_up(tid)["transactionStatus"] == "CANCEL"
    assert any_inicis.refund(tid)["resultCode"] == "500626"


def test_every_call_can_be_broken(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    tid = inicis.approve(paid).json()["tid"]
    for target in ("net_cancel", "refund", "inquiry"):
        inicis.arm(target, "system_error_before")

    codes = [
        inicis.net_cancel(paid).json()["resultCode"],
        inicis.refund(tid)["resultCode"],
        inicis.inquire(originalTid=tid)["resultCode"],
        inicis.look_up(tid)["resultCode"],
    ]

    assert codes == ["SIM9", "SIM9", "SIM9", "SUCCESS"]


def test_an_outage_lasts_until_it_is_disarmed(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    inicis.arm("all", "outage")

    down = [inicis.approve(paid), inicis.approve(paid), inicis.net_cancel(paid)]
    inicis.arm("all", "outage", times=0)

    assert [answer.status_code for answer in down] == [503, 503, 503]
    assert inicis.approve(paid).json()["resultCode"] == "0000"


def test_faults_of_inicis_are_not_those_of_kcp(inicis: InicisShop) -> None:
    inicis.arm("all", "outage")

    answer = requests.post(f"{inicis.base}/kcp/std/inquery", json={}, timeout=5)

    assert answer.status_code == 200


def test_calls_are_listed_without_a_secret(inicis: InicisShop) -> None:
    paid = inicis.authenticated(fault="answer_lost")
    with pytest.raises(BROKEN):
        inicis.approve(paid)

    listed = requests.get(f"{inicis.inicis}/sim/calls", timeout=5)

    call = listed.json()[0]
    assert (call["path"], call["mId"]) == ("/inicis/stg/api/payAuth", "INIpayTest")
    assert (call["status"], call["fault"]) == (None, "answer_lost")
    assert paid.returned["authToken"] not in listed.text


@pytest.mark.parametrize(
    "body",
    [
        {"target": "nobody", "fault": "slow"},
        {"target": "approve", "fault": "fire"},
        {"target": "approve", "fault": "twice"},
        {"target": "notice", "fault": "error_500_before"},
        {"target": "approve", "fault": "slow", "times": -1},
        {"target": "approve", "fault": "slow", "delay_s": "soon"},
    ],
)
def test_a_fault_that_does_not_exist_cannot_be_armed(inicis: InicisShop, body: dict[str, Any]) -> None:
    assert inicis.sim("faults", **body).status_code == 400


def test_the_clock_does_not_go_back(inicis: InicisShop) -> None:
    assert inicis.sim("advance-clock", seconds=-1).status_code == 400
