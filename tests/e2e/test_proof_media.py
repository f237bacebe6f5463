"""What arrives at the others, by their own statistics: voice, mute, camera, a screen with its sound, other devices."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.browser import chromium
from tests.support.call import Guest, all_see_each_other, guest_meeting, until
from tests.support.service import Service
from tests.support.voice import talking

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: The lines of a pair, in the order of its offer.
VOICE, CAMERA, SCREEN, SCREEN_SOUND = "0", "1", "2", "3"

_INBOUND = """
window.inbound = async (line) => {
  const one = window.connections.findLast(({ connectionState }) => connectionState === "connected");
  if (!one) return null;
  const rows = [...(await one.getStats()).values()].filter(({ type, mid }) => type === "inbound-rtp" && mid === line);
  return rows.at(-1) ?? null;
};
window.rises = async (line, what, least) => {
  const before = (await window.inbound(line))?.[what] ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 300));
  return ((await window.inbound(line))?.[what] ?? 0) - before > least;
};
window.stands = async (line, what, most) => {
  const before = (await window.inbound(line))?.[what] ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return ((await window.inbound(line))?.[what] ?? 0) - before <= most;
};
"""

#: As a page does that has no upload left for this receiver.
_SEND_CAMERA = """async (isActive) => {
  const one = window.connections.findLast(({ connectionState }) => connectionState === "connected");
  const { sender } = one.getTransceivers()[1];
  const parameters = sender.getParameters();
  parameters.encodings[0].active = isActive;
  await sender.setParameters(parameters);
}"""

#: What a silent line decodes to is not quite nothing.
SILENCE = 1e-6


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talkers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Chromium with more than one of every device, in which everybody talks all the time."""
    voice = talking(tmp_path_factory.mktemp("voice"))
    async with chromium("--use-fake-device-for-media-stream=device-count=4", voice) as browser:
        yield browser


async def _two(browser: Browser, service: Service) -> tuple[Guest, Guest]:
    meeting = await guest_meeting(service.address)
    ada, ben = [
        await Guest.open(browser, service.address, meeting["meetingId"], name, script=_INBOUND)
        for name in ("Ada", "Ben")
    ]
    await ada.go_in()
    await ben.go_in()
    await all_see_each_other([ada, ben])
    return ada, ben


async def _hears(page: Page, line: str = VOICE) -> None:
    await until(page, "(line) => window.rises(line, 'totalAudioEnergy', 1e-4)", line)


async def _hears_nothing(page: Page) -> None:
    await until(page, "([line, most]) => window.stands(line, 'totalAudioEnergy', most)", [VOICE, SILENCE])


async def _gets_frames(page: Page, line: str) -> None:
    await until(page, "(line) => window.rises(line, 'framesDecoded', 2)", line)


async def _gets_no_frames(page: Page, line: str) -> None:
    await until(page, "(line) => window.stands(line, 'framesDecoded', 0)", line)


class TestSwitches:
    async def test_voice_and_camera_go_and_come_back_at_the_other_one(self, service: Service, talkers: Browser) -> None:
        ada, ben = await _two(talkers, service)
        tile = ben.page.locator(".tile-camera").filter(has_text="Ada")
        await _hears(ben.page)
        await expect(tile).to_have_class("tile tile-camera is-speaking")

        await ada.mute()
        await _hears_nothing(ben.page)
        await expect(tile).to_have_class("tile tile-camera")
        hint = ada.page.get_by_text("You are muted. Hold the space bar to talk.")
        await expect(hint).to_be_visible()
        await ada.page.get_by_role("button", name="Unmute", exact=True).click()
        await expect(hint).to_have_count(0)
        await _hears(ben.page)

        await ada.page.get_by_role("button", name="Camera is on. Turn off").click()
        await _gets_no_frames(ben.page, CAMERA)
        await _hears(ben.page)
        await ada.page.get_by_role("button", name="Camera is off. Turn on").click()
        await _gets_frames(ben.page, CAMERA)

        # Pulled out of the machine: what is left goes on, without a click.
        await ada.page.evaluate("""() => {
            const { track } = window.connections.at(-1).getSenders().find(({ track }) => track?.kind === "video");
            window.pulled = track;
            track.stop();
            track.dispatchEvent(new Event("ended"));
        }""")
        await _gets_frames(ben.page, CAMERA)
        sends = "() => window.connections.at(-1).getSenders().some(({ track }) => track === window.pulled)"
        assert not await ada.page.evaluate(sends)
        assert [ada.errors, ben.errors] == [[], []]


class TestStandstill:
    async def test_a_camera_that_is_on_and_sends_nothing_shows_initials_until_the_next_frame(
        self, service: Service, talkers: Browser
    ) -> None:
        ada, ben = await _two(talkers, service)
        tile = ben.page.locator(".tile-camera").filter(has_text="Ada")
        face, video = tile.locator(".tile-face"), tile.locator("video")
        await expect(face).to_have_count(0)
        await expect(video).to_have_css("opacity", "1")

        await ada.page.evaluate(_SEND_CAMERA, False)
        await expect(face).to_be_visible()
        await expect(video).to_have_css("opacity", "0")
        await _gets_no_frames(ben.page, CAMERA)
        await expect(video).to_have_css("opacity", "0")

        await ada.page.evaluate(_SEND_CAMERA, True)
        await expect(video).to_have_css("opacity", "1")
        await expect(face).to_have_count(0)
        assert [ada.errors, ben.errors] == [[], []]


class TestScreen:
    async def test_comes_with_its_sound_beside_voice_and_camera_and_stops_by_the_browsers_bar(
        self, service: Service, talkers: Browser
    ) -> None:
        ada, ben = await _two(talkers, service)
        await ada.page.get_by_role("button", name="Share your screen").click()
        screen = ben.page.locator(".tile-screen")
        await expect(screen).to_be_visible()
        for line in (SCREEN, CAMERA):
            await _gets_frames(ben.page, line)
        await _hears(ben.page)
        await until(ben.page, "(line) => window.rises(line, 'packetsReceived', 5)", SCREEN_SOUND)
        # A screen is first, whoever talks: it is the largest of all tiles.
        wide = "() => document.querySelector('.tile-screen').clientWidth > 0.7 * innerWidth"
        await until(ben.page, wide)

        await expect(ada.page.get_by_text("You are sharing your screen").first).to_be_visible()
        await ada.page.get_by_role("button", name="Stop sharing").first.click()
        await expect(screen).to_have_count(0)
        await _gets_no_frames(ben.page, SCREEN)

        await ada.page.get_by_role("button", name="Share your screen").click()
        await expect(screen).to_be_visible()
        await _gets_frames(ben.page, SCREEN)
        await ada.page.evaluate("""() => {
            const { track } = window.connections.at(-1).getSenders()[2];
            track.stop();
            track.dispatchEvent(new Event("ended"));
        }""")
        await expect(screen).to_have_count(0)
        await _gets_frames(ben.page, CAMERA)
        assert [ada.errors, ben.errors] == [[], []]


_SENT = """() => window.connections.at(-1).getSenders().slice(0, 2).map(({ track }) => track.getSettings().deviceId)"""


class TestChoice:
    async def test_devices_chosen_at_the_door_and_in_the_call_are_used_and_remembered(
        self, service: Service, talkers: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        ben = await Guest.open(talkers, service.address, meeting["meetingId"], "Ben", script=_INBOUND)
        await ben.go_in()
        ada = await Guest.open(talkers, service.address, meeting["meetingId"], "Ada", script=_INBOUND)
        wanted: list[str] = []
        for label in ("Choose a microphone", "Choose a camera"):
            picker = ada.page.get_by_label(label)
            await expect(picker).to_be_enabled()
            # The last one: of the fake cameras not every one gives frames that can be sent.
            values = await picker.locator("option").evaluate_all("all => all.map((one) => one.value)")
            assert await picker.input_value() != values[-1]
            await picker.select_option(values[-1])
            wanted.append(values[-1])
        await ada.go_in()
        await all_see_each_other([ada, ben])
        assert await ada.page.evaluate(_SENT) == wanted

        await ada.page.get_by_role("button", name="More actions").click()
        await ada.page.get_by_role("menuitem", name="Settings").click()
        speaker = ada.page.get_by_label("Choose a speaker")
        values = await speaker.locator("option").evaluate_all("all => all.map((one) => one.value)")
        await speaker.select_option(values[-1])
        playing = "(id) => [...document.querySelectorAll('audio')].every(({ sinkId }) => sinkId === id)"
        await until(ada.page, playing, values[-1])
        await ada.page.get_by_role("button", name="Close").click()

        await ada.page.get_by_role("button", name="Camera is on. Turn off").click()
        await _gets_no_frames(ben.page, CAMERA)
        # The page is left for another one: its person is gone at once, not after the time a lost seat is held.
        await ada.page.goto("about:blank")
        await expect(ben.page.locator(".tile-camera")).to_have_count(1, timeout=10_000)
        await ada.page.goto(f"{service.address}/join/{meeting['meetingId']}")
        await expect(ada.page.get_by_label("Choose a microphone")).to_have_value(wanted[0])
        await expect(ada.page.get_by_role("button", name="Camera is off. Turn on")).to_be_visible()
        await expect(ada.page.get_by_label("Your name")).to_have_value("Ada")
