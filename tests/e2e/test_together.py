"""Being together in real browsers: reactions to chat, a bot's captions, the spotlight, self view, keys, languages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import socketio
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.call import Guest, guest_meeting, until
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async () => {
  const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(moving.map((one) => one.finished));
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}"""


#: A recognition of speech that hears the same words whenever it listens: the real one asks its maker's service.
_HEARS = """
window.SpeechRecognition = class {
  start() {
    const say = (transcript, isFinal) => this.onresult?.({
      resultIndex: 0, results: [Object.assign([{ transcript }], { isFinal })],
    });
    this.timer = setTimeout(() => { say("Hello ev", false); say(`Hello everybody (${this.lang}).`, true); }, 100);
  }
  abort() { clearTimeout(this.timer); }
};
"""


@asynccontextmanager
async def _bot(service: Service, meeting: dict[str, Any], name: str) -> AsyncIterator[socketio.AsyncClient]:
    """A participant without a browser, as anybody may write one."""
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(service.address, transports=["websocket"])
    answer = await client.call("join-meeting", {"meetingId": meeting["meetingId"], "name": name, "isAdmin": False})
    assert "participantId" in answer
    try:
        yield client
    finally:
        await client.disconnect()


async def _is_accessible(page: Page) -> None:
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    assert await page.evaluate(_SERIOUS) == []


async def _choose(page: Page, item: str) -> None:
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=item).click()


def _tile(page: Page, name: str) -> Locator:
    return page.locator(".stage .tile-camera").filter(has_text=name)


async def _width(tile: Locator) -> float:
    """The width a tile has once it has stopped moving."""
    await tile.evaluate("(one) => Promise.all(one.parentElement.getAnimations().map((move) => move.finished))")
    box = await tile.bounding_box()
    assert box is not None
    return box["width"]


class TestTogether:
    async def test_two_people_and_a_bot(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", meeting["adminToken"], _HEARS)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben")
        await asyncio.gather(ada.go_in(), ben.go_in())
        async with _bot(service, meeting, "Robo") as bot:
            await expect(_tile(ben.page, "Robo")).to_be_visible()
            await _is_accessible(ben.page)
            await self._react_to_a_line(ada.page, ben.page)
            await self._read_captions(bot, ben.page)
            await self._speak_captions(ada.page, ben.page)
            await self._show_to_everyone(service, browser, meeting, ada.page, ben.page)
            await self._hide_myself(ben.page)
            await self._float(ben.page)
            await self._read_the_keys(ben.page)
        assert [ada.errors, ben.errors] == [[], []]

    async def _react_to_a_line(self, ada: Page, ben: Page) -> None:
        await ada.get_by_role("button", name="Chat").click()
        await ada.get_by_label("Message to everyone").fill("See https://example.org/a?b=c.")
        await ada.keyboard.press("Enter")
        await expect(ben.get_by_role("button", name="Chat, 1 new message")).to_be_visible()
        preview = ben.get_by_role("button", name="Ada See https://example.org/a?b=c.")
        await preview.hover()  # so it stays
        await _is_accessible(ben)
        await preview.click()
        await expect(ben.get_by_label("Message to everyone")).to_be_focused()
        await ben.keyboard.press("Escape")
        await expect(ben.get_by_role("button", name="Chat", exact=True)).to_be_focused()
        await expect(preview).to_have_count(0)
        await ben.keyboard.press("Control+Alt+c")
        link = ben.get_by_role("link", name="https://example.org/a?b=c", exact=True)
        assert await link.get_attribute("rel") == "noopener noreferrer"

        # By keyboard alone: the emojis open, the first one is taken, the focus comes back.
        opener = ben.get_by_role("button", name="React to the message of Ada")
        await opener.focus()
        await ben.keyboard.press("Enter")
        await expect(opener).to_have_attribute("aria-expanded", "true")
        await ben.keyboard.press("Tab")
        await ben.keyboard.press("Enter")
        await expect(opener).to_be_focused()
        reactions = ada.get_by_role("list", name="Reactions").get_by_role("button")
        await expect(reactions).to_have_accessible_name("👍 1 Thumbs up: Ben")
        await expect(reactions).to_have_attribute("aria-pressed", "false")
        await reactions.click()
        both = ben.get_by_role("list", name="Reactions").get_by_role("button")
        await expect(both).to_have_accessible_name("👍 2 Thumbs up: You, Ada")
        await _is_accessible(ben)
        await reactions.click()
        await expect(both).to_have_accessible_name("👍 1 Thumbs up: You")
        await ben.keyboard.press("Escape")

    async def _read_captions(self, bot: socketio.AsyncClient, ben: Page) -> None:
        captions = ben.get_by_role("region", name="Captions")
        await bot.emit("caption:publish", {"text": "Good mor", "isFinal": False, "lang": "en"})
        await expect(captions).to_have_text("RoboGood mor")
        await bot.emit("caption:publish", {"text": "Good morning.", "isFinal": True, "lang": "en"})
        await expect(captions).to_have_text("RoboGood morning.")
        await ben.keyboard.press("Control+Alt+u")
        await expect(captions).to_have_count(0)
        await _choose(ben, "Captions")
        dialog = ben.get_by_role("dialog", name="Captions")
        await expect(dialog.get_by_text("Good morning.")).to_be_visible()
        await dialog.get_by_role("switch", name="Show captions").check()
        await dialog.get_by_role("radio", name="Large").check()
        await _is_accessible(ben)
        await ben.keyboard.press("Escape")
        await bot.emit("caption:publish", {"text": "Once more.", "isFinal": True, "lang": "en"})
        await expect(captions).to_have_class("captions is-large")

    async def _speak_captions(self, ada: Page, ben: Page) -> None:
        await _choose(ada, "Captions")
        dialog = ada.get_by_role("dialog", name="Captions")
        await dialog.get_by_label("I speak").select_option("de-AT")
        await dialog.get_by_role("button", name="Caption what I say").click()
        await expect(ben.get_by_role("region", name="Captions")).to_contain_text("Hello everybody (de-AT).")
        await dialog.get_by_role("button", name="Stop captions").click()
        await ada.keyboard.press("Escape")

    async def _show_to_everyone(
        self, service: Service, browser: Browser, meeting: dict[str, Any], ada: Page, ben: Page
    ) -> None:
        await ada.get_by_role("button", name="People, 3 here").last.click()
        await _is_accessible(ada)
        await ada.get_by_role("button", name="Actions for Ben").click()
        await ada.get_by_role("button", name="Show Ben large for everyone").click()
        await expect(ben.get_by_text("Everyone sees you large")).to_be_visible()
        cem = await Guest.open(browser, service.address, meeting["meetingId"], "Cem")
        await cem.go_in()
        shown = _tile(cem.page, "Ben")
        await expect(shown.get_by_label("In the spotlight")).to_be_visible()
        assert await _width(shown) > 2 * await _width(_tile(cem.page, "Robo"))
        await ada.get_by_role("button", name="Actions for Ben").click()
        await ada.get_by_role("button", name="End the spotlight").click()
        await expect(shown.get_by_label("In the spotlight")).to_have_count(0)
        await expect(ben.get_by_text("Everyone sees you large")).to_have_count(0)
        await cem.close()

    async def _hide_myself(self, ben: Page) -> None:
        mine = ben.locator(".stage .tile-camera").filter(has_text="You")
        await expect(mine).to_be_visible()
        await _choose(ben, "Hide my picture")
        await expect(mine).to_have_count(0)
        await _choose(ben, "Show my picture")
        await expect(mine).to_be_visible()

    async def _float(self, ben: Page) -> None:
        await _choose(ben, "Keep in a small window")
        small = "documentPictureInPicture.window"
        await until(ben, f"() => {small}?.document.querySelector('video')?.videoWidth > 0")
        labels = f"[...{small}.document.querySelectorAll('button')].map((one) => one.ariaLabel)"
        assert await ben.evaluate(labels) == ["Mic is on. Mute", "Camera is on. Turn off", "Leave the meeting"]
        await ben.evaluate(f"{small}.close()")

    async def _read_the_keys(self, ben: Page) -> None:
        await ben.keyboard.press("?")
        sheet = ben.get_by_role("dialog", name="Keyboard shortcuts")
        await expect(sheet.get_by_text("Ctrl+Alt+U")).to_be_visible()
        await _is_accessible(ben)
        await ben.keyboard.press("Escape")
        await expect(sheet).to_have_count(0)
        await _choose(ben, "Settings")
        await _is_accessible(ben)
        await ben.get_by_role("dialog").get_by_label("Language").select_option("de")
        await expect(ben.get_by_role("button", name="Treffen verlassen")).to_be_attached()
        await ben.keyboard.press("Escape")
        await expect(_tile(ben, "Robo")).to_be_visible()


class TestLanguages:
    async def test_the_browser_decides_until_the_person_does(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        context = await browser.new_context(locale="de-AT", permissions=["camera", "microphone"])
        page = await context.new_page()
        await page.goto(f"{service.address}/join/{meeting['meetingId']}")
        await expect(page.get_by_role("heading", name="Bereit zum Teilnehmen?")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await page.get_by_label("Ihr Name").fill("Jörg")
        await page.get_by_label("Sprache").select_option("en")
        await expect(page.get_by_role("heading", name="Ready to join?")).to_be_visible()
        await expect(page.get_by_label("Your name")).to_have_value("Jörg")
        await page.goto(service.address)
        await expect(page.get_by_role("button", name="Start a meeting")).to_be_visible()
        await page.get_by_label("Language").select_option("de")
        await expect(page.get_by_role("button", name="Treffen starten")).to_be_visible()
        await page.get_by_role("link", name="Anmelden").click()
        await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
        await expect(page.get_by_label("Passwort", exact=True)).to_be_visible()

    async def test_english_asks_for_no_words(self, service: Service, browser: Browser) -> None:
        context = await browser.new_context(locale="en-GB")
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(service.address)
        await expect(page.get_by_role("button", name="Start a meeting")).to_be_visible()
        assert asked
        assert [url for url in asked if "/text.de" in url] == []
