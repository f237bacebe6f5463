"""The door and the host's tools in real browsers: waiting, being let in or not, settings that reach everybody."""

from __future__ import annotations

import base64
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.call import Guest, all_see_each_other, guest_meeting, has_recorded
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def _hosted(browser: Browser, service: Service, **settings: Any) -> tuple[Guest, dict[str, Any]]:
    """Make a guest meeting, seat its host, and change the settings over REST."""
    meeting = await guest_meeting(service.address)
    if settings:
        await _change(service, meeting, **settings)
    host = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", meeting["adminToken"])
    await host.go_in()
    return host, meeting


async def _change(service: Service, meeting: dict[str, Any], **settings: Any) -> None:
    async with httpx.AsyncClient(base_url=service.address) as client:
        answer = await client.patch(
            f"/api/meetings/{meeting['meetingId']}/settings",
            headers={"x-admin-token": meeting["adminToken"]},
            json=settings,
        )
    answer.raise_for_status()


async def _knock(browser: Browser, service: Service, meeting: dict[str, Any], name: str) -> Guest:
    """Ask to join and wait until the browser shows the queue."""
    guest = await Guest.open(browser, service.address, meeting["meetingId"], name)
    await guest.page.get_by_label("Your name").fill(name)
    await guest.page.get_by_role("button", name="Join now").click()
    await expect(guest.page.get_by_role("heading", name="Waiting to be let in")).to_be_visible()
    return guest


_READ_BACK = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }));
  const once = (name) => new Promise((done, failed) => {
    video.addEventListener(name, done, { once: true });
    video.addEventListener("error", () => failed(new Error(video.error.message)), { once: true });
  });
  await once("loadeddata");
  const duration = video.duration;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  const seeked = once("seeked");
  // Before a third one comes.
  video.currentTime = 1;
  await seeked;
  pen.drawImage(video, 0, 0);
  // Colours of the two halves: in each somebody sits.
  const colours = [0.25, 0.75].map((part) => {
    const { data } = pen.getImageData(Math.round(width * part) - 50, Math.round(height / 2) - 50, 100, 100);
    return data.reduce((sum, value, index) => (index % 4 === 3 ? sum : sum + value), 0) / (100 * 100 * 3);
  });
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes.buffer);
  const samples = sound.getChannelData(0);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return { width, height, duration, colours, loudest, soundSeconds: sound.duration };
}"""


class TestTheDoor:
    async def test_who_waits_is_let_in_or_not_and_may_be_removed(self, service: Service, browser: Browser) -> None:
        ada, meeting = await _hosted(browser, service, waitingRoom=True)
        ben = await _knock(browser, service, meeting, "Ben")
        await ben.page.get_by_role("button", name="Mic is on. Mute").click()
        await expect(ada.page.get_by_text("Ben wants to join").first).to_be_visible()
        await expect(ada.page.get_by_role("button", name="People, 1 here, 1 waiting").first).to_be_visible()

        # The queue outlives a reload of either side.
        await ada.page.reload()
        await ben.page.reload()
        await expect(ben.page.get_by_role("heading", name="Waiting to be let in")).to_be_visible()
        await ada.page.get_by_role("button", name="Admit Ben").click()
        await expect(ben.page.get_by_role("region", name="Call controls")).to_be_visible()
        await all_see_each_other([ada, ben])
        await expect(ben.page.get_by_role("button", name="Mic is off. Unmute")).to_be_visible()

        await ada.page.get_by_role("button", name="People, 2 here").first.click()
        await ada.page.get_by_role("button", name="Actions for Ben").click()
        await ada.page.get_by_role("button", name="Remove", exact=True).click()
        await ada.page.get_by_label("Reason (optional)").fill("Wrong room")
        await ada.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        await expect(ben.page.get_by_text("Wrong room")).to_be_visible()
        await ben.page.get_by_role("button", name="Ask to come back").click()
        await ben.page.get_by_role("button", name="Join now").click()
        await expect(ada.page.get_by_text("Removed before").first).to_be_visible()
        await ada.page.get_by_role("button", name="Deny Ben").click()
        await expect(ben.page.get_by_role("heading", name="The host did not let you in")).to_be_visible()
        await expect(ben.page.get_by_text("You can ask once more in")).to_be_visible()
        assert [ada.errors, ben.errors] == [[], []]

    async def test_settings_of_the_host_reach_everybody_and_shut_the_door(
        self, service: Service, browser: Browser
    ) -> None:
        ada, meeting = await _hosted(browser, service)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben")
        await ben.go_in()
        await ada.page.get_by_role("button", name="More actions").click()
        await ada.page.get_by_role("menuitem", name="Meeting settings").click()
        dialog = ada.page.get_by_role("dialog", name="Meeting settings")
        await dialog.get_by_label("Title").fill("Late dinner")
        await _change(service, meeting, muteOnJoin=True)  # from elsewhere, while the dialog is open
        await expect(dialog.get_by_role("switch", name="New people are muted")).to_be_checked()
        await dialog.get_by_role("switch", name="Locked").click()
        await dialog.get_by_role("button", name="Save").click()
        await expect(ben.page.get_by_role("heading", name="Late dinner")).to_be_visible()
        await expect(ben.page.get_by_role("img", name="Locked")).to_be_visible()

        cem = await Guest.open(browser, service.address, meeting["meetingId"], "Cem")
        await cem.page.get_by_role("button", name="Join now").click()
        await expect(cem.page.get_by_role("heading", name="The meeting is locked")).to_be_visible()
        await _change(service, meeting, locked=False, maxParticipants=2)
        await cem.page.get_by_role("button", name="Try again").click()
        await cem.page.get_by_role("button", name="Join now").click()
        await expect(cem.page.get_by_role("heading", name="The meeting is full")).to_be_visible()

    async def test_an_invite_passes_the_waiting_room_once(self, service: Service, browser: Browser) -> None:
        ada, meeting = await _hosted(browser, service, waitingRoom=True)
        await ada.page.get_by_role("button", name="More actions").click()
        await ada.page.get_by_role("menuitem", name="Invite one person").click()
        await ada.page.get_by_label("Their name (optional)").fill("Ben")
        await ada.page.get_by_role("button", name="Make a link").click()
        link = await ada.page.get_by_label("Invite link").input_value()
        assert link.startswith(f"{service.address}/join/{meeting['meetingId']}?invite=")
        context = await browser.new_context(permissions=["camera", "microphone"])
        page = await context.new_page()
        await page.goto(link)
        await expect(page.get_by_label("Your name")).to_have_value("Ben")
        await page.get_by_role("button", name="Join now").click()
        await expect(page.get_by_role("region", name="Call controls")).to_be_visible()
        second = await (await browser.new_context()).new_page()
        await second.goto(link)
        await second.get_by_role("button", name="Join now").click()
        await expect(second.get_by_role("heading", name="Waiting to be let in")).to_be_visible()

    async def test_who_is_early_sees_the_time_count_down(self, service: Service, browser: Browser) -> None:
        async with httpx.AsyncClient(base_url=service.address) as client:
            account = {"email": "early@example.com", "password": "secret123"}
            key = (await client.post("/api/auth/register", json=account)).json()["apiKey"]
            at = (datetime.now(UTC) + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
            body = {"title": "Tomorrow", "scheduledAt": at}
            answer = await client.post("/api/meetings", headers={"x-api-key": key}, json=body)
            answer.raise_for_status()
        guest = await Guest.open(browser, service.address, answer.json()["meetingId"], "Ben")
        await guest.page.get_by_role("button", name="Join now").click()
        await expect(guest.page.get_by_role("heading", name="You are early")).to_be_visible()
        await expect(guest.page.locator(".countdown")).to_contain_text("min")


class TestLeaving:
    async def test_a_host_of_others_goes_alone_or_ends_it_for_everyone(
        self, service: Service, browser: Browser
    ) -> None:
        ada, meeting = await _hosted(browser, service)
        leave = ada.page.get_by_role("button", name="Leave the meeting")
        await leave.click()  # with nobody else there is nothing to ask
        await expect(ada.page.get_by_role("heading", name="You left the meeting")).to_be_visible()
        await ada.page.get_by_role("button", name="Rejoin").click()
        await ada.go_in()
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben")
        await ben.go_in()

        await expect(leave).to_have_attribute("aria-haspopup", "menu")
        await leave.press("Enter")
        alone = ada.page.get_by_role("menuitem", name="Leave, the others go on")
        await expect(alone).to_be_focused()
        await ben.page.get_by_role("button", name="Leave").click()  # the menu stays, whoever comes or goes meanwhile
        await expect(ada.page.locator(".tile-camera")).to_have_count(1)
        await expect(alone).to_be_focused()
        await ben.page.get_by_role("button", name="Rejoin").click()
        await ben.go_in()
        await expect(ada.page.locator(".tile-camera")).to_have_count(2)
        await ada.page.keyboard.press("Escape")
        await expect(leave).to_be_focused()
        await leave.click()
        await ada.page.get_by_role("menuitem", name="Leave, the others go on").click()
        await expect(ada.page.get_by_role("heading", name="You left the meeting")).to_be_visible()
        await expect(ben.page.locator(".tile-camera")).to_have_count(1)

        await ada.page.get_by_role("button", name="Rejoin").click()
        await ada.go_in()
        await expect(ben.page.locator(".tile-camera")).to_have_count(2)
        await leave.click()
        await ada.page.get_by_role("menuitem", name="End for everyone").click()
        await ada.page.get_by_role("alertdialog").get_by_role("button", name="End for everyone").click()
        for guest in (ada, ben):
            await expect(guest.page.get_by_role("heading", name="The meeting has ended")).to_be_visible()
        assert [ada.errors, ben.errors] == [[], []]


class TestWhatIsReadOut:
    async def test_who_came_whose_hand_is_up_and_what_was_written(self, service: Service, browser: Browser) -> None:
        ada, meeting = await _hosted(browser, service)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben")
        await ben.go_in()
        await expect(ada.page.get_by_role("status").filter(has_text="Ben joined")).to_have_count(1)
        said = ada.page.locator("p.sr[aria-live=polite]")
        await ben.raise_hand()
        await expect(said).to_have_text("Ben raised a hand")
        # The same news once more is news: the words are put there anew.
        first = await said.locator("span").element_handle()
        await ben.page.get_by_role("button", name="Lower hand").click()
        await ben.raise_hand()
        await ada.page.wait_for_function("one => !one.isConnected", arg=first)
        await expect(said).to_have_text("Ben raised a hand")
        await ben.page.get_by_role("button", name="Chat").click()
        await ben.page.get_by_label("Message to everyone").fill("Hello")
        await ben.page.keyboard.press("Enter")
        await expect(said).to_have_text("Ben: Hello")
        await expect(ada.page).to_have_title("(1) Dinner · onepizza")


class TestRecording:
    async def test_two_people_are_in_the_file_and_everybody_is_asked(self, service: Service, browser: Browser) -> None:
        ada, meeting = await _hosted(browser, service)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben")
        await ben.go_in()
        await all_see_each_other([ada, ben])
        await ada.page.get_by_role("button", name="More actions").click()
        await ada.page.get_by_role("menuitem", name="Record").click()
        asked_at = time.monotonic()
        await ada.page.get_by_role("button", name="Start recording").click()
        await has_recorded(ada.page, 1)
        running_at = time.monotonic()
        asked = ben.page.get_by_role("alertdialog", name="This meeting is recorded")
        await expect(asked).to_contain_text("Ada records")
        await asked.get_by_role("button", name="Stay").click()
        await expect(ben.page.get_by_text("Ada is recording").first).to_be_attached()

        late = await Guest.open(browser, service.address, meeting["meetingId"], "Cem")
        await late.go_in()
        asked = late.page.get_by_role("alertdialog", name="This meeting is recorded")
        await asked.get_by_role("button", name="Leave").click()
        await expect(late.page.get_by_role("heading", name="You left the meeting")).to_be_visible()
        await late.close()

        shortest_s = time.monotonic() - running_at
        async with ada.page.expect_download() as saving:
            await ada.page.get_by_role("button", name="REC 0:").click()
            await ada.page.get_by_role("alertdialog").get_by_role("button", name="Stop recording").click()
        download = await saving.value
        longest_s = time.monotonic() - asked_at
        assert re.fullmatch(r"Dinner \d{4}-\d\d-\d\d \d\d\.\d\d\.webm", download.suggested_filename)
        await expect(ben.page.get_by_text("The recording has ended").first).to_be_visible()
        await expect(ben.page.get_by_text("Ada is recording")).to_have_count(0)

        content = base64.b64encode((await download.path()).read_bytes()).decode()
        film = await ben.page.evaluate(_READ_BACK, content)
        assert (film["width"], film["height"]) == (1280, 720)
        assert shortest_s - 0.5 < film["duration"] < longest_s
        assert abs(film["soundSeconds"] - film["duration"]) < 1
        assert min(film["colours"]) > 45, "the tile behind a face alone is darker"
        assert film["loudest"] > 0.01
        assert [ada.errors, ben.errors] == [[], []]
