"""Every page, in light and dark: axe finds nothing serious. One browser session walks through them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.account_pages import Owner, serious_violations
from tests.support.bot import Bot
from tests.support.service import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("axe"),
    pytest.mark.asyncio(loop_scope="module"),
]

READY_MS = 15_000


@dataclass
class World:
    """What the pages show: two accounts, one of a company that the other joins, and a meeting in each state."""

    owner: Owner
    boss: Owner
    live: str
    planned: str
    ended: str
    locked: str
    waiting: list[Bot]


@pytest_asyncio.fixture(loop_scope="module")
async def world(service: Service, browser: Browser) -> AsyncIterator[World]:
    owner = await Owner.register(browser, service.address, "axe@example.com")
    boss = await Owner.register(browser, service.address, "boss@acme.example", company="Acme Corp")
    live, ended, locked = [await owner.create(title=title) for title in ("Live one", "Ended one", "Locked one")]
    planned = await owner.create(title="Planned one", scheduledAt="2027-04-01T09:00:00Z")
    bots = [await Bot.connect(service.address, made["meetingId"], "Ada") for made in (live, ended)]
    for bot in bots:
        await bot.join()
    for made, call in ((live, "settings"), (locked, "lock")):
        await owner.rest.request(
            "PATCH" if call == "settings" else "POST",
            f"/api/meetings/{made['meetingId']}/{call}",
            json={"waitingRoom": True} if call == "settings" else None,
            headers={"x-admin-token": made["adminToken"]},
        )
    bots.append(await Bot.connect(service.address, live["meetingId"], "Bob"))
    await bots[-1].join()
    await owner.rest.delete(f"/api/meetings/{ended['meetingId']}", headers={"x-admin-token": ended["adminToken"]})
    ids = [made["meetingId"] for made in (live, planned, ended, locked)]
    yield World(owner, boss, *ids, bots)
    for bot in bots:
        await bot.leave()
    await owner.close()
    await boss.close()


Step = Callable[[Page], Awaitable[None]]


def press(name: str) -> Step:
    """Return the step that presses a button."""

    async def run(page: Page) -> None:
        await page.get_by_role("button", name=name).first.click()

    return run


async def join(page: Page) -> None:
    """Ask at the door."""
    await page.get_by_label("Your name").fill("Cyd")
    await page.get_by_role("button", name="Join now").click()


@dataclass
class Stop:
    """One page to look at: where it is, what to do there, and by which heading or words one knows it."""

    path: str
    shows: str
    step: Step | None = None
    is_boss: bool = False


def stops(world: World) -> list[Stop]:
    """Return all pages, signed in and out alike: an entrance does not mind who comes."""
    page = "/dashboard/meetings/"
    return [
        Stop("/", "Video meetings at one table"),
        Stop("/sign-in", "Sign in"),
        Stop("/sign-up", "Create your account"),
        Stop("/sign-up", "Enter your e-mail address.", press("Create account")),
        Stop("/forgot-password", "Reset your password"),
        Stop("/reset-password", "Your link is not complete"),
        Stop("/reset-password#token=dead", "This link no longer works"),
        Stop("/dashboard", "Live now"),
        Stop("/dashboard", "On the way in", press("New meeting")),
        Stop("/dashboard", "No meetings yet", is_boss=True),
        Stop(page + world.live, "Waiting room"),
        Stop(page + world.live, "They see it when they are out.", press("Remove Ada")),
        Stop(page + world.live, "Link for one host", press("Link for a host")),
        Stop(page + world.planned, "Begins in"),
        Stop(page + world.ended, "Who was there"),
        Stop(page + "aaa-bbbb-ccc", "There is no such meeting"),
        Stop("/dashboard/keys", "API keys"),
        Stop("/dashboard/keys", "So that you know later what it is for.", press("New key")),
        Stop("/dashboard/company", "Join a company"),
        Stop("/dashboard/company", "Only you so far", is_boss=True),
        Stop("/dashboard/billing", "Transactions"),
        Stop("/dashboard/profile", "Change password"),
        Stop("/dashboard/nothing", "This page does not exist"),
        Stop(f"/join/{world.planned}", "Join now"),
        Stop(f"/join/{world.planned}", "You are early", join),
        Stop(f"/join/{world.ended}", "This meeting is over", join),
        Stop(f"/join/{world.locked}", "The meeting is locked", join),
        Stop("/join/aaa-bbbb-ccc", "There is no meeting here", join),
    ]


async def violations(page: Page, stop: Stop) -> list[str]:
    """Return what axe finds there: everything in light, and the colours once more in dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await page.goto("about:blank")
    await page.goto(stop.path)
    if stop.step:
        await stop.step(page)
    await expect(page.get_by_text(stop.shows).first).to_be_visible(timeout=READY_MS)
    await expect(page.locator(".skeleton")).to_have_count(0)
    found = [f"{stop.path} ({stop.shows}): {one}" for one in await serious_violations(page)]
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + [
        f"{stop.path} ({stop.shows}), dark: {one}" for one in await serious_violations(page, "color-contrast")
    ]


class TestAxe:
    async def test_no_page_has_a_serious_violation(self, world: World) -> None:
        found: list[str] = []
        for stop in stops(world):
            found += await violations((world.boss if stop.is_boss else world.owner).page, stop)
        joined = await world.owner.context.request.post(
            "/api/company/join",
            data={"inviteCode": world.boss.invite_code},
            headers={"origin": world.owner.page.url.partition("/join")[0]},
        )
        assert joined.ok
        found += await violations(world.owner.page, Stop("/dashboard/company", "You are a member of Acme Corp"))
        found += await violations(world.boss.page, Stop("/dashboard/company", "Members of Acme Corp", is_boss=True))
        found += await violations(world.owner.page, Stop("/docs", "Servers"))
        assert found == []
