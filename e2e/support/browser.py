"""The browser: CHROMIUM_PATH, the system's Chromium, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ONLY_HERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"  # a journey stays on this machine


@contextmanager
def running_browser() -> Iterator[tuple[Playwright, Browser]]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield playwright, browser
        browser.close()


def launch(playwright: Playwright, *, names: str = "", home: Path | None = None) -> Browser:
    """names: rules for further names that lead to this machine. home: where it finds the authorities it trusts."""
    given = os.environ.get("CHROMIUM_PATH")
    path = given or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not Path(playwright.chromium.executable_path).exists():
        _give_up("no browser: install chromium, or run `playwright install chromium`")
    try:
        rules = f"--host-resolver-rules={names}{ONLY_HERE}"
        environ: dict[str, str | float | bool] | None = {**os.environ, "HOME": str(home)} if home else None
        return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, rules], env=environ)
    except Error as error:
        if given or path is None:
            _give_up(f"{path or 'Playwrights own Chromium'} does not start: {error.message.splitlines()[0]}")
        raise


def _give_up(sentence: str) -> None:
    """A browser may be missing on somebody's desk, never on CI."""
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
