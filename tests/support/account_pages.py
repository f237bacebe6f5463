"""The account pages in a browser: signing up and finding one's way, the focus, and what axe says about a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import httpx
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "correct horse battery"
WAIT_MS = 15_000

_SERIOUS = """async (rules) => {
  // What is half faded in has no colours to judge yet.
  const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(moving.map((one) => one.finished));
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}"""


async def serious_violations(page: Page, *rules: str) -> list[str]:
    """Return what axe finds serious or critical on a page, all rules or only these."""
    if not await page.evaluate("'axe' in window"):
        # The page's policy lets no foreign script in; evaluating it does not ask the policy.
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    return await page.evaluate(_SERIOUS, list(rules))


async def has_no_serious_violation(page: Page) -> None:
    """Fail if axe finds anything serious or critical."""
    assert await serious_violations(page) == [], page.url


async def fits_a_phone_at_night(page: Page) -> None:
    """Fail if a page, with what is open on it, has a serious violation or scrolls sideways at 390 px in dark."""
    before = page.viewport_size
    assert before is not None
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.emulate_media(color_scheme="dark")
    await has_no_serious_violation(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(before)


async def has_focus(target: Locator) -> None:
    """Wait until this element is the active one; whether the window itself has focus is the machine's matter."""
    await expect(target).to_be_visible()
    await target.page.wait_for_function(
        "one => one === document.activeElement", arg=await target.element_handle(), timeout=WAIT_MS
    )


async def sign_up(page: Page, email: str, company: str = "") -> dict[str, str]:
    """Sign up, keep what is shown once (`key`, and `code` of a company), and go on to the dashboard."""
    await page.goto("/sign-up")
    if company:
        await page.get_by_role("radio", name="Company").check()
        await page.get_by_label("Company name").fill(company)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create account").click()
    await has_focus(page.get_by_role("heading", name="Your account is ready"))
    secrets = await page.locator(".secret-value").all_inner_texts()
    await page.get_by_role("button", name="Go to the dashboard").click()
    await expect(page.get_by_role("heading", name="Meetings", level=1)).to_be_visible()
    return dict(zip(("key", "code"), secrets, strict=False))


async def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form in and send it."""
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def section(page: Page, name: str) -> None:
    """Go to a section of the dashboard."""
    await page.get_by_role("navigation", name="Dashboard").get_by_role("link", name=name).click()
    await has_focus(page.get_by_role("heading", name=name, level=1))


class Owner:
    """Somebody with an account: a browser that is signed in, and REST by key."""

    def __init__(self, email: str, page: Page, rest: httpx.AsyncClient, invite_code: str) -> None:
        self.email = email
        self.page = page
        self.rest = rest
        self.invite_code = invite_code

    @classmethod
    async def register(
        cls,
        browser: Browser,
        address: str,
        email: str,
        *,
        company: str = "",
        color_scheme: Literal["light", "dark"] = "light",
    ) -> Owner:
        """Register over REST, and open a page of a browser that has the session."""
        body = {"email": email, "password": PASSWORD}
        if company:
            body |= {"accountType": "company", "companyName": company}
        rest = httpx.AsyncClient(base_url=address)
        answer = await rest.post("/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        context = await browser.new_context(
            base_url=address,
            viewport={"width": 1024, "height": 768},
            color_scheme=color_scheme,
            reduced_motion="reduce",
            permissions=["camera", "microphone", "clipboard-read", "clipboard-write"],
        )
        await context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in rest.cookies.items()]
        )
        rest.cookies.clear()
        rest.headers["x-api-key"] = answer.json()["apiKey"]
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        return cls(email, page, rest, answer.json().get("inviteCode", ""))

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def create(self, **body: Any) -> dict[str, Any]:
        """Create a meeting by key."""
        answer = await self.rest.post("/api/meetings", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def close(self) -> None:
        """Close the browser's page and the connection."""
        await self.rest.aclose()
        await self.context.close()
