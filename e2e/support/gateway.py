"""The simulated gateways: where the money is, and the pay window of the first."""

from typing import Any

from playwright.sync_api import Page, expect

from e2e.support.http import get_json

GATEWAYS = ("toss", "kcp", "inicis")


class Gateway:
    def __init__(self, url: str) -> None:
        self.url = url

    def payments(self, product: str) -> list[dict[str, Any]]:
        """Every payment a pay window was opened for, by the name of what was ordered."""
        payments: list[dict[str, Any]] = [
            payment for name in GATEWAYS for payment in get_json(f"{self.url}/{name}/sim/payments")
        ]
        return [payment for payment in payments if payment["orderName"] == product]

    def captures(self, product: str) -> list[int]:
        """The amount of each time that money was taken."""
        return [
            payment["totalAmount"] for payment in self.payments(product) for _ in range(payment["approvals"])
        ]

    def held(self, product: str) -> int:
        """What was taken and not given back."""
        return sum(payment["balanceAmount"] for payment in self.payments(product) if payment["approvals"])


class PayWindow:
    """page: one that shows the window."""

    def __init__(self, page: Page) -> None:
        self._page = page
        expect(page.get_by_role("heading", name="테스트 결제창")).to_be_visible()

    def approve(self, *, fault: str = "none", delay_s: float = 8) -> None:
        """fault: of the confirm that follows, as the window's own list names them."""
        if fault != "none":
            self._choose("승인 요청에 장애 넣기", "fault", fault)
            self._page.get_by_label("지연 시간").fill(f"{delay_s:g}")
        self._pay()

    def decline(self, code: str) -> None:
        """The issuer will say no when the money is asked for."""
        self._choose("승인 거절", "outcome", f"decline:{code}")
        self._pay()

    def fail(self, outcome: str) -> None:
        """The window itself says no: `abort` or `reject_in_window`."""
        self._choose("결제창에서 실패", "outcome", outcome)
        self._pay()

    def close(self) -> None:
        self._page.get_by_role("button", name="결제창 닫기").click()

    def approve_at(self, moment_ms: float) -> None:
        """Press the button at that time of the machine's clock; returns before."""
        press = "at => setTimeout(() => document.querySelector('button.pay').click(), at - Date.now())"
        self._page.evaluate(press, moment_ms)

    def _choose(self, group: str, name: str, value: str) -> None:
        self._page.get_by_text(group).click()
        self._page.locator(f'input[name="{name}"][value="{value}"]').check()

    def _pay(self) -> None:
        # What follows may take as long as the fault wants, so the click does not wait for it.
        self._page.get_by_role("button", name="결제하기").click(no_wait_after=True)
