"""What tests ask of a simulated gateway beside its protocol, and what every shop does at its pay windows."""

from typing import Any, ClassVar

import requests

ORIGIN = "https://shop.example"


class Controls:
    """root: the address of the gateway, as `http://127.0.0.1:1/kcp`."""

    root: str

    def sim(self, path: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.root}/sim/{path}", json=body, timeout=5)

    def arm(self, target: str, fault: str, times: int = 1, **more: Any) -> None:
        assert self.sim("faults", target=target, fault=fault, times=times, **more).status_code == 200

    def advance_clock(self, seconds: float) -> None:
        assert self.sim("advance-clock", seconds=seconds).status_code == 200


class WindowShop(Controls):
    """A shop at KCP or Inicis. base: the address of the sandbox. transaction: what the gateway calls its number."""

    base: str
    transaction: ClassVar[str]

    def switch(self, **switches: Any) -> None:
        answer = self.sim("switches", **switches)
        assert answer.status_code == 200, answer.text

    def deposit(self, number: str, **more: Any) -> requests.Response:
        return self.sim("deposits", **{self.transaction: number, **more})

    def observed(self, order: str) -> list[dict[str, Any]]:
        """What the control endpoint says about this order number."""
        listed = requests.get(f"{self.root}/sim/payments", params={"orderId": order}, timeout=5)
        found: list[dict[str, Any]] = listed.json()
        return found

    def totals(self) -> dict[str, int]:
        found: dict[str, int] = requests.get(f"{self.root}/sim/totals", timeout=5).json()
        return found

    def notices(self, number: str) -> list[dict[str, Any]]:
        """Of one transaction, oldest first."""
        listed = requests.get(f"{self.root}/sim/notices", params={self.transaction: number}, timeout=5).json()
        return list(reversed(listed))

    # the buyer's browser

    def use(self, window: str, **form: Any) -> requests.Response:
        return requests.post(window, data=form, timeout=5)

    def window_of(self, opened: requests.Response) -> str:
        """The address of the window that a posted order has opened."""
        assert opened.status_code == 303, opened.text
        return self.base + opened.headers["Location"]

    def passed(self, opened: requests.Response, **choice: Any) -> requests.Response:
        """The page with which the window is left; a magic amount has passed it by itself."""
        left = self.use(self.window_of(opened), **choice) if opened.status_code == 303 else opened
        assert left.status_code == 200, left.text
        return left

    def post_form(self, address: str, body: str) -> requests.Response:
        """As a page of the shop does, without following the redirect."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}
        return requests.post(address, data=body, headers=headers, allow_redirects=False, timeout=5)
