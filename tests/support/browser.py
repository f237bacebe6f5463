"""Chromium with fake devices, as MEDIA recipes have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@asynccontextmanager
async def chromium(*extra_flags: str, program: Path = CHROMIUM) -> AsyncIterator[Browser]:
    """Run a headless Chromium for the length of a block; `program` starts it somewhere else, on another network say."""
    assert CHROMIUM.exists(), "Chromium is missing: tools/debian_packages.sh installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(program), headless=True, args=[*FLAGS, *extra_flags]
        )
        try:
            yield browser
        finally:
            await browser.close()
