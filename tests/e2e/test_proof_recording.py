"""A recording that goes through a share and a change of device, and ends with its host: the file is played back."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Download, Page, expect

from tests.support.browser import chromium
from tests.support.call import Guest, all_see_each_other, guest_meeting, has_recorded
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: Above two faces side by side there is nothing; a shared screen reaches up there.
_PLAY = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }));
  video.playbackRate = 4;
  const ended = new Promise((done, failed) => {
    video.addEventListener("ended", done, { once: true });
    video.addEventListener("error", () => failed(new Error(video.error.message)), { once: true });
  });
  const pen = new OffscreenCanvas(1280, 720).getContext("2d", { willReadFrequently: true });
  const brightness = (x, y) => {
    const { data } = pen.getImageData(x - 20, y - 20, 40, 40);
    return data.reduce((sum, value, index) => (index % 4 === 3 ? sum : sum + value), 0) / (40 * 40 * 3);
  };
  const frames = [];
  const note = (_now, { mediaTime }) => {
    pen.drawImage(video, 0, 0);
    frames.push({ at: mediaTime, above: brightness(500, 100), left: brightness(320, 360) });
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
  await video.play();
  await ended;
  // Played fast, the last frames may not have been shown: is there one near the end?
  const shown = new Promise((done) => video.requestVideoFrameCallback((_now, { mediaTime }) => done(mediaTime)));
  video.currentTime = video.duration - 0.5;
  const last = await shown;
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes.buffer);
  const samples = sound.getChannelData(0);
  const loudest = [];
  for (let at = 0; at + 96000 <= samples.length; at += 96000)
    loudest.push(samples.subarray(at, at + 96000).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
  return { duration: video.duration, last, frames, loudest };
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many_devices() -> AsyncIterator[Browser]:
    """Chromium with more than one of every device."""
    async with chromium("--use-fake-device-for-media-stream=device-count=4") as browser:
        yield browser


async def _record(page: Page) -> None:
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Record").click()
    await page.get_by_role("button", name="Start recording").click()
    await has_recorded(page, 1)


async def _choose_the_last(page: Page, label: str) -> None:
    picker = page.get_by_label(label)
    values = await picker.locator("option").evaluate_all("all => all.map((one) => one.value)")
    assert await picker.input_value() != values[-1]
    # The last one: of the fake cameras not every one gives frames that can be sent.
    await picker.select_option(values[-1])


async def _play(page: Page, download: Download) -> dict[str, Any]:
    content = base64.b64encode((await download.path()).read_bytes()).decode()
    return await page.evaluate(_PLAY, content)


class TestRecording:
    async def test_outlives_a_share_and_other_devices_and_is_saved_when_its_host_leaves(
        self, service: Service, many_devices: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(many_devices, service.address, meeting["meetingId"], "Ada", meeting["adminToken"])
        ben = await Guest.open(many_devices, service.address, meeting["meetingId"], "Ben")
        await ada.go_in()
        await ben.go_in()
        await all_see_each_other([ada, ben])
        await _record(ada.page)
        await ben.page.get_by_role("alertdialog").get_by_role("button", name="Stay").click()

        await ben.page.get_by_role("button", name="Share your screen").click()
        await expect(ada.page.locator(".tile-screen")).to_be_visible()
        await has_recorded(ada.page, 3)
        await ben.page.get_by_role("button", name="Stop sharing").first.click()
        await expect(ada.page.locator(".tile-screen")).to_have_count(0)
        await ada.page.get_by_role("button", name="More actions").click()
        await ada.page.get_by_role("menuitem", name="Settings", exact=True).click()
        for label in ("Choose a camera", "Choose a microphone"):
            await _choose_the_last(ada.page, label)
        await ada.page.get_by_role("button", name="Close").click()
        await ben.sees(1)
        await has_recorded(ada.page, 6)

        async with ada.page.expect_download() as saving:
            await ada.page.get_by_role("button", name="Leave").click()
            await ada.page.get_by_role("menuitem", name="Leave, the others go on").click()
        await expect(ben.page.get_by_text("The recording has ended").first).to_be_visible()
        film = await _play(ben.page, await saving.value)

        assert 5 < film["duration"] < 60
        assert film["last"] > film["duration"] - 1
        frames = film["frames"]
        nothing = frames[0]["above"]
        is_shared = [abs(frame["above"] - nothing) > 10 for frame in frames]
        assert not is_shared[0]
        assert not is_shared[-1]
        assert sum(is_shared) > 3
        faces = [frame["left"] for frame, shared in zip(frames, is_shared, strict=True) if not shared]
        assert min(faces[-3:]) > 45, "the tile behind a face alone is darker"
        assert min(film["loudest"]) > 0.01, "the microphones beep once a second, before the change and after it"
        assert [ada.errors, ben.errors] == [[], []]
