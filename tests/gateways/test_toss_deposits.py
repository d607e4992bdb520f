"""Virtual accounts at Toss Payments: what an issued account looks like, and what its server tells us."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import Approved, Cancelled, Gateway, Issued, Notification, VirtualAccount
from tests.gateways.kit import Play
from tests.gateways.line import Line, says
from tests.gateways.samples import sample
from tests.gateways.toss import KEY, ORDER, TossKit

DUE = datetime(2026, 1, 6, 1, 15, 2, tzinfo=UTC)
ISSUED = Issued(
    KEY,
    ORDER,
    50_000,
    VirtualAccount("woori", "X6505831718354", "홍길동", DUE),
    "ps_0123456789abcdefghijklmnopqr",
)


def waiting(**account: Any) -> dict[str, Any]:
    """A payment that waits for its deposit; account: changes of its virtualAccount."""
    [step] = sample("toss", "lookup_waiting")["steps"]
    payment = {**sample("toss", "payment"), **step["body"]["with"]}
    return {**payment, "virtualAccount": {**payment["virtualAccount"], **account}}


class TestDeposits(TossKit):
    def test_a_confirm_may_issue_an_account(self, gateway: Gateway, play: Play) -> None:
        play("confirm_waiting")

        assert self.confirm(gateway) == ISSUED

    def test_an_account_is_found_again(self, gateway: Gateway, play: Play) -> None:
        play("lookup_waiting")

        assert self.lookup(gateway) == ISSUED

    def test_a_deposit_is_an_approval(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, {**waiting(depositorName="홍길동"), "status": "DONE"}))

        found = self.lookup(gateway)

        assert isinstance(found, Approved)
        assert (found.transaction_id, found.amount) == (KEY, 50_000)

    @pytest.mark.parametrize(
        "text", ["2026-01-06T10:15:02", "2026-01-06T10:15:02+09:00", "2026-01-06T01:15:02Z"]
    )
    def test_the_time_that_it_is_due_may_lack_its_offset(
        self, gateway: Gateway, line: Line, text: str
    ) -> None:
        line.will(says(200, waiting(dueDate=text)))

        found = self.lookup(gateway)

        assert isinstance(found, Issued)
        assert found.account.due_at == DUE

    @pytest.mark.parametrize(
        "account", [{"dueDate": None}, {"dueDate": "soon"}, {"accountNumber": ""}, {"accountNumber": None}]
    )
    def test_an_account_that_nobody_could_pay_into_is_none(
        self, gateway: Gateway, line: Line, account: dict[str, Any]
    ) -> None:
        line.will(says(200, waiting(**account)))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)

    def test_a_bank_that_we_do_not_know_costs_no_account(self, gateway: Gateway, line: Line) -> None:
        line.will(says(200, waiting(bankCode="ZZ", customerName=None)))

        found = self.lookup(gateway)

        assert isinstance(found, Issued)
        assert (found.account.bank, found.account.holder) == ("unknown", "")

    def test_an_account_that_waits_is_closed(self, gateway: Gateway, play: Play) -> None:
        play("cancel_waiting")

        assert isinstance(self.cancel(gateway), Cancelled)

    def test_the_window_is_told_until_when_in_korean_time(self, gateway: Gateway) -> None:
        assert "virtualAccount" not in self.told_at_launch(gateway, method="card")["request"]


GOOD: dict[str, tuple[dict[str, Any], Notification]] = {
    "a deposit": (
        {"createdAt": "2026-01-05T11:02:33.12", "secret": "ps_1", "status": "DONE", "orderId": ORDER},
        Notification(ORDER, "ps_1"),
    ),
    "a deposit without a secret": ({"status": "DONE", "orderId": ORDER}, Notification(ORDER)),
    "a payment": (
        {"eventType": "PAYMENT_STATUS_CHANGED", "data": {"orderId": ORDER, "secret": "ps_1", "later": 1}},
        Notification(ORDER),
    ),
}
WORTHLESS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"orderId=1",
    "a list": b"[]",
    "no text": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "no order": b"{}",
    "an order that is none": b'{"orderId": 1}',
    "another product": b'{"eventType": "BILLING_DELETED", "data": {"orderId": "x"}}',
    "a payment that is none": b'{"eventType": "PAYMENT_STATUS_CHANGED", "data": null}',
}


class TestNotifications(TossKit):
    @pytest.mark.parametrize("kind", GOOD)
    def test_what_its_server_tells_is_understood(self, gateway: Gateway, kind: str) -> None:
        told, expected = GOOD[kind]

        assert (
            gateway.read_notification(
                body=json.dumps(told).encode(), content_type="application/json", source=""
            )
            == expected
        )

    @pytest.mark.parametrize("kind", WORTHLESS)
    def test_what_makes_no_sense_is_nothing(self, gateway: Gateway, kind: str) -> None:
        assert (
            gateway.read_notification(body=WORTHLESS[kind], content_type="application/json", source="")
            is None
        )
