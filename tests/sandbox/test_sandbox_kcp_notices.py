import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.sandbox.ear import ACKNOWLEDGED, Ear, listening
from tests.sandbox.kcp_shop import KcpShop
from tests.sandbox.servers import GranianSandbox, werkzeug_sandbox


def wait_for_state(kcp: KcpShop, tno: str, state: str) -> None:
    deadline = time.monotonic() + 5
    while True:
        found = [notice["state"] for notice in kcp.notices(tno)]
        if found and set(found) == {state}:
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def deposited(kcp: KcpShop, **choice: str) -> str:
    """The tno of a virtual account with a deposit."""
    tno = kcp.paid(20_000, "PAVC", **choice)["tno"]
    if "deposit" not in choice:
        assert kcp.deposit(tno).status_code == 200
    return tno


@pytest.mark.parametrize(
    "answer",
    [
        (200, ACKNOWLEDGED),
        (200, "<INPUT value='0000' name='result' type='hidden' />"),
    ],
)
def test_the_expected_answer_ends_the_repeating(kcp: KcpShop, ear: Ear, answer: tuple[int, str]) -> None:
    ear.answers.append(answer)
    tno = deposited(kcp)

    wait_for_state(kcp, tno, "acknowledged")
    kcp.advance_clock(3600)
    time.sleep(0.7)

    assert len(ear.heard) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, "0000"),
        (200, "OK"),
        (200, ACKNOWLEDGED.replace("0000", "9999")),
        (200, ACKNOWLEDGED.replace('name="result"', 'name="res"')),
        (200, ACKNOWLEDGED.replace('type="hidden"', 'type="text"')),
        (200, ""),
        (500, ACKNOWLEDGED),
        (302, ACKNOWLEDGED),
    ],
)
def test_any_other_answer_is_asked_again(kcp: KcpShop, ear: Ear, answer: tuple[int, str]) -> None:
    ear.answers.append(answer)
    tno = deposited(kcp)

    ear.wait_for(2)

    assert ear.heard[0] == ear.heard[1]
    wait_for_state(kcp, tno, "acknowledged")
    attempts = kcp.notices(tno)[0]["attempts"]
    assert [attempt["acknowledged"] for attempt in attempts] == [False, True]
    assert attempts[0]["status"] == answer[0]


def test_a_notice_is_given_up_after_its_last_attempt(kcp: KcpShop, ear: Ear) -> None:
    kcp.switch(notice_times=3)
    ear.answers += [(500, "")] * 3
    tno = deposited(kcp)
    for heard in (1, 2):
        ear.wait_for(heard)
        kcp.advance_clock(60)

    wait_for_state(kcp, tno, "gave_up")

    assert len(ear.heard) == 3
    assert kcp.post(f"sim/notices/{kcp.notices(tno)[0]['id']}/resend", {}).status_code == 200
    ear.wait_for(4)
    wait_for_state(kcp, tno, "acknowledged")


def test_attempts_are_further_and_further_apart(kcp: KcpShop, ear: Ear) -> None:
    ear.answers += [(500, "")] * 10
    tno = deposited(kcp)
    ear.wait_for(2)
    time.sleep(0.7)
    before = len(ear.heard)
    kcp.advance_clock(5)
    ear.wait_for(3)
    kcp.advance_clock(10)
    time.sleep(0.3)

    assert before == 2
    assert len(kcp.notices(tno)[0]["attempts"]) == 3


def test_the_interval_can_be_switched(kcp: KcpShop, ear: Ear) -> None:
    kcp.switch(notice_interval="minute")
    ear.answers.append((500, ""))
    deposited(kcp)
    ear.wait_for(1)
    time.sleep(1.3)
    assert len(ear.heard) == 1

    kcp.advance_clock(60)

    ear.wait_for(2)


def test_without_an_address_nothing_is_sent(kcp: KcpShop) -> None:
    tno = deposited(kcp)

    (notice,) = kcp.notices(tno)

    assert (notice["state"], notice["attempts"]) == ("unregistered", [])
    assert kcp.post(f"sim/notices/{notice['id']}/resend", {}).status_code == 400
    assert kcp.post("sim/notices/999/resend", {}).status_code == 400


@pytest.mark.parametrize(("charset", "python_name"), [("euc-kr", "cp949"), ("utf-8", "utf-8")])
def test_the_charset_is_the_registered_one(kcp: KcpShop, ear: Ear, charset: str, python_name: str) -> None:
    kcp.listen_at(ear.url, charset)
    deposited(kcp)

    ear.wait_for(1)

    assert quote("홍길동", encoding=python_name) in ear.heard[0].decode()
    assert ear.fields(charset=python_name)["remitter"] == "홍길동"


@pytest.mark.parametrize(
    "body",
    [{"noti_url": "ftp://x/"}, {"noti_url": "http://x/", "noti_charset": "latin-1"}, {"noti_url": 1}, []],
)
def test_a_wrong_address_is_not_registered(kcp: KcpShop, body: object) -> None:
    assert kcp.post("sim/sites/T0000", body).status_code == 400


def test_bank_codes_without_their_letters_can_be_switched(kcp: KcpShop, ear: Ear) -> None:
    kcp.switch(notice_bank_code="26")
    deposited(kcp)

    ear.wait_for(1)

    assert ear.fields()["bank_code"] == "26"


def test_a_notice_can_be_sent_twice(kcp: KcpShop, ear: Ear) -> None:
    deposited(kcp, deposit="soon", notice="twice")

    ear.wait_for(2)

    assert ear.heard[0] == ear.heard[1]


def test_a_notice_can_be_late(kcp: KcpShop, ear: Ear) -> None:
    deposited(kcp, deposit="soon", notice="slow", delay_s="60")
    time.sleep(0.8)
    assert ear.heard == []

    kcp.advance_clock(60)

    ear.wait_for(1)


@pytest.mark.parametrize(("notice", "heard"), [("request_lost", 1), ("answer_lost", 2)])
def test_a_notice_or_its_acknowledgement_can_be_lost(kcp: KcpShop, ear: Ear, notice: str, heard: int) -> None:
    tno = deposited(kcp, deposit="soon", notice=notice)

    wait_for_state(kcp, tno, "acknowledged")

    assert len(ear.heard) == heard
    assert len(kcp.notices(tno)[0]["attempts"]) == 2


def test_a_notice_can_be_garbled_or_of_the_wrong_charset(kcp: KcpShop, ear: Ear) -> None:
    ear.answers += [(500, "")]
    deposited(kcp, deposit="soon", notice="garbled")
    ear.wait_for(2)
    deposited(kcp, deposit="soon", notice="wrong_charset")
    ear.wait_for(3)

    assert ear.heard[0].endswith(b"%")
    assert len(ear.heard[0]) < len(ear.heard[1])
    assert quote("홍길동") in ear.heard[2].decode()


@pytest.mark.parametrize(("fault", "heard"), [("twice", 2), ("request_lost", 1), ("answer_lost", 2)])
def test_faults_can_be_armed_for_coming_notices(kcp: KcpShop, ear: Ear, fault: str, heard: int) -> None:
    kcp.arm("notice", fault)
    tno = deposited(kcp)

    wait_for_state(kcp, tno, "acknowledged")

    assert len(ear.heard) == heard


def test_an_armed_delay_postpones_the_notice(kcp: KcpShop, ear: Ear) -> None:
    kcp.arm("notice", "slow", delay_s=60)
    deposited(kcp)
    time.sleep(0.5)
    assert ear.heard == []

    kcp.advance_clock(60)

    ear.wait_for(1)


def test_a_gateway_that_is_down_sends_nothing(kcp: KcpShop, ear: Ear) -> None:
    tno = kcp.paid(20_000, "PAVC")["tno"]
    kcp.arm("all", "outage")
    kcp.deposit(tno)
    time.sleep(0.5)
    assert ear.heard == []
    kcp.arm("all", "outage", times=0)

    ear.wait_for(1)

    assert kcp.notices(tno)[0]["attempts"][0]["problem"] == "the gateway is down"


def test_a_fault_for_calls_is_not_used_up_by_a_notice(kcp: KcpShop, ear: Ear) -> None:
    tno = kcp.paid(20_000, "PAVC")["tno"]
    kcp.arm("all", "error_500_before")
    kcp.deposit(tno)
    ear.wait_for(1)

    answer = kcp.post("std/inquery", {})

    assert answer.status_code == 502


def test_what_was_not_sent_is_sent_after_a_restart(database: Path) -> None:
    with listening() as ear:
        ear.answers.append((500, ""))
        with werkzeug_sandbox(database) as base:
            kcp = KcpShop(base)
            kcp.listen_at(ear.url)
            kcp.switch(notice_interval="minute")
            deposited(kcp)
            ear.wait_for(1)
            kcp.advance_clock(59.5)

        with werkzeug_sandbox(database):
            ear.wait_for(2)

    assert ear.heard[0] == ear.heard[1]


def test_a_kill_9_loses_no_planned_deposit_and_no_notice(tmp_path: Path) -> None:
    sandbox = GranianSandbox(tmp_path / "sandbox.db")
    try:
        with listening() as ear:
            kcp = KcpShop(sandbox.base)
            kcp.listen_at(ear.url)
            deposited(kcp, deposit="later", delay_s="1.5")
            sandbox.restart_after_kill_9()

            ear.wait_for(1, within_s=10)

            assert kcp.totals() == {"captured": 20_000, "cancelled": 0, "payments": 1}
    finally:
        sandbox.stop()


def test_a_shop_that_hangs_delays_no_other_notice(kcp: KcpShop, ear: Ear) -> None:
    with listening() as hanging:
        other = KcpShop(kcp.base, "T0001")
        other.listen_at(hanging.url)
        hanging.hang_s = 3.0
        deposited(other)
        deposited(kcp)

        ear.wait_for(1, within_s=2.5)
        assert hanging.heard == []
        hanging.wait_for(1)
