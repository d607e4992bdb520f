"""Toss Payments' answers, as its documentation has them and as it does not."""

import json
from base64 import b64decode
from typing import Any

import pytest

from app.errors import GatewayOutcomeUnknown
from app.gateways.base import (
    Approved,
    BankAccount,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    Card,
    Declined,
    Gateway,
    NotCancelled,
)
from app.gateways.reasons import (
    Reason,
    RefundReason,
)
from app.gateways.toss.codes import CANCEL_REFUSED
from tests.gateways.kit import Play
from tests.gateways.line import Line, says
from tests.gateways.toss import DOUBTS, KEY, ORDER, TossKit, payment

PART = "txrd_a01kc0cancel02"


def cancelled(transaction_key: str, *, key: str = ORDER, amount: int = 10_000) -> dict[str, Any]:
    """Fields of a payment of which one part was given back."""
    entry = {"transactionKey": transaction_key, "cancelReason": f"고객 변심 [{key}]",
             "cancelAmount": amount, "cancelStatus": "DONE"}  # fmt: skip
    return {"lastTransactionKey": transaction_key, "cancels": [entry]}


class TestAnswers(TossKit):
    # --- confirm ---

    def test_a_confirm_is_the_request_that_toss_documents(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        play("confirm_card")

        self.confirm(gateway)

        [call] = line.calls
        assert call.json() == {"paymentKey": KEY, "orderId": ORDER, "amount": 50_000}
        assert call.headers["content-type"] == "application/json"
        scheme, _, encoded = call.headers["authorization"].partition(" ")
        assert (scheme, b64decode(encoded)) == ("Basic", b"test_sk_notforreal:")
        assert "accept-language" not in call.headers  # it would turn the answer's Korean words into English

    def test_a_card_payment_tells_what_a_receipt_needs(self, gateway: Gateway, play: Play) -> None:
        play("confirm_card")

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert answer.card == Card("hyundai", "43301234****123*", 0)
        assert answer.receipt_url == (
            f"https://dashboard.tosspayments.com/receipt/redirection?transactionId={KEY}&ref=PX"
        )

    @pytest.mark.parametrize(
        ("name", "issuer", "months"),
        [
            ("confirm_instalments", "shinhan", 3),
            ("confirm_easy_pay_by_card", "hyundai", 0),
            ("confirm_easy_pay_by_points", None, 0),
            ("confirm_transfer", None, 0),
        ],
    )
    def test_a_card_is_told_where_there_is_one(
        self, gateway: Gateway, play: Play, name: str, issuer: str | None, months: int
    ) -> None:
        play(name)

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        card = answer.card
        assert (card and card.issuer) == issuer
        assert card is None or card.installment_months == months

    @pytest.mark.parametrize(
        "change",
        [
            {"card": "43301234"},
            {"card": {"issuerCode": None, "number": None, "installmentPlanMonths": "3개월"}},
            {"card": {"issuerCode": "ZZ", "number": 4330, "installmentPlanMonths": 2.5}},
            {"card": []},
            {"receipt": "https://receipt.example"},
            {"receipt": {"url": None}},
            {"receipt": {"url": "javascript:alert(1)"}},
            {"receipt": {"url": "https://r.example/" + "x" * 3000}},
            {"easyPay": "카카오페이"},
            {"method": None, "status": "DONE", "version": "2099-01-01", "field": {"of": "tomorrow"}},
        ],
        ids=json.dumps,
    )
    def test_no_odd_fact_beside_the_money_loses_an_approval(
        self, gateway: Gateway, line: Line, change: dict[str, Any]
    ) -> None:
        line.will(payment(**change))

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert (answer.amount, answer.order_id) == (50_000, ORDER)
        assert answer.receipt_url is None or answer.receipt_url.startswith("https://dashboard.")
        assert answer.card is None or answer.card.installment_months == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "WAITING_FOR_DEPOSIT"},
            {"status": "IN_PROGRESS"},
            {"status": "CANCELED"},
            {"status": "STATUS_OF_TOMORROW"},
            {"status": None},
            {"orderId": "kc_other"},
            {"orderId": None},
            {"paymentKey": "another"},
            {"currency": "USD"},
            {"currency": None},
            {"totalAmount": "50000"},
            {"totalAmount": 50_000.5},
            {"totalAmount": None},
            {"totalAmount": True},
        ],
        ids=json.dumps,
    )
    def test_a_200_that_is_not_this_payment_taken_is_unknown(
        self, gateway: Gateway, line: Line, change: dict[str, Any]
    ) -> None:
        line.will(payment(**change))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert told.value.answered is True

    def test_an_amount_that_is_not_ours_is_told_as_it_is(self, gateway: Gateway, line: Line) -> None:
        """The caller compares, and gives it back."""
        line.will(payment(totalAmount=100))

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert answer.amount == 100

    @pytest.mark.parametrize(("status", "code"), DOUBTS)
    def test_a_code_that_promises_nothing_is_unknown(
        self, gateway: Gateway, line: Line, status: int, code: str
    ) -> None:
        line.will(says(status, {"code": code, "message": "잠시 후 다시 시도해주세요."}))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert told.value.gateway_code == code
        assert told.value.answered is DOUBTS[status, code]
        assert len(line.calls) == 1

    def test_the_newer_shape_of_an_error_is_read_as_well(self, gateway: Gateway, line: Line) -> None:
        error = {"code": "REJECT_CARD_PAYMENT", "message": "한도초과"}
        line.will(says(403, {"version": "2022-11-16", "traceId": "t", "error": error}))

        answer = self.confirm(gateway)

        assert answer == Declined(Reason.BALANCE, "REJECT_CARD_PAYMENT", "한도초과")

    def test_a_refusal_that_nobody_knows_is_checked_and_found_paid(
        self, gateway: Gateway, play: Play
    ) -> None:
        play("confirm_unknown_code_but_done")

        assert isinstance(self.confirm(gateway), Approved)

    @pytest.mark.parametrize("code", ["CODE_OF_TOMORROW", "FORBIDDEN_REQUEST"])
    def test_a_refusal_that_cannot_be_checked_is_unknown(
        self, gateway: Gateway, line: Line, code: str
    ) -> None:
        line.will(says(403, {"code": code, "message": "x"}), says(503))

        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway)

    def test_a_message_that_no_database_takes_is_cleaned(self, gateway: Gateway, line: Line) -> None:
        line.will(says(403, b'{"code": "REJECT_CARD_PAYMENT", "message": "a\\u0000b\\ud800c\\n"}'))

        assert self.confirm(gateway) == Declined(Reason.BALANCE, "REJECT_CARD_PAYMENT", "abc")

    # --- lookup ---

    def test_a_payment_is_found_by_its_key(self, gateway: Gateway, play: Play) -> None:
        play("lookup_done")

        answer = self.lookup(gateway)

        assert isinstance(answer, Approved)
        assert (answer.transaction_id, answer.order_id, answer.amount) == (KEY, ORDER, 50_000)

    def test_a_payment_is_found_by_its_order_while_there_is_no_key(
        self, gateway: Gateway, play: Play
    ) -> None:
        play("lookup_by_order")

        answer = self.lookup(gateway, returned=None)

        assert isinstance(answer, Approved)
        assert answer.transaction_id == KEY

    def test_the_payment_of_another_order_is_not_told_as_this_ones(
        self, gateway: Gateway, line: Line
    ) -> None:
        line.will(payment(orderId="kc_other"), payment(orderId="kc_other"))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)

    def test_a_key_is_one_part_of_the_path_whatever_it_holds(self, gateway: Gateway, line: Line) -> None:
        line.will(payment())

        self.lookup(gateway, returned={"paymentKey": "a/b?c#d%2e e"})

        assert line.calls[0].asks == "GET /toss/v1/payments/a%2Fb%3Fc%23d%252e%20e"

    @pytest.mark.parametrize(
        ("name", "reason", "code"),
        [
            ("lookup_aborted", Reason.BALANCE, "REJECT_CARD_PAYMENT"),
            ("lookup_expired", Reason.EXPIRED, "EXPIRED_PAYMENT"),
            ("lookup_canceled", Reason.OTHER, "CANCELED"),
        ],
    )
    def test_a_payment_that_ended_tells_why(
        self, gateway: Gateway, play: Play, name: str, reason: Reason, code: str
    ) -> None:
        play(name)

        answer = self.lookup(gateway)

        assert isinstance(answer, Declined)
        assert (answer.reason, answer.gateway_code) == (reason, code)

    def test_a_failure_of_an_odd_shape_is_still_a_failure(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="ABORTED", failure="한도초과"))

        assert self.lookup(gateway) == Declined(Reason.OTHER, "ABORTED", "")

    @pytest.mark.parametrize("status", ["PARTIAL_CANCELED", "WAITING_FOR_DEPOSIT", "OF_TOMORROW", None])
    def test_a_status_that_says_neither_paid_nor_unpaid_is_unknown(
        self, gateway: Gateway, line: Line, status: str | None
    ) -> None:
        line.will(payment(status=status))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)

    @pytest.mark.parametrize(
        ("status", "body"),
        [(404, {"code": "CODE_OF_TOMORROW"}), (404, b"<html>"), (429, {"code": "TOO_MANY"}), (401, b"")],
        ids=["unknown code", "a page", "too many", "nothing"],
    )
    def test_only_tosss_own_word_says_that_there_is_no_payment(
        self, gateway: Gateway, line: Line, status: int, body: object
    ) -> None:
        line.will(says(status, body))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway, returned=None)

    # --- cancel ---

    def test_a_cancel_is_the_request_that_toss_documents(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        play("cancel_whole")

        self.cancel(gateway)

        [call] = line.calls
        assert call.json() == {"cancelReason": f"주문 만료로 인한 자동 취소 [{ORDER}]"}
        assert call.headers["authorization"].startswith("Basic ")

    def test_a_cancel_that_left_something_is_not_done(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="PARTIAL_CANCELED", balanceAmount=1))

        with pytest.raises(GatewayOutcomeUnknown):
            self.cancel(gateway)

    def test_a_part_is_guarded_by_what_the_payment_held_before(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="PARTIAL_CANCELED", balanceAmount=40_000, **cancelled(PART, key="ref_1")))

        answer = self.cancel(gateway, key="ref_1", amount=10_000, balance=50_000, tax_free_amount=700)

        [call] = line.calls
        assert answer == Cancelled(PART)
        assert call.json() == {
            "cancelReason": "주문 만료로 인한 자동 취소 [ref_1]",
            "cancelAmount": 10_000,
            "refundableAmount": 50_000,
            "taxFreeAmount": 700,
        }

    def test_a_paid_account_is_given_back_to_an_account(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="CANCELED", balanceAmount=0, **cancelled(PART, amount=50_000)))

        self.cancel(gateway, account=BankAccount("kookmin", "12345678901234", "홍길동"))

        assert line.calls[0].json()["refundReceiveAccount"] == {
            "bank": "06", "accountNumber": "12345678901234", "holderName": "홍길동",
        }  # fmt: skip

    def test_a_refusal_that_cannot_be_read_back_is_not_believed(self, gateway: Gateway, line: Line) -> None:
        line.will(says(403, {"code": "NOT_CANCELABLE_PAYMENT", "message": "x"}), says(503))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.cancel(gateway)

        assert told.value.answered is False

    @pytest.mark.parametrize(
        ("status", "code", "answered"),
        [
            (400, "PROVIDER_ERROR", True),
            (400, "ALREADY_REFUNDING_PAYMENT", True),
            (409, "IDEMPOTENT_REQUEST_PROCESSING", False),
            (429, "TOO_MANY_REQUESTS", False),
            (500, "FAILED_REFUND_PROCESS", True),
            (500, "NOT_CANCELABLE_PAYMENT", True),
        ],
    )
    def test_a_cancel_that_may_have_been_done_is_unknown(
        self, gateway: Gateway, line: Line, status: int, code: str, answered: bool
    ) -> None:
        line.will(says(status, {"code": code, "message": "x"}))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.cancel(gateway)

        assert (told.value.gateway_code, told.value.answered) == (code, answered)

    @pytest.mark.parametrize("code", ["FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_AVAILABLE_BANK"])
    def test_a_cancel_that_comes_too_soon_is_postponed(self, gateway: Gateway, line: Line, code: str) -> None:
        line.will(says(403, {"code": code, "message": "x"}), payment())

        assert self.cancel(gateway) == CancelPostponed(code)

    @pytest.mark.parametrize(("code", "reason"), CANCEL_REFUSED.items())
    def test_every_refusal_of_a_cancel_has_its_reason(
        self, gateway: Gateway, line: Line, code: str, reason: RefundReason
    ) -> None:
        line.will(says(403, {"code": code, "message": "안 돼요"}), payment())

        assert self.cancel(gateway) == CancelRefused(reason, code, "안 돼요")

    # --- finding a cancel again ---

    def test_a_cancel_whose_answer_was_lost_is_found_by_our_key(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="PARTIAL_CANCELED", balanceAmount=40_000, **cancelled(PART, key="ref_1")))

        found = gateway.find_cancel(self.cancellation(key="ref_1", amount=10_000))

        assert found == Cancelled(PART)

    def test_a_cancel_made_in_the_console_is_not_taken_for_ours(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="PARTIAL_CANCELED", balanceAmount=40_000, **cancelled(PART, key="콘솔")))

        found = gateway.find_cancel(self.cancellation(key="ref_1", amount=10_000))

        assert found == NotCancelled(40_000)

    def test_our_cancel_of_another_amount_is_unknown(self, gateway: Gateway, line: Line) -> None:
        line.will(payment(status="PARTIAL_CANCELED", balanceAmount=40_000, **cancelled(PART, key="ref_1")))

        with pytest.raises(GatewayOutcomeUnknown):
            gateway.find_cancel(self.cancellation(key="ref_1", amount=9_000))

    def test_a_mere_look_never_asks_for_another_key(self, gateway: Gateway, line: Line) -> None:
        line.will(says(500, {"code": "UNKNOWN_ERROR", "message": "x"}))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            gateway.find_cancel(self.cancellation())

        assert told.value.answered is False

    def test_a_refusal_after_all_was_given_back_is_a_success(self, gateway: Gateway, play: Play) -> None:
        play("cancel_already_done")

        assert self.cancel(gateway) == Cancelled(KEY)
