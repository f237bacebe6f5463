"""The mesh alone in Chromium: meshes in one page, wired in memory, with real connections and fake devices."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "web" / "src" / "testing" / "loopbackPage.ts"
ORIGIN = "http://localhost:9"


@pytest.fixture(scope="module")
def script() -> str:
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    built = subprocess.run(
        [esbuild, ENTRY, "--bundle", "--format=iife", "--target=es2022"], capture_output=True, text=True, check=True
    )
    return built.stdout


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, script: str) -> AsyncIterator[Page]:
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()

    async def serve(route: Route) -> None:
        await route.fulfill(content_type="text/html", body="<!doctype html><title>loopback</title>")

    await page.route(f"{ORIGIN}/**", serve)
    await page.goto(f"{ORIGIN}/")
    await page.add_script_tag(content=script)
    yield page
    await context.close()


async def _do(page: Page, call: str) -> Any:
    return await page.evaluate(f"loopback.{call}")


async def _two(page: Page) -> None:
    """Ada is there, Ben comes; both have a camera and a voice."""
    for name in ("ada", "ben"):
        await _do(page, f"enter('{name}')")
        await _do(page, f"devices('{name}')")
    assert await _rises(page, "ada", "ben") >= 0
    assert await _rises(page, "ben", "ada") >= 0


async def _rises(page: Page, at: str, sender: str, which: str = "camera") -> int:
    return await _do(page, f"rises('{at}', '{sender}', '{which}')")


class TestTwo:
    async def test_frames_arrive_both_ways_after_one_offer_and_one_answer(self, page: Page) -> None:
        await _two(page)
        assert (await _do(page, "signals('ben')")).count("offer") == 1
        assert (await _do(page, "signals('ada')")).count("answer") == 1
        assert await _do(page, "signals('ada')") == [
            kind for kind in await _do(page, "signals('ada')") if kind != "offer"
        ]
        assert await _do(page, "offerSize('ben')") < 6_000
        await page.wait_for_function("loopback.quality('ada', 'ben') === 'good'")

    async def test_the_camera_goes_off_and_on_without_a_signal(self, page: Page) -> None:
        await _two(page)
        before = await _do(page, "signals('ben')")
        await _do(page, "off('ben', 'camera')")
        assert await _do(page, "stands('ada', 'ben', 'camera')")
        await _do(page, "devices('ben')")
        assert await _rises(page, "ada", "ben") >= 0
        assert await _do(page, "signals('ben')") == before


class TestGlare:
    async def test_both_call_at_once_and_later_both_restart_at_once(self, page: Page) -> None:
        await _do(page, "collide('ada', 'ben')")
        for name in ("ada", "ben"):
            await _do(page, f"devices('{name}')")
        assert await _rises(page, "ada", "ben") >= 0
        assert await _rises(page, "ben", "ada") >= 0
        both = [await _do(page, f"signals('{name}')") for name in ("ada", "ben")]
        assert all("offer" in signals for signals in both)

        connections = [await _do(page, f"connections('{name}')") for name in ("ada", "ben")]
        before = [await _do(page, f"ufrags('{name}').at(-1)") for name in ("ada", "ben")]
        await page.evaluate("loopback.fail('ada'); loopback.fail('ben')")
        for name, old in zip(("ada", "ben"), before, strict=True):
            await page.wait_for_function(f"loopback.ufrags('{name}').at(-1) !== '{old}'")
        # And a third offer in the same moment: each looks away from the other, and back.
        await page.evaluate("loopback.watch('ada', 'ben', false); loopback.watch('ben', 'ada', false)")
        standing = "Promise.all([loopback.stands('ada', 'ben', 'camera'), loopback.stands('ben', 'ada', 'camera')])"
        assert await page.evaluate(standing) == [True, True]
        await page.evaluate("loopback.watch('ada', 'ben', true); loopback.watch('ben', 'ada', true)")
        assert await _rises(page, "ada", "ben") >= 0
        assert await _rises(page, "ben", "ada") >= 0
        assert [await _do(page, f"connections('{name}')") for name in ("ada", "ben")] == connections


class TestScreen:
    async def test_a_share_added_later_runs_beside_the_camera_and_reaches_a_late_joiner(self, page: Page) -> None:
        await _two(page)
        before = await _do(page, "signals('ben')")
        await _do(page, "share('ben')")
        assert await _rises(page, "ada", "ben", "screen") >= 0
        assert await _rises(page, "ada", "ben", "camera") >= 0
        assert await _do(page, "signals('ben')") == before

        await _do(page, "enter('cem')")
        assert await _rises(page, "cem", "ben", "screen") >= 0
        assert await _rises(page, "cem", "ben", "camera") >= 0
        await _do(page, "off('ben', 'screen')")
        assert await _do(page, "stands('cem', 'ben', 'screen')")


class TestHealing:
    @pytest.mark.parametrize("who", ["ada", "ben"])
    async def test_a_failed_pair_restarts_ice_on_the_same_connection(self, page: Page, who: str) -> None:
        await _two(page)
        before = await _do(page, f"ufrags('{who}')")
        await _do(page, f"fail('{who}')")
        await page.wait_for_function(f"loopback.ufrags('{who}')[0] !== '{before[0]}'")
        assert await _rises(page, "ada", "ben") >= 0
        assert await _rises(page, "ben", "ada") >= 0
        assert [await _do(page, f"connections('{name}')") for name in ("ada", "ben")] == [1, 1]

    @pytest.mark.parametrize("who", ["ada", "ben"])
    async def test_a_reloaded_page_under_the_same_seat_is_seen_again(self, page: Page, who: str) -> None:
        other = {"ada": "ben", "ben": "ada"}[who]
        await _two(page)
        await _do(page, f"vanish('{who}')")
        await _do(page, f"enter('{who}', true)")
        await _do(page, f"devices('{who}')")
        assert await _rises(page, other, who) >= 0
        assert await _rises(page, who, other) >= 0
        assert await _do(page, f"connections('{other}')") == 2

    async def test_an_offer_lost_in_an_outage_is_made_good(self, page: Page) -> None:
        await _do(page, "enter('ada')")
        await _do(page, "devices('ada')")
        await _do(page, "cut('ada', true)")
        await _do(page, "enter('ben')")
        await _do(page, "devices('ben')")
        await page.wait_for_function("loopback.signals('ben').includes('offer')")
        await _do(page, "cut('ada', false)")
        assert await _rises(page, "ada", "ben") >= 0
        assert await _rises(page, "ben", "ada") >= 0

    async def test_an_outage_of_the_signalling_does_not_touch_the_media(self, page: Page) -> None:
        await _two(page)
        await _do(page, "cut('ben', true)")
        assert await _rises(page, "ada", "ben") >= 0
        await _do(page, "cut('ben', false)")
        assert await _rises(page, "ada", "ben") >= 0
        assert [await _do(page, f"connections('{name}')") for name in ("ada", "ben")] == [1, 1]
