"""A call between Chromium and Firefox ESR: the product's own pages on both sides."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.call import INSTRUMENTS, Guest, guest_meeting
from tests.support.firefox import Firefox, FirefoxPage, firefox
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

PICTURES = "window.pictures().then((counts) => counts.filter((count) => count > 0))"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other_browser() -> AsyncIterator[Firefox]:
    async with firefox() as running:
        yield running


async def _sees_one(page: FirefoxPage) -> None:
    """Wait until one person's picture arrives and goes on arriving."""
    [before] = await page.wait_for(f"{PICTURES}.then((counts) => counts.length === 1 && counts)")
    await page.wait_for(f"{PICTURES}.then(([count]) => count > {before + 5})")


async def _shot(page: FirefoxPage, name: str) -> None:
    """Keep a picture of the page for people to look at, where `PROOF_SCREENSHOTS` names a folder."""
    if folder := os.environ.get("PROOF_SCREENSHOTS"):
        await page.screenshot(Path(folder) / f"firefox-{name}.png")


class TestFirefoxAndChromium:
    async def test_both_see_and_hear_each_other(
        self, service: Service, browser: Browser, other_browser: Firefox
    ) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada")
        await ada.go_in()

        fox = await other_browser.open(script=INSTRUMENTS)
        await fox.goto(f"{service.address}/join/{meeting['meetingId']}")
        await fox.type("input[name=name]", "Fox")
        await fox.wait_for("document.querySelector('.preview video')?.videoWidth > 0")
        await _shot(fox, "door")
        await fox.click("button[type=submit]")
        await fox.wait_for("document.querySelectorAll('.tile-camera').length === 2")

        await ada.sees(1)
        await _sees_one(fox)
        await ada.hears()
        await fox.wait_for("window.hears()")
        await expect(ada.page.locator(".tile-camera").get_by_text("Fox", exact=True)).to_be_visible()
        await _shot(fox, "call")
        assert fox.errors == []
        assert ada.errors == []
