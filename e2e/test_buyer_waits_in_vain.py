"""What a page says when nothing happens: the answer is late, or the gateway's window does not open."""

from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect

from e2e.support.gallery import DESKTOP, PHONE, open_gallery
from e2e.support.stack import Stack

Started = tuple[Playwright, Browser]
VIEWPORTS = {"phone": PHONE, "desktop": DESKTOP}


def test_buyer_whose_answer_is_late_is_told_not_to_pay_again(
    stack: Stack, started_browser: Started, results: Path, device: str
) -> None:
    with open_gallery(started_browser[1], stack, viewport=VIEWPORTS[device]) as gallery:
        late = gallery.page.get_by_text("응답이 늦어지고 있어요. 결제 여부를 확인하고 있으니")
        gallery.page.clock.install()
        gallery.open("processing")
        expect(gallery.page.locator("[data-show-after]")).to_be_hidden()

        gallery.page.clock.run_for(21_000)

        expect(late).to_be_visible()
        gallery.page.screenshot(path=results / f"processing-late-{device}.png", full_page=True)


def test_buyer_whose_window_does_not_open_may_try_again(
    stack: Stack, started_browser: Started, results: Path, device: str
) -> None:
    with open_gallery(started_browser[1], stack, viewport=VIEWPORTS[device]) as gallery:
        failed = gallery.page.get_by_role("heading", level=1, name="결제창을 열지 못했어요.")
        gallery.page.clock.install()
        gallery.open("launch")
        expect(failed).to_be_hidden()

        gallery.page.clock.run_for(11_000)

        expect(failed).to_be_visible()
        expect(gallery.page.get_by_text("돈은 빠져나가지 않았어요.")).to_be_visible()
        expect(gallery.page.get_by_role("link", name="다시 결제하기")).to_be_visible()
        gallery.page.screenshot(path=results / f"launch-failed-{device}.png", full_page=True)
