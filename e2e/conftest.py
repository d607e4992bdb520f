"""Fixtures of the journeys. One stack for the whole run, and for each of its processes where there are several; every
journey orders for itself."""

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright

from e2e.support.browser import running_browser
from e2e.support.buyer import Buyer
from e2e.support.firefox import Firefox, running_firefox
from e2e.support.money import expect_consistent
from e2e.support.programs import ROOT
from e2e.support.routing import pay_only_at
from e2e.support.shop import Shop
from e2e.support.stack import Stack, running_stack

FAILED = pytest.StashKey[bool]()
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


class NewBuyer(Protocol):
    """device: `phone` or `desktop`. options: of Playwright's new_context."""

    def __call__(self, device: str = "phone", **options: Any) -> Buyer: ...


@pytest.fixture(scope="session")
def results() -> Path:
    """Where pictures and logs stay after the run; E2E_RESULTS moves it."""
    folder = Path(os.environ.get("E2E_RESULTS") or ROOT / "test-results")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def logs(results: Path) -> Path:
    """Of this process of the run."""
    folder = results / "logs" / os.environ.get("PYTEST_XDIST_WORKER", "")
    folder.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        log.unlink()
    return folder


@pytest.fixture(scope="session")
def started_browser() -> Iterator[tuple[Playwright, Browser]]:
    with running_browser() as started:
        yield started


@pytest.fixture
def desktop(started_browser: tuple[Playwright, Browser]) -> Iterator[Page]:
    """A page for the simulated windows, without our own stack."""
    _, browser = started_browser
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(started_browser: tuple[Playwright, Browser]) -> Iterator[Page]:
    playwright, browser = started_browser
    device = playwright.devices["Galaxy S24"]
    context = browser.new_context(
        **{name: value for name, value in device.items() if name != "default_browser_type"}
    )
    yield context.new_page()
    context.close()


# Asks for the browser first: where there is none, nothing else is started.
@pytest.fixture(scope="session")
def stack(started_browser: object, logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), logs) as stack:
        yield stack


@pytest.fixture(scope="session")
def shop(stack: Stack) -> Iterator[Shop]:
    """At the end of the run nothing about any order may have changed for the worse."""
    pay_only_at("toss", stack)
    shop = Shop(stack)
    yield shop
    for order in shop.orders:
        expect_consistent(shop, order)


@pytest.fixture
def new_buyer(
    started_browser: tuple[Playwright, Browser], results: Path, request: pytest.FixtureRequest
) -> Iterator[NewBuyer]:
    playwright, browser = started_browser
    buyers: list[Buyer] = []

    def make(device: str = "phone", **options: Any) -> Buyer:
        known = _phone(playwright) if device == "phone" else DESKTOP
        shots = results / request.path.stem.removeprefix("test_")
        buyers.append(Buyer(browser, device=device, shots=shots, options={**known, **options}))
        return buyers[-1]

    yield make
    failed = request.node.stash.get(FAILED, False)
    name = re.sub(r"[^\w-]", "-", request.node.name)
    for buyer in buyers:
        buyer.leave(picture_as=name if failed else None)
    assert [complaint for buyer in buyers for complaint in buyer.complaints] == []


@pytest.fixture(scope="module")
def firefox(results: Path, logs: Path) -> Iterator[Firefox]:
    """On a phone, in another engine."""
    with running_firefox(results / "buyer_with_firefox", logs) as firefox:
        yield firefox


@pytest.fixture(params=["phone", "desktop"])
def device(request: pytest.FixtureRequest) -> str:
    """A journey that asks for this is made on each."""
    name: str = request.param
    return name


@pytest.fixture
def buyer(new_buyer: NewBuyer) -> Buyer:
    """On a phone."""
    return new_buyer()


@pytest.fixture
def any_buyer(new_buyer: NewBuyer, device: str) -> Buyer:
    """On a phone, and once more on a desktop."""
    return new_buyer(device)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _phone(playwright: Playwright) -> dict[str, Any]:
    device = playwright.devices["Galaxy S24"]
    return {name: value for name, value in device.items() if name != "default_browser_type"}
