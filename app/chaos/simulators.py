"""The simulated gateways as a buyer, the bank and an accountant see them: windows, deposits, what they hold."""

import html
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode

from app.chaos.http import Reply
from app.chaos.pages import Launch, Return, order_key, return_in
from app.chaos.plan import Try

Ask = Callable[..., Reply]

MESSAGE = re.compile(r'data-message="([^"]*)"')
PROBLEMS = re.compile(r"<li[^>]*>([^<]{1,200})</li>")


@dataclass(frozen=True)
class Payment:
    """order: its key (see order_key). approvals: how often money was taken. balance: what of it is still there, whole
    won. account: number of the virtual account, "" without one; waits: and no money on it."""

    key: str | None
    order: str
    approvals: int
    balance: int
    account: str
    waits: bool

    @property
    def went_back(self) -> bool:
        """Nothing of what was taken is there any more, or the account is closed."""
        return not self.balance and not self.waits


class Simulator(ABC):
    """url: its origin and folder. ask: asks again and again until there is an answer."""

    name: ClassVar[str]
    declines: ClassVar[tuple[str, ...]]
    refusals: ClassVar[dict[str, str]]  # a Try's outcome -> the form's
    waiting: ClassVar[str]  # status of an account that waits for its deposit
    # What this gateway cannot do wrong -> what it can, "none" for nothing like it.
    instead: ClassVar[dict[str, str]] = {}
    takes: ClassVar[tuple[str, ...]] = ("fault", "back", "lie", "cancel_fault", "deposit")

    def __init__(self, sandbox: str, ask: Ask) -> None:
        self.url = f"{sandbox}/{self.name}"
        self._sandbox, self._ask = sandbox, ask

    @abstractmethod
    def enter(self, launch: Launch) -> str:
        """The address of the window. Raises ValueError when the gateway refuses the order."""

    @abstractmethod
    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        """What the browser does after the window's form was posted."""

    @abstractmethod
    def bank(self, what: str, key: str) -> None:
        """what: deposit or take_back."""

    def use(self, launch: Launch, window: str, one: Try) -> Return | None:
        """Choose in the window. None: the browser stays there."""
        form = {"outcome": self._outcome(one), "delay_s": str(one.delay_s), **self.wrongs(one)}
        back = self.come_back(launch, self._ask("POST", window, form=form))
        return back and self.spoil_return(back, one.back)

    def wrongs(self, one: Try) -> dict[str, str]:
        """What goes wrong, in this gateway's words."""
        known = {
            "fault": one.fault,
            "back": one.back,
            "lie": one.lie,
            "cancel_fault": one.cancel_fault,
            "deposit": {"early": "before_answer"}.get(one.deposit, one.deposit),
        }
        return {name: self.instead.get(known[name], known[name]) for name in self.takes}

    def spoil_return(self, back: Return, how: str) -> Return:
        """Where the window itself does not."""
        return back

    def payments(self, order: str | None = None) -> list[Payment]:
        """order: of one order number only."""
        asked = f"?{urlencode({'orderId': order})}" if order else ""
        found: list[dict[str, Any]] = self._ask("GET", f"{self.url}/sim/payments{asked}").json()
        return [self._payment(one) for one in found]

    def number_of(self, attempt_id: str) -> str:
        """The order number of an attempt."""
        return attempt_id

    def switch(self, values: Mapping[str, str]) -> None:
        self._ask("POST", f"{self.url}/sim/switches", body=dict(values))

    def hurry(self, seconds: float) -> None:
        """Its clock goes forward, so that it repeats at once what nobody heard."""
        self._ask("POST", f"{self.url}/sim/advance-clock", body={"seconds": seconds})

    cancel_target: ClassVar[str] = "cancel"

    def spoil_cancel(self, fault: str) -> None:
        """The next one."""
        self._arm(self.cancel_target, self.instead.get(fault, fault), 0.0)

    def spoil_notice(self, fault: str, delay_s: float) -> None:
        """The next one."""
        self._arm("notice", fault, delay_s)

    def _arm(self, target: str, fault: str, delay_s: float) -> None:
        body = {"target": target, "fault": fault, "times": 1, "delay_s": delay_s}
        self._ask("POST", f"{self.url}/sim/faults", body=body)

    def _outcome(self, one: Try) -> str:
        if one.outcome == "decline":
            return f"decline:{self.declines[one.number % len(self.declines)]}"
        return self.refusals.get(one.outcome, "approve" if one.outcome == "leave" else one.outcome)

    def _payment(self, told: Mapping[str, Any]) -> Payment:
        return Payment(
            key=told["paymentKey"],
            order=order_key(told["orderId"]),
            approvals=told["approvals"],
            balance=told["balanceAmount"] if told["approvals"] else 0,
            account=told.get("account") or "",
            waits=told["status"] == self.waiting,
        )

    def _follow(self, opened: Reply) -> str:
        """Raises ValueError for an order that the gateway would not take: that is our mistake, and no fault's."""
        if opened.status != 303:
            raise ValueError(f"{self.name} refused the order: {PROBLEMS.findall(opened.text)}")
        return self._sandbox + opened.location


class Toss(Simulator):
    name = "toss"
    declines = (
        "REJECT_CARD_COMPANY",
        "REJECT_CARD_PAYMENT",
        "INVALID_CARD_EXPIRATION",
        "INVALID_STOPPED_CARD",
    )
    refusals: ClassVar[dict[str, str]] = {}
    waiting = "WAITING_FOR_DEPOSIT"
    instead: ClassVar[dict[str, str]] = {
        "system_error_after": "error_500_after",
        "system_error_before": "error_500_before",
    }
    takes = ("fault",)

    def enter(self, launch: Launch) -> str:
        told = launch.params
        body = {"clientKey": told["clientKey"], "customerKey": told["customerKey"], **told["request"]}
        return str(self._ask("POST", f"{self.url}/sim/window-requests", body=body).json()["windowUrl"])

    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        return Return(page.location) if page.location else None

    def bank(self, what: str, key: str) -> None:
        path = {"deposit": "deposit", "take_back": "reverse-deposit"}[what]
        self._ask("POST", f"{self.url}/sim/payments/{key}/{path}", body={})

    def _payment(self, told: Mapping[str, Any]) -> Payment:
        account = told["virtualAccount"] or {}
        return super()._payment({**told, "account": account.get("accountNumber")})

    def spoil_return(self, back: Return, how: str) -> Return:
        """By hand, in the link."""
        link, _, query = back.address.partition("?")
        told = dict(parse_qsl(query))
        key = told.get("paymentKey", "")
        changes: dict[str, dict[str, str]] = {
            "garbled": {"paymentKey": key[: len(key) // 2]},
            "without": {"paymentKey": ""},
            "other_order": {"orderId": told.get("orderId", "")[:-1] + "#"},
        }
        if not key or how not in changes:
            return back
        return Return(f"{link}?{urlencode({**told, **changes[how]}, quote_via=quote)}")


class Kcp(Simulator):
    name = "kcp"
    declines = ("SIM7", "SIMD", "SIM8", "SIM9")
    refusals: ClassVar[dict[str, str]] = {"abort": "limit", "reject_in_window": "odd"}
    waiting = "VA_WAITING"
    instead: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("foreign_approval", "foreign_cancel", "unknown_idc", "other_order"), "garbled"),
        **dict.fromkeys(("pays", "reversed", "never"), "none"),
    }
    takes = ("fault", "back", "deposit")

    def enter(self, launch: Launch) -> str:
        if launch.action:
            return self._follow(self._ask("POST", launch.action, form=launch.params))
        form = {**launch.params["fields"], "encType": "utf-8", "sim_origin": launch.shop}
        return self._follow(self._ask("POST", f"{self.url}/window", form=form))

    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        """On PC the window tells our page, which posts its own form with what it was told."""
        back = return_in(page.text)
        message = MESSAGE.search(page.text)
        if back or message is None or launch.action:
            return back
        told = json.loads(html.unescape(message[1])).get("fields") or {}
        if told.get("res_cd") != "0000":
            return None
        return Return(launch.params["action"], {**launch.params["fields"], **told})

    def bank(self, what: str, key: str) -> None:
        path = {"deposit": "deposits", "take_back": "reversals"}[what]
        self._ask("POST", f"{self.url}/sim/{path}", body={"tno": key})

    def number_of(self, attempt_id: str) -> str:
        return order_key(attempt_id)


class Inicis(Simulator):
    name = "inicis"
    declines = ("SIMB", "SIMC", "SIMG", "SIM9")
    refusals: ClassVar[dict[str, str]] = {"abort": "fail", "reject_in_window": "blank"}
    waiting = "WAITING"
    cancel_target = "refund"
    instead: ClassVar[dict[str, str]] = dict.fromkeys(("pays", "reversed", "never"), "none")

    def enter(self, launch: Launch) -> str:
        if launch.action:
            return self._follow(self._ask("POST", launch.action, form=launch.params, charset="cp949"))
        form = {**launch.params["fields"], "requestByJs": "true", "sim_origin": launch.shop}
        return self._follow(self._ask("POST", f"{self.url}/payMain/pay", form=form))

    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        return return_in(page.text)

    def bank(self, what: str, key: str) -> None:
        path = {"deposit": "deposits", "take_back": "reversals"}[what]
        self._ask("POST", f"{self.url}/sim/{path}", body={"tid": key})


SIMULATORS: dict[str, type[Simulator]] = {one.name: one for one in (Toss, Kcp, Inicis)}


def simulators_at(sandbox: str, ask: Ask) -> dict[str, Simulator]:
    """sandbox: origin."""
    return {name: kind(sandbox, ask) for name, kind in SIMULATORS.items()}
