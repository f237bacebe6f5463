"""The program and a browser, fresh for every test: together they take about two seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.browser import chromium
from tests.support.service import Service, running_service


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The program on an embedded database of its own."""
    async with running_service(tmp_path / "data", {"ALLOWED_ORIGINS": "*"}) as service:
        yield service


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium with fake devices."""
    async with chromium() as browser:
        yield browser
