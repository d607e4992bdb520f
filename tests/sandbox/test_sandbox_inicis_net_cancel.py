import pytest
import requests

from tests.sandbox.inicis_shop import InicisShop, read_nvp

BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_an_approval_is_taken_back(inicis: InicisShop) -> None:
    paid = inicis.authenticated(10_000)
    approved = inicis.approve(paid).json()

    answer = inicis.net_cancel(paid).json()

    timestamp = answer.pop("timestamp")
    assert timestamp.isdecimal()
    assert answer == {
        "resultCode": "0000",
        "resultMsg": "망취소 성공",
        "mid": "INIpayTest",
        "tid": approved["tid"],
        "moid": paid.oid,
        "selectPayMethod": "Card",
    }
    assert inicis.totals() == {"captured": 10_000, "cancelled": 10_000, "payments": 1}
    assert inicis.approve(paid).json()["resultCode"] == "SIM2"


def test_it_works_with_the_very_fields_of_the_approval(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    fields = inicis.approval(paid)
    inicis.post_to(paid.returned["authUrl"], fields)

    answer = inicis.post_to(paid.returned["netCancelUrl"], fields).json()

    assert answer["resultCode"] == "0000"


def test_a_lost_answer_is_taken_back_without_a_tid(any_inicis: InicisShop) -> None:
    paid = any_inicis.authenticated(fault="answer_lost")
    with pytest.raises(BROKEN):
        any_inicis.approve(paid)
    assert any_inicis.approvals_of(paid.oid) == 1

    assert any_inicis.net_cancel(paid).json()["resultCode"] == "0000"
    assert any_inicis.observed(paid.oid)[0]["status"] == "CANCEL"


def test_the_second_time_it_fails_and_changes_nothing(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    inicis.approve(paid)
    codes = [inicis.net_cancel(paid).json()["resultCode"] for _ in range(2)]

    assert codes == ["0000", "SIM5"]
    assert inicis.totals() == {"captured": 29_000, "cancelled": 29_000, "payments": 1}


def test_it_is_over_after_ten_minutes(inicis: InicisShop) -> None:
    paid = inicis.authenticated()
    inicis.approve(paid)
    inicis.advance_clock(600)

    assert inicis.net_cancel(paid).json()["resultCode"] == "SIM5"
    assert inicis.totals()["cancelled"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": "0" * 64}, "SIM1"),
        ({"verification": "0" * 64}, "SIM1"),
        ({"mid": "iniescrow0"}, "SIM5"),
        ({"timestamp": "1767225661234"}, "SIMO"),
    ],
)
def test_a_wrong_one_changes_nothing(inicis: InicisShop, changes: dict[str, str], code: str) -> None:
    paid = inicis.authenticated()
    inicis.approve(paid)

    assert inicis.net_cancel(paid, **changes).json()["resultCode"] == code
    assert inicis.totals()["cancelled"] == 0


def test_a_refunded_payment_is_not_taken_back(inicis: InicisShop) -> None:
    paid = inicis.authenticated(10_000)
    tid = inicis.approve(paid).json()["tid"]
    inicis.refund(tid, price="1000", confirmPrice="9000")

    assert inicis.net_cancel(paid).json()["resultCode"] == "SIM5"
    assert inicis.totals()["cancelled"] == 1_000


@pytest.mark.parametrize(
    ("switch", "cancel", "approval"), [("refused", "SIM5", "0000"), ("accepted", "0000", "SIM2")]
)
def test_what_was_not_approved_yet(inicis: InicisShop, switch: str, cancel: str, approval: str) -> None:
    inicis.switch(net_cancel_unapproved=switch)
    paid = inicis.authenticated()

    assert inicis.net_cancel(paid).json()["resultCode"] == cancel
    assert inicis.approve(paid).json()["resultCode"] == approval


def test_what_was_declined_cannot_be_taken_back(inicis: InicisShop) -> None:
    inicis.switch(net_cancel_unapproved="accepted")
    paid = inicis.authenticated(outcome="decline:SIMC")
    inicis.approve(paid)

    assert inicis.net_cancel(paid).json()["resultCode"] == "SIM5"


@pytest.mark.parametrize("switch", ["empty", "html"])
def test_a_failure_may_be_unreadable(inicis: InicisShop, switch: str) -> None:
    inicis.switch(net_cancel_failure=switch)
    paid = inicis.authenticated()

    answer = inicis.net_cancel(paid)

    assert answer.status_code == 200
    assert "resultCode" not in answer.text
    inicis.approve(paid)
    assert inicis.net_cancel(paid).json()["resultCode"] == "0000"


def test_an_account_is_closed_unless_it_was_paid_into(inicis: InicisShop) -> None:
    waiting, paid = inicis.authenticated(10_000, "vbank"), inicis.authenticated(10_000, "vbank")
    inicis.approve(waiting)
    inicis.deposit(inicis.approve(paid).json()["tid"])

    assert inicis.net_cancel(waiting).json()["resultCode"] == "0000"
    assert inicis.net_cancel(paid).json()["resultCode"] == "SIM5"
    assert inicis.observed(waiting.oid)[0]["status"] == "CLOSED"
    assert inicis.observed(paid.oid)[0]["status"] == "APPROVAL"


def test_it_can_go_wrong_once_by_choice(inicis: InicisShop) -> None:
    paid = inicis.authenticated(cancel_fault="system_error_before")
    inicis.approve(paid)

    codes = [inicis.net_cancel(paid).json()["resultCode"] for _ in range(2)]

    assert codes == ["SIM9", "0000"]


def test_a_lost_answer_to_it_leaves_it_done(any_inicis: InicisShop) -> None:
    paid = any_inicis.authenticated(cancel_fault="answer_lost")
    any_inicis.approve(paid)

    with pytest.raises(BROKEN):
        any_inicis.net_cancel(paid)

    assert any_inicis.observed(paid.oid)[0]["status"] == "CANCEL"
    assert any_inicis.net_cancel(paid).json()["resultCode"] == "SIM5"


def test_phones_take_back_by_the_authentication(inicis: InicisShop) -> None:
    paid = inicis.on_phone()
    tid = read_nvp(inicis.approve_phone(paid))["P_TID"]

    answer = read_nvp(inicis.net_cancel_phone(paid))

    assert answer == {"P_STATUS": "00", "P_RMESG1": "망취소 성공", "P_TID": tid}
    assert read_nvp(inicis.net_cancel_phone(paid))["P_STATUS"] == "SIM5"
    assert inicis.totals() == {"captured": 11_000, "cancelled": 11_000, "payments": 1}


def test_the_two_numbers_of_phones_live_for_different_times(inicis: InicisShop) -> None:
    paid = [inicis.on_phone() for _ in range(3)]
    tids = [read_nvp(inicis.approve_phone(one))["P_TID"] for one in paid]
    at_once = read_nvp(inicis.net_cancel_phone(paid[0], P_TID=tids[0]))
    inicis.advance_clock(60)
    late = read_nvp(inicis.net_cancel_phone(paid[1], P_TID=tids[1]))
    by_authentication = read_nvp(inicis.net_cancel_phone(paid[1]))
    inicis.advance_clock(540)

    assert (at_once["P_STATUS"], late["P_STATUS"], by_authentication["P_STATUS"]) == ("00", "SIM5", "00")
    assert read_nvp(inicis.net_cancel_phone(paid[2]))["P_STATUS"] == "SIM5"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"P_CHKFAKE": "x"}, "SIM1"),
        ({"P_CHKFAKE": ""}, "01"),
        ({"P_AMT": "1"}, "SIM4"),
        ({"P_OID": "other"}, "SIM4"),
        ({"P_TID": "INIMX_AUTHINIpayTest20260101090005000001"}, "SIM5"),
        ({"P_TIMESTAMP": "1767225661234"}, "SIMO"),
    ],
)
def test_a_wrong_one_of_phones_changes_nothing(
    inicis: InicisShop, changes: dict[str, str], code: str
) -> None:
    paid = inicis.on_phone()
    inicis.approve_phone(paid)

    assert read_nvp(inicis.net_cancel_phone(paid, **changes))["P_STATUS"] == code
    assert inicis.totals()["cancelled"] == 0
