"""Virtual accounts at the simulated Toss: issue, deposit, reversal, the time that runs out, cancels, notices."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sandbox.ear import Ear, listening
from tests.sandbox.shop_client import Shop, Window

ACCOUNT = {"bank": "88", "accountNumber": "110123456789", "holderName": "홍길동"}
DAY_S = 24 * 60 * 60


@pytest.fixture
def ear(shop: Shop) -> Iterator[Ear]:
    """The shop's webhook address, registered with its account."""
    with listening("toss", "OK") as ear:
        body = {"clientKey": shop.client_key, "url": ear.url}
        requests.post(f"{shop.toss}/sim/webhook-urls", json=body, timeout=5).raise_for_status()
        yield ear


def issued(shop: Shop, **changes: Any) -> Window:
    """A window whose confirm has issued an account."""
    options = {"validHours": 24, **changes.pop("virtualAccount", {})}
    window = shop.authenticated(
        method="VIRTUAL_ACCOUNT", virtualAccount=options, customerName="홍길동", **changes
    )
    assert shop.confirm(window).status_code == 200
    return window


def bank(shop: Shop, window: Window, what: str = "deposit", **body: Any) -> requests.Response:
    return requests.post(f"{shop.toss}/sim/payments/{window.payment_key}/{what}", json=body, timeout=5)


def payment_of(shop: Shop, window: Window) -> dict[str, Any]:
    payment: dict[str, Any] = shop.lookup(window).json()
    return payment


def advance(shop: Shop, seconds: float) -> None:
    requests.post(f"{shop.toss}/sim/advance-clock", json={"seconds": seconds}, timeout=5).raise_for_status()


def heard(ear: Ear) -> list[dict[str, Any]]:
    return [json.loads(body) for body in ear.heard]


def test_a_confirm_issues_an_account_and_takes_no_money(shop: Shop) -> None:
    window = issued(shop, funding="bank88")

    payment = payment_of(shop, window)

    assert (payment["status"], payment["method"], payment["approvedAt"]) == (
        "WAITING_FOR_DEPOSIT",
        "가상계좌",
        None,
    )
    assert payment["secret"].startswith("ps_")
    account = payment["virtualAccount"]
    assert (account["bankCode"], account["customerName"], account["depositorName"]) == ("88", "홍길동", None)
    assert account["accountNumber"].startswith("X")
    assert account["dueDate"].endswith("+09:00")
    assert not account["expired"]
    assert not [name for name in payment if name.startswith("_")]
    totals = requests.get(f"{shop.toss}/sim/totals", timeout=5).json()
    assert totals["captured"] == 0


def test_the_due_date_is_the_one_that_was_asked_for(shop: Shop) -> None:
    window = shop.authenticated(method="VIRTUAL_ACCOUNT", virtualAccount={"dueDate": "2026-12-31T23:59:59"})

    payment = shop.confirm(window).json()

    assert payment["virtualAccount"]["dueDate"] == "2026-12-31T23:59:59+09:00"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"validHours": 1, "dueDate": "2026-12-31T23:59:59"}, "INVALID_VALID_HOURS_WITH_DUE_DATE_AND_SINGLE"),
        ({"validHours": 2161}, "EXCEED_MAX_VALID_HOURS"),
        ({"dueDate": "2126-12-31T23:59:59"}, "EXCEED_MAX_DUE_DATE"),
        ({"dueDate": "tomorrow"}, "INVALID_PARAMETERS"),
    ],
)
def test_a_time_that_cannot_be_is_refused(shop: Shop, options: dict[str, Any], code: str) -> None:
    answer = shop.window_request(method="VIRTUAL_ACCOUNT", virtualAccount=options)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_money_comes_and_is_taken_back(shop: Shop) -> None:
    window = issued(shop)

    paid = bank(shop, window, depositorName="김철수").status_code
    done = payment_of(shop, window)
    bank(shop, window, "reverse-deposit").raise_for_status()
    waiting = payment_of(shop, window)

    assert paid == 200
    assert (done["status"], done["virtualAccount"]["depositorName"]) == ("DONE", "김철수")
    assert done["approvedAt"]
    assert (waiting["status"], waiting["approvedAt"]) == ("WAITING_FOR_DEPOSIT", None)
    assert requests.get(f"{shop.toss}/sim/totals", timeout=5).json()["captured"] == 0


def test_the_bank_may_take_a_deposit_back_by_itself(shop: Shop) -> None:
    window = issued(shop)
    bank(shop, window, reverse_after_s=120)
    advance(shop, 121)

    with listening("toss", "OK"):  # any request lets the sandbox look at its clock
        for _ in range(100):
            if payment_of(shop, window)["status"] == "WAITING_FOR_DEPOSIT":
                break

    assert payment_of(shop, window)["status"] == "WAITING_FOR_DEPOSIT"


@pytest.mark.parametrize("body", [{"amount": 28_999}, {"amount": 1}])
def test_another_amount_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    window = issued(shop)

    assert bank(shop, window, **body).status_code == 400
    assert payment_of(shop, window)["status"] == "WAITING_FOR_DEPOSIT"


def test_after_its_time_an_account_takes_nothing_and_tells_nobody(shop: Shop, ear: Ear) -> None:
    window = issued(shop)
    ear.wait_for(1)
    advance(shop, DAY_S + 60)

    refused = bank(shop, window)

    payment = payment_of(shop, window)
    assert refused.status_code == 400
    assert (payment["status"], payment["virtualAccount"]["expired"]) == ("WAITING_FOR_DEPOSIT", True)
    assert len(ear.heard) == 1


def test_an_account_that_waits_is_cancelled_whole_or_not_at_all(shop: Shop) -> None:
    window = issued(shop)

    part = shop.cancel(window, cancelAmount=1_000)
    whole = shop.cancel(window)

    assert (part.status_code, part.json()["code"]) == (403, "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT")
    assert (whole.status_code, whole.json()["status"]) == (200, "CANCELED")
    assert bank(shop, window).status_code == 400
    assert requests.get(f"{shop.toss}/sim/totals", timeout=5).json()["cancelled"] == 0


def test_a_deposit_goes_back_to_an_account_only(shop: Shop) -> None:
    window = issued(shop)
    bank(shop, window)

    without = shop.cancel(window)
    part = shop.cancel(window, cancelAmount=9_000, refundReceiveAccount=ACCOUNT)
    rest = shop.cancel(window, refundReceiveAccount=ACCOUNT)

    assert (without.status_code, without.json()["code"]) == (400, "INVALID_REFUND_ACCOUNT_INFO")
    assert (part.json()["status"], part.json()["balanceAmount"]) == ("PARTIAL_CANCELED", 20_000)
    assert (rest.json()["status"], rest.json()["virtualAccount"]["refundStatus"]) == ("CANCELED", "PENDING")


def test_every_change_is_told(shop: Shop, ear: Ear) -> None:
    window = issued(shop)
    bank(shop, window)
    bank(shop, window, "reverse-deposit")
    shop.cancel(window)
    ear.wait_for(4)

    told = sorted(heard(ear), key=lambda notice: str(notice["createdAt"]))
    assert [notice["status"] for notice in told] == [
        "WAITING_FOR_DEPOSIT",
        "DONE",
        "WAITING_FOR_DEPOSIT",
        "CANCELED",
    ]
    assert {notice["orderId"] for notice in told} == {window.order_id}
    assert {notice["secret"] for notice in told} == {payment_of(shop, window)["secret"]}
    assert not any("eventType" in notice or "_id" in notice for notice in told)


def test_a_card_payment_is_told_where_somebody_listens(shop: Shop, ear: Ear) -> None:
    window = shop.paid()
    ear.wait_for(1)

    [told] = heard(ear)

    assert (told["eventType"], told["data"]["status"]) == ("PAYMENT_STATUS_CHANGED", "DONE")
    assert told["data"]["orderId"] == window.order_id


def test_what_is_not_acknowledged_is_repeated(shop: Shop, ear: Ear) -> None:
    ear.answers = [(500, ""), (302, "")]
    issued(shop)
    ear.wait_for(1)
    advance(shop, 61)
    ear.wait_for(2)
    advance(shop, 4 * 60 + 1)
    ear.wait_for(3)

    assert len({body for body in ear.heard}) == 1


def test_the_console_plays_buyer_and_bank(shop: Shop) -> None:
    window = issued(shop, orderName="가상계좌 상품")

    page = requests.get(f"{shop.toss}/console", timeout=5)
    paid = requests.post(
        f"{shop.toss}/console/deposits",
        data={"payment_key": window.payment_key, "depositor": "김철수"},
        timeout=5,
    )
    back = requests.post(
        f"{shop.toss}/console/reversals", data={"payment_key": window.payment_key}, timeout=5
    )
    refused = requests.post(
        f"{shop.toss}/console/reversals", data={"payment_key": window.payment_key}, timeout=5
    )

    assert "가상계좌 상품" in page.text
    assert "입금 대기" in page.text
    assert "입금 완료" in paid.text
    assert "입금 대기" in back.text
    assert "there is no deposit to take back" in refused.text
