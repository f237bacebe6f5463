"""People in browsers: opening the join page, going in, and what `getStats` says about the pictures that arrive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Self

import httpx
from playwright.async_api import Browser, BrowserContext, Page, expect

WAIT_MS = 20_000

_INSTRUMENTS = """
const Original = window.RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Original {
  constructor(...args) { super(...args); window.connections.push(this); }
};
window.pictures = async () => {
  const open = window.connections.filter((one) => one.connectionState === "connected");
  const counts = await Promise.all(open.map(async (one) => {
    let frames = 0;
    for (const report of (await one.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "video") frames += report.framesDecoded ?? 0;
    return frames;
  }));
  return counts.sort((a, b) => a - b);
};
window.hears = async () => {
  for (const one of window.connections)
    for (const report of (await one.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio" && report.totalAudioEnergy > 0) return true;
  return false;
};
"""

_PICTURES_RISE = """async ({ senders, from }) => {
  const frames = (await window.pictures()).filter((count) => count > 0);
  return frames.length === senders && frames.every((count, i) => count > (from[i] ?? 0) + 5);
}"""


@dataclass
class Guest:
    """One person's page; each has a browser context of their own, so nothing is shared but the network."""

    name: str
    context: BrowserContext
    page: Page
    errors: list[str]

    @classmethod
    async def open(cls, browser: Browser, address: str, meeting_id: str, name: str, host_token: str = "") -> Self:
        """Open the join page and wait until the door is shown."""
        context = await browser.new_context(
            permissions=["camera", "microphone"], viewport={"width": 1024, "height": 640}
        )
        await context.add_init_script(_INSTRUMENTS)
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        guest = cls(name, context, page, [])
        page.on("pageerror", lambda error: guest.errors.append(str(error)))
        page.on("console", lambda line: guest.errors.append(line.text) if "Content Security" in line.text else None)
        await page.goto(f"{address}/join/{meeting_id}{f'#host={host_token}' if host_token else ''}")
        await expect(page.get_by_label("Your name")).to_be_visible()
        return guest

    async def go_in(self) -> None:
        """Give the name, join, and wait for the call's controls."""
        await self.page.get_by_label("Your name").fill(self.name)
        await self.page.get_by_role("button", name="Join now").click()
        await expect(self.page.get_by_role("region", name="Call controls")).to_be_visible(timeout=WAIT_MS)

    async def pictures(self) -> list[int]:
        """Return how many frames were decoded over each open connection."""
        return await self.page.evaluate("window.pictures()")

    async def sees(self, senders: int) -> None:
        """Wait until pictures of exactly that many senders arrive and go on arriving."""
        before: list[int] = await self.pictures()
        await self.page.wait_for_function(
            _PICTURES_RISE, arg={"senders": senders, "from": before}, polling=250, timeout=WAIT_MS
        )

    async def hears(self) -> None:
        """Wait until sound that is not silence has arrived."""
        await self.page.wait_for_function("window.hears()", polling=250, timeout=WAIT_MS)

    async def tiles(self) -> int:
        """Return the number of tiles with a camera or a face, the own one included."""
        return await self.page.locator(".tile-camera").count()

    async def close(self) -> None:
        """Close the page without a word, as a closed laptop does."""
        await self.context.close()


async def guest_meeting(address: str, title: str = "Dinner") -> dict[str, Any]:
    """Make a guest meeting over REST."""
    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.post("/api/meetings/guest", json={"title": title})
    answer.raise_for_status()
    return answer.json()


async def all_see_each_other(guests: list[Guest]) -> None:
    """Wait until everybody's picture arrives at everybody else."""
    await asyncio.gather(*(guest.sees(len(guests) - 1) for guest in guests))
