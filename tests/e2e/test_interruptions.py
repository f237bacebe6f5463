"""What comes between somebody and what they are typing: a panel that closes, a question on top, a slip of the mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.account_pages import has_focus
from tests.support.gallery import Gallery, gallery, gallery_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the gallery is served."""
    with gallery_server() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(shared_browser: Browser, address: str) -> AsyncIterator[Gallery]:
    async with gallery(shared_browser, address) as shown:
        yield shown


def _message(page: Page) -> Locator:
    return page.get_by_label("Message to everyone")


class TestTheDraftOfAMessage:
    async def test_is_there_again_when_the_chat_is_with_the_cursor_at_its_end(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("chat")
        await _message(page).fill("What I had to say")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Chat").click()
        await page.keyboard.type(" is")
        await page.get_by_role("button", name="People, 4 here").last.click()
        await expect(_message(page)).to_have_count(0)
        await page.get_by_role("button", name="Chat").click()
        await page.keyboard.type(" this")
        await expect(_message(page)).to_have_value("What I had to say is this")
        await page.keyboard.press("Enter")
        await expect(_message(page)).to_have_value("")
        await page.get_by_role("button", name="Close").click()
        await page.get_by_role("button", name="Chat").click()
        await expect(_message(page)).to_have_value("")

    async def test_is_shown_to_its_end_however_long_it_is(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("chat")
        await _message(page).fill("One line of many.\n" * 20)
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Chat").click()
        await expect(_message(page)).to_have_value("One line of many.\n" * 20)
        rest = "one => one.scrollHeight - one.clientHeight - one.scrollTop"
        assert await _message(page).evaluate(rest) < 2
