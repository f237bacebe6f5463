"""People in browsers: opening the join page, going in, and what `getStats` says about the pictures that arrive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Self

import httpx
from playwright.async_api import Browser, BrowserContext, Page, expect

WAIT_MS = 20_000

INSTRUMENTS = """
const Original = window.RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Original {
  constructor(...args) { super(...args); window.connections.push(this); }
};
window.pictures = () => Promise.all(window.connections.map(async (one) => {
  if (one.connectionState !== "connected") return 0;
  let frames = 0;
  for (const report of (await one.getStats()).values())
    if (report.type === "inbound-rtp" && report.kind === "video") frames += report.framesDecoded ?? 0;
  return frames;
}));
window.rates = async (ms) => {
  const [from, before] = [performance.now(), await window.pictures()];
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = await window.pictures();
  const seconds = (performance.now() - from) / 1000;
  return after.map((frames, at) => (frames - before[at]) / seconds).filter((_rate, at) => after[at] > 0);
};
window.hears = async () => {
  for (const one of window.connections)
    for (const report of (await one.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio" && report.totalAudioEnergy > 0) return true;
  return false;
};
"""

_PICTURES_RISE = """async ({ senders, from }) => {
  const frames = await window.pictures();
  const sent = frames.filter((count) => count > 0).length;
  const risen = frames.filter((count, at) => count > (from[at] ?? 0) + 5).length;
  return sent === senders && risen === senders;
}"""

_UNTIL = """async ({ arg, waitMs }) => {
  const holds = (CONDITION);
  const deadline = performance.now() + waitMs;
  for (;;) {
    const value = await holds(arg);
    if (value) return { value };
    if (performance.now() > deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""


async def until(page: Page, condition: str, arg: Any = None, wait_ms: float = WAIT_MS) -> Any:
    """Wait until a function of the page returns something truthy, and return that.

    Not Playwright's `wait_for_function`: it takes the promise of an async condition itself for truth.
    """
    held = await page.evaluate(_UNTIL.replace("CONDITION", condition), {"arg": arg, "waitMs": wait_ms})
    assert held is not None, f"not within {wait_ms} ms: {condition}"
    return held["value"]


@dataclass
class Guest:
    """One person's page; each has a browser context of their own, so nothing is shared but the network."""

    name: str
    context: BrowserContext
    page: Page
    errors: list[str]

    @classmethod
    async def open(
        cls, browser: Browser, address: str, meeting_id: str, name: str, host_token: str = "", script: str = ""
    ) -> Self:
        """Open the join page and wait until the door is shown; `script` runs before the page's own."""
        context = await browser.new_context(
            permissions=["camera", "microphone"], viewport={"width": 1024, "height": 640}
        )
        await context.add_init_script(script + INSTRUMENTS)
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        guest = cls(name, context, page, [])
        page.on("pageerror", lambda error: guest.errors.append(str(error)))
        page.on("console", lambda line: guest.errors.append(line.text) if "Content Security" in line.text else None)
        await page.goto(f"{address}/join/{meeting_id}{f'#host={host_token}' if host_token else ''}")
        await expect(page.get_by_label("Your name")).to_be_visible()
        return guest

    async def mute(self) -> None:
        await self.page.get_by_role("button", name="Mic is on. Mute").click()

    async def raise_hand(self) -> None:
        await self.page.get_by_role("button", name="Raise hand").click()

    async def is_muted_with_a_hand_up(self, seen_by: Guest) -> None:
        """Wait until somebody else's page shows both on this person's tile."""
        tile = seen_by.page.locator(".tile-camera").filter(has_text=self.name)
        await expect(tile.get_by_label("Muted")).to_be_visible()
        await expect(tile.get_by_label("Hand raised, number 1")).to_be_visible()

    async def go_in(self) -> None:
        """Give the name, join, and wait for the call's controls."""
        await self.page.get_by_label("Your name").fill(self.name)
        await self.page.get_by_role("button", name="Join now").click()
        await expect(self.page.get_by_role("region", name="Call controls")).to_be_visible(timeout=WAIT_MS)

    async def pictures(self) -> list[int]:
        """Return how many frames were decoded over each connection the page ever had; 0 for one that is not open."""
        return await self.page.evaluate("window.pictures()")

    async def sees(self, senders: int) -> None:
        """Wait until pictures of exactly that many senders arrive and go on arriving."""
        before = await self.pictures()
        await until(self.page, _PICTURES_RISE, {"senders": senders, "from": before})

    async def sees_at(self, senders: int, fps: float) -> None:
        """Wait for two seconds in which pictures of exactly that many senders arrive at `fps` or more."""
        smooth = "async ([senders, fps]) => {"
        smooth += " const rates = await window.rates(2000);"
        smooth += " return rates.length === senders && rates.every((rate) => rate >= fps); }"
        await until(self.page, smooth, [senders, fps])

    async def hears(self) -> None:
        """Wait until sound that is not silence has arrived."""
        await until(self.page, "() => window.hears()")

    async def tiles(self) -> int:
        """Return the number of tiles with a camera or a face, the own one included."""
        return await self.page.locator(".tile-camera").count()

    async def close(self) -> None:
        """Close the page without a word, as a closed laptop does."""
        await self.context.close()


#: Not the exact second: on a busy machine it passes between two looks.
_RECORDED = """(seconds) => [...document.querySelectorAll("button")]
  .map((one) => /^REC (\\d+):(\\d\\d)/.exec(one.ariaLabel ?? ""))
  .some((found) => found && Number(found[1]) * 60 + Number(found[2]) >= seconds)"""


async def has_recorded(page: Page, seconds: int) -> None:
    """Wait until the recording that a host makes has run for that long."""
    await until(page, _RECORDED, seconds)


async def guest_meeting(address: str, title: str = "Dinner") -> dict[str, Any]:
    """Make a guest meeting over REST."""
    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.post("/api/meetings/guest", json={"title": title})
    answer.raise_for_status()
    return answer.json()


async def all_see_each_other(guests: list[Guest]) -> None:
    """Wait until everybody's picture arrives at everybody else."""
    await asyncio.gather(*(guest.sees(len(guests) - 1) for guest in guests))
