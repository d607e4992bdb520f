import time
from typing import Any

import pytest
import requests

from tests.sandbox.kcp_shop import KcpShop

# What `requests` raises when a connection breaks: before the status line under werkzeug, in the body under granian.
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def approvals_of(kcp: KcpShop, order_no: str) -> int:
    return sum(payment["approvals"] for payment in kcp.observed(order_no))


def test_a_lost_answer_leaves_the_money_taken_and_no_tno_behind(any_kcp: KcpShop) -> None:
    paid = any_kcp.authenticated(fault="answer_lost")

    with pytest.raises(BROKEN):
        any_kcp.approve(paid)

    (observed,) = any_kcp.observed(paid.order_no)
    assert (observed["approvals"], observed["status"]) == (1, "STSR")
    assert any_kcp.approve(paid).json()["res_cd"] == "SIM2"


def test_a_lost_request_does_nothing(any_kcp: KcpShop) -> None:
    paid = any_kcp.authenticated(fault="request_lost")

    with pytest.raises(BROKEN):
        any_kcp.approve(paid)

    assert approvals_of(any_kcp, paid.order_no) == 0
    assert any_kcp.approve(paid).json()["res_cd"] == "0000"


def test_a_garbled_answer_cannot_be_read_but_the_money_is_taken(any_kcp: KcpShop) -> None:
    paid = any_kcp.authenticated(fault="garbled")

    answer = any_kcp.approve(paid)

    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert approvals_of(any_kcp, paid.order_no) == 1


def test_an_answer_can_claim_the_wrong_charset(kcp: KcpShop) -> None:
    paid = kcp.authenticated(fault="wrong_charset")

    answer = kcp.approve(paid)

    assert "utf-8" in answer.headers["Content-Type"]
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    assert "정상처리" in answer.content.decode("cp949")
    assert approvals_of(kcp, paid.order_no) == 1


@pytest.mark.parametrize(("fault", "approvals"), [("error_500_after", 1), ("error_500_before", 0)])
def test_a_proxy_can_answer_in_the_place_of_kcp(kcp: KcpShop, fault: str, approvals: int) -> None:
    paid = kcp.authenticated(fault=fault)

    answer = kcp.approve(paid)

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert approvals_of(kcp, paid.order_no) == approvals


@pytest.mark.parametrize(("fault", "approvals"), [("system_error_after", 1), ("system_error_before", 0)])
def test_a_system_error_can_be_readable_and_true_or_not(kcp: KcpShop, fault: str, approvals: int) -> None:
    paid = kcp.authenticated(fault=fault)

    answer = kcp.approve(paid)

    assert (answer.status_code, answer.json()["res_cd"]) == (200, "9999")
    assert approvals_of(kcp, paid.order_no) == approvals


def test_what_happens_before_the_work_happens_once(kcp: KcpShop) -> None:
    for fault in ("error_500_before", "system_error_before"):
        paid = kcp.authenticated(fault=fault)
        kcp.approve(paid)

        assert kcp.approve(paid).json()["res_cd"] == "0000"


def test_a_client_that_gives_up_on_a_slow_answer_has_paid_in_the_end(kcp: KcpShop) -> None:
    paid = kcp.authenticated(fault="slow", delay_s="0.4")

    with pytest.raises(requests.ReadTimeout):
        kcp.post("gw/enc/v1/payment", kcp.approval(paid), timeout=0.15)

    assert approvals_of(kcp, paid.order_no) == 0
    time.sleep(0.5)
    assert approvals_of(kcp, paid.order_no) == 1


def test_a_refused_approval_does_not_use_up_the_fault(kcp: KcpShop) -> None:
    paid = kcp.authenticated(fault="error_500_before")

    assert kcp.approve(paid, ordr_mony="1").json()["res_cd"] == "8059"
    assert kcp.approve(paid).status_code == 502


def test_a_cancel_whose_answer_is_lost_is_made_once(any_kcp: KcpShop) -> None:
    tno = any_kcp.paid()["tno"]
    any_kcp.arm("cancel", "answer_lost")

    with pytest.raises(BROKEN):
        any_kcp.cancel(tno)

    assert any_kcp.inquire(tno)["stat_ca_cd"] == "STSC"
    assert any_kcp.cancel(tno)["res_cd"] == "8133"


def test_every_call_can_be_broken(kcp: KcpShop) -> None:
    for target in ("register", "inquiry"):
        kcp.arm(target, "system_error_before")

    registered = [kcp.register().json()["Code"] for _ in range(2)]
    inquired = [kcp.inquire("26080100000001")["res_cd"] for _ in range(2)]

    assert (registered, inquired) == (["9999", "0000"], ["9999", "SIM4"])


def test_an_outage_lasts_until_it_is_disarmed(kcp: KcpShop) -> None:
    paid = kcp.authenticated()
    kcp.arm("all", "outage")

    down = [kcp.approve(paid), kcp.approve(paid), kcp.register()]
    kcp.arm("all", "outage", times=0)

    assert [answer.status_code for answer in down] == [503, 503, 503]
    assert kcp.approve(paid).json()["res_cd"] == "0000"


def test_faults_of_kcp_are_not_those_of_toss(kcp: KcpShop) -> None:
    kcp.arm("all", "outage")

    answer = requests.get(f"{kcp.base}/toss/v1/payments/x", auth=("test_sk_a", ""), timeout=5)

    assert answer.status_code == 404


def test_broken_calls_are_listed_without_a_status(kcp: KcpShop) -> None:
    paid = kcp.authenticated(fault="answer_lost")
    with pytest.raises(BROKEN):
        kcp.approve(paid)

    call = requests.get(f"{kcp.kcp}/sim/calls", timeout=5).json()[0]

    assert (call["status"], call["fault"]) == (None, "answer_lost")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"target": "nobody", "fault": "slow"},
        {"target": "approve", "fault": "fire"},
        {"target": "approve", "fault": "twice"},
        {"target": "notice", "fault": "error_500_before"},
        {"target": "approve", "fault": "slow", "times": -1},
        {"target": "approve", "fault": "slow", "delay_s": "soon"},
        {"target": "approve", "fault": "slow", "delay_s": [1]},
    ],
)
def test_a_fault_that_does_not_exist_cannot_be_armed(kcp: KcpShop, body: Any) -> None:
    assert kcp.post("sim/faults", body).status_code == 400


def test_toss_has_no_faults_of_notices(kcp: KcpShop) -> None:
    body = {"target": "confirm", "fault": "twice"}

    assert requests.post(f"{kcp.base}/toss/sim/faults", json=body, timeout=5).status_code == 400


def test_the_clock_does_not_go_back(kcp: KcpShop) -> None:
    assert kcp.post("sim/advance-clock", {"seconds": -1}).status_code == 400
