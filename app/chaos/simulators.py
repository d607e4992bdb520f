"""The simulated gateways as a buyer, the bank and an accountant see them: windows, deposits, what they hold."""

import html
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.chaos.http import Reply
from app.chaos.plan import ACCOUNT, Try

Ask = Callable[..., Reply]

LAUNCH = re.compile(r"data-launch='([^']+)'")
LAUNCHER = re.compile(r"/js/launch/(\w+)[.\w]*\.js")
FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*data-launch-form>(.*?)</form>', re.DOTALL)
BACK_FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*data-back.*?>(.*?)</form>', re.DOTALL)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
MESSAGE = re.compile(r'data-message="([^"]*)"')
PROBLEMS = re.compile(r"<li[^>]*>([^<]{1,200})</li>")
NOT_IN_AN_ORDER_NUMBER = re.compile("[^A-Za-z0-9]")


@dataclass(frozen=True)
class Launch:
    """What our page tells the browser. action: where a form is posted, "" for a script. shop: origin of the page."""

    gateway: str
    action: str
    params: dict[str, Any]
    shop: str


@dataclass(frozen=True)
class Return:
    """How the browser comes back. fields: None for a link."""

    address: str
    fields: dict[str, str] | None = None


@dataclass(frozen=True)
class Payment:
    """approvals: how often money was taken. balance: what of it is still there, whole won. account: there is a virtual
    account; waits: and no money on it."""

    key: str | None
    order: str
    approvals: int
    balance: int
    account: bool
    waits: bool


def launch_in(page: str, shop: str) -> Launch | None:
    """Of our launch page; None when it is another page."""
    form = FORM.search(page)
    if form:
        action = html.unescape(form[1])
        return Launch(_gateway_at(action), action, hidden_inputs(form[2]), shop)
    script, launcher = LAUNCH.search(page), LAUNCHER.search(page)
    if script and launcher:
        return Launch(launcher[1], "", json.loads(html.unescape(script[1])), shop)
    return None


def hidden_inputs(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in INPUT.findall(page)}


def order_key(order_id: str) -> str:
    """By which an order is found again, whatever a gateway leaves out of its number."""
    return NOT_IN_AN_ORDER_NUMBER.sub("", order_id)


class Simulator(ABC):
    """url: its origin and folder. ask: asks again and again until there is an answer."""

    name: ClassVar[str]
    declines: ClassVar[tuple[str, ...]]
    refusals: ClassVar[dict[str, str]]  # a Try's outcome -> the form's
    waiting: ClassVar[str]  # status of an account that waits for its deposit

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
        form = {"outcome": self._outcome(one), "fault": one.fault, "delay_s": str(one.delay_s)}
        return self.come_back(launch, self._ask("POST", window, form=form))

    def payments(self) -> list[Payment]:
        found: list[dict[str, Any]] = self._ask("GET", f"{self.url}/sim/payments").json()
        return [self._payment(one) for one in found]

    def hurry(self, seconds: float) -> None:
        """Its clock goes forward, so that it repeats at once what nobody heard."""
        self._ask("POST", f"{self.url}/sim/advance-clock", body={"seconds": seconds})

    def spoil(self, fault: str) -> None:
        """The next cancel."""
        body = {"target": self.cancel_target, "fault": fault, "times": 1}
        self._ask("POST", f"{self.url}/sim/faults", body=body)

    cancel_target: ClassVar[str] = "cancel"

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
            account=bool(told.get("account")),
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
        return super()._payment({**told, "account": told["virtualAccount"]})


class Kcp(Simulator):
    name = "kcp"
    declines = ("SIM7", "SIMD", "SIM8", "SIM9")
    refusals: ClassVar[dict[str, str]] = {"abort": "limit", "reject_in_window": "odd"}
    waiting = "VA_WAITING"

    def enter(self, launch: Launch) -> str:
        if launch.action:
            return self._follow(self._ask("POST", launch.action, form=launch.params))
        form = {**launch.params["fields"], "encType": "utf-8", "sim_origin": launch.shop}
        return self._follow(self._ask("POST", f"{self.url}/window", form=form))

    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        """On PC the window tells our page, which posts its own form with what it was told."""
        form = BACK_FORM.search(page.text)
        if form:
            return Return(html.unescape(form[1]), hidden_inputs(form[2]))
        message = MESSAGE.search(page.text)
        if message is None or launch.action:
            return None
        told = json.loads(html.unescape(message[1])).get("fields") or {}
        if told.get("res_cd") != "0000":
            return None
        return Return(launch.params["action"], {**launch.params["fields"], **told})

    def bank(self, what: str, key: str) -> None:
        path = {"deposit": "deposits", "take_back": "reversals"}[what]
        self._ask("POST", f"{self.url}/sim/{path}", body={"tno": key})


class Inicis(Simulator):
    name = "inicis"
    declines = ("SIMB", "SIMC", "SIMG", "SIM9")
    refusals: ClassVar[dict[str, str]] = {"abort": "fail", "reject_in_window": "blank"}
    waiting = "WAITING"
    cancel_target = "refund"

    def enter(self, launch: Launch) -> str:
        if launch.action:
            return self._follow(self._ask("POST", launch.action, form=launch.params, charset="cp949"))
        form = {**launch.params["fields"], "requestByJs": "true", "sim_origin": launch.shop}
        return self._follow(self._ask("POST", f"{self.url}/payMain/pay", form=form))

    def come_back(self, launch: Launch, page: Reply) -> Return | None:
        form = BACK_FORM.search(page.text)
        return Return(html.unescape(form[1]), hidden_inputs(form[2])) if form else None

    def bank(self, what: str, key: str) -> None:
        path = {"deposit": "deposits", "take_back": "reversals"}[what]
        self._ask("POST", f"{self.url}/sim/{path}", body={"tid": key})


SIMULATORS: dict[str, type[Simulator]] = {one.name: one for one in (Toss, Kcp, Inicis)}


def simulators_at(sandbox: str, ask: Ask) -> dict[str, Simulator]:
    """sandbox: origin."""
    return {name: kind(sandbox, ask) for name, kind in SIMULATORS.items()}


def is_account(one: Try) -> bool:
    return one.method == ACCOUNT


def _gateway_at(address: str) -> str:
    return next(name for name in SIMULATORS if f"/{name}/" in address)
