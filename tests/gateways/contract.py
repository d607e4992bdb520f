"""What every adapter must do, whatever its gateway speaks.

A gateway has a Kit of its own (toss.py), filled with the names of its samples; its test file is one class that
inherits that kit and this list. What only that gateway has is tested beside it, with the same kit. All calls are
real HTTP, to a line of the test's own.
"""

import dataclasses
import io
import json
import socket
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable
from app.gateways import GATEWAYS, open_gateway
from app.gateways.base import (
    Approved,
    Authorised,
    Cancelled,
    CancelRefused,
    Declined,
    Gateway,
    WindowClosed,
)
from app.gateways.credentials import problems_of
from app.gateways.reasons import Reason, RefundReason
from app.logs import masked
from app.payments.methods import METHODS
from tests.gateways.kit import Kit, Play, with_each_answer
from tests.gateways.line import Call, Line
from tests.gateways.samples import names


class GatewayContract(Kit):
    # --- launch and return ---

    def test_every_method_it_names_can_be_launched(self, gateway: Gateway) -> None:
        assert gateway.methods
        assert gateway.methods <= set(METHODS)
        for method in gateway.methods:
            told = json.dumps(
                dataclasses.asdict(gateway.launch(dataclasses.replace(self.order, method=method)))
            )

            assert self.order.order_id in told
            assert str(self.order.amount) in told
            assert self.order.approved_url in told

    def test_what_a_merchant_enters_is_what_it_declares(self, gateway: Gateway) -> None:
        credentials = gateway.sandbox_credentials("0" * 32)

        assert problems_of(credentials, gateway.credential_fields, livemode=False) == {}
        assert problems_of({}, gateway.credential_fields, livemode=True)
        assert any(field.secret for field in gateway.credential_fields)
        assert {"surely_unknown"} == set(
            problems_of({**credentials, "surely_unknown": ""}, gateway.credential_fields, livemode=False)
        )

    def test_no_secret_is_given_to_the_browser(self, gateway: Gateway) -> None:
        fields = GATEWAYS[self.name].secret_fields
        shown = masked(dict(self.credentials), secret_fields=fields)
        keys = [value for name, value in self.credentials.items() if shown[name] != value]

        launched = json.dumps(dataclasses.asdict(gateway.launch(self.order)))

        assert keys
        assert [key for key in keys if key in launched or key in repr(gateway)] == []

    def test_a_genuine_return_is_kept_for_the_confirm(self, gateway: Gateway) -> None:
        read = self.read(gateway, "approved", self.genuine_return)

        assert read == Authorised(dict(self.returned))

    def test_a_forged_return_leads_to_nothing(self, gateway: Gateway) -> None:
        assert self.forgeries
        for name, change in self.forgeries.items():
            assert self.read(gateway, "approved", {**self.genuine_return, **change}) is None, name

    def test_a_return_without_any_field_leads_to_nothing(self, gateway: Gateway) -> None:
        assert self.read(gateway, "approved", {}) is None

    def test_a_buyer_who_closed_the_window_gave_up(self, gateway: Gateway) -> None:
        assert self.read(gateway, self.outcome_of_refusal, self.closed_return) == WindowClosed()

    def test_a_buyer_who_was_refused_in_the_window_is_told_why(self, gateway: Gateway) -> None:
        assert isinstance(self.read(gateway, self.outcome_of_refusal, self.refused_return), Declined)

    # --- confirm ---

    def test_an_approval_tells_the_payment_the_order_and_the_amount(
        self, gateway: Gateway, play: Play
    ) -> None:
        play(self.approved)

        answer = self.confirm(gateway)

        assert isinstance(answer, Approved)
        assert answer.transaction_id == self.transaction_id
        assert answer.order_id == self.order.order_id
        assert answer.amount == self.order.amount

    def test_the_amount_that_is_asked_for_is_ours_and_never_the_browsers(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        play(self.approved)

        self.confirm(gateway, returned={**self.returned, **self.cheaper})

        assert self.amount_asked(line.calls[0]) == self.order.amount

    def test_a_decline_is_an_answer_with_a_reason_of_ours(
        self, gateway: Gateway, line: Line, declined_code: str
    ) -> None:
        line.will(*self.refuses(declined_code))

        answer = self.confirm(gateway)

        assert isinstance(answer, Declined)
        assert answer.reason is self.declines[declined_code]
        assert answer.gateway_code == declined_code
        assert answer.is_mapped == (answer.reason is not Reason.OTHER)
        assert answer.gateway_message

    def test_a_code_that_nobody_knows_declines_for_no_reason_of_ours(
        self, gateway: Gateway, line: Line
    ) -> None:
        """Once the payment was read back."""
        line.will(*self.refuses("CODE_OF_TOMORROW"))

        answer = self.confirm(gateway)

        assert isinstance(answer, Declined)
        assert (answer.reason, answer.gateway_code) == (Reason.OTHER, "CODE_OF_TOMORROW")
        assert not answer.is_mapped

    @with_each_answer
    def test_a_confirm_without_a_usable_answer_is_unknown_and_not_repeated(
        self, gateway: Gateway, line: Line, answer: str
    ) -> None:
        ambiguous = self.ambiguous(answer)
        line.will(ambiguous.act)

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert len(line.calls) == 1
        self.check_doubt(told.value, ambiguous)

    # --- lookup ---

    def test_a_lookup_tells_what_became_of_a_payment(
        self, gateway: Gateway, play: Play, lookup_sample: str
    ) -> None:
        play(lookup_sample)

        answer = self.lookup(gateway)

        assert isinstance(answer, self.lookups[lookup_sample])

    @with_each_answer
    def test_a_lookup_without_a_usable_answer_claims_nothing(
        self, gateway: Gateway, line: Line, answer: str
    ) -> None:
        line.will(self.ambiguous(answer).act)

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)

        assert len(line.calls) == 1

    # --- cancel ---

    def test_a_cancel_gives_the_whole_amount_back(
        self, gateway: Gateway, play: Play, cancel_sample: str
    ) -> None:
        play(cancel_sample)

        assert self.cancel(gateway) == Cancelled(self.transaction_id)

    def test_a_refused_cancel_is_an_answer(
        self, gateway: Gateway, play: Play, cancel_refused_sample: str
    ) -> None:
        play(cancel_refused_sample)

        answer = self.cancel(gateway)

        assert isinstance(answer, CancelRefused)
        assert answer.is_mapped == (answer.reason != RefundReason.OTHER)

    @with_each_answer
    def test_a_cancel_without_a_usable_answer_is_unknown(
        self, gateway: Gateway, line: Line, answer: str
    ) -> None:
        ambiguous = self.ambiguous(answer)
        line.will(*self.cancel_answers(ambiguous))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.cancel(gateway)

        self.check_doubt(told.value, ambiguous)

    # --- no answer because nothing was asked, or nobody may ask ---

    @pytest.mark.parametrize("operation", ["confirm", "lookup", "cancel"])
    def test_a_gateway_that_takes_no_connection_was_sent_nothing(self, operation: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        settings = self.settings_for(f"http://127.0.0.1:{port}")
        gateway = open_gateway(self.name, credentials=self.credentials, livemode=False, settings=settings)

        with pytest.raises(GatewayUnreachable):
            getattr(self, operation)(gateway)

    def test_keys_that_are_not_accepted_are_a_fault_of_the_contract(
        self, gateway: Gateway, play: Play, asked_with_wrong_keys: str
    ) -> None:
        """In every operation of which it is published how the gateway says so."""
        play(self.wrong_keys[asked_with_wrong_keys])

        with pytest.raises(GatewayMisconfigured) as told:
            getattr(self, asked_with_wrong_keys)(gateway)

        assert told.value.gateway_code

    # --- logs ---

    def test_a_recorded_exchange_is_masked(self, gateway: Gateway, play: Play, line: Line) -> None:
        play(self.approved)
        self.confirm(gateway)
        asked = [{"headers": call.headers, "body": self.fields_asked(call)} for call in line.calls]
        answered = [self.content_of(name) for name in names(self.name)]
        told = self.told_at_launch(gateway)
        exchange = [*asked, *answered, told, dict(self.credentials)]
        assert all(_holds(exchange, secret) for secret in self.secrets)

        shown = masked(exchange, secret_fields=GATEWAYS[self.name].secret_fields)

        assert [secret for secret in self.secrets if _holds(shown, secret)] == []
        assert self.order.order_id in json.dumps(shown)
        assert str(self.order.amount) in json.dumps(shown)

    def test_nothing_secret_is_logged(
        self, gateway: Gateway, play: Play, written: io.StringIO, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        play(self.approved)

        self.confirm(gateway)

        line = json.loads(written.getvalue())
        assert line["event"] == f"{self.name}.confirm"
        assert self.order.order_id in line["about"]
        assert line["outcome"] == 200
        told = written.getvalue() + caplog.text
        assert [secret for secret in self.secrets if secret in told] == []


class RepeatableByKey(GatewayContract):
    """For gateways that remember an answer by a key of ours, errors too."""

    @abstractmethod
    def idempotency_key(self, call: Call) -> str:
        """The key in the request of a confirm or cancel."""

    def test_a_repeated_confirm_has_the_same_key(self, gateway: Gateway, play: Play, line: Line) -> None:
        """It was not answered, so it may have been carried out: the same key cannot charge twice."""
        keys = [self.key_of(gateway, play, line, self.confirm, self.approved) for _ in range(2)]

        assert keys[0] == keys[1] != ""

    def test_a_confirm_after_an_answered_error_has_another_key(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        """Else the remembered error would be answered for ever."""
        keys = {
            self.key_of(gateway, play, line, self.confirm, self.approved, earlier_errors=number)
            for number in range(3)
        }

        assert len(keys) == 3

    def test_a_repeated_cancel_has_the_same_key_and_another_after_an_answered_error(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        first, again, other = (
            self.key_of(gateway, play, line, self.cancel, self.cancelled[0], earlier_errors=number)
            for number in (0, 0, 1)
        )

        assert first == again != other

    def test_no_two_orders_and_no_two_operations_share_a_key(
        self, gateway: Gateway, play: Play, line: Line
    ) -> None:
        """A key that was used for another payment would bring that one's answer."""
        keys = [
            self.key_of(gateway, play, line, self.confirm, self.approved),
            self.key_of(gateway, play, line, self.cancel, self.cancelled[0]),
            self.key_of(gateway, play, line, self.cancel, self.cancelled[0], key="ref_other"),
        ]

        assert len(set(keys)) == 3
        assert all(len(key) <= 300 for key in keys)

    def key_of(
        self,
        gateway: Gateway,
        play: Play,
        line: Line,
        operation: Callable[..., Any],
        name: str,
        **changes: Any,
    ) -> str:
        play(name)
        before = len(line.calls)
        operation(gateway, **changes)
        return self.idempotency_key(line.calls[before])


def _holds(value: Any, text: str) -> bool:
    return text in json.dumps(value, ensure_ascii=False)
