"""Signalling that goes away during a call: longer than a seat is held, and with the program killed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.call import Guest, all_see_each_other, guest_meeting
from tests.support.proxy import CuttableProxy
from tests.support.service import Service, start_service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: The seat is given up soon, so that a test can outlast it; the way back stays open as long as ever.
ENVIRONMENT = {"ALLOWED_ORIGINS": "*", "SEAT_HOLD_SECONDS": "4"}


class Server:
    """A program that dies and rises on the same data and the same port."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.now: Service

    async def start(self) -> None:
        port = int(self.now.address.rsplit(":", 1)[1]) if hasattr(self, "now") else 0
        self.now = await start_service(self._data, ENVIRONMENT, port=port)

    @property
    def address(self) -> str:
        return self.now.address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    server = Server(tmp_path_factory.mktemp("data"))
    await server.start()
    yield server
    if server.now.process.returncode is None:
        await server.now.stop()


async def _people(address: str, meeting: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """Return who is in the meeting, by the API."""
    async with httpx.AsyncClient(base_url=address) as client:
        path = f"/api/meetings/{meeting['meetingId']}"
        answer = await client.get(path, headers={"x-admin-token": meeting["adminToken"], **headers})
    answer.raise_for_status()
    return answer.json()["participants"]


def _ids(people: list[dict[str, Any]]) -> list[str]:
    return sorted(person["participantId"] for person in people)


class TestLongCut:
    async def test_the_gone_comes_back_as_the_same_person_with_media_mute_and_hand(
        self, server: Server, browser: Browser
    ) -> None:
        meeting = await guest_meeting(server.address)
        async with CuttableProxy(server.address) as network:
            ada = await Guest.open(browser, server.address, meeting["meetingId"], "Ada")
            await ada.go_in()
            ben = await Guest.open(browser, network.address, meeting["meetingId"], "Ben")
            await ben.go_in()
            await ben.mute()
            await ben.raise_hand()
            await ben.is_muted_with_a_hand_up(seen_by=ada)
            await all_see_each_other([ada, ben])
            before = await _people(server.address, meeting)

            await network.cut()
            await expect(ben.page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
            await expect(ada.page.locator(".tile-camera").get_by_text("Reconnecting")).to_be_visible()
            await expect(ada.page.locator(".tile-camera")).to_have_count(1)
            await expect(ada.page.get_by_text("Ben left").first).to_be_visible()
            assert len(await _people(server.address, meeting)) == 1

            await network.mend()
            await expect(ben.page.get_by_text("Connection lost. Reconnecting…")).to_have_count(0)
            await expect(ada.page.locator(".tile-camera")).to_have_count(2)
            await expect(ben.page.locator(".tile-camera")).to_have_count(2)
            await all_see_each_other([ada, ben])
            await ben.is_muted_with_a_hand_up(seen_by=ada)
            await expect(ben.page.get_by_role("button", name="Mic is off. Unmute")).to_be_visible()
            assert _ids(await _people(server.address, meeting)) == _ids(before)
            assert ada.errors == ben.errors == []


class TestKilled:
    async def test_the_call_outlives_the_program_and_everybody_keeps_their_seat(
        self, server: Server, browser: Browser
    ) -> None:
        async with httpx.AsyncClient(base_url=server.address) as client:
            account = {"email": "ada@example.com", "password": "secret123"}
            key = (await client.post("/api/auth/register", json=account)).json()["apiKey"]
            headers = {"x-api-key": key}
            meeting = (await client.post("/api/meetings", headers=headers, json={"title": "Standup"})).json()
        guests = [await Guest.open(browser, server.address, meeting["meetingId"], name) for name in ("Ada", "Ben")]
        for guest in guests:
            await guest.go_in()
        ada, ben = guests
        await ben.mute()
        await ben.raise_hand()
        await ben.is_muted_with_a_hand_up(seen_by=ada)
        await ben.page.get_by_role("button", name="Share your screen").click()
        await expect(ada.page.locator(".tile-screen")).to_be_visible()
        await all_see_each_other(guests)
        before = await _people(server.address, meeting, **headers)
        assert len(before) == 2

        await server.now.kill()
        for guest in guests:
            await expect(guest.page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
        await all_see_each_other(guests)  # nobody is there to help
        await server.start()

        for guest in guests:
            await expect(guest.page.get_by_text("Connection lost. Reconnecting…")).to_have_count(0)
            await expect(guest.page.locator(".tile-camera")).to_have_count(2)
        await all_see_each_other(guests)
        await ben.is_muted_with_a_hand_up(seen_by=ada)
        await expect(ben.page.get_by_role("button", name="Mic is off. Unmute")).to_be_visible()
        await expect(ada.page.locator(".tile-screen")).to_have_count(1)
        after = await _people(server.address, meeting, **headers)
        assert _ids(after) == _ids(before)
        assert [person["name"] for person in after if person["isScreenSharing"]] == ["Ben"]
        for guest in guests:
            assert await guest.page.evaluate("window.connections.length") == 1  # the pair was never touched
            assert guest.errors == []
