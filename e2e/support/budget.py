"""What a first visit costs, by the browser's own measure, on a slow line and a slow machine."""

from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Browser

from e2e.support.gallery import PHONE

# Slow 4G as the browser's developer tools and Lighthouse apply it: 1.6 Mbit/s and a round trip of 150 ms, each with the
# factor that makes up for throttling requests instead of packets.
SLOW_4G = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
CPU_SLOWDOWN = 4
WATCH = """
  window.shifts = 0; window.paints = [];
  new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  new PerformanceObserver(list => { for (const entry of list.getEntries()) window.paints.push(entry.startTime); })
    .observe({type: "largest-contentful-paint", buffered: true});
"""


@dataclass(frozen=True)
class Visit:
    """wire: bytes that came in, heads included. lcp_ms: largest contentful paint. shift: layout shift in all."""

    wire: int
    requests: int
    lcp_ms: float
    shift: float
    origins: tuple[str, ...]

    def figures(self) -> dict[str, Any]:
        return asdict(self)


def first_visit(browser: Browser, url: str, *, slow: bool = True) -> Visit:
    """With nothing kept from an earlier one. Ends when a second has passed without a request."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=3, is_mobile=True, locale="ko-KR")
    page = context.new_page()
    page.add_init_script(WATCH)
    wire: list[int] = []
    urls: list[str] = []
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.on("Network.requestWillBeSent", lambda event: urls.append(event["request"]["url"]))
    cdp.on("Network.loadingFinished", lambda event: wire.append(int(event["encodedDataLength"])))
    if slow:
        cdp.send("Network.emulateNetworkConditions", SLOW_4G)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1000)
    paints, shift = page.evaluate("[window.paints, window.shifts]")
    context.close()
    origins = tuple(sorted({"/".join(address.split("/")[:3]) for address in urls if "://" in address}))
    return Visit(sum(wire), len(urls), max(paints), shift, origins)
