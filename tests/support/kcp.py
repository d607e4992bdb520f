"""A shop whose one gateway is the simulated KCP, and its buyer without a browser."""

from typing import Any
from urllib.parse import urlencode

import requests
from sqlalchemy import delete

from app import clock
from app.database import db, transaction
from app.gateways.kcp.adapter import KcpGateway
from app.gateways.orders import Device, FormLaunch, Launch, ScriptLaunch
from app.payments.attempts import take_return
from app.payments.models import CheckoutSession
from app.payments.outcomes import gateway_of
from app.shops.accounts import add_account
from app.shops.models import GatewayAccount
from tests.sandbox.kcp_shop import KcpShop, pc_fields, phone_fields
from tests.support.buyer import attempt_now, begin, launch_at
from tests.support.sandbox import Sandbox
from tests.support.world import World, make_session, make_world


def kcp_world(**credentials: str) -> World:
    """credentials: further ones of its account."""
    world = make_world(now=clock.now())
    with transaction():
        connection = db.session.connection()
        connection.execute(delete(GatewayAccount).where(GatewayAccount.shop_id == world.shop_id))
        made = KcpGateway.sandbox_credentials(world.shop_id.removeprefix("shop_"))
        add_account(
            shop_id=world.shop_id,
            livemode=False,
            gateway="kcp",
            credentials={**made, **credentials},
            now=clock.now(),
        )
    return world


class KcpBuyer:
    """What the simulator knows of the order, too."""

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world = world
        self.sandbox = sandbox
        self.shop = KcpShop(sandbox.url)

    def begin(self, method: str = "card", **changes: Any) -> tuple[CheckoutSession, str]:
        """A new session, and an attempt to pay it. changes: fields of NewSession."""
        session = make_session(self.world, now=clock.now(), **changes)
        attempt_id = begin(session, method=method, now=clock.now())
        gateway = gateway_of(attempt_now(attempt_id))
        assert isinstance(gateway, KcpGateway)
        self.shop.site_cd = gateway.site_cd
        return session, attempt_id

    def pay(self, attempt_id: str, *, device: Device = Device.DESKTOP, **choice: Any) -> dict[str, str]:
        """Go through the window and come back. choice: of the window. Returns what was brought back."""
        how = launch_at(attempt_id, device)
        fields = self.leave(how, **choice)
        take_return(attempt_id=attempt_id, outcome="approved", fields=fields, now=clock.now())
        return fields

    def leave(self, how: Launch, **choice: Any) -> dict[str, str]:
        if isinstance(how, FormLaunch):
            return phone_fields(self._chosen(self._phone_window(how), choice))
        assert isinstance(how, ScriptLaunch)
        form = how.params["fields"]
        return {**form, **pc_fields(self._chosen(self.shop.post_pc(form), choice))}

    def _phone_window(self, how: FormLaunch) -> requests.Response:
        body = urlencode(how.fields, encoding="cp949", errors="strict")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(how.url, data=body, headers=headers, allow_redirects=False, timeout=10)

    def _chosen(self, opened: requests.Response, choice: dict[str, Any]) -> requests.Response:
        if opened.status_code != 303:  # a magic amount has passed the window by itself
            assert opened.status_code == 200, opened.text
            return opened
        left = self.shop.use(self.sandbox.url + opened.headers["Location"], **choice)
        assert left.status_code == 200, left.text
        return left

    def seen(self, attempt_id: str) -> dict[str, Any]:
        """What partner admin says of the order."""
        [payment] = self.shop.observed(attempt_id.replace("_", ""))
        return payment

    def held(self, attempt_id: str) -> int:
        """Whole won that the order has cost the buyer; fails when money was taken twice."""
        taken = [one for one in self.shop.observed(attempt_id.replace("_", "")) if one["approvals"]]
        assert len(taken) <= 1, taken
        return sum(one["balanceAmount"] for one in taken)
