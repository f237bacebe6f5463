"""The program and a browser, one of each for the tests of a module: meetings do not know each other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser import chromium
from tests.support.service import Service, running_service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The program on an embedded database of its own."""
    async with running_service(tmp_path_factory.mktemp("data"), {"ALLOWED_ORIGINS": "*"}) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium with fake devices."""
    async with chromium() as browser:
        yield browser
