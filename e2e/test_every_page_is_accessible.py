"""Every page of the gallery, in every language, light and dark: nothing that axe finds, nothing too small to tap,
nothing wider than the screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from e2e.support.gallery import DESKTOP, LANGUAGES, NARROWEST, PHONE, Gallery, open_gallery
from e2e.support.stack import Stack

Started = tuple[Playwright, Browser]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_on_a_phone(stack: Stack, started_browser: Started, language: str) -> None:
    found = []
    with open_gallery(started_browser[1], stack, reduced_motion="reduce") as gallery:
        assert len(gallery.names) > 30
        for name in gallery.names:
            gallery.open(name, language)
            problems = gallery.violations() + gallery.too_small() + in_the_dark(gallery)
            gallery.page.set_viewport_size(NARROWEST)
            if gallery.is_wider_than_the_screen():
                problems.append("wider than the screen")
            gallery.page.set_viewport_size(PHONE)
            found += [f"{name}: {problem}" for problem in problems]

    assert found == []


def test_every_page_on_a_desk(stack: Stack, started_browser: Started) -> None:
    found = []
    with open_gallery(started_browser[1], stack, viewport=DESKTOP, reduced_motion="reduce") as gallery:
        for name in gallery.names:
            gallery.open(name, "en")
            found += [f"{name}: {problem}" for problem in gallery.violations() + in_the_dark(gallery)]

    assert found == []


def in_the_dark(gallery: Gallery) -> list[str]:
    """The same page in dark colours; it is light again afterwards. Colours must change at once: reduced_motion."""
    gallery.put_into("dark")
    found = [f"dark: {problem}" for problem in gallery.violations()]
    gallery.put_into("light")
    return found


def test_the_wall_shows_dark_pages_to_whoever_looks_at_light_ones(
    stack: Stack, started_browser: Started, results: Path
) -> None:
    with open_gallery(started_browser[1], stack, viewport=DESKTOP, color_scheme="no-preference") as gallery:
        gallery.page.goto(f"{stack.web_url}/dev/gallery?scheme=dark")
        frame = gallery.page.frame_locator("iframe").first
        frame.get_by_role("heading", level=1).wait_for(state="attached")
        ground = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        gallery.page.screenshot(path=results / "gallery-dark.png")

    assert ground == "rgb(16, 18, 22)"


def test_forced_colours_and_reduced_motion(stack: Stack, started_browser: Started, results: Path) -> None:
    with open_gallery(started_browser[1], stack, forced_colors="active", reduced_motion="reduce") as gallery:
        for name in ("pay-with-errors", "processing", "completed"):
            gallery.open(name)
            turning = gallery.page.evaluate(
                "document.getAnimations().filter(one => one.effect.getComputedTiming().activeDuration > 1).length"
            )
            gallery.page.screenshot(path=results / f"forced-colours-{name}.png", full_page=True)
            assert turning == 0
