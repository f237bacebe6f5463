"""Accounts in a real browser: sign-up, the mailed link, keys that work, companies; axe finds nothing serious."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.account_pages import (
    PASSWORD,
    WAIT_MS,
    fits_a_phone_at_night,
    has_focus,
    has_no_serious_violation,
    section,
    sign_in,
    sign_up,
)
from tests.support.fake_resend import FakeResend, fake_resend
from tests.support.service import Service, start_service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("accounts"),
    pytest.mark.asyncio(loop_scope="module"),
]

NEW_PASSWORD = "staple of the new one"
Visit = Callable[[], Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mails() -> AsyncIterator[FakeResend]:
    """The mail service that the program is told to use."""
    async with fake_resend() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(mails: FakeResend, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """The program at the address its mails lead to; only its own pages may use a cookie."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        "APP_URL": address,
        "ALLOWED_ORIGINS": address,
        "RESEND_API_KEY": "re_test",
        "RESEND_API_URL": mails.address,
        "SMTP_URL": "",
        "LIMIT_FORGOT_REQUESTS_PER_15_MINUTES": "10000",
    }
    service = await start_service(tmp_path_factory.mktemp("accounts"), environment, port=port)
    yield service
    await service.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(service: Service, browser: Browser) -> AsyncIterator[Visit]:
    """A new person's page each time; at the end none of them may have met an error."""
    opened = []
    errors: list[str] = []

    async def open_page() -> Page:
        context = await browser.new_context(base_url=service.address, viewport={"width": 1024, "height": 768})
        opened.append(context)
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        return page

    yield open_page
    for context in opened:
        await context.close()
    assert errors == []


async def _mailed_link(mails: FakeResend, email: str) -> str:
    """Wait for the mail with a reset link to somebody, and return the link."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while True:
            for sent in mails.sent:
                found = re.search(r"http\S+/reset-password#token=[\w%.~-]+", str(sent.mail["text"]))
                if found and email in str(sent.mail["to"]):
                    return found[0]
            mails.arrived.clear()
            await mails.arrived.wait()


def _rest(service: Service, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.address, headers={"x-api-key": key})


class TestSignUp:
    async def test_says_what_is_wrong_before_it_asks_anybody(self, visit: Visit) -> None:
        page = await visit()
        calls: list[str] = []
        page.on("request", lambda request: calls.append(request.url) if "/api/" in request.url else None)
        await page.goto("/sign-up")
        await page.get_by_label("E-mail").fill("ada")
        await page.get_by_label("Password", exact=True).fill("pizza")
        await page.get_by_role("button", name="Create account").click()

        await has_focus(page.get_by_label("E-mail"))
        await expect(page.get_by_text("At least 8 characters: 3 more are needed.")).to_be_visible()
        await has_no_serious_violation(page)
        await fits_a_phone_at_night(page)
        assert calls == []

    async def test_a_taken_address_leads_to_signing_in(self, visit: Visit) -> None:
        await sign_up(await visit(), "taken@example.com")
        page = await visit()
        await page.goto("/sign-up")
        await page.get_by_label("E-mail").fill("TAKEN@example.com")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Create account").click()

        await expect(page.get_by_text("There is already an account with this e-mail.")).to_be_visible()
        await page.get_by_role("link", name="Sign in instead").click()
        await sign_in(page, "taken@example.com", PASSWORD)
        await expect(page.get_by_role("heading", name="Meetings", level=1)).to_be_visible()


class TestMailedLink:
    async def test_from_sign_up_through_the_link_to_a_working_key(
        self, visit: Visit, service: Service, mails: FakeResend
    ) -> None:
        email = "ada@example.com"
        page = await visit()
        await sign_up(page, email)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()

        await page.get_by_role("link", name="Forgot your password?").click()
        await page.get_by_label("E-mail").fill(email)
        await page.get_by_role("button", name="Send the link").click()
        await has_focus(page.get_by_role("heading", name="Look into your inbox"))
        await has_no_serious_violation(page)

        link = await _mailed_link(mails, email)
        await page.goto(link)
        await page.get_by_label("New password").fill(NEW_PASSWORD)
        assert page.url == f"{service.address}/reset-password"
        await has_no_serious_violation(page)
        await page.get_by_role("button", name="Set password").click()
        await expect(page.get_by_text("Your password is changed. Sign in with the new one.")).to_be_visible()

        await sign_in(page, email, PASSWORD)
        await expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
        await sign_in(page, email, NEW_PASSWORD)
        await section(page, "API keys")
        key = await self._make_key(page)
        async with _rest(service, key) as rest:
            assert (await rest.post("/api/meetings", json={"title": "By key"})).status_code == 201
            await self._delete_key(page)
            assert (await rest.get("/api/meetings")).status_code == 401

        await page.goto("about:blank")
        await page.goto(link)
        await has_focus(page.get_by_role("heading", name="This link no longer works"))
        await has_no_serious_violation(page)

    async def _make_key(self, page: Page) -> str:
        """Make a key and copy it with one click."""
        await page.get_by_role("button", name="New key").click()
        await page.get_by_label("Label (optional)").fill("Bot")
        await page.keyboard.press("Enter")
        await has_focus(page.get_by_role("heading", name="Your new key “Bot”"))
        await page.get_by_role("button", name="Copy key").click()
        await expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
        key: str = await page.evaluate("navigator.clipboard.readText()")
        await has_no_serious_violation(page)
        await fits_a_phone_at_night(page)
        await page.get_by_role("button", name="I have copied it").click()
        assert key not in await page.content()
        await expect(page.get_by_role("cell", name=f"{key[:9]}...")).to_be_visible()
        return key

    async def _delete_key(self, page: Page) -> None:
        delete = page.get_by_role("button", name="Delete “Bot”")
        await delete.click()
        await page.keyboard.press("Escape")
        await has_focus(delete)
        await delete.click()
        await has_no_serious_violation(page)
        await fits_a_phone_at_night(page)
        await page.get_by_role("button", name="Delete key").click()
        await expect(page.get_by_text("The key is deleted.")).to_be_visible()
        await expect(delete).to_have_count(0)
        await has_focus(page.get_by_role("heading", name="API keys", level=1))


class TestDashboard:
    async def test_asks_to_sign_in_and_comes_back(self, visit: Visit) -> None:
        page = await visit()
        await sign_up(page, "back@example.com")
        await page.context.clear_cookies()
        await page.goto("/dashboard/billing")
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert page.url.endswith("/sign-in?next=%2Fdashboard%2Fbilling")
        await has_focus(page.get_by_label("E-mail"))
        await page.keyboard.press("Tab")
        await has_focus(page.get_by_label("Password", exact=True))
        await sign_in(page, "back@example.com", PASSWORD)
        await expect(page.get_by_role("heading", name="Billing", level=1)).to_be_visible()

    async def test_the_password_changes_with_the_current_one_only(self, visit: Visit) -> None:
        page = await visit()
        await sign_up(page, "change@example.com")
        await section(page, "Profile")
        await page.get_by_label("Current password").fill("wrong one")
        await page.get_by_label("New password").fill(NEW_PASSWORD)
        await page.get_by_role("button", name="Change password").click()
        await expect(page.get_by_text("That is not your current password.")).to_be_visible()
        await has_focus(page.get_by_label("Current password"))
        await fits_a_phone_at_night(page)
        await page.get_by_label("Current password").fill(PASSWORD)
        await page.get_by_role("button", name="Change password").click()
        await expect(page.get_by_text("Your password is changed.")).to_be_visible()


class TestMeetings:
    async def test_planned_with_a_waiting_room_shared_and_cancelled(self, visit: Visit, service: Service) -> None:
        page = await visit()
        key = (await sign_up(page, "plan@example.com"))["key"]
        create = page.get_by_role("button", name="New meeting")
        await create.click()
        await has_focus(page.get_by_label("Title (optional)"))
        await page.keyboard.press("Escape")
        await has_focus(create)
        await create.click()
        await page.get_by_label("Title (optional)").fill("Weekly Sync")
        await page.get_by_label("Later").check()
        await page.get_by_role("switch", name="Waiting room").check()
        await has_no_serious_violation(page)
        await page.get_by_role("button", name="Plan meeting").click()
        dialog = page.get_by_role("dialog", name="Your meeting is planned")
        await expect(dialog.get_by_text("Link for everyone")).to_be_visible()
        await has_no_serious_violation(page)
        async with _rest(service, key) as rest:
            [meeting] = (await rest.get("/api/meetings")).json()["meetings"]
            details = (await rest.get(f"/api/meetings/{meeting['meetingId']}")).json()
        assert (details["title"], details["status"]) == ("Weekly Sync", "scheduled")
        assert details["settings"]["waitingRoom"] is True

        await dialog.get_by_role("button", name="Done").click()
        await page.get_by_role("button", name="Cancel Weekly Sync").click()
        await page.get_by_role("button", name="Cancel meeting").click()
        await expect(page.get_by_text("No meetings yet")).to_be_visible()

    async def test_the_owner_goes_in_as_host_from_a_browser_that_has_no_token(
        self, visit: Visit, service: Service
    ) -> None:
        page = await visit()
        key = (await sign_up(page, "host@example.com"))["key"]
        async with _rest(service, key) as rest:
            made = (await rest.post("/api/meetings", json={"title": "By program"})).json()
        await page.reload()
        await page.get_by_role("button", name="Join as host").click()
        await expect(page.get_by_text("You are the host.")).to_be_visible()
        assert page.url == f"{service.address}/join/{made['meetingId']}"


class TestCompany:
    async def test_a_member_joins_brings_the_balance_along_and_is_removed(self, visit: Visit) -> None:
        owner, member = await visit(), await visit()
        code = (await sign_up(owner, "owner@acme.example", company="Acme Corp"))["code"]
        await sign_up(member, "dev@acme.example")

        await section(member, "Company")
        await member.get_by_label("Invite code").fill("aaaaaaaaaaaa")
        await member.get_by_role("button", name="Join company").click()
        await expect(member.get_by_text("No company has this code.")).to_be_visible()
        await member.get_by_label("Invite code").fill(code)
        await member.get_by_role("button", name="Join company").click()
        await expect(member.get_by_text("You are a member of Acme Corp")).to_be_visible()
        await expect(member.get_by_role("link", name="Company balance")).to_contain_text("$2.00")
        await has_no_serious_violation(member)
        await fits_a_phone_at_night(member)

        await section(owner, "Company")
        await expect(owner.get_by_role("heading", name="Members of Acme Corp")).to_be_visible()
        await has_no_serious_violation(owner)
        await fits_a_phone_at_night(owner)
        await owner.get_by_role("button", name="Remove dev@acme.example").click()
        await has_no_serious_violation(owner)
        await fits_a_phone_at_night(owner)
        await owner.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        await expect(owner.get_by_text("Only you so far")).to_be_visible()

        await member.reload()
        await expect(member.get_by_role("heading", name="Join a company")).to_be_visible()

    async def test_a_member_leaves_and_pays_alone_again(self, visit: Visit) -> None:
        owner, member = await visit(), await visit()
        code = (await sign_up(owner, "owner@leave.example", company="Leaving Corp"))["code"]
        await sign_up(member, "dev@leave.example")
        await section(member, "Company")
        await member.get_by_label("Invite code").fill(code)
        await member.get_by_role("button", name="Join company").click()
        leave = member.get_by_role("button", name="Leave company")
        await leave.click()
        await has_no_serious_violation(member)
        await fits_a_phone_at_night(member)
        await member.get_by_role("button", name="Stay").click()
        await has_focus(leave)
        await leave.click()
        await member.get_by_role("alertdialog").get_by_role("button", name="Leave", exact=True).click()
        await expect(member.get_by_text("You left the company.")).to_be_visible()
        await expect(member.get_by_role("heading", name="Join a company")).to_be_visible()
        await expect(member.get_by_role("link", name="Balance")).to_contain_text("$0.00")
        await has_focus(member.get_by_role("heading", name="Company", level=1))

    async def test_a_new_code_is_shown_once(self, visit: Visit) -> None:
        owner = await visit()
        old = (await sign_up(owner, "rotate@acme.example", company="Rotating Corp"))["code"]
        await section(owner, "Company")
        await owner.get_by_role("button", name="New invite code").click()
        await has_no_serious_violation(owner)
        await fits_a_phone_at_night(owner)
        await owner.get_by_role("button", name="Make a new code").click()
        await has_focus(owner.get_by_role("heading", name="Your new invite code"))
        code = await owner.locator(".secret-value").inner_text()
        assert code != old
        await self._copies_without_https(owner, code)
        await owner.get_by_role("button", name="Done").click()
        assert code not in await owner.content()

    async def _copies_without_https(self, page: Page, code: str) -> None:
        """Where a page is reached by plain http, browsers leave `navigator.clipboard` out."""
        await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
        await page.get_by_role("button", name="Copy code").click()
        await expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
        await page.evaluate("delete navigator.clipboard")
        assert await page.evaluate("navigator.clipboard.readText()") == code
