"""Where the focus goes: with what the page draws, not some time after it, so that no key reaches something else."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.call import Guest, guest_meeting, until
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: What has the focus in the very turn in which something that takes it was drawn: an observer is called at its end.
_NOTES = """
window.focusedAtDrawing = [];
new MutationObserver((changes) => {
  const drawn = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((one) => one instanceof Element);
  const takesFocus = ".panel, [role='menu'], dialog, main.state";
  if (!drawn.some((one) => one.matches(takesFocus) || one.querySelector(takesFocus))) return;
  const one = document.activeElement;
  window.focusedAtDrawing.push(one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent);
}).observe(document, { childList: true, subtree: true });
"""


async def _focused_at_drawing(page: Page) -> list[str]:
    """Wait until something that takes the focus was drawn, and say where the focus was in that turn, each time."""
    await until(page, "() => focusedAtDrawing.length > 0")
    return await page.evaluate("focusedAtDrawing.splice(0)")


class TestFocus:
    async def test_it_moves_in_the_turn_that_draws_its_new_place(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", meeting["adminToken"], _NOTES)
        ben = await Guest.open(browser, service.address, meeting["meetingId"], "Ben", script=_NOTES)
        await asyncio.gather(ada.go_in(), ben.go_in())
        page = ada.page

        await page.keyboard.press("Control+Alt+c")
        assert await _focused_at_drawing(page) == ["Message to everyone"]
        await page.keyboard.press("Escape")
        await page.keyboard.press("Control+Alt+p")
        assert await _focused_at_drawing(page) == ["People"]
        await page.get_by_role("button", name="React with an emoji").click()
        assert await _focused_at_drawing(page) == ["Send thumbs up"]
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Invite one person").click()
        await expect(page.get_by_label("Their name (optional)")).to_be_visible()
        assert (await _focused_at_drawing(page))[-1] == "Their name (optional)"
        await page.keyboard.press("Escape")

        # Who is writing when the question comes up must not answer it with the next key.
        await ben.page.keyboard.press("Control+Alt+c")
        assert await _focused_at_drawing(ben.page) == ["Message to everyone"]
        await ben.page.keyboard.type("Not sent")
        await page.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Record").click()
        await page.get_by_role("button", name="Start recording").click()
        asked = await _focused_at_drawing(ben.page)
        assert [words.startswith("Ada records the picture") for words in asked] == [True], asked
        await ben.page.get_by_role("button", name="Leave").last.click()
        assert await _focused_at_drawing(ben.page) == ["You left the meeting"]

        # What was typed and not sent is gone with the visit.
        await page.get_by_role("button", name="REC").click()
        await page.get_by_role("button", name="Stop recording").last.click()
        await ben.page.get_by_role("button", name="Rejoin").click()
        await ben.go_in()
        await ben.page.keyboard.press("Control+Alt+c")
        await expect(ben.page.get_by_label("Message to everyone")).to_have_value("")
        assert [ada.errors, ben.errors] == [[], []]
