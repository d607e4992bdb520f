import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.sandbox.ear import Ear, listening
from tests.sandbox.inicis_shop import InicisShop
from tests.sandbox.servers import GranianSandbox, werkzeug_sandbox

TEN_MINUTES_S, HOUR_S = 600, 3600


def wait_for_state(inicis: InicisShop, tid: str, state: str, number: int = -1) -> None:
    deadline = time.monotonic() + 5
    while True:
        found = inicis.notices(tid)
        if found and found[number]["state"] == state:
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def deposited(inicis: InicisShop, **choice: str) -> str:
    """The tid of a virtual account of PC with a deposit."""
    tid = inicis.paid(20_000, "vbank", **choice)["tid"]
    if "deposit" not in choice:
        assert inicis.deposit(tid).status_code == 200
    return tid


def wait_for_attempts(inicis: InicisShop, tid: str, count: int) -> None:
    """Until they are written down: only then is the next one due."""
    deadline = time.monotonic() + 5
    while len(inicis.notices(tid)[-1]["attempts"]) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ok_ends_the_repeating(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = deposited(inicis)

    wait_for_state(inicis, tid, "acknowledged")
    inicis.advance_clock(2 * HOUR_S)
    time.sleep(0.7)

    assert len(inicis_ear.heard) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, ""),
        (200, "ok"),
        (200, "OK\n"),
        (200, " OK"),
        (200, "\ufeffOK"),
        (200, "<html>OK</html>"),
        (200, "FAIL"),
        (500, "OK"),
        (302, "OK"),
    ],
)
def test_any_other_answer_is_asked_again_after_ten_minutes(
    inicis: InicisShop, inicis_ear: Ear, answer: tuple[int, str]
) -> None:
    inicis_ear.answers.append(answer)
    tid = deposited(inicis)
    wait_for_attempts(inicis, tid, 1)

    inicis.advance_clock(TEN_MINUTES_S)

    inicis_ear.wait_for(2)
    assert inicis_ear.heard[0] == inicis_ear.heard[1]
    wait_for_state(inicis, tid, "acknowledged")
    attempts = inicis.notices(tid)[0]["attempts"]
    assert [attempt["acknowledged"] for attempt in attempts] == [False, True]
    assert attempts[0]["status"] == answer[0]


def test_pc_notices_are_repeated_ten_times(inicis: InicisShop, inicis_ear: Ear) -> None:
    """Four times after ten minutes, six times after an hour."""
    inicis_ear.answers += [(503, "FAIL")] * 12
    tid = deposited(inicis)
    for repeat in range(1, 11):
        wait_for_attempts(inicis, tid, repeat)
        if repeat == 5:
            inicis.advance_clock(TEN_MINUTES_S)
            time.sleep(0.7)
            assert len(inicis_ear.heard) == 5
        inicis.advance_clock(TEN_MINUTES_S if repeat <= 4 else HOUR_S)

    wait_for_state(inicis, tid, "gave_up")

    assert len(inicis_ear.heard) == 11


def test_phones_are_told_every_ten_minutes_for_a_day(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis.switch(issue_notice="off")
    inicis_ear.answers += [(503, "FAIL")] * 8
    tid = inicis.paid_on_phone(20_000, "vbank")["P_TID"]
    inicis.deposit(tid)
    for repeat in range(1, 8):
        wait_for_attempts(inicis, tid, repeat)
        inicis.advance_clock(TEN_MINUTES_S)

    inicis_ear.wait_for(8)

    assert inicis.notices(tid)[0]["state"] == "waiting"


def test_sending_by_hand_ends_the_repeating(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis_ear.answers += [(503, "FAIL")] * 2
    tid = deposited(inicis)
    wait_for_attempts(inicis, tid, 1)

    assert inicis.sim(f"notices/{inicis.notices(tid)[0]['id']}/resend").status_code == 200
    wait_for_state(inicis, tid, "gave_up")
    inicis.advance_clock(2 * HOUR_S)
    time.sleep(0.7)

    assert [notice["kind"] for notice in inicis.notices(tid)] == ["PC 0200", "PC 0200 (resent)"]
    assert [notice["state"] for notice in inicis.notices(tid)] == ["gave_up", "gave_up"]
    assert inicis_ear.heard[0] == inicis_ear.heard[1]
    assert len(inicis_ear.heard) == 2


def test_without_an_address_nothing_is_sent_for_pc(inicis: InicisShop) -> None:
    tid = deposited(inicis)

    (notice,) = inicis.notices(tid)

    assert (notice["state"], notice["attempts"]) == ("unregistered", [])
    assert inicis.sim(f"notices/{notice['id']}/resend").status_code == 400
    assert inicis.sim("notices/999/resend").status_code == 400


def test_pc_knows_one_address_for_a_mid_and_phones_one_for_each_payment(inicis: InicisShop) -> None:
    with listening("inicis", "OK") as registered, listening("inicis", "OK") as own:
        inicis.listen_at(registered.url)
        deposited(inicis)
        registered.wait_for(1)
        inicis.paid_on_phone(20_000, "vbank", order={"P_NOTI_URL": own.url})
        own.wait_for(1)

        assert (len(registered.heard), len(own.heard)) == (1, 1)


@pytest.mark.parametrize("fault", ["request_lost", "answer_lost"])
def test_a_first_notice_can_be_lost(inicis: InicisShop, inicis_ear: Ear, fault: str) -> None:
    tid = deposited(inicis, deposit="soon", notice=fault)
    deadline = time.monotonic() + 5
    while not inicis.notices(tid):
        assert time.monotonic() < deadline
    wait_for_attempts(inicis, tid, 1)
    before = len(inicis_ear.heard)

    inicis.advance_clock(TEN_MINUTES_S)

    wait_for_state(inicis, tid, "acknowledged")
    assert (before, len(inicis_ear.heard)) == ((0, 1) if fault == "request_lost" else (1, 2))


def test_a_notice_can_come_twice(inicis: InicisShop, inicis_ear: Ear) -> None:
    deposited(inicis, deposit="soon", notice="twice")

    inicis_ear.wait_for(2)

    assert inicis_ear.heard[0] == inicis_ear.heard[1]


def test_a_notice_can_be_late(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = deposited(inicis, deposit="soon", notice="slow", delay_s="60")
    time.sleep(0.8)
    before = len(inicis_ear.heard)

    inicis.advance_clock(60)

    inicis_ear.wait_for(1)
    assert before == 0
    assert inicis.look_up(tid)["vacctInfo"]["depositStatus"] == "DEPOSIT_COMPLETED"


def test_a_notice_can_be_garbled_or_of_another_charset(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis_ear.answers.append((503, "FAIL"))
    deposited(inicis, deposit="soon", notice="garbled")
    inicis_ear.wait_for(1)
    deposited(inicis, deposit="soon", notice="wrong_charset")
    inicis_ear.wait_for(2)

    assert inicis_ear.heard[0].endswith(b"%")
    assert (
        dict(parse_qsl(inicis_ear.heard[1].decode(), encoding="utf-8", errors="strict"))["nm_input"]
        == "홍길동"
    )


def test_an_armed_fault_spoils_the_next_notice(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis.arm("notice", "twice")
    deposited(inicis)

    inicis_ear.wait_for(2)
    assert len(inicis_ear.heard) == 2


def test_inicis_can_be_unable_to_send(inicis: InicisShop, inicis_ear: Ear) -> None:
    inicis.arm("notice", "outage")
    tid = deposited(inicis)
    wait_for_attempts(inicis, tid, 1)
    before = len(inicis_ear.heard)
    inicis.arm("notice", "outage", times=0)

    inicis.advance_clock(TEN_MINUTES_S)

    inicis_ear.wait_for(1)
    assert before == 0


@pytest.mark.parametrize("flow", ["pc", "mobile"])
def test_a_forged_notice_moves_no_money(inicis: InicisShop, inicis_ear: Ear, flow: str) -> None:
    inicis.switch(issue_notice="off")
    pc = flow == "pc"
    tid = inicis.paid(20_000, "vbank")["tid"] if pc else inicis.paid_on_phone(20_000, "vbank")["P_TID"]

    answer = inicis.sim("forged-notices", tid=tid, amount=1)

    assert answer.json() == {"status": 200, "acknowledged": True}
    assert inicis_ear.fields()["amt_input" if pc else "P_AMT"] == "1"
    assert inicis.look_up(tid)["vacctInfo"]["depositStatus"] == "NON_DEPOSIT"
    assert inicis.totals()["captured"] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback has one address only")
def test_a_forged_notice_may_come_from_another_address(inicis: InicisShop, inicis_ear: Ear) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]

    inicis.sim("forged-notices", tid=tid, source="127.0.0.9")

    assert inicis_ear.sources == ["127.0.0.9"]
    assert inicis.sim("forged-notices", tid=tid, source="192.0.2.1").status_code == 400
    assert inicis.sim("forged-notices", tid="nobody").status_code == 400


def test_notices_go_on_after_a_restart(database: Path) -> None:
    with listening("inicis", "OK") as ear:
        with werkzeug_sandbox(database) as base:
            first = InicisShop(base)
            first.listen_at(ear.url)
            ear.answers.append((503, "FAIL"))
            tid = deposited(first)
            wait_for_attempts(first, tid, 1)
            first.advance_clock(TEN_MINUTES_S - 2)
        with werkzeug_sandbox(database) as base:
            InicisShop(base).advance_clock(2)
            ear.wait_for(2)
            wait_for_state(InicisShop(base), tid, "acknowledged")
            assert len(ear.heard) == 2


def test_a_kill_9_loses_no_notice(granian: GranianSandbox) -> None:
    with listening("inicis", "OK") as ear:
        shop = InicisShop(granian.base)
        shop.listen_at(ear.url)
        tid = deposited(shop, deposit="later", delay_s="1")
        granian.restart_after_kill_9()

        ear.wait_for(1, within_s=10)

        assert ear.fields()["no_oid"] == shop.look_up(tid)["oid"]
