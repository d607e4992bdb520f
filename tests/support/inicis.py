"""A buyer who walks through KG Inicis' windows without a browser, and a shop whose only contract is with Inicis."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from sqlalchemy import delete

from app import clock
from app.database import db, transaction
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.orders import Device, FormLaunch, Launch, ScriptLaunch
from app.payments.attempts import take_return
from app.payments.models import CheckoutSession
from app.shops.accounts import add_account
from app.shops.models import GatewayAccount
from tests.sandbox.inicis_shop import hidden_inputs
from tests.support.buyer import begin, launch_at
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session

DEVICES = (Device.DESKTOP, Device.PHONE)
# What the window calls our methods.
WINDOW_METHODS = {"bank_transfer": "bank", "virtual_account": "vbank", "mobile_phone": "phone"}


def only_inicis(world: World, **more: str) -> None:
    """more: further fields of the account."""
    keys = {**InicisGateway.sandbox_credentials("0" * 32), **more}
    with transaction():
        db.session.execute(
            delete(GatewayAccount).where(
                GatewayAccount.shop_id == world.shop_id, GatewayAccount.livemode.is_(False)
            )
        )
        add_account(
            shop_id=world.shop_id, livemode=False, gateway="inicis", credentials=keys, now=clock.now()
        )


@dataclass
class Inicis:
    """The simulator, and the buyer at it."""

    sandbox: Sandbox

    @property
    def url(self) -> str:
        return f"{self.sandbox.url}/inicis"

    def authorise(self, how: Launch, method: str = "card", **choice: Any) -> dict[str, str]:
        """Open the window, choose, and return the fields that come back. choice: of the window's form."""
        opened = self.open(how)
        data = {"method": WINDOW_METHODS.get(method, "card"), **choice}
        left = requests.post(opened, data=data, timeout=10)
        assert left.status_code == 200, left.text
        return hidden_inputs(left)

    def open(self, how: Launch) -> str:
        """What the script does on PC, and the browser on a phone; the address of the window."""
        if isinstance(how, ScriptLaunch):
            fields = {**how.params["fields"], "requestByJs": "true", "sim_origin": "https://checkout.example"}
            answer = self._post(f"{self.url}/payMain/pay", urlencode(fields))
        else:
            assert isinstance(how, FormLaunch)
            body = urlencode(how.fields, encoding="cp949", errors="xmlcharrefreplace")
            answer = self._post(how.url, body)
        assert answer.status_code == 303, answer.text
        return self.sandbox.url + answer.headers["Location"]

    def _post(self, url: str, body: str) -> requests.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(url, data=body, headers=headers, allow_redirects=False, timeout=10)

    def sim(self, path: str, **body: Any) -> Any:
        answer = requests.post(f"{self.url}/sim/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def payments(self, order_id: str) -> list[dict[str, Any]]:
        """Windows that led to no payment are left out."""
        found = requests.get(f"{self.url}/sim/payments", params={"orderId": order_id}, timeout=10).json()
        return [payment for payment in found if payment["approvals"]]

    def taken(self, order_id: str) -> int:
        """Whole won that this order has cost the buyer. Fails when money was taken twice."""
        found = self.payments(order_id)
        assert len(found) <= 1, found
        return sum(payment["balanceAmount"] for payment in found)

    def calls(self) -> list[str]:
        """Paths that the shops' servers have asked, the newest first."""
        found = requests.get(f"{self.url}/sim/calls", timeout=10).json()
        return [call["path"].removeprefix("/inicis") for call in found]


def come_back(
    inicis: Inicis,
    attempt_id: str,
    *,
    device: Device = Device.DESKTOP,
    method: str = "card",
    **choice: Any,
) -> None:
    """Choose in the window and return from there. The simulator lives by the real clock, and so do we."""
    fields = inicis.authorise(launch_at(attempt_id, device), method, **choice)
    take_return(attempt_id=attempt_id, outcome="approved", fields=fields, now=clock.now())


def pay(
    world: World, inicis: Inicis, *, device: Device = Device.DESKTOP, method: str = "card", **choice: Any
) -> tuple[CheckoutSession, str]:
    """Session and attempt of a buyer who has been to the window."""
    session = make_session(world, now=clock.now())
    attempt_id = begin(session, method=method, now=clock.now())
    come_back(inicis, attempt_id, device=device, method=method, **choice)
    return session, attempt_id
