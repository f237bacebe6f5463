"""Chromium with fake devices, as MEDIA recipes have it."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
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
async def sleeping_chromium(folder: Path) -> AsyncIterator[tuple[Browser, Sleeper]]:
    """Run a Chromium on a machine that can be put to sleep."""
    note = folder / "pid"
    wrapper = folder / CHROMIUM.name
    wrapper.write_text(f'#!/bin/sh\necho $$ >{note}\nexec {CHROMIUM} "$@"\n')
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    async with chromium(program=wrapper) as browser:
        sleeper = Sleeper(psutil.Process(int(note.read_text())))
        try:
            yield browser, sleeper
        finally:
            sleeper.wake()


class Sleeper:
    """A browser's processes: asleep, none of them runs, and its clocks go on, as with a closed lid."""

    def __init__(self, first: psutil.Process) -> None:
        self._first = first
        self._asleep: list[psutil.Process] = []

    def sleep(self) -> None:
        """Stop them all."""
        self._asleep = [self._first, *self._first.children(recursive=True)]
        for process in self._asleep:
            process.suspend()

    def wake(self) -> None:
        """Let them go on."""
        for process in self._asleep:
            process.resume()
        self._asleep = []


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
