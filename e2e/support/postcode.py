"""The search for addresses on the pay page: Kakao's stand-in in the sandbox, two frames deep."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from playwright.sync_api import FrameLocator, Page, expect

from e2e.support.stack import Stack


class AddressSearch:
    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def open_button(self):  # type: ignore[no-untyped-def]  # Locator
        return self._page.get_by_role("button", name="주소 검색", exact=True)

    @property
    def frame(self) -> FrameLocator:
        """The service's own page."""
        ours = self._page.frame_locator('iframe[title="우편번호 검색"]')
        return ours.frame_locator("[id^=__daum__layer_] iframe").frame_locator("[id^=__daum__viewerFrame_]")

    def open(self) -> None:
        self.open_button.click()
        expect(self.frame.locator("#region_name")).to_be_visible()

    def choose(self, words: str, kind: str = "도로명") -> None:
        self.frame.locator("#region_name").fill(words)
        self.frame.get_by_role("button", name="검색", exact=True).click()
        self.frame.locator("button.link_post").filter(has_text=kind).first.click()

    def value(self, name: str) -> str:
        return self._page.locator(f'input[name="{name}"]').input_value()


@contextmanager
def failing(stack: Stack, how: str) -> Iterator[None]:
    """While in it, the service is out of order in that way."""
    url = f"{stack.sandbox_url}/postcode/sim/switch"
    requests.post(url, data={"to": how}, timeout=10).raise_for_status()
    try:
        yield
    finally:
        requests.post(url, data={"to": "none"}, timeout=10).raise_for_status()
