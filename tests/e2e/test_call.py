"""Calls in real browsers: faces arrive, people leave and return, a cut network leaves no ghost."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.call import Guest, all_see_each_other, guest_meeting
from tests.support.proxy import CuttableProxy
from tests.support.service import Service

pytestmark = [
    pytest.mark.call,
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: Whatever is set in motion stays where it begins until `go` is called.
_HELD = """
const animate = Element.prototype.animate;
window.held = [];
Element.prototype.animate = function (...how) {
  const animation = animate.apply(this, how);
  animation.pause();
  window.held.push(animation);
  return animation;
};
window.go = () => Promise.all(window.held.map((one) => { one.play(); return one.finished; }));
"""


async def _people(browser: Browser, address: str, meeting: dict[str, str], *names: str) -> list[Guest]:
    guests = []
    for name in names:
        guest = await Guest.open(browser, address, meeting["meetingId"], name)
        await guest.go_in()
        guests.append(guest)
    return guests


class TestTwoFaces:
    async def test_from_the_home_page_to_two_faces(self, service: Service, browser: Browser) -> None:
        context = await browser.new_context(permissions=["camera", "microphone"])
        page = await context.new_page()
        await page.goto(service.address)
        await page.get_by_role("button", name="Start a meeting").click()
        await expect(page.get_by_label("Your name")).to_be_visible()
        meeting = {"meetingId": page.url.rsplit("/", 1)[1]}
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_role("button", name="Join now").click()
        await expect(page.get_by_text("You are the only one here")).to_be_visible()

        [ben] = await _people(browser, service.address, meeting, "Ben")
        await ben.sees(1)
        await expect(page.locator(".tile-camera")).to_have_count(2)
        await expect(page.get_by_text("Ben", exact=True).first).to_be_visible()
        assert ben.errors == []

    async def test_sound_arrives_too(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada, ben = await _people(browser, service.address, meeting, "Ada", "Ben")
        await all_see_each_other([ada, ben])
        await asyncio.gather(ada.hears(), ben.hears())


class TestFour:
    async def test_everyone_receives_everyone_and_a_leaver_is_gone_at_once(
        self, service: Service, browser: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        guests = await _people(browser, service.address, meeting, "Ada", "Ben", "Cem", "Dia")
        await all_see_each_other(guests)
        for guest in guests:
            assert await guest.tiles() == 4
        await asyncio.gather(*(guest.sees_at(3, fps=15) for guest in guests))

        *rest, dia = guests
        await dia.page.get_by_role("button", name="Leave").click()
        await expect(dia.page.get_by_role("heading", name="You left the meeting")).to_be_visible()
        for guest in rest:
            await expect(guest.page.locator(".tile-camera")).to_have_count(3)
        await all_see_each_other(rest)

        await dia.page.get_by_role("button", name="Rejoin").click()
        await dia.go_in()
        await all_see_each_other(guests)
        assert [guest.errors for guest in guests] == [[], [], [], []]


class TestMakingRoom:
    async def test_a_tile_glides_from_where_it_was_and_with_reduced_motion_is_there_at_once(
        self, service: Service, browser: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        ada = await Guest.open(browser, service.address, meeting["meetingId"], "Ada", script=_HELD)
        await ada.go_in()
        mine = ada.page.get_by_role("group", name="You", exact=True)
        alone = await mine.bounding_box()
        await _people(browser, service.address, meeting, "Ben")
        await expect(ada.page.locator(".tile-camera")).to_have_count(2)
        assert await mine.bounding_box() == pytest.approx(alone, abs=1)
        await ada.page.evaluate("window.go()")
        beside = await mine.bounding_box()
        assert alone and beside and beside["width"] < alone["width"]

        await ada.page.emulate_media(reduced_motion="reduce")
        await _people(browser, service.address, meeting, "Cem")
        await expect(ada.page.locator(".tile-camera")).to_have_count(3)
        assert await ada.page.evaluate("window.held.length") == 1


class TestComingBack:
    async def test_a_reload_goes_straight_back_in(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada, ben = await _people(browser, service.address, meeting, "Ada", "Ben")
        await all_see_each_other([ada, ben])
        await ben.page.reload()
        await expect(ben.page.get_by_role("region", name="Call controls")).to_be_visible(timeout=20_000)
        await all_see_each_other([ada, ben])
        await expect(ada.page.locator(".tile-camera")).to_have_count(2)

    async def test_a_cut_of_the_signalling_leaves_no_ghost_and_no_second_tile(
        self, service: Service, browser: Browser
    ) -> None:
        meeting = await guest_meeting(service.address)
        async with CuttableProxy(service.address) as network:
            [ada] = await _people(browser, service.address, meeting, "Ada")
            [ben] = await _people(browser, network.address, meeting, "Ben")
            await all_see_each_other([ada, ben])
            async with httpx.AsyncClient(base_url=service.address) as client:
                host = {"x-admin-token": meeting["adminToken"]}
                path = f"/api/meetings/{meeting['meetingId']}"
                before = (await client.get(path, headers=host)).json()["participants"]

                await network.cut()
                await expect(ben.page.get_by_text("Reconnecting").first).to_be_visible()
                await all_see_each_other([ada, ben])  # media does not need the signalling
                await network.mend()

                await expect(ben.page.get_by_text("Connection lost")).to_have_count(0)
                await expect(ada.page.locator(".tile-camera")).to_have_count(2)
                await expect(ben.page.locator(".tile-camera")).to_have_count(2)
                await all_see_each_other([ada, ben])
                after = (await client.get(path, headers=host)).json()["participants"]
        ids = [[person["participantId"] for person in people] for people in (before, after)]
        assert ids[0] == ids[1]
        assert len(ids[0]) == 2


class TestWithoutWebSockets:
    async def test_a_proxy_that_breaks_them_keeps_nobody_out(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        async with CuttableProxy(service.address, has_websockets=False) as network:
            [ada] = await _people(browser, service.address, meeting, "Ada")
            [ben] = await _people(browser, network.address, meeting, "Ben")
            await all_see_each_other([ada, ben])
            asked = "performance.getEntriesByType('resource').some(({ name }) => name.includes('transport=polling'))"
            assert [await guest.page.evaluate(asked) for guest in (ada, ben)] == [False, True]
            await ben.close()


class TestTheApiEnds:
    async def test_everyone_is_told_and_the_link_is_dead(self, service: Service, browser: Browser) -> None:
        async with httpx.AsyncClient(base_url=service.address) as client:
            account = {"email": "ada@example.com", "password": "secret123"}
            key = (await client.post("/api/auth/register", json=account)).json()["apiKey"]
            headers = {"x-api-key": key}
            meeting = (await client.post("/api/meetings", headers=headers, json={"title": "Standup"})).json()
            ada, ben = await _people(browser, service.address, meeting, "Ada", "Ben")
            await all_see_each_other([ada, ben])
            answer = await client.delete(
                f"/api/meetings/{meeting['meetingId']}", headers={**headers, "x-admin-token": meeting["adminToken"]}
            )
        assert answer.status_code == 200
        for guest in (ada, ben):
            await expect(guest.page.get_by_role("heading", name="The meeting has ended")).to_be_visible()
        late = await Guest.open(browser, service.address, meeting["meetingId"], "Cem")
        await late.page.get_by_label("Your name").fill("Cem")
        await late.page.get_by_role("button", name="Join now").click()
        await expect(late.page.get_by_role("heading", name="This meeting is over")).to_be_visible()


class TestTogether:
    async def test_chat_hands_reactions_and_mute_reach_the_others(self, service: Service, browser: Browser) -> None:
        meeting = await guest_meeting(service.address)
        ada, ben = await _people(browser, service.address, meeting, "Ada", "Ben")
        await ada.page.get_by_role("button", name="Chat").click()
        await ada.page.get_by_label("Message to everyone").fill("<b>Salt?</b>")
        await ada.page.keyboard.press("Enter")
        await ben.page.get_by_role("button", name="Chat, 1 new message").click()
        await expect(ben.page.get_by_role("log").get_by_text("<b>Salt?</b>")).to_be_visible()

        await ben.page.get_by_role("button", name="Raise hand").click()
        await expect(ada.page.get_by_label("Hand raised, number 1").first).to_be_visible()
        await ben.page.get_by_role("button", name="Mic is on. Mute").click()
        await expect(ada.page.locator(".tile-camera").get_by_label("Muted")).to_have_count(1)
