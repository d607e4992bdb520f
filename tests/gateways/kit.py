"""What the tests of an adapter play with: one gateway's names, its samples, and the operations asked over a line."""

import dataclasses
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pytest
import structlog

from app.errors import GatewayOutcomeUnknown
from app.gateways import http, open_gateway
from app.gateways.base import (
    Approved,
    Authorised,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    CannotTell,
    Declined,
    Gateway,
    Issued,
    Unpaid,
    WindowClosed,
)
from app.gateways.orders import (
    Order,
    ScriptLaunch,
)
from app.gateways.reasons import (
    Reason,
)
from app.settings import Settings, load_settings
from tests.gateways.line import Act, Call, Line, closes, drips, hangs, resets, says, truncates
from tests.gateways.samples import sample, steps
from tests.support.logs import production_log

# A gateway is waited for so long that a machine that stands still changes nothing; where no answer comes, less.
PATIENT_S, IMPATIENT_S = "10", "0.4"
PAGE = "<html><title>Service Temporarily Unavailable</title></html>"

Play = Callable[[str], None]


@dataclass(frozen=True)
class Ambiguous:
    """An answer that proves nothing. status: None when there was no answer at all. comes: whether there is anything
    to wait for."""

    act: Act
    status: int | None
    comes: bool = True


def ambiguous_answers(good: bytes, misspelt: bytes) -> dict[str, Ambiguous]:
    """good: the body of an approval in the gateway's own charset. misspelt: in another."""
    return {
        "500": Ambiguous(says(500, {"code": "UNKNOWN_ERROR", "message": "x"}), 500),
        "500 although the body looks good": Ambiguous(says(500, good), 500),
        "502 page": Ambiguous(says(502, PAGE, content_type="text/html"), 502),
        "503 page": Ambiguous(says(503, PAGE, content_type="text/html"), 503),
        "503 empty": Ambiguous(says(503), 503),
        "504 page": Ambiguous(says(504, PAGE, content_type="text/html"), 504),
        "403 page of a firewall": Ambiguous(says(403, PAGE, content_type="text/html"), 403),
        "moved": Ambiguous(says(302, headers={"Location": "/elsewhere"}), 302),
        "empty": Ambiguous(says(200), 200),
        "a page": Ambiguous(says(200, PAGE, content_type="text/html"), 200),
        "garbled": Ambiguous(says(200, good[: len(good) // 2] + b"\xff\xfe\x00"), 200),
        "cut off within": Ambiguous(says(200, good[:-2]), 200),
        "in another charset": Ambiguous(says(200, misspelt), 200),
        "a list": Ambiguous(says(200, [1]), 200),
        "null": Ambiguous(says(200, b"null"), 200),
        "no end of brackets": Ambiguous(says(200, b"[" * 200_000), 200),
        "too large": Ambiguous(says(200, b" " * (http.LARGEST_ANSWER + 1)), None),
        "cut off on the way": Ambiguous(truncates(good), None),
        "closed": Ambiguous(closes, None),
        "reset": Ambiguous(resets, None),
        "never": Ambiguous(hangs, None, comes=False),
        "in drops": Ambiguous(drips(b" " * 400, pause_s=0.02), None, comes=False),
    }


with_each_answer = pytest.mark.parametrize(
    ("answer", "gateway_timeout_s"),
    [
        pytest.param(name, PATIENT_S if answer.comes else IMPATIENT_S, id=name)
        for name, answer in ambiguous_answers(b"", b"").items()
    ],
)


def example_order(gateway: str, order_id: str, *, due_at: datetime, **changes: Any) -> Order:
    """What a kit's samples are of. due_at: of a virtual account."""
    back = f"https://pay.example/return/{order_id}"
    fields: dict[str, Any] = {
        "name": "텀블러 외 1건",
        "amount": 50_000,
        "customer_email": "customer@example.com",
        **changes,
    }
    return Order(
        order_id=order_id,
        tax_free_amount=0,
        method="card",
        customer_name="홍길동",
        customer_phone="+821012345678",
        approved_url=f"{back}/approved",
        failed_url=f"{back}/failed",
        closed_url=f"{back}/closed",
        notice_url=f"https://pay.example/notifications/test/{gateway}/shop_1",
        due_at=due_at,
        **fields,
    )


class Kit(ABC):
    """The names to fill in; all values are those of the samples."""

    name: ClassVar[str]
    credentials: ClassVar[Mapping[str, str]]
    # Those of them that nobody but the gateway ever sees.
    private_credentials: ClassVar[frozenset[str]]
    order: ClassVar[Order]
    transaction_id: ClassVar[str]
    # What the browser brings back, and what is kept of it for the confirm.
    genuine_return: ClassVar[Mapping[str, str]]
    returned: ClassVar[Mapping[str, str]]
    # Changes of a genuine return, each of which makes it worthless. cheaper: the amount as a forger writes it.
    forgeries: ClassVar[Mapping[str, Mapping[str, str]]]
    cheaper: ClassVar[Mapping[str, str]]
    closed_return: ClassVar[Mapping[str, str]]
    refused_return: ClassVar[Mapping[str, str]]
    # Which of our two addresses a refusal comes to.
    outcome_of_refusal: ClassVar[str] = "failed"
    # The gateway's codes for a refused confirm, as its notes tell them.
    declines: ClassVar[Mapping[str, Reason]]
    # Samples. lookups: sample -> what a lookup makes of it.
    approved: ClassVar[str]
    wrong_keys: ClassVar[Mapping[str, str]]  # operation -> sample; lookup and cancel at least
    lookups: ClassVar[Mapping[str, type]]
    cancelled: ClassVar[Sequence[str]]
    cancel_refused: ClassVar[Sequence[str]]
    # A charset that this gateway does not use, with letters that are no text in its own.
    other_charset: ClassVar[str]
    # What no log may hold: keys, and what in the samples is personal.
    secrets: ClassVar[Sequence[str]]

    # --- to be told by each gateway ---

    @abstractmethod
    def refuses(self, code: str) -> list[Act]:
        """What comes when a confirm is declined with this code."""

    @abstractmethod
    def amount_asked(self, call: Call) -> int:
        """The amount in the request of a confirm."""

    @abstractmethod
    def cancel_answers(self, answer: Ambiguous) -> list[Act]:
        """What comes when a cancel is answered so; more than one where the adapter looks before it believes."""

    # --- what most of them have in common ---

    def fields_asked(self, call: Call) -> Any:
        """The body of a request, read."""
        return call.json()

    def fields_told(self, body: Any) -> Any:
        """The body of an answer in a sample, read."""
        return body

    def content_of(self, name: str) -> Any:
        """A sample as the gateway's fields."""
        content = sample(self.name, name)
        if "steps" not in content:
            return content
        return [self.fields_told(step.body) for step in steps(self.name, name)]

    # --- how it is played ---

    @pytest.fixture
    def gateway_timeout_s(self) -> str:
        return PATIENT_S

    @pytest.fixture
    def settings(self, line: Line, gateway_timeout_s: str) -> Settings:
        return self.settings_for(line.url, gateway_timeout_s)

    @pytest.fixture
    def gateway(self, settings: Settings) -> Gateway:
        return open_gateway(self.name, credentials=self.credentials, livemode=False, settings=settings)

    @pytest.fixture
    def play(self, line: Line) -> Iterator[Play]:
        """Plays a sample; at the end, all of it must have been asked for, in its order."""
        expected: list[str] = []

        def play(name: str) -> None:
            for step in steps(self.name, name):
                expected.append(step.request)
                line.will(step.act)

        yield play
        assert [call.asks.replace(f"/{self.name}/", "/", 1) for call in line.calls] == expected

    def settings_for(self, url: str, gateway_timeout_s: str = PATIENT_S) -> Settings:
        environ = {"APP_ENV": "test", "SANDBOX_URL": url, "GATEWAY_TIMEOUT_S": gateway_timeout_s}
        return load_settings(environ)

    def told_at_launch(self, gateway: Gateway, **changes: Any) -> dict[str, Any]:
        """What the gateway is told of the order, with some of it changed."""
        launch = gateway.launch(dataclasses.replace(self.order, **changes))
        return launch.params if isinstance(launch, ScriptLaunch) else dict(launch.fields)

    def script_of(self, gateway: Gateway) -> ScriptLaunch:
        launch = gateway.launch(self.order)
        assert isinstance(launch, ScriptLaunch)
        return launch

    def confirm(self, gateway: Gateway, **changes: Any) -> Approved | Issued | Declined:
        arguments = {
            "returned": self.returned,
            "order_id": self.order.order_id,
            "amount": self.order.amount,
            "earlier_errors": 0,
        }
        return gateway.confirm(**{**arguments, **changes})

    def lookup(self, gateway: Gateway, **changes: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        return gateway.lookup(**{"returned": self.returned, "order_id": self.order.order_id, **changes})

    def cancel(self, gateway: Gateway, **changes: Any) -> Cancelled | CancelRefused | CancelPostponed:
        """Of whatever is left, when the changes name no amount."""
        return gateway.cancel(self.cancellation(**changes))

    def cancellation(self, **changes: Any) -> Cancellation:
        arguments: dict[str, Any] = {
            "transaction_id": self.transaction_id,
            "method": self.order.method,
            "reason": "주문 만료로 인한 자동 취소",
            "key": self.order.order_id,
        }
        return Cancellation(**{**arguments, **changes})

    def ambiguous(self, answer: str) -> Ambiguous:
        """One of `ambiguous_answers`, with this gateway's own approval for its body."""
        good = json.dumps(steps(self.name, self.approved)[-1].body, ensure_ascii=False)
        return ambiguous_answers(good.encode(), good.encode(self.other_charset))[answer]

    def check_doubt(self, told: GatewayOutcomeUnknown, answer: Ambiguous) -> None:
        assert told.answered is (answer.status is not None)

    def read(
        self, gateway: Gateway, outcome: str, fields: Mapping[str, str]
    ) -> Authorised | Declined | WindowClosed | None:
        order = self.order
        return gateway.read_return(
            outcome=outcome,
            fields=fields,
            order_id=order.order_id,
            amount=order.amount,
            method=order.method,
        )

    @pytest.fixture
    def written(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
        """What production would write to its log."""
        with production_log() as stream:
            monkeypatch.setattr(http, "log", structlog.get_logger())
            yield stream
