"""The sandbox gateways in a thread of the test, and a buyer who walks through their pay window without a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from werkzeug.serving import make_server

from app.gateways.orders import (
    ScriptLaunch,
)
from app.sandbox import create_sandbox


class Sandbox:
    """url: its origin."""

    def __init__(self, url: str) -> None:
        self.url = url

    def open_window(self, launch: ScriptLaunch) -> str:
        """What the stand-in of the SDK does; the address of the pay window."""
        body = {
            "clientKey": launch.params["clientKey"],
            "customerKey": launch.params["customerKey"],
            **launch.params["request"],
        }
        answer = requests.post(f"{self.url}/toss/sim/window-requests", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["windowUrl"])

    def choose(self, window: str, outcome: str = "approve", fault: str = "none", **form: str) -> str:
        """What the buyer does in the window; the address that the browser is sent back to."""
        data = {"outcome": outcome, "fault": fault, **form}
        answer = requests.post(window, data=data, allow_redirects=False, timeout=10)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def authorise(
        self, launch: ScriptLaunch, outcome: str = "approve", fault: str = "none"
    ) -> dict[str, str]:
        """Open the window, choose, and return the fields that come back."""
        back = self.choose(self.open_window(launch), outcome, fault)
        return dict(parse_qsl(urlsplit(back).query))

    def arm(self, target: str, fault: str, times: int = 1, delay_s: float = 8.0) -> None:
        body = {"target": target, "fault": fault, "times": times, "delay_s": delay_s}
        requests.post(f"{self.url}/toss/sim/faults", json=body, timeout=10).raise_for_status()

    def advance(self, seconds: float) -> None:
        requests.post(
            f"{self.url}/toss/sim/advance-clock", json={"seconds": seconds}, timeout=10
        ).raise_for_status()

    def pay_in(self, order_id: str, **body: Any) -> None:
        """Money comes to the virtual account of this order."""
        self._bank(order_id, "deposit", body)

    def take_back(self, order_id: str) -> None:
        """The bank takes it back."""
        self._bank(order_id, "reverse-deposit", {})

    def _bank(self, order_id: str, what: str, body: dict[str, Any]) -> None:
        [payment] = [one for one in self.payments(order_id) if one["virtualAccount"]]
        url = f"{self.url}/toss/sim/payments/{payment['paymentKey']}/{what}"
        requests.post(url, json=body, timeout=10).raise_for_status()

    def payments(self, order_id: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/toss/sim/payments", params={"orderId": order_id}, timeout=10)
        found: list[dict[str, Any]] = answer.json()
        return found

    def taken(self, order_id: str) -> int:
        """Whole won that this order has cost the buyer, after everything that was given back. Fails when money
        was taken twice."""
        found = self.payments(order_id)
        assert sum(payment["approvals"] for payment in found) <= 1, found
        return sum(payment["balanceAmount"] for payment in found if payment["approvals"])


@contextmanager
def running_sandbox(folder: Path, *, notice_url: str = "") -> Iterator[Sandbox]:
    """notice_url: as of create_sandbox."""
    server = make_server("127.0.0.1", 0, lambda _env, _start: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    server.app = sandbox = create_sandbox(
        database=str(folder / "sandbox.db"), public_url=url, notice_url=notice_url
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Sandbox(url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.extensions["sandbox_background"].stop()
