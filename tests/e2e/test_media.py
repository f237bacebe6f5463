"""Devices and bandwidth in real browsers: the space bar, the blurred background, the budget, tiles nobody sees."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.browser import chromium
from tests.support.call import Guest, all_see_each_other, guest_meeting, until
from tests.support.camera import PAINTED_CAMERA
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: The mean step from one pixel to the next: in stripes it is large, and in a blur a small part of that.
BLURRED_BELOW = 0.3

#: Notes how sharp wallpaper and shirt are in every frame of the other one's picture that is shown. A `<video>` begins
#: with the last frame of its track, however old: the first one of each element is left out.
WATCH_SHARPNESS = """() => {
  const canvas = new OffscreenCanvas(320, 180);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const edges = (x, y, width, height) => {
    const { data } = pen.getImageData(x, y, width, height);
    let sum = 0;
    for (let i = 0; i < data.length - 4; i += 4) sum += Math.abs(data[i + 1] - data[i + 5]);
    return sum / (width * height);
  };
  window.wall = [];
  window.shirt = [];
  const watched = new WeakSet();
  window.setInterval(() => {
    const video = document.querySelector(".tile-camera video:not(.is-mirrored)");
    if (!video || watched.has(video)) return;
    watched.add(video);
    let isFirst = true;
    const note = () => {
      pen.drawImage(video, 0, 0, 320, 180);
      if (!isFirst) {
        window.wall.push(Math.max(edges(8, 8, 64, 96), edges(248, 8, 64, 96)));
        window.shirt.push(edges(132, 148, 56, 24));
      }
      isFirst = false;
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  }, 10);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two_cameras() -> AsyncIterator[Browser]:
    """Chromium with two fake cameras to choose from."""
    async with chromium("--use-fake-device-for-media-stream=device-count=2") as browser:
        yield browser


async def _call(browser: Browser, service: Service, *names: str) -> list[Guest]:
    meeting = await guest_meeting(service.address)
    guests: list[Guest] = []
    for name in names:
        guest = await Guest.open(browser, service.address, meeting["meetingId"], name)
        await guest.go_in()
        guests.append(guest)
    await all_see_each_other(guests)
    return guests


async def _settings(page: Page) -> None:
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Settings").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _next_frames(page: Page, count: int = 8) -> tuple[list[float], list[float]]:
    """Return how sharp the wallpaper and the shirt are in the next frames."""
    await page.evaluate("window.wall.length = window.shirt.length = 0")
    await until(page, "(n) => window.wall.length >= n", count)
    wall, shirt = await page.evaluate("[window.wall, window.shirt]")
    return wall, shirt


class TestBlur:
    async def test_the_background_is_blurred_for_the_other_one_and_no_clear_frame_gets_out(
        self, service: Service, two_cameras: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(two_cameras, service.address, meeting["meetingId"], "Ada", script=PAINTED_CAMERA)
        ben = await Guest.open(two_cameras, service.address, meeting["meetingId"], "Ben")
        await ada.go_in()
        await ben.go_in()
        await all_see_each_other([ada, ben])
        await ben.page.evaluate(WATCH_SHARPNESS)
        picture = ben.page.locator(".tile-camera video:not(.is-mirrored)")
        clear_wall, clear_shirt = (min(values) for values in await _next_frames(ben.page))
        assert clear_wall > 10
        assert clear_shirt > 10

        await _settings(ada.page)
        await ada.page.get_by_text("Blurred", exact=True).click()
        await expect(ada.page.get_by_text("Your camera waits until the background is blurred")).to_be_visible()
        await expect(picture).to_have_count(0)  # a face in its place, not the last clear frame
        await expect(picture).to_have_count(1)
        wall, shirt = await _next_frames(ben.page)
        assert max(wall) < clear_wall * BLURRED_BELOW
        assert min(shirt) > clear_shirt * 0.5

        camera = ada.page.get_by_label("Choose a camera")
        first, second = await camera.locator("option").evaluate_all("all => all.map((one) => one.value)")
        assert await camera.input_value() == first
        await ben.page.evaluate("window.wall.length = 0")
        await camera.select_option(second)
        await expect(picture).to_have_count(0)
        await expect(picture).to_have_count(1)
        await ben.sees(1)
        assert max(await ben.page.evaluate("window.wall")) < clear_wall * BLURRED_BELOW

        await ada.page.get_by_text("As it is", exact=True).click()
        await until(ben.page, "(from) => window.wall.at(-1) > from", clear_wall * 0.8)
        assert [guest.errors for guest in (ada, ben)] == [[], []]


#: What every connection's camera sender is told, and whether the space bar's microphone is open.
CAMERA_LIMITS = """async () => window.connections
  .filter((one) => one.connectionState === "connected")
  .map((one) => one.getSenders().filter((sender) => sender.track?.kind === "video")[0].getParameters().encodings[0])
  .map(({ active, maxBitrate, scaleResolutionDownBy }) => ({ active, maxBitrate, scaleResolutionDownBy }))"""

#: Whether some connections' pictures stand still for a second while others go on.
STANDING = """async () => {
  const before = await window.pictures();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = await window.pictures();
  const standing = after.filter((frames, at) => frames === before[at] && frames > 0).length;
  return standing > 0 && standing < after.length;
}"""

TALKS = "async () => window.connections.every((one) => one.getSenders()[0].track.enabled)"


class TestSpaceBar:
    async def test_hold_to_talk_and_two_share_the_whole_upload(self, service: Service, two_cameras: Browser) -> None:
        ada, ben = await _call(two_cameras, service, "Ada", "Ben")
        muted = ben.page.locator(".tile-camera").get_by_label("Muted")
        await ada.page.get_by_role("button", name="Mic is on. Mute").click()
        await expect(muted).to_have_count(1)

        # The button that was clicked still has the focus; the bar is to talk, not to press it.
        await ada.page.keyboard.down("Space")
        await expect(ada.page.get_by_text("You can be heard. Let go of the space bar to mute.")).to_be_visible()
        await expect(muted).to_have_count(0)
        assert await ada.page.evaluate(TALKS)
        await ada.page.keyboard.up("Space")
        await expect(muted).to_have_count(1)
        assert not await ada.page.evaluate(TALKS)

        # Reached by the keyboard the same button is pressed, and while typing a space is a space.
        await ada.page.keyboard.press("Tab")
        await ada.page.keyboard.press("Shift+Tab")
        await ada.page.keyboard.press("Space")
        await expect(muted).to_have_count(0)
        await ada.page.get_by_role("button", name="Mic is on. Mute").click()
        await expect(muted).to_have_count(1)
        await ada.page.get_by_role("button", name="Chat").click()
        await ada.page.get_by_label("Message to everyone").press_sequentially("a b")
        await expect(ada.page.get_by_label("Message to everyone")).to_have_value("a b")
        await expect(muted).to_have_count(1)

        assert await ada.page.evaluate(CAMERA_LIMITS) == [
            {"active": True, "maxBitrate": 1_200_000, "scaleResolutionDownBy": 1}
        ]


class TestFour:
    async def test_listeners_stand_back_and_a_tile_out_of_sight_is_not_decoded(
        self, service: Service, two_cameras: Browser
    ) -> None:
        guests = await _call(two_cameras, service, "Ada", "Ben", "Cem", "Dia")
        for guest in guests:
            await guest.mute()
        ada = guests[0].page
        # Half of what a speaker sends, and less still where the machine is busy.
        stands_back = "({ maxBitrate, scaleResolutionDownBy }) => maxBitrate <= 480_000 && scaleResolutionDownBy >= 2"
        limits = f"async () => {{ const all = await ({CAMERA_LIMITS})();"
        await until(ada, f"{limits} return all.length === 3 && all.every({stands_back}); }}")

        # Not all have room in a window like this; the others are on the next page.
        await ada.set_viewport_size({"width": 340, "height": 200})
        await expect(ada.get_by_role("button", name="Next people")).to_be_visible()
        await until(ada, STANDING)
        await ada.set_viewport_size({"width": 1024, "height": 640})
        await guests[0].sees(3)
        assert [guest.errors for guest in guests] == [[], [], [], []]
