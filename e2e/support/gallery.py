"""The gallery: every page of the checkout with fixed data, and what must be true of each in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from e2e.support.stack import Stack

LANGUAGES = ("ko", "en", "ja", "zh")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# Of WCAG 2.2 nothing is narrower: what fits here fits at 200 % on a phone and at 400 % on a desk.
NARROWEST: ViewportSize = {"width": 320, "height": 640}
TARGET = 44
# Smaller than a finger: boxes whose whole row is the target, words inside of a sentence, and what only a keyboard sees.
TOO_SMALL = """least => [...document.querySelectorAll("a, button, summary, input, select, textarea")]
  .filter(element => element.offsetParent && element.type !== "hidden")
  .filter(element => !element.closest(".skip-link, .visually-hidden"))
  .map(element => element.closest("label") ?? element)
  .map(element => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5 || box.width < 24)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""

TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Gallery:
    def __init__(self, stack: Stack, page: Page) -> None:
        self.page = page
        self._url = f"{stack.web_url}/dev/gallery"
        page.goto(self._url)
        links = page.locator("h2 a").evaluate_all("links => links.map(link => link.textContent)")
        self.names: list[str] = links

    def open(self, name: str, language: str = "ko") -> None:
        answer = self.page.goto(f"{self._url}/{name}?lang={language}")
        assert answer is not None
        assert answer.status == 200, f"{name}: {answer.status}"

    def violations(self) -> list[str]:
        """What axe finds, each with the first element that it is about."""
        options = {"resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def put_into(self, scheme: Literal["light", "dark"]) -> None:
        """These colours, drawn when this returns."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.evaluate(TWO_FRAMES)

    def too_small(self) -> list[str]:
        found: list[str] = self.page.evaluate(TOO_SMALL, TARGET)
        return found

    def is_wider_than_the_screen(self) -> bool:
        return bool(self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))


@contextmanager
def open_gallery(
    browser: Browser, stack: Stack, *, scheme: Literal["light", "dark"] = "light", **options: Any
) -> Iterator[Gallery]:
    context = browser.new_context(**{"viewport": PHONE, "color_scheme": scheme, "locale": "ko-KR", **options})
    page = context.new_page()
    # A page that goes on by itself stays: nobody is at the other end.
    page.route(re.compile(r"^https://"), lambda route: route.abort("aborted"))
    yield Gallery(stack, page)
    context.close()
