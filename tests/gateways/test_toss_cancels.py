"""What Toss is asked to give back, and how its answers are understood. The payments are composed after the
reference; the way over real HTTP is tested with the sandbox."""

from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import (
    BankAccount,
    Cancellation,
    Cancelled,
    NotCancelled,
)
from app.gateways.reasons import (
    RefundReason,
)
from app.gateways.toss.cancels import cancel_body, done_by, find_in, refusal_of
from app.gateways.toss.codes import BANKS
from app.payments import banks

KEY = "ref_" + "0" * 32


def cancellation(**changes: Any) -> Cancellation:
    fields: dict[str, Any] = {"amount": 20_000, "balance": 50_000}
    return Cancellation("tviva20260105101500Ab3dE", KEY, "card", "고객 변심", **{**fields, **changes})


def entry(**changes: Any) -> dict[str, Any]:
    fields = {
        "transactionKey": "txrd_1",
        "cancelReason": f"고객 변심 [{KEY}]",
        "cancelAmount": 20_000,
        "refundableAmount": 30_000,
        "cancelStatus": "DONE",
        "cancelRequestId": None,
        "canceledAt": "2026-01-05T15:00:11+09:00",
    }
    return {**fields, **changes}


def payment(*cancels: dict[str, Any], balance: object = 30_000, **changes: Any) -> dict[str, Any]:
    last = cancels[-1]["transactionKey"] if cancels else "txrd_0"
    fields = {"status": "PARTIAL_CANCELED" if cancels else "DONE", "lastTransactionKey": last}
    return {**fields, "balanceAmount": balance, "cancels": list(cancels) or None, **changes}


class TestWhatIsAsked:
    def test_a_part_with_the_balance_as_its_guard(self) -> None:
        assert cancel_body(cancellation()) == {
            "cancelReason": f"고객 변심 [{KEY}]",
            "cancelAmount": 20_000,
            "refundableAmount": 50_000,
        }

    def test_all_of_it_without_an_amount_but_with_the_guard(self) -> None:
        body = cancel_body(cancellation(amount=50_000))

        assert "cancelAmount" not in body
        assert body["refundableAmount"] == 50_000

    def test_whatever_is_left_without_either(self) -> None:
        assert set(cancel_body(cancellation(amount=None, balance=None))) == {"cancelReason"}

    def test_a_long_reason_is_cut_and_keeps_our_name(self) -> None:
        what = Cancellation("key", KEY, "card", "가" * 200, amount=1, balance=2)

        reason = cancel_body(what)["cancelReason"]

        assert len(reason) == 200
        assert reason.endswith(f"가 [{KEY}]")

    def test_tax_free_money_and_an_account_where_there_are_any(self) -> None:
        account = BankAccount("kookmin", "110123456789", "홍길동")

        body = cancel_body(cancellation(tax_free_amount=500, account=account))

        assert body["taxFreeAmount"] == 500
        assert body["refundReceiveAccount"] == {
            "bank": "06",
            "accountNumber": "110123456789",
            "holderName": "홍길동",
        }

    def test_every_bank_that_we_know_has_its_code(self) -> None:
        assert set(BANKS) == set(banks.BANKS)


class TestWhatWasDone:
    def test_our_entry_is_found_by_our_name(self) -> None:
        others = [
            entry(transactionKey="txrd_0", cancelReason="콘솔"),
            entry(),
            entry(transactionKey="txrd_2", cancelReason="x"),
        ]

        assert find_in(payment(*others), cancellation()) == Cancelled("txrd_1")

    @pytest.mark.parametrize("reason", ["고객 변심", "[ref_" + "1" * 32 + "]", None])
    def test_an_entry_of_the_same_amount_is_not_ours_for_that(self, reason: str | None) -> None:
        assert find_in(payment(entry(cancelReason=reason)), cancellation()) == NotCancelled(30_000)

    def test_without_cancels_nothing_was_done(self) -> None:
        assert find_in(payment(balance=50_000), cancellation()) == NotCancelled(50_000)

    def test_an_answer_whose_reason_was_changed_is_known_by_its_transaction(self) -> None:
        assert done_by(payment(entry(cancelReason="고객 변심")), cancellation()) == Cancelled("txrd_1")

    @pytest.mark.parametrize(
        "found",
        [
            payment(entry(cancelAmount=19_999)),
            payment(entry(cancelStatus="IN_PROGRESS")),
            payment(entry(transactionKey=None)),
            payment(entry(cancelReason="x"), lastTransactionKey="txrd_9"),
            payment(),
            payment(entry(), balance="30000"),
            {},
        ],
    )
    def test_an_answer_that_makes_no_sense_proves_nothing(self, found: dict[str, Any]) -> None:
        with pytest.raises(GatewayOutcomeUnknown):
            done_by(found, cancellation())

    @pytest.mark.parametrize(
        ("status", "balance", "gone"),
        [("CANCELED", 0, True), ("PARTIAL_CANCELED", 0, True), ("DONE", 50_000, False), ("READY", 0, False)],
    )
    def test_whatever_was_left_is_gone_when_nothing_is_left(
        self, status: str, balance: int, gone: bool
    ) -> None:
        found = find_in(payment(balance=balance, status=status), cancellation(amount=None, balance=None))

        assert isinstance(found, Cancelled) is gone


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "code", "reason"),
        [
            (400, "ALREADY_CANCELED_PAYMENT", RefundReason.BALANCE),
            (400, "NOT_MATCHES_REFUNDABLE_AMOUNT", RefundReason.BALANCE),
            (400, "INVALID_REFUND_ACCOUNT_INFO", RefundReason.ACCOUNT),
            (400, "INVALID_REQUEST", RefundReason.OTHER),
            (403, "EXCEED_MAX_REFUND_DUE", RefundReason.TOO_LATE),
            (403, "NOT_ALLOWED_PARTIAL_REFUND", RefundReason.PARTIAL),
            (403, "SOMETHING_NEW", RefundReason.OTHER),
            (403, "NOT_AVAILABLE_BANK", None),
            (403, "FORBIDDEN_CONSECUTIVE_REQUEST", None),
        ],
    )
    def test_a_refusal_has_a_reason_of_ours(
        self, status: int, code: str, reason: RefundReason | None
    ) -> None:
        assert refusal_of(status, code) is reason

    @pytest.mark.parametrize(
        ("status", "code", "answered"),
        [
            (500, "FAILED_REFUND_PROCESS", True),
            (500, "EXCEED_MAX_REFUND_DUE", True),
            (503, "UNREADABLE", True),
            (400, "PROVIDER_ERROR", True),
            (400, "ALREADY_REFUNDING_PAYMENT", True),
            (400, "UNREADABLE", True),
            (409, "IDEMPOTENT_REQUEST_PROCESSING", False),
            (429, "UNREADABLE", False),
        ],
    )
    def test_other_answers_promise_nothing(self, status: int, code: str, answered: bool) -> None:
        with pytest.raises(GatewayOutcomeUnknown) as unknown:
            refusal_of(status, code)

        assert unknown.value.answered is answered

    @pytest.mark.parametrize(
        ("status", "code"),
        [(401, "UNAUTHORIZED_KEY"), (403, "FORBIDDEN_REQUEST"), (404, "NOT_FOUND_PAYMENT")],
    )
    def test_keys_that_are_wrong_are_told_as_such(self, status: int, code: str) -> None:
        with pytest.raises(GatewayMisconfigured):
            refusal_of(status, code)
