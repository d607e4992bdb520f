import time

import pytest
import requests

from tests.sandbox.shop_client import Shop

# What `requests` raises when a connection breaks: before the status line under werkzeug, in the body under granian.
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_a_lost_answer_leaves_the_money_taken_and_is_repeated_by_its_key(any_shop: Shop) -> None:
    window = any_shop.authenticated(fault="answer_lost")

    with pytest.raises(BROKEN):
        any_shop.confirm(window, key=f"c-{window.payment_key}")

    assert any_shop.lookup(window).json()["status"] == "DONE"
    again = any_shop.confirm(window, key=f"c-{window.payment_key}")
    assert (again.status_code, again.json()["status"]) == (200, "DONE")
    assert any_shop.observed(window)["approvals"] == 1


def test_a_lost_request_does_nothing_and_can_be_repeated(any_shop: Shop) -> None:
    window = any_shop.authenticated(fault="request_lost")

    with pytest.raises(BROKEN):
        any_shop.confirm(window, key=f"c-{window.payment_key}")

    assert any_shop.lookup(window).json()["status"] == "IN_PROGRESS"
    assert any_shop.confirm(window, key=f"c-{window.payment_key}").json()["status"] == "DONE"


def test_a_garbled_answer_cannot_be_read_but_the_money_is_taken(any_shop: Shop) -> None:
    window = any_shop.authenticated(fault="garbled")

    answer = any_shop.confirm(window, key=f"c-{window.payment_key}")

    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert any_shop.lookup(window).json()["status"] == "DONE"


def test_a_500_after_approval_hides_a_payment_that_is_done(shop: Shop) -> None:
    window = shop.authenticated(fault="error_500_after")

    first, again = shop.confirm(window, key="k"), shop.confirm(window, key="k")

    assert (first.status_code, again.status_code) == (500, 500)
    assert shop.lookup(window).json()["status"] == "DONE"
    assert shop.observed(window)["approvals"] == 1


def test_a_500_before_approval_happens_once_and_sticks_to_its_key(shop: Shop) -> None:
    window = shop.authenticated(fault="error_500_before")

    first, again = shop.confirm(window, key="k"), shop.confirm(window, key="k")

    assert (first.status_code, again.status_code) == (500, 500)
    assert shop.lookup(window).json()["status"] == "IN_PROGRESS"
    assert shop.confirm(window, key="k-2").status_code == 200


def test_a_slow_answer_comes_after_its_delay(shop: Shop) -> None:
    window = shop.authenticated(fault="slow", delay_s=0.3)
    started = time.monotonic()

    assert shop.confirm(window).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_client_that_gives_up_on_a_slow_answer_has_paid_in_the_end(shop: Shop) -> None:
    window = shop.authenticated(fault="slow", delay_s=0.4)
    body = {"paymentKey": window.payment_key, "orderId": window.order_id, "amount": window.amount}

    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{shop.toss}/v1/payments/confirm", json=body, auth=(shop.secret_key, ""), timeout=0.15)

    assert shop.lookup(window).json()["status"] == "IN_PROGRESS"
    time.sleep(0.5)
    assert shop.lookup(window).json()["status"] == "DONE"


def test_a_blocked_confirm_does_not_use_up_the_fault(shop: Shop) -> None:
    window = shop.authenticated(fault="error_500_before")

    assert shop.confirm(window, amount=1).status_code == 403
    assert shop.confirm(window).status_code == 500


def test_an_armed_fault_hits_the_next_calls_of_its_target(shop: Shop) -> None:
    window = shop.paid()
    shop.arm("lookup", "error_500_before", times=2)

    statuses = [shop.lookup(window).status_code for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_a_refund_whose_answer_is_lost_is_made_once(any_shop: Shop) -> None:
    window = any_shop.paid()
    any_shop.arm("cancel", "answer_lost")

    with pytest.raises(BROKEN):
        any_shop.cancel(window, key=f"r-{window.payment_key}", cancelAmount=9_000)

    again = any_shop.cancel(window, key=f"r-{window.payment_key}", cancelAmount=9_000)
    assert again.json()["balanceAmount"] == 20_000
    assert any_shop.observed(window)["cancels"] == 1


def test_a_lookup_can_be_broken_too(any_shop: Shop) -> None:
    window = any_shop.paid()
    any_shop.arm("lookup", "answer_lost")

    with pytest.raises(BROKEN):
        any_shop.lookup(window)

    assert any_shop.lookup(window).status_code == 200


def test_an_outage_lasts_until_it_is_disarmed(shop: Shop) -> None:
    window = shop.authenticated()
    shop.arm("all", "outage")

    down = [shop.confirm(window, key="k"), shop.confirm(window, key="k"), shop.lookup(window)]
    shop.arm("all", "outage", times=0)

    assert [answer.status_code for answer in down] == [503, 503, 503]
    assert shop.confirm(window, key="k").status_code == 200


def test_broken_calls_are_listed_without_a_status(shop: Shop) -> None:
    window = shop.authenticated(fault="answer_lost")
    with pytest.raises(BROKEN):
        shop.confirm(window)

    call = requests.get(f"{shop.toss}/sim/calls", timeout=5).json()[0]

    assert (call["status"], call["fault"]) == (None, "answer_lost")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"target": "nobody", "fault": "slow"},
        {"target": "confirm", "fault": "fire"},
        {"target": "confirm", "fault": "slow", "times": -1},
        {"target": "confirm", "fault": "slow", "delay_s": "soon"},
        {"target": "confirm", "fault": "slow", "delay_s": [1]},
    ],
)
def test_a_fault_that_does_not_exist_cannot_be_armed(shop: Shop, body: object) -> None:
    assert requests.post(f"{shop.toss}/sim/faults", json=body, timeout=5).status_code == 400


def test_the_clock_does_not_go_back(shop: Shop) -> None:
    answer = requests.post(f"{shop.toss}/sim/advance-clock", json={"seconds": -1}, timeout=5)

    assert answer.status_code == 400
