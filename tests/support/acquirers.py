"""Gateways that do exactly what a test tells them, as many as wanted, in GATEWAYS beside the real ones or instead."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from app.database import transaction
from app.errors import GatewayError
from app.gateways import GATEWAYS
from app.gateways.base import (
    Acknowledgement,
    Approved,
    Authorised,
    Declined,
    Gateway,
    Notification,
    Unpaid,
    WhenUnknown,
)
from app.gateways.credentials import CredentialField, Examined, examine_words
from app.gateways.orders import FormLaunch, Order
from app.gateways.receipts import SelfIssue
from app.shops.accounts import add_account
from app.shops.contracts import end_contract
from app.shops.queries import contracts_of_shop
from tests.support.world import NOW

OK = Acknowledgement("OK", "text/plain")
Fault = Callable[[], GatewayError | None]


@dataclass
class Acquirer:
    """refuses, fails: what launches and confirms come to, when asked; an error is raised. declines: the answer to a
    confirm that is answered. taken: amounts by order, for each time money was taken. launched: orders, as they came.
    asks: whether a launch asks the gateway first. opened: the credentials that it was last opened with."""

    name: str
    methods: frozenset[str] = frozenset({"card", "bank_transfer"})
    refuses: Fault = lambda: None
    fails: Fault = lambda: None
    declines: Declined | None = None
    asks: bool = False
    taken: dict[str, list[int]] = field(default_factory=dict)
    launched: list[str] = field(default_factory=list)
    opened: dict[str, str] = field(default_factory=dict)
    confirmed_with: dict[str, str] = field(default_factory=dict)
    credential_fields: tuple[CredentialField, ...] = (
        CredentialField("shop_code", live="live-[a-z0-9]+", test="test-[a-z0-9]+", secret=False),
        CredentialField("secret_key", live="[a-z0-9]{8,}", test="[a-z0-9]{8,}"),
        CredentialField("note", live=".*", test=".*", required=False),
    )
    secret_fields: frozenset[str] = frozenset()
    acknowledgement: Acknowledgement = OK
    when_unknown: WhenUnknown = WhenUnknown.LOOK_UP
    confirm_window: timedelta = timedelta(minutes=10)
    launch_window: timedelta = timedelta(minutes=45)
    self_issue: SelfIssue = SelfIssue.BY_HAND
    receipt_api: None = None
    close_script_url: None = None

    def open(self, *, credentials: Mapping[str, str], **_: Any) -> "Acquirer":
        self.opened = dict(credentials)
        return self

    def sandbox_credentials(self, merchant: str) -> dict[str, str]:
        return {"shop_code": f"test-{merchant}", "secret_key": f"{self.name}0123456789"}

    def examine(self, credentials: Mapping[str, str]) -> Examined:
        return examine_words(credentials)

    def launch(self, order: Order) -> FormLaunch:
        fault = self.refuses()
        if fault:
            raise fault
        self.launched.append(order.order_id)
        return FormLaunch(f"https://{self.name}.example/pay", {"order": order.order_id}, asked=self.asks)

    def read_return(self, **_: Any) -> Authorised:
        return Authorised({"token": "t"})

    def confirm(self, *, order_id: str, amount: int, **_: Any) -> Approved | Declined:
        fault = self.fails()
        if fault:
            raise fault
        if self.declines:
            return self.declines
        self.confirmed_with[order_id] = self.opened.get("secret_key", "")
        self.taken.setdefault(order_id, []).append(amount)
        return Approved(f"tx_{order_id}", order_id, amount)

    def lookup(self, *, order_id: str, **_: Any) -> Approved | Unpaid:
        if order_id in self.taken:
            return Approved(f"tx_{order_id}", order_id, self.taken[order_id][0])
        return Unpaid("READY")

    def read_notification(self, *, body: bytes, **_: Any) -> Notification | None:
        """Whoever signs with the secret key is the gateway."""
        order_id, _space, key = body.decode().partition(" ")
        return Notification(order_id) if key == self.opened.get("secret_key") else None


@contextmanager
def acquirers(*names: str, patch: pytest.MonkeyPatch) -> Iterator[dict[str, Acquirer]]:
    """There are these gateways and no others but those of earlier contracts."""
    made = {name: Acquirer(name) for name in names}
    for name, acquirer in made.items():
        patch.setitem(GATEWAYS, name, cast(type[Gateway], acquirer))
    yield made


def contract_with(shop_id: str, *names: str, livemode: bool = False, now: datetime = NOW) -> None:
    """The shop has contracts with these gateways, and with no others."""
    for contract in contracts_of_shop(shop_id, livemode=livemode):
        end_contract(shop_id=shop_id, livemode=livemode, gateway=contract.gateway, now=now)
    for name in names:
        keys = {"shop_code": "test-1", "secret_key": f"{name}0123456789"}
        with transaction():
            add_account(shop_id=shop_id, livemode=livemode, gateway=name, credentials=keys, now=now)
