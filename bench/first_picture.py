"""How soon the second one sees the first: a join link beside the least page that makes a call of two.

Run it alone with `python -m bench.first_picture`, on a machine that does nothing else: both pages are drawn, coded and
decoded by its processors, and whatever disturbs falls harder on the one that does more.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from bench import machine
from bench.bare_page import bare_page
from bench.table import Row, render
from tests.support.browser import chromium
from tests.support.call import Guest, guest_meeting, until
from tests.support.service import running_service

ROUNDS = 7
TARGET = 1.5

#: A new window draws the browser's own frame first, which takes a processor for about a second: a link is opened in a
#: browser that stands there.
WINDOW_OPENS_S = 1.5

LARGE: ViewportSize = {"width": 1024, "height": 640}
#: Whoever is there first has a small window: what is measured is the second one's page, and drawing a large picture
#: without a graphics card costs the same processor.
SMALL: ViewportSize = {"width": 360, "height": 300}

#: The name is remembered, and "Join now" is pressed the moment it is there. Milliseconds from the beginning of the
#: navigation until a picture that came over a connection has been shown.
_STOPWATCH = """
localStorage.setItem("onepizza.name", "Ben");
const Original = window.RTCPeerConnection;
const theirs = new WeakSet();
window.RTCPeerConnection = class extends Original {
  constructor(...all) {
    super(...all);
    this.addEventListener("track", ({ track }) => theirs.add(track));
  }
};
const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
  get: source.get,
  set(stream) {
    source.set.call(this, stream);
    if (!(this instanceof HTMLVideoElement) || !stream?.getVideoTracks().some((track) => theirs.has(track))) return;
    this.requestVideoFrameCallback(() => { window.firstPictureMs ??= performance.now(); });
  },
});
new MutationObserver((_changes, watching) => {
  const button = document.querySelector("button[type=submit]:enabled");
  if (!button) return;
  watching.disconnect();
  setTimeout(() => button.click());
}).observe(document, { childList: true, subtree: true });
"""

#: Nobody is just coming or going, and nothing is left to do.
_AT_REST = """async () => {
  if (document.querySelector(".notice")) return false;
  await new Promise((done) => requestIdleCallback(done));
  return true;
}"""


async def _context(browser: Browser, viewport: ViewportSize) -> BrowserContext:
    return await browser.new_context(permissions=["camera", "microphone"], viewport=viewport)


async def _first_picture_ms(context: BrowserContext, address: str) -> float:
    page = await context.new_page()
    await page.add_init_script(_STOPWATCH)
    await asyncio.sleep(WINDOW_OPENS_S)
    await page.goto(address)
    passed: float = await until(page, "() => window.firstPictureMs")
    await page.goto("about:blank")
    await page.close()
    return passed


async def _new_visitor_ms(browser: Browser, address: str) -> float:
    """Measure with a browser that has nothing of the page yet."""
    context = await _context(browser, LARGE)
    passed = await _first_picture_ms(context, address)
    await context.close()
    return passed


async def _first_one(browser: Browser, address: str) -> Page:
    page = await (await _context(browser, SMALL)).new_page()
    await page.goto(address)
    await until(page, "() => document.querySelector('#mine').videoWidth > 0")
    return page


async def _measure(service: str, browser: Browser, bare: str) -> list[Row]:
    meeting = await guest_meeting(service)
    link = f"{service}/join/{meeting['meetingId']}"
    await _first_one(browser, bare)
    ada = await Guest.open(browser, service, meeting["meetingId"], "Ada")
    await ada.go_in()
    await ada.page.set_viewport_size(SMALL)
    known = await _context(browser, LARGE)

    async def rest() -> None:
        await expect(ada.page.locator(".tile-camera")).to_have_count(1)
        await until(ada.page, _AT_REST)

    async def one_round() -> tuple[float, float, float]:
        await rest()
        theirs = await _new_visitor_ms(browser, bare)
        new = await _new_visitor_ms(browser, link)
        await rest()
        return theirs, new, await _first_picture_ms(known, link)

    await one_round()
    peers, new, again = zip(*[await one_round() for _ in range(ROUNDS)], strict=True)
    return [
        Row("join link to the first picture, first visit", "ms", new, peers, TARGET),
        Row("join link to the first picture, files known", "ms", again, peers, TARGET),
    ]


async def rows() -> list[Row]:
    """Measure both kinds of visit in turn with the bare page."""
    with tempfile.TemporaryDirectory(prefix="onepizza-bench-") as folder:
        environment = {"ALLOWED_ORIGINS": "*"}
        async with (
            running_service(Path(folder), environment) as service,
            chromium() as browser,
            bare_page() as bare,
        ):
            return await _measure(service.address, browser, bare)


def main() -> None:
    """Measure and print."""
    print(f"before: {machine.load()}", flush=True)
    measured = asyncio.run(rows())
    print(f"after:  {machine.load()}\n")
    print(render(measured).replace("     node", "bare page", 1))


if __name__ == "__main__":
    main()
