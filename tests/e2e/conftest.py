"""The program and a browser, one of each for the tests of a module: meetings do not know each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.browser import chromium
from tests.support.gallery import Gallery, gallery, gallery_server
from tests.support.service import Service, running_service

# How long an expectation waits that fails; on a machine with little to give, five seconds are not long.
expect.set_options(timeout=20_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The program on an embedded database of its own."""
    async with running_service(tmp_path_factory.mktemp("data"), {"ALLOWED_ORIGINS": "*"}) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_browser() -> AsyncIterator[Browser]:
    """Chromium with fake devices."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """The module's browser; every page a test leaves open is closed, or its call would go on beside the next test."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the gallery is served."""
    with gallery_server() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(shared_browser: Browser, address: str) -> AsyncIterator[Gallery]:
    """A page on the gallery at a desk."""
    async with gallery(shared_browser, address) as shown:
        yield shown
