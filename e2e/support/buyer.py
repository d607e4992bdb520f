"""A buyer with a browser of their own, and what they do on our pages."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from e2e.support.gateway import PayWindow
from e2e.support.shop import Order

PAY_BUTTON = "29,000원 결제하기"
PAID = "결제를 완료했어요"
NOTHING_TO_PAY = "주문을 완료했어요"


class Tab:
    """One page. What it shows is read as a buyer reads it: by the words on it."""

    def __init__(self, page: Page, *, shots: Path, device: str) -> None:
        self.page = page
        self._shots = shots
        self._device = device

    def open(self, order: Order) -> None:
        self.page.goto(order.url)
        expect(self.pay_button).to_be_visible()

    @property
    def pay_button(self) -> Any:
        return self.page.get_by_role("button", name=PAY_BUTTON, exact=True)

    def fill_in(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f'input[name="{name}"]').fill(value)

    def choose(self, method: str) -> None:
        self.page.get_by_role("radio", name=method, exact=True).check()

    def agree(self) -> None:
        self.page.locator('input[name="confirm"]').check()

    def go_to_window(self, *, method: str = "카드") -> PayWindow:
        """From the pay page, with all details known, to the gateway."""
        self.choose(method)
        self.agree()
        self.pay_button.click()
        return self.window()

    def window(self) -> PayWindow:
        self.page.wait_for_url("**/toss/window/*")
        return PayWindow(self.page)

    def sees(self, heading: str, *, within_s: float = 10) -> None:
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible(
            timeout=within_s * 1000
        )

    def reads(self, sentence: str) -> None:
        expect(self.page.get_by_text(sentence)).to_be_visible()

    def is_paid(self, *, within_s: float = 10, heading: str = PAID) -> None:
        """It shows that it is paid; the buyer stays there instead of being taken to the shop."""
        self.sees(heading, within_s=within_s)
        self.page.get_by_role("button", name="여기에 머무르기").click()

    def picture(self, name: str) -> None:
        self._shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._shots / f"{name}-{self._device}.png", full_page=True)


class Buyer:
    """device: for the names of pictures. complaints: what the browser found wrong with our pages."""

    def __init__(self, browser: Browser, *, device: str, shots: Path, options: dict[str, Any]) -> None:
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self._device = device
        self._shots = shots
        self._context: BrowserContext = browser.new_context(
            locale="ko-KR", timezone_id="Asia/Seoul", **options
        )
        self._context.set_default_timeout(10_000)
        self._context.on("request", lambda request: self.requests.append(request))
        self._context.on("console", self._hear)
        self._context.on("weberror", self._see)

    def tab(self) -> Tab:
        return Tab(self._context.new_page(), shots=self._shots, device=self._device)

    def opens(self, order: Order) -> Tab:
        tab = self.tab()
        tab.open(order)
        return tab

    def referrers_told_to(self, origin: str) -> list[str]:
        return [
            request.all_headers().get("referer", "")
            for request in self.requests
            if request.url.startswith(origin)
        ]

    def leave(self, *, picture_as: str | None = None) -> None:
        """picture_as: keep a picture of every open tab, for whoever looks into a failure."""
        for number, page in enumerate(self._context.pages if picture_as else []):
            tab = Tab(page, shots=self._shots, device=self._device)
            tab.picture(f"failed-{picture_as}-{number}")
        self._context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Permissions" in message.text:
            self.complaints.append(message.text)

    def _see(self, error: WebError) -> None:
        self.complaints.append(str(error.error))
