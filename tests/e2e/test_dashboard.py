"""A meeting's own page in a browser: planned, led without going in, and what is left of it afterwards."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.account_pages import PASSWORD, Owner, has_focus, sign_in
from tests.support.bot import Bot
from tests.support.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("dashboard"),
    pytest.mark.asyncio(loop_scope="module"),
]

# A page that follows a meeting looks every 3 s; a busy machine takes longer to draw what it saw.
FOLLOWS_MS = 15_000


@pytest_asyncio.fixture(loop_scope="module")
async def owner(service: Service, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Owner]:
    """Somebody signed in, who has nothing yet; their page may meet no error."""
    errors: list[str] = []
    owner = await Owner.register(browser, service.address, f"{request.node.name}@example.com")
    owner.page.on("pageerror", lambda error: errors.append(str(error)))
    owner.page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    yield owner
    await owner.close()
    assert errors == []


async def _download(page: Page, name: str) -> str:
    async with page.expect_download() as begun:
        await page.get_by_role("link", name=name).click()
    download = await begun.value
    assert await download.failure() is None
    return Path(await download.path()).read_text(encoding="utf-8")


async def _look_again(page: Page) -> None:
    """Come back to the tab: the page looks at once, not when its time has come."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def _settings(owner: Owner, meeting_id: str) -> dict[str, Any]:
    return (await owner.rest.get(f"/api/meetings/{meeting_id}")).json()["settings"]


class TestPlannedMeeting:
    async def test_is_planned_changed_put_into_a_calendar_and_cancelled(self, owner: Owner) -> None:
        page = owner.page
        await page.goto("/dashboard")
        await page.get_by_role("button", name="New meeting").click()
        # Its style must not come with the entrance's pages alone: who is signed in never opens those.
        assert await page.locator("form").evaluate("form => getComputedStyle(form).rowGap") == "16px"
        await page.get_by_label("Title (optional)").fill("Weekly Sync")
        await page.get_by_label("Later").check()
        await page.get_by_role("switch", name="Mute on join").check()
        await page.get_by_role("switch", name="Waiting room").check()
        await page.get_by_label("Most people at once").fill("5")
        await page.set_viewport_size({"width": 1024, "height": 500})
        await page.get_by_label("Title (optional)").scroll_into_view_if_needed()
        await expect(page.get_by_role("button", name="Plan meeting")).to_be_in_viewport(ratio=1)
        await page.set_viewport_size({"width": 1024, "height": 768})
        await page.get_by_role("button", name="Plan meeting").click()
        dialog = page.get_by_role("dialog", name="Your meeting is planned")
        await expect(dialog.get_by_text("Link for hosts")).to_be_visible()
        calendar = await _download(page, "Download: Calendar file")
        assert "SUMMARY:Weekly Sync\n" in calendar
        await dialog.get_by_role("button", name="Done").click()

        await page.get_by_role("link", name="Weekly Sync").click()
        await has_focus(page.get_by_role("heading", name="Weekly Sync", level=1))
        await expect(page).to_have_title("Weekly Sync · onepizza")
        meeting_id = page.url.rsplit("/", 1)[1]
        assert await _settings(owner, meeting_id) == {
            "muteOnJoin": True,
            "videoOffOnJoin": False,
            "maxParticipants": 5,
            "locked": False,
            "waitingRoom": True,
        }
        assert f"UID:{meeting_id}@onepizza" in calendar
        await expect(page.get_by_text("Begins in")).to_be_visible()
        await page.get_by_label("Their name (optional)").fill("Cyd")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text="Link for Cyd")).to_be_visible()

        await page.get_by_role("switch", name="Camera off on join").check()
        await page.get_by_role("button", name="Edit title and size").click()
        await page.get_by_label("Title", exact=True).fill(" ")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Enter a title.")).to_be_visible()
        await page.get_by_label("Title", exact=True).fill("Monthly Sync")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Monthly Sync", level=1)).to_be_visible()
        assert (await _settings(owner, meeting_id))["videoOffOnJoin"] is True

        await page.get_by_role("button", name="Cancel meeting").click()
        await page.get_by_role("button", name="Keep it").click()
        await page.get_by_role("button", name="Cancel meeting").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Cancel meeting").click()
        await expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
        assert (await owner.rest.get(f"/api/meetings/{meeting_id}")).status_code == 404

    async def test_a_waiting_room_that_failed_is_told_and_mended(self, owner: Owner) -> None:
        page = owner.page
        await page.goto("/dashboard")

        async def refuse(route: Any) -> None:
            await route.fulfill(status=503, json={"error": "Away", "code": "unavailable"})

        await page.route("**/settings", refuse, times=1)
        await page.get_by_role("button", name="New meeting").click()
        await page.get_by_role("switch", name="Waiting room").check()
        await page.get_by_role("button", name="Create meeting").click()
        dialog = page.get_by_role("dialog", name="Your meeting is ready")
        await expect(dialog.get_by_role("alert")).to_contain_text("The waiting room could not be switched on")
        await dialog.get_by_role("button", name="Try again").click()
        await expect(dialog.get_by_text("The waiting room is on.")).to_be_visible()
        [meeting] = (await owner.rest.get("/api/meetings")).json()["meetings"]
        assert (await _settings(owner, meeting["meetingId"]))["waitingRoom"] is True


class TestLiveMeeting:
    async def test_is_led_from_the_page_and_leaves_its_attendance(self, owner: Owner, service: Service) -> None:
        page = owner.page
        made = await owner.create(title="Team Standup")
        meeting_id = made["meetingId"]
        await page.goto(f"/dashboard/meetings/{meeting_id}")
        await expect(page.get_by_text("Nobody is inside.")).to_be_visible()
        await page.get_by_role("switch", name="Waiting room").check()
        await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()

        ada, bob = [await Bot.connect(service.address, meeting_id, name) for name in ("Ada", "Bob")]
        for bot in (ada, bob):
            assert (await bot.join())["isWaiting"] is True
        await _look_again(page)
        await page.get_by_role("button", name="Deny Bob").press("Enter")
        await bob.told("waiting-room:denied")
        await has_focus(page.get_by_role("heading", name="Team Standup"))
        await page.get_by_role("button", name="Admit Ada").click()
        await ada.told("waiting-room:admitted")
        await ada.join()
        await ada.call("raise-hand", {"isHandRaised": True})
        await _look_again(page)
        row = page.get_by_role("listitem").filter(has_text="Ada")
        await expect(row.get_by_role("img", name="Hand raised")).to_be_visible(timeout=FOLLOWS_MS)

        await page.get_by_role("button", name="Mute Ada").press("Enter")
        await ada.told("admin:mute")
        await expect(row.get_by_role("img", name="Microphone off")).to_be_visible()
        await has_focus(page.get_by_role("button", name="Ask Ada to unmute"))
        await page.keyboard.press("Enter")
        await ada.told("admin:unmute")
        await ada.call("media:toggle-audio", {"isMuted": False})
        await page.get_by_role("button", name="Mute all").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Mute all").click()
        await expect(row.get_by_role("img", name="Microphone off")).to_be_visible()

        await page.get_by_role("switch", name="Lock").check()
        await expect(page.get_by_text("Locked", exact=True)).to_be_visible()
        await self._links(page, meeting_id)

        await page.get_by_role("button", name="Remove Ada").click()
        await page.get_by_label("Reason (optional)").fill("Too loud")
        await page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        assert (await ada.told("admin:kick"))["reason"] == "Too loud"
        await expect(page.get_by_text("Nobody is inside.")).to_be_visible()

        await page.get_by_role("button", name="End for everyone").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="End for everyone").click()
        await expect(page.get_by_text("Ended", exact=True).first).to_be_visible()
        # Who was there under five seconds counts for no peak, and the machine decides how long this took.
        await expect(page.get_by_text(re.compile(r"× (1 person|0 people) × \$0\.0040 a minute"))).to_be_visible()
        await expect(page.get_by_role("table", name="Who was there").get_by_role("cell", name="Ada")).to_be_visible()
        rows = list(csv.DictReader(io.StringIO(await _download(page, "Download as CSV"))))
        assert [(row["name"], row["isAdmin"]) for row in rows] == [("Ada", "false")]
        await bob.leave()

    async def _links(self, page: Page, meeting_id: str) -> None:
        """Make a link for one person and one for a host."""
        await page.get_by_label("Their name (optional)").fill("Cyd")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text="Link for Cyd")).to_be_visible()
        await page.get_by_role("button", name="Link for a host: Make a link").click()
        await expect(page.get_by_text(f"/join/{meeting_id}#host=")).to_be_visible()

    async def test_follows_what_others_do_and_its_end(self, owner: Owner, service: Service) -> None:
        page = owner.page
        made = await owner.create(title="By program")
        meeting_id = made["meetingId"]
        await page.goto("/dashboard")
        await page.get_by_role("link", name="By program").click()
        await expect(page.get_by_text("Nobody is inside.")).to_be_visible()
        bot = await Bot.connect(service.address, meeting_id, "Ada")
        await bot.join()
        await expect(page.get_by_role("button", name="Mute Ada")).to_be_visible(timeout=FOLLOWS_MS)
        await owner.rest.delete(f"/api/meetings/{meeting_id}", headers={"x-admin-token": made["adminToken"]})
        await expect(page.get_by_role("cell", name="Ada")).to_be_visible(timeout=FOLLOWS_MS)
        await page.go_back()
        await expect(page.get_by_role("heading", name="Meetings", level=1)).to_be_visible()

    async def test_opens_as_host(self, owner: Owner) -> None:
        made = await owner.create(title="By program")
        await owner.page.goto(f"/dashboard/meetings/{made['meetingId']}")
        await owner.page.get_by_role("button", name="Join as host").click()
        await expect(owner.page.get_by_text("You are the host.")).to_be_visible()


class TestAddress:
    async def test_asks_to_sign_in_and_comes_back(self, owner: Owner) -> None:
        page = owner.page
        path = f"/dashboard/meetings/{(await owner.create(title='Deep link'))['meetingId']}"
        await owner.context.clear_cookies()
        await page.goto(path)
        await sign_in(page, owner.email, PASSWORD)
        await expect(page.get_by_role("heading", name="Deep link", level=1)).to_be_visible()
        assert page.url.endswith(path)

    async def test_of_somebody_else_or_of_nothing_shows_that_there_is_none(
        self, owner: Owner, service: Service, browser: Browser
    ) -> None:
        other = await Owner.register(browser, service.address, "stranger@example.com")
        theirs = (await other.create(title="Secret plans"))["meetingId"]
        await other.close()
        for meeting_id in (theirs, "aaa-bbbb-ccc"):
            await owner.page.goto(f"/dashboard/meetings/{meeting_id}")
            await expect(owner.page.get_by_role("heading", name="There is no such meeting")).to_be_visible()
            assert "Secret plans" not in await owner.page.content()


class TestLists:
    async def test_past_meetings_come_in_pages_and_lead_to_their_own(self, owner: Owner, service: Service) -> None:
        page = owner.page
        for number in range(3):
            made = await owner.create(title=f"Number {number}")
            bot = await Bot.connect(service.address, made["meetingId"], "Ada")
            await bot.join()
            await owner.rest.delete(f"/api/meetings/{made['meetingId']}", headers={"x-admin-token": made["adminToken"]})

        async def two_at_a_time(route: Any) -> None:
            url = route.request.url
            await route.continue_(url=f"{url}{'&' if '?' in url else '?'}limit=2")

        await page.route("**/api/meetings/history*", two_at_a_time)
        await page.goto("/dashboard")
        past = page.get_by_role("table", name="Past")
        await expect(past.get_by_role("link")).to_have_text(["Number 2", "Number 1"])
        await page.get_by_role("button", name="Show more").click()
        await expect(past.get_by_role("link")).to_have_text(["Number 2", "Number 1", "Number 0"])
        await expect(page.get_by_role("button", name="Show more")).to_have_count(0)
        await past.get_by_role("link", name="Number 0").click()
        await has_focus(page.get_by_role("heading", name="Number 0", level=1))

    async def test_a_live_meeting_is_ended_from_the_list_by_any_browser(self, owner: Owner, service: Service) -> None:
        page = owner.page
        made = await owner.create(title="By program")
        bot = await Bot.connect(service.address, made["meetingId"], "Ada")
        await bot.join()
        await page.goto("/dashboard")
        await page.get_by_role("button", name="End By program").click()
        await page.get_by_role("button", name="Keep it").click()
        await page.get_by_role("button", name="End By program").click()
        await page.get_by_role("button", name="End for everyone").click()
        await bot.told("meeting:ended")
        await expect(page.get_by_text("Nothing is live right now.")).to_be_visible()
        await expect(page.get_by_role("table", name="Past").get_by_role("link", name="By program")).to_be_visible()
