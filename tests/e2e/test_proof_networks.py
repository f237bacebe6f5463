"""Calls over networks in the way: only a relay gets through, nothing does, a cable is pulled, the address changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.browser import CHROMIUM, chromium, sleeping_chromium
from tests.support.call import Guest, all_see_each_other, guest_meeting, until
from tests.support.netns import Cable, cable, why_not
from tests.support.service import Service, running_service
from tests.support.turn import addresses, coturn, free_port

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

SECRET = "north-and-south"
CUT_S = 5
LONG_CUT_S = 30
#: How long the page waits before it says that a network blocks calls.
PATIENCE_MS = 10_000

#: The network of a company: nothing but the relay gets through.
RELAY_ONLY = """
const Direct = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Direct {
  constructor(configuration, ...rest) { super({ ...configuration, iceTransportPolicy: "relay" }, ...rest); }
};
"""

_PATHS = """async () => {
  const paths = [];
  for (const one of window.connections.filter((one) => one.connectionState === "connected")) {
    const reports = await one.getStats();
    for (const { type, selectedCandidatePairId } of reports.values()) {
      const pair = type === "transport" && reports.get(selectedCandidatePairId);
      if (pair) paths.push([pair.localCandidateId, pair.remoteCandidateId].map((id) => reports.get(id).candidateType));
    }
  }
  return paths;
}"""

_ADDRESS = """async () => {
  const reports = await window.connections.at(-1).getStats();
  const { selectedCandidatePairId } = [...reports.values()].find(({ type }) => type === "transport");
  return reports.get(reports.get(selectedCandidatePairId)?.localCandidateId)?.address;
}"""
_HAS_AGREED = "() => window.connections.at(-1)?.currentRemoteDescription && window.connections.at(-1).localDescription"
_UFRAG = "() => window.connections.at(-1).localDescription.sdp.match(/^a=ice-ufrag:(.+)$/m)[1].trim()"


@pytest.fixture(scope="module")
def relay_port() -> int:
    return free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(relay_port: int, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The program with a relay, on every interface, so that another machine reaches it."""
    environment = {
        "ALLOWED_ORIGINS": "*",
        "HOST": "0.0.0.0",
        "TURN_URLS": addresses(relay_port),
        "TURN_SECRET": SECRET,
    }
    async with running_service(tmp_path_factory.mktemp("data"), environment) as service:
        yield service


async def _two(browser: Browser, service: Service, script: str = "", *, owns_time: bool = False) -> list[Guest]:
    meeting = await guest_meeting(service.address)
    guests = [
        await Guest.open(browser, service.address, meeting["meetingId"], name, script=script) for name in ("Ada", "Ben")
    ]
    for guest in guests:
        if owns_time:
            await guest.page.clock.install()
        await guest.go_in()
    return guests


class TestRelay:
    async def test_faces_arrive_through_the_relay_alone(
        self, service: Service, browser: Browser, relay_port: int
    ) -> None:
        async with coturn(relay_port, SECRET):
            guests = await _two(browser, service, RELAY_ONLY)
            await all_see_each_other(guests)
            for guest in guests:
                assert await guest.page.evaluate(_PATHS) == [["relay", "relay"]]
                await expect(guest.page.get_by_text("Your network blocks calls")).to_have_count(0)

    async def test_whoever_hides_the_address_is_called_over_the_relay_from_then_on(
        self, service: Service, browser: Browser, relay_port: int
    ) -> None:
        async with coturn(relay_port, SECRET):
            ada, ben = await _two(browser, service)
            await all_see_each_other([ada, ben])
            await ada.page.get_by_role("button", name="More actions").click()
            await ada.page.get_by_role("menuitem", name="Settings").click()
            await ada.page.get_by_role("switch", name="Hide my address from others").click()
            await until(ada.page, f"async () => (await ({_PATHS})()).some(([mine]) => mine === 'relay')")
            await all_see_each_other([ada, ben])
            seen = "async () => window.connections.at(-1).remoteDescription.sdp.match(/ typ (host|srflx)/g)"
            assert await ben.page.evaluate(seen) is None
            await ada.page.get_by_role("button", name="Close").click()
            await ben.page.get_by_role("button", name="More actions").click()
            await ben.page.get_by_role("menuitem", name="Connection").click()
            await expect(ben.page.get_by_role("dialog").get_by_text("Relayed")).to_be_visible()
            assert [ada.errors, ben.errors] == [[], []]

    async def test_a_relay_that_refuses_us_is_said_in_words(
        self, service: Service, browser: Browser, relay_port: int
    ) -> None:
        async with coturn(relay_port, "another-secret"):
            guests = await _two(browser, service, RELAY_ONLY, owns_time=True)
            for guest in guests:
                await until(guest.page, _HAS_AGREED)
                await guest.page.clock.fast_forward(PATIENCE_MS)
                words = "Your network blocks calls. Try another network, or ask your admin to set up TURN."
                await expect(guest.page.get_by_role("status").get_by_text(words)).to_be_visible()
                await expect(guest.page.locator(".tile-camera").get_by_text("No connection")).to_be_visible()
                assert await guest.page.evaluate(_PATHS) == []


class TestPulledCable:
    async def test_media_comes_back_after_5_seconds_and_in_another_network(
        self, service: Service, browser: Browser
    ) -> None:
        if reason := why_not():
            pytest.skip(reason)
        async with cable() as line, _far_browser(line, service) as (far_browser, there):
            meeting = await guest_meeting(service.address)
            ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada")
            ben = await Guest.open(far_browser, there, meeting["meetingId"], "Ben")
            await ada.go_in()
            await ben.go_in()
            await all_see_each_other([ada, ben])
            before = await ben.page.evaluate(_UFRAG)

            await line.cut()
            mended = asyncio.get_running_loop().call_later(CUT_S, lambda: None)
            await until(ada.page, "() => window.connections.at(-1).connectionState === 'disconnected'")
            await asyncio.sleep(max(0.0, mended.when() - asyncio.get_running_loop().time()))  # the cut itself
            await line.mend()
            await all_see_each_other([ada, ben])
            assert await ben.page.evaluate(_UFRAG) != before

            # The browser is told nothing: what no longer comes back from the old address is all there is to see.
            await line.move()
            await until(ben.page, f"async (address) => await ({_ADDRESS})() === address", line.there)
            await all_see_each_other([ada, ben])
            await expect(ben.page.get_by_text("Connection lost")).to_have_count(0)
            for guest in (ada, ben):
                assert await guest.page.evaluate("window.connections.length") == 1
                await expect(guest.page.locator(".tile-camera")).to_have_count(2)
            await ben.close()

    async def test_who_was_cut_off_or_asleep_for_30_seconds_is_back_in_the_same_seat(
        self, service: Service, browser: Browser, tmp_path: Path
    ) -> None:
        if reason := why_not():
            pytest.skip(reason)
        meeting = await guest_meeting(service.address)
        async with (
            cable() as line,
            _far_browser(line, service) as (far_browser, there),
            sleeping_chromium(tmp_path) as (dozing_browser, laptop),
        ):
            ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", meeting["adminToken"])
            ben = await Guest.open(far_browser, there, meeting["meetingId"], "Ben")
            cem = await Guest.open(dozing_browser, service.address, meeting["meetingId"], "Cem")
            people = [ada, ben, cem]
            for guest in people:
                await guest.go_in()
            await all_see_each_other(people)
            for guest in (ben, cem):
                await guest.mute()
            before = await _ids(service, meeting)

            await line.cut()
            laptop.sleep()
            mended = asyncio.get_running_loop().call_later(LONG_CUT_S, lambda: None)
            for guest in (ben, cem):
                tile = ada.page.locator(".tile-camera").filter(has_text=guest.name)
                await expect(tile.get_by_text("Reconnecting")).to_be_visible(timeout=LONG_CUT_S * 1000)
            await asyncio.sleep(max(0.0, mended.when() - asyncio.get_running_loop().time()))  # the cut itself
            await line.mend()
            laptop.wake()

            await all_see_each_other(people)
            for guest in people:
                await expect(guest.page.locator(".tile-camera")).to_have_count(3)
                await expect(guest.page.get_by_text("Reconnecting")).to_have_count(0)
            for guest in (ben, cem):
                tile = ada.page.locator(".tile-camera").filter(has_text=guest.name)
                await expect(tile.get_by_label("Muted")).to_be_visible()
            assert await _ids(service, meeting) == before
            assert [guest.errors for guest in people] == [[], [], []]
            await ben.close()
            await cem.close()


@asynccontextmanager
async def _far_browser(line: Cable, service: Service) -> AsyncIterator[tuple[Browser, str]]:
    """Run a Chromium at the other end of a cable; gives it with the address it knows the program by."""
    there = service.address.replace("127.0.0.1", line.here)
    secure = f"--unsafely-treat-insecure-origin-as-secure={there}"
    async with chromium(secure, program=line.program(CHROMIUM)) as far_browser:
        yield far_browser, there


async def _ids(service: Service, meeting: dict[str, Any]) -> list[str]:
    """Who is in the meeting, by the API."""
    async with httpx.AsyncClient(base_url=service.address) as client:
        path = f"/api/meetings/{meeting['meetingId']}"
        answer = await client.get(path, headers={"x-admin-token": meeting["adminToken"]})
    answer.raise_for_status()
    return sorted(person["participantId"] for person in answer.json()["participants"])
