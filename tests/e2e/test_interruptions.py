"""What comes between somebody and what they are typing: a panel that closes, a question on top, a slip of the mouse."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support.account_pages import has_focus, serious_violations
from tests.support.gallery import Gallery, gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("interruptions"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def _happens(page: Page, name: str) -> None:
    """Let somebody else do something: what that can be is in the gallery's `happenings.ts`."""
    await page.evaluate("name => void window.dispatchEvent(new Event(name))", name)


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


async def _open(page: Page, item: str) -> None:
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


#: The dialogs of the page by name, the lowest first, and whether the focus is in each.
_DIALOGS = """() => [...document.querySelectorAll("dialog:modal")].map((one) => [
  document.getElementById(one.getAttribute("aria-labelledby")).textContent,
  one.contains(document.activeElement),
])"""
_A_MOMENT = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
#: How many lines are searched for links while they are drawn, and how many ways to write a time are made.
_COUNT_WORK = """() => {
  window.work = { lines: 0, formats: 0 };
  const { matchAll } = String.prototype;
  String.prototype.matchAll = function (...of) { work.lines += 1; return matchAll.apply(this, of); };
  const { DateTimeFormat } = Intl;
  Intl.DateTimeFormat = function (...of) { work.formats += 1; return new DateTimeFormat(...of); };
}"""
_RECORDED = "This meeting is recorded"
_ASKED = "The host asks you to unmute"
_INVITE = "Invite one person"


async def _stand(page: Page, *dialogs: str) -> None:
    """Wait until these dialogs stand there, and the focus is in the last."""
    expected = json.dumps([[name, name == dialogs[-1]] for name in dialogs], separators=(",", ":"))
    await page.wait_for_function(f"expected => JSON.stringify(({_DIALOGS})()) === expected", arg=expected)


class TestAQuestionOverADialog:
    @pytest.mark.parametrize(
        ("happening", "title", "answer"),
        [("recorded", _RECORDED, "Stay"), ("unmute-asked", _ASKED, "Stay muted")],
    )
    async def test_leaves_what_is_typed_below_and_gives_the_focus_back(
        self, desk: Gallery, happening: str, title: str, answer: str
    ) -> None:
        page = desk.page
        await desk.show("host")
        await _open(page, "Invite one person")
        name = page.get_by_label("Their name (optional)")
        await page.keyboard.type("Gra")
        await _happens(page, happening)
        await _stand(page, _INVITE, title)
        await page.keyboard.type("ce")
        await page.get_by_role("button", name=answer, exact=True).click()
        await has_focus(name)
        await page.keyboard.type("ham")
        await expect(name).to_have_value("Graham")
        await page.get_by_role("button", name="Make a link").click()
        link = page.get_by_label("Invite link")
        await expect(link).to_have_value(re.compile("name=Graham$"))
        await link.focus()
        await _happens(page, "recorded-no-more")
        await _happens(page, happening)
        await _stand(page, _INVITE, title)
        await page.get_by_role("button", name=answer, exact=True).click()
        await has_focus(link)
        assert await serious_violations(page) == []

    async def test_is_alone_in_hearing_escape(self, shared_browser: Browser, address: str) -> None:
        # A page of its own: every press of another test would allow the browser to keep one more dialog apart.
        async with gallery(shared_browser, address) as shown:
            page = shown.page
            await shown.show("host")
            await _open(page, "Invite one person")
            await _happens(page, "unmute-asked")
            await _stand(page, _INVITE, _ASKED)
            await page.keyboard.press("Escape")
            await _stand(page, _INVITE)
            await _happens(page, "recorded")
            await _stand(page, _INVITE, _RECORDED)
            await page.evaluate("window.shut = 0; document.addEventListener('close', () => { shut += 1; }, true)")
            cdp = await page.context.new_cdp_session(page)
            for _ in range(10):
                await page.keyboard.press("Escape")
                # Asked so that it does not count as a press.
                await cdp.send("Runtime.evaluate", {"expression": _A_MOMENT, "awaitPromise": True})
            await _stand(page, _INVITE, _RECORDED)
            assert await page.evaluate("shut") == 0
            await page.get_by_role("button", name="Stay").click()
            await _stand(page, _INVITE)
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            await has_focus(page.get_by_role("button", name="More actions"))

    async def test_comes_up_again_over_a_dialog_when_the_browser_shuts_both(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("host")
        await _open(page, "Invite one person")
        await _happens(page, "recorded")
        await _stand(page, _INVITE, _RECORDED)
        # As a step back on a phone does, against which a page may say no only once.
        await page.evaluate("[...document.querySelectorAll('dialog')].reverse().forEach((one) => one.close())")
        await _stand(page, _INVITE, _RECORDED)
        stay = page.get_by_role("button", name="Stay")
        await stay.click()
        await _stand(page, _INVITE)

    async def test_to_be_recorded_comes_before_the_one_to_unmute(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("host")
        await _open(page, "Invite one person")
        await _happens(page, "unmute-asked")
        await _stand(page, _INVITE, _ASKED)
        await _happens(page, "recorded")
        await _stand(page, _INVITE, _RECORDED)
        await page.get_by_role("button", name="Stay").click()
        await _stand(page, _INVITE, _ASKED)
        await page.get_by_role("button", name="Stay muted").click()
        await _stand(page, _INVITE)

    async def test_keeps_the_focus_when_the_dialog_below_goes(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("host")
        await _open(page, "Meeting settings")
        await _happens(page, "recorded")
        await _stand(page, "Meeting settings", _RECORDED)
        # As when the answer of the server comes only now.
        await page.locator("dialog").first.get_by_text("Save").evaluate("one => one.click()")
        await _stand(page, _RECORDED)
        await page.get_by_role("button", name="Stay").click()
        await has_focus(page.get_by_role("button", name="More actions"))

    async def test_is_answered_before_anything_else_opens(self, desk: Gallery) -> None:
        page = desk.page
        held = asyncio.Event()

        async def hold(route: Route) -> None:
            await held.wait()
            await route.continue_()

        await page.route("**/ConnectionDialog.tsx*", hold)
        await desk.show("device-problems")
        await _open(page, "Connection")
        await _happens(page, "recorded")
        await _stand(page, _RECORDED)
        async with page.expect_response("**/ConnectionDialog.tsx*"):
            held.set()
        # What came first is heard of last: the module has run when another of its kind has.
        await page.evaluate("import('/src/pages/ConnectionDialog.tsx').then(() => new Promise(requestAnimationFrame))")
        await _stand(page, _RECORDED)
        await page.get_by_role("button", name="Stay").click()
        await _stand(page, "Connection")
        await page.keyboard.press("Escape")
        await _happens(page, "recorded-no-more")
        await _happens(page, "recorded")
        await _stand(page, _RECORDED)
        # A microphone that does not work opens the settings.
        await page.keyboard.press("Control+d")
        await page.evaluate("new Promise(requestAnimationFrame)")
        await _stand(page, _RECORDED)
        await page.get_by_role("button", name="Stay").click()
        await _stand(page, "Settings")


class TestADialog:
    async def test_closes_by_a_press_beside_it_but_not_by_one_that_began_inside(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("host")
        await _open(page, "Invite one person")
        field = page.get_by_label("Their name (optional)")
        await page.keyboard.type("Grace")
        box = await field.bounding_box()
        assert box is not None
        # Selecting to the beginning, with a hand that goes too far.
        await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.mouse.down()
        await page.mouse.move(60, box["y"] + box["height"] / 2, steps=4)
        await page.mouse.up()
        await page.evaluate(_A_MOMENT)
        await _stand(page, _INVITE)
        await expect(field).to_have_value("Grace")
        await page.mouse.click(60, 60)
        await expect(page.get_by_role("dialog")).to_have_count(0)


class TestTheChat:
    async def test_draws_no_line_again_that_stays_as_it_is(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("chat")
        react = page.get_by_role("button", name="React to your message").last
        await react.click()
        await page.evaluate(_COUNT_WORK)
        await page.get_by_role("button", name="Heart").click()
        await expect(page.get_by_role("list", name="Reactions")).to_be_visible()
        assert await page.evaluate("work") == {"lines": 1, "formats": 0}
        await _happens(page, "message")
        await expect(page.get_by_role("log")).to_contain_text("One more thing")
        # The new one, and the one that has lost the name above it with the first.
        assert await page.evaluate("work.lines") == 3
        assert await page.evaluate("work.formats") <= 1, "for the lines of today"
        # What stays as it is follows the language all the same.
        await _open(page, "Settings")
        await page.get_by_label("Language").select_option("de")
        await expect(page.get_by_role("log").locator(".is-mine .chat-name").first).to_have_text("Sie")
        await page.get_by_label("Sprache").select_option("en")
        await expect(page.get_by_role("log").locator(".is-mine .chat-name").first).to_have_text("You")

    async def test_says_and_shows_what_is_new_however_many_lines_there_are(self, desk: Gallery) -> None:
        page = desk.page
        await page.set_viewport_size({"width": 1024, "height": 420})
        await desk.show("message")
        # The oldest line goes with each that comes, as in a meeting of a thousand lines.
        await _happens(page, "message")
        await expect(page.get_by_text("Mehmet Yılmaz: One more thing")).to_be_attached()
        await page.get_by_role("button", name=re.compile("^Chat")).click()
        await page.get_by_role("log").evaluate("one => one.scrollTo(0, 0)")
        await page.evaluate(_A_MOMENT)
        await _happens(page, "message")
        await page.get_by_role("button", name="New messages").click()
        await expect(page.get_by_role("log").get_by_text("One more thing").last).to_be_in_viewport()
        await page.set_viewport_size({"width": 1024, "height": 768})


_PRESS = """(one, init) => {
  one.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
}"""


class TestAnInputMethod:
    @pytest.mark.parametrize("taken", [{"isComposing": True}, {"keyCode": 229}], ids=["by word", "Safari's last key"])
    async def test_keeps_its_enter_and_its_escape(self, desk: Gallery, taken: dict[str, object]) -> None:
        page = desk.page
        await desk.show("chat")
        await _message(page).fill("にほん")
        for key in ("Enter", "Escape"):
            await _message(page).evaluate(_PRESS, {"key": key, **taken})
            await page.evaluate(_A_MOMENT)
            await expect(_message(page)).to_have_value("にほん")
        await page.keyboard.press("Enter")
        await expect(_message(page)).to_have_value("")
        await desk.show("host")
        await _open(page, "Invite one person")
        name = page.get_by_label("Their name (optional)")
        await name.fill("にほん")
        await name.evaluate(_PRESS, {"key": "Escape", **taken})
        await page.evaluate(_A_MOMENT)
        await expect(name).to_have_value("にほん")
        await page.keyboard.press("Escape")
        await expect(name).to_have_count(0)
