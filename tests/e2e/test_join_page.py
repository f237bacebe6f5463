"""The first visit: how much code the join page loads, and that nothing moves under a finger while one joins."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, WebSocket, expect

from tests.support.call import Guest, all_see_each_other, guest_meeting, until
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

MOST_SCRIPT_BYTES = 90_000
#: Core Web Vitals call up to 0.1 good; letters that change their font have 0.002, a row that comes late 0.02.
MOST_SHIFT = 0.01

_WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    if (!one.hadRecentInput)
      window.shifts.push([one.value, one.sources.map(({ node }) => node?.className ?? node?.nodeName ?? "")]);
}).observe({ type: "layout-shift", buffered: true });
"""


class TestJoinPage:
    @pytest.mark.parametrize("locale", ["en-US", "de-DE"])
    async def test_its_scripts_stay_within_the_budget(self, service: Service, browser: Browser, locale: str) -> None:
        meeting = await guest_meeting(service.address)
        context = await browser.new_context(locale=locale, permissions=["camera", "microphone"])
        page = await context.new_page()
        scripts: list[Response] = []
        page.on("response", lambda one: scripts.append(one) if one.request.resource_type == "script" else None)
        await page.goto(f"{service.address}/join/{meeting['meetingId']}", wait_until="networkidle")
        await expect(page.locator(".preview video")).to_be_visible()
        sizes = {one.url.rpartition("/")[2]: len(gzip.compress(await one.body())) for one in scripts}
        own = [name for name in sizes if not name.startswith(("text.de-", "words.de-"))]
        assert len(own) == 1, "the door and the call come in one file, and beside it only the words of another language"
        assert 0 < sum(sizes.values()) <= MOST_SCRIPT_BYTES, sizes

    async def test_its_one_socket_is_the_one_that_the_page_opens_itself(
        self, service: Service, browser: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        page = await (await browser.new_context(permissions=["camera", "microphone"])).new_page()
        sockets: list[list[str | bytes]] = []
        complaints: list[str] = []

        def follow(socket: WebSocket) -> None:
            sent: list[str | bytes] = []
            sockets.append(sent)

            def note(data: str | bytes) -> None:
                sent.append(data)

            socket.on("framesent", note)

        page.on("websocket", follow)
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        await page.goto(f"{service.address}/join/{meeting['meetingId']}")
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_role("button", name="Join now").click()
        await expect(page.get_by_role("button", name="Leave")).to_be_visible()
        [sent] = sockets
        assert sent[0] == "40"
        assert sent.count("40") == 1
        assert complaints == []

    async def test_who_is_asked_for_the_camera_reads_what_to_do(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        page = await (await browser.new_context()).new_page()
        await page.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})")
        await page.goto(f"{service.address}/join/{meeting['meetingId']}")
        words = page.locator(".preview").get_by_role("status")
        await expect(words).to_have_text("Allow camera and microphone when your browser asks")
        await expect(page.get_by_text("No camera found")).to_have_count(0)
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_role("button", name="Join now").click()
        await expect(page.get_by_role("button", name="Leave")).to_be_visible()

    async def test_nothing_moves_while_one_joins(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", script=_WATCH_SHIFTS)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben", script=_WATCH_SHIFTS)
        await asyncio.gather(*(expect(one.page.locator(".preview video")).to_be_visible() for one in (ada, ben)))
        await ada.go_in()
        await ben.go_in()
        await all_see_each_other([ada, ben])
        found: list[list[Any]] = [await _shifts(one.page) for one in (ada, ben)]
        for shifts in found:
            assert sum(value for value, _ in shifts) <= MOST_SHIFT, shifts


async def _shifts(page: Page) -> list[Any]:
    """Return the page's layout shifts so far, after the tiles have come to rest."""
    await until(page, "() => [...document.querySelectorAll('.place')].every((one) => one.getAnimations().length === 0)")
    return await page.evaluate("window.shifts")
