"""The client's gallery: every state by name, drawn without a server, as `web/tools/screenshots.py` shows them."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import ModuleType

from playwright.async_api import Browser, Page

WEB = Path(__file__).parents[2] / "web"
WAIT_MS = 15_000
FIRST_VISIT_MS = 60_000


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots", WEB / "tools" / "screenshots.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()

#: Also to the state that is shown already: it begins anew.
_GO = """async (name) => {
  for (const next of ["", name]) {
    if (window.location.hash.slice(1) === next) continue;
    const gone = new Promise((done) => window.addEventListener("hashchange", done, { once: true }));
    window.location.hash = next;
    await gone;
  }
}"""


class Gallery:
    """One page that shows one state after another."""

    def __init__(self, page: Page, names: list[str]) -> None:
        self.page = page
        #: The states of a visit to a meeting; those of the account pages are met where they are real.
        self.names = names
        #: What to press in a state before it is what its name says.
        self.steps: dict[str, list[str]] = TOOL.STEPS

    async def show(self, name: str) -> None:
        """Show a state and do what belongs to it: open its panel, its dialog."""
        await self.page.evaluate(_GO, name)
        for step in self.steps.get(name, []):
            await TOOL.press(self.page, step)
        await self.page.mouse.move(2, 2)


@contextmanager
def gallery_server() -> Generator[str]:
    """Serve the gallery from its sources for the length of a block; yields the address of its page."""
    port = TOOL.free_port()
    vite = TOOL.start_vite(port)
    try:
        yield f"http://127.0.0.1:{port}/gallery.html"
    finally:
        vite.terminate()
        vite.wait()


@asynccontextmanager
async def gallery(
    browser: Browser, address: str, *, is_phone: bool = False, locale: str = "en-US"
) -> AsyncGenerator[Gallery]:
    """A page on the gallery for the length of a block."""
    context = await browser.new_context(
        locale=locale,
        viewport={"width": 390, "height": 844} if is_phone else {"width": 1024, "height": 768},
        has_touch=is_phone,
        is_mobile=is_phone,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    # The first visit has every module translated, one by one.
    await page.goto(address, timeout=FIRST_VISIT_MS)
    await page.locator(".gallery").wait_for()
    every = await page.locator(".gallery a").all_inner_texts()
    yield Gallery(page, every[every.index("home") :])
    await context.close()
