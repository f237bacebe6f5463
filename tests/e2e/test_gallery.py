"""Every state of a visit to a meeting, drawn without a server: what axe says, what a thumb and the keyboard reach."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.account_pages import has_focus, serious_violations
from tests.support.gallery import Gallery, gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("gallery"),
    pytest.mark.asyncio(loop_scope="module"),
]

#: What can be pressed and is too small for a thumb: 48 px across the middle of it or of its label, and a press has to
#: arrive at the thing itself. Not words in a sentence, nor whole tiles, over which the own picture may float.
_SMALL = """() => {
  const found = [];
  const hits = (one, x, y) => {
    const hit = document.elementFromPoint(x, y);
    if (!hit) return x < 0 || y < 0 || x >= innerWidth || y >= innerHeight;
    return one.contains(hit);
  };
  for (const one of document.querySelectorAll("button:not(.tile-press), a[href], input, select, textarea, summary")) {
    if (one.closest("p, .sr, [inert]") || one.disabled || !one.checkVisibility()) continue;
    const area = one.closest("label") ?? one;
    area.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { left, top, width, height } = area.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    // Covered by a sheet or a dialog: not to be pressed now.
    if (!hits(area, x, y)) continue;
    const points = [[x - 23, y], [x + 23, y], [x, y - 23], [x, y + 23]];
    if (points.every(([px, py]) => hits(area, px, py))) continue;
    const name = one.getAttribute("aria-label") ?? area.innerText;
    found.push(`${name.trim()} ${Math.round(width)}x${Math.round(height)}`);
  }
  return [...new Set(found)];
}"""

#: What a window of 320 px does not show: the page scrolls sideways, or something to press lies outside.
_OUTSIDE = """async () => {
  // The tiles follow the size of their stage a frame later; a browser that draws nothing owes no frame.
  const late = new Promise((done) => setTimeout(done, 500));
  await Promise.race([late, new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))]);
  const found = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  for (const one of document.querySelectorAll("button, a[href], input, select, h1, h2")) {
    if (one.closest(".sr, pre") || !one.checkVisibility()) continue;
    const { left, right } = one.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) found.push((one.getAttribute("aria-label") ?? one.innerText).trim());
  }
  return found;
}"""

#: What still moves although the browser asks for no motion.
_MOVING = """() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().duration > 0)
  .map((one) => `${one.animationName ?? one.transitionProperty} of ${one.effect.target.className}`)"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def phone(shared_browser: Browser, address: str) -> AsyncIterator[Gallery]:
    async with gallery(shared_browser, address, is_phone=True) as shown:
        yield shown


class TestEveryState:
    async def test_axe_finds_nothing_serious_in_light_and_dark(self, phone: Gallery) -> None:
        found: list[str] = []
        for name in phone.names:
            await phone.page.emulate_media(color_scheme="light", reduced_motion="reduce")
            await phone.show(name)
            found += [f"{name}: {one}" for one in await serious_violations(phone.page)]
            await phone.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            found += [f"{name}, dark: {one}" for one in await serious_violations(phone.page, "color-contrast")]
        assert found == []

    async def test_a_thumb_reaches_all_a_narrow_window_shows_it_and_nothing_moves(self, phone: Gallery) -> None:
        found: list[str] = []
        for name in phone.names:
            await phone.show(name)
            found += [f"{name} moves: {one}" for one in await phone.page.evaluate(_MOVING)]
            found += [f"{name}: {one}" for one in await phone.page.evaluate(_SMALL)]
            await phone.page.set_viewport_size({"width": 320, "height": 640})
            found += [f"{name} at 320 px: {one}" for one in await phone.page.evaluate(_OUTSIDE)]
            await phone.page.set_viewport_size({"width": 390, "height": 844})
        assert found == []

    async def test_the_longer_words_of_german_fit_a_narrow_window(self, shared_browser: Browser, address: str) -> None:
        found: list[str] = []
        async with gallery(shared_browser, address, is_phone=True, locale="de-DE") as german:
            await german.page.set_viewport_size({"width": 320, "height": 640})
            # What has to be pressed first is found by its English words.
            for name in german.names:
                if name in german.steps:
                    continue
                await german.show(name)
                found += [f"{name}: {one}" for one in await german.page.evaluate(_OUTSIDE)]
        assert found == []


_HAS_FOCUS_OR_NOBODY = """one => {
  const { activeElement } = document;
  return one.contains(activeElement) || activeElement === document.body;
}"""


async def _keeps_the_focus(page: Page, box: Locator) -> None:
    """Go around with Tab: the focus stays in the dialog, or is with the browser itself for one step."""
    assert await box.evaluate("one => one.contains(document.activeElement)")
    for _ in range(25):
        await page.keyboard.press("Tab")
        assert await box.evaluate(
            "one => one.contains(document.activeElement) || document.activeElement === document.body"
        )


class TestTheKeyboard:
    @pytest.mark.parametrize(
        ("item", "title"),
        [
            ("Settings", "Settings"),
            ("Connection", "Connection"),
            ("Captions", "Captions"),
            ("Keyboard shortcuts", "Keyboard shortcuts"),
            ("Invite one person", "Invite one person"),
            ("Meeting settings", "Meeting settings"),
            ("Record", "Record this meeting?"),
            ("Mute everyone", "Mute everyone?"),
            ("End for everyone", "End the meeting for everyone?"),
        ],
    )
    async def test_a_dialog_keeps_the_focus_and_gives_it_back(self, desk: Gallery, item: str, title: str) -> None:
        page = desk.page
        await desk.show("host")
        more = page.get_by_role("button", name="More actions")
        await more.focus()
        await page.keyboard.press("Enter")
        entry = page.get_by_role("menuitem", name=item, exact=True)
        for _ in range(await page.get_by_role("menuitem").count()):
            if await entry.evaluate("one => one === document.activeElement"):
                break
            await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        dialog = page.locator("dialog[open]")
        await expect(dialog).to_have_accessible_name(title)
        await _keeps_the_focus(page, dialog)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await has_focus(more)

    async def test_a_menu_closes_with_escape_and_gives_the_focus_back(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        for name in ("React with an emoji", "More actions"):
            opener = page.get_by_role("button", name=name)
            await opener.focus()
            await page.keyboard.press("Enter")
            await has_focus(page.get_by_role("menuitem").first)
            await page.keyboard.press("End")
            await has_focus(page.get_by_role("menuitem").last)
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("menu")).to_have_count(0)
            await has_focus(opener)

    @pytest.mark.parametrize("opener", ["More actions", "React with an emoji"])
    async def test_the_press_that_closes_a_menu_does_nothing_else(
        self, desk: Gallery, phone: Gallery, opener: str
    ) -> None:
        for shown in (desk, phone):
            await shown.show("four")
            button = shown.page.get_by_role("button", name=opener)
            await button.click()
            await expect(shown.page.get_by_role("menu")).to_be_visible()
            tile = await shown.page.locator(".tile").first.bounding_box()
            assert tile is not None
            await shown.page.mouse.click(tile["x"] + 20, tile["y"] + 20)
            await expect(shown.page.get_by_role("menu")).to_have_count(0)
            await expect(button).to_be_focused()
            await button.click()
            await shown.page.mouse.dblclick(tile["x"] + 20, tile["y"] + 20)
            await expect(shown.page.get_by_role("menu")).to_have_count(0)
            await expect(shown.page.get_by_role("button", name="Unpin")).to_have_count(0)

    async def test_escape_closes_the_menu_and_not_the_chat_behind_it_wherever_one_pressed(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("chat")
        more = page.get_by_role("button", name="More actions")
        await more.click()
        item = page.get_by_role("menuitem").first
        await expect(item).to_be_focused()
        place = await item.bounding_box()
        assert place is not None
        await page.mouse.click(200, 200, button="right")
        await page.mouse.move(200, 200)
        await page.mouse.down()
        await page.mouse.move(place["x"] + 5, place["y"] + 5)
        await page.mouse.up()
        await expect(item).to_be_focused()
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("menu")).to_have_count(0)
        await expect(page.get_by_role("complementary", name="Chat")).to_be_visible()
        await expect(more).to_be_focused()

    async def test_escape_hides_the_words_over_a_button_until_the_next_one(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        camera = page.get_by_role("button", name="Camera is on. Turn off")
        is_shown = "one => getComputedStyle(one, '::before').display !== 'none' && one.matches(':focus-visible')"
        await page.get_by_role("button", name="Mic is on. Mute").focus()
        await page.keyboard.press("Tab")
        await has_focus(camera)
        assert await camera.evaluate(is_shown)
        await page.keyboard.press("Escape")
        assert not await camera.evaluate(is_shown)
        await page.keyboard.press("Tab")
        assert await page.get_by_role("button", name="Share your screen").evaluate(is_shown)

    async def test_a_panel_takes_the_focus_and_gives_it_back(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        await page.get_by_role("button", name="Chat").press("Enter")
        await has_focus(page.get_by_label("Message to everyone"))
        await page.keyboard.press("Escape")
        await has_focus(page.get_by_role("button", name="Chat"))
        people = page.get_by_role("button", name="People, 4 here").last
        await people.press("Enter")
        await has_focus(page.get_by_role("complementary", name="People"))
        await page.keyboard.press("Tab")
        await has_focus(page.get_by_role("complementary").get_by_role("button", name="Close"))
        await page.keyboard.press("Enter")
        await has_focus(people)

    async def test_escape_with_nothing_to_close_leaves_the_focus_alone(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement === document.body")

    async def test_on_a_phone_the_panel_gives_the_focus_to_the_button_that_is_there(self, phone: Gallery) -> None:
        page = phone.page
        await phone.show("four")
        await page.get_by_role("button", name="More actions").press("Enter")
        await page.get_by_role("menuitem", name="People").press("Enter")
        await has_focus(page.get_by_role("complementary", name="People"))
        await page.keyboard.press("Escape")
        await has_focus(page.get_by_role("button", name="People, 4 here").first)

    async def test_the_focus_stays_near_when_its_row_or_card_is_gone(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("people-waiting")
        rows = page.get_by_role("region", name="Waiting").get_by_role("listitem")
        count = await rows.count()
        await rows.first.get_by_role("button", name="Admit").press("Enter")
        await expect(rows).to_have_count(count - 1)
        await has_focus(rows.first)
        for left in range(count - 2, -1, -1):
            await rows.last.get_by_role("button", name="Deny").press("Enter")
            await expect(rows).to_have_count(left)
            await has_focus(rows.last if left else page.get_by_role("complementary", name="People"))
        await desk.show("knock")
        await page.get_by_role("button", name="Admit").press("Enter")
        await has_focus(page.get_by_role("main"))

    async def test_the_focus_stays_in_the_list_of_people_whatever_a_host_does_there(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("host")
        panel = page.get_by_role("complementary", name="People")
        actions = page.get_by_role("button", name="Actions for Grace Hopper")
        await page.get_by_role("button", name="Remove", exact=True).press("Enter")
        await page.keyboard.press("Escape")
        await has_focus(actions)
        await actions.press("Enter")
        await page.get_by_role("button", name="Show Grace Hopper large for everyone").press("Enter")
        await has_focus(actions)
        await actions.press("Enter")
        await page.get_by_role("button", name="Remove", exact=True).press("Enter")
        await page.get_by_role("alertdialog").get_by_role("button", name="Remove").press("Enter")
        await expect(actions).to_have_count(0)
        await has_focus(panel.locator("li:focus"))

    async def test_every_stop_of_the_tab_key_in_a_meeting_is_seen(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        stops: list[str] = []
        for _ in range(14):
            await page.keyboard.press("Tab")
            stop = await page.evaluate(
                """() => {
                  const one = document.activeElement;
                  if (one === document.body) return "the browser";
                  const drawn = [one, ...one.querySelectorAll("*")].some((part) => {
                    const { outlineStyle, outlineWidth } = getComputedStyle(part);
                    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
                  });
                  return `${drawn ? "" : "unseen: "}${one.getAttribute("aria-label")}`;
                }"""
            )
            stops.append(stop)
        assert stops == [
            "Pin Ada Lovelace for me",
            "Pin Grace Hopper for me",
            "Pin Mehmet Yılmaz for me",
            "Your picture. Arrow keys move it",
            "Mic is on. Mute",
            "Camera is on. Turn off",
            "Share your screen",
            "React with an emoji",
            "Raise hand",
            "Chat",
            "People, 4 here",
            "More actions",
            "Leave the meeting",
            "the browser",
        ]


async def _box(target: Locator) -> tuple[float, float, float]:
    """Return the middle and the width of something, once it is drawn where it is to be."""
    await target.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    box = await target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


class TestTheStage:
    async def test_a_pin_makes_one_large_for_me_and_a_second_press_ends_it(self, desk: Gallery) -> None:
        await desk.show("eight")
        tile = desk.page.locator(".tile-camera").filter(has_text="Grace Hopper")
        _, _, before = await _box(tile)
        await desk.page.get_by_role("button", name="Pin Grace Hopper for me").press("Enter")
        _, _, pinned = await _box(tile)
        assert pinned > 2 * before
        await desk.page.get_by_role("button", name="Unpin Grace Hopper").press("Enter")
        assert (await _box(tile))[2] == before

    async def test_a_tile_that_comes_into_the_strip_has_a_small_name_at_once(self, desk: Gallery) -> None:
        await desk.show("two")
        mine = desk.page.get_by_role("group", name="You").locator(".chip-name")
        await expect(mine).to_have_css("font-size", "14px")
        await desk.page.get_by_role("button", name="Pin Ada Lovelace for me").press("Enter")
        await expect(mine).to_have_css("font-size", "12px")

    async def test_the_own_picture_is_moved_by_the_keys_and_by_hand(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        mine = page.get_by_role("group", name="Your picture. Arrow keys move it")
        x, y, _ = await _box(mine)
        await mine.press("ArrowLeft")
        await mine.press("ArrowUp")
        left, top, width = await _box(mine)
        assert (left, top) < (width, width)
        await page.mouse.move(left, top)
        await page.mouse.down()
        await page.mouse.move(x - 90, y - 60, steps=3)
        await page.mouse.up()
        assert (await _box(mine))[:2] == (x, y), "it snaps to the nearest corner"

    async def test_who_speaks_and_whose_hand_is_up_on_another_page_is_said(self, phone: Gallery) -> None:
        await phone.show("elsewhere")
        stage = phone.page.get_by_role("region", name="People in the meeting")
        await expect(stage.locator(".elsewhere")).to_have_text("Grace Hopper 42")
        hands = stage.locator(".elsewhere-hands")
        await expect(hands).to_have_text("Fatima Zahra 40")
        mine = await stage.locator(".floating").bounding_box()
        assert mine is not None
        assert mine["y"] + mine["height"] <= (await hands.bounding_box() or mine)["y"], "behind the own picture"

    @pytest.mark.parametrize(("state", "aspect"), [("share", 16 / 9), ("share-phone", 9 / 19.5)])
    async def test_a_shared_screen_has_a_place_of_its_own_shape(self, desk: Gallery, state: str, aspect: float) -> None:
        page = desk.page
        await page.set_viewport_size({"width": 1280, "height": 640})
        await desk.show(state)
        shape = "aspect => { const { clientWidth, clientHeight } = document.querySelector('.tile-screen');"
        shape += " return Math.abs(clientWidth / clientHeight / aspect - 1) < 0.02; }"
        await page.wait_for_function(shape, arg=aspect)
        await page.set_viewport_size({"width": 1024, "height": 768})

    async def test_on_a_phone_the_faces_have_what_a_shared_screen_leaves_free(self, phone: Gallery) -> None:
        page = phone.page
        await phone.show("share")
        _, _, screen = await _box(page.locator(".tile-screen"))
        _, _, face = await _box(page.get_by_role("group", name="Grace Hopper"))
        assert (screen, face) == (374, 183)
        await expect(page.locator(".tile-camera")).to_have_count(5)
        await expect(page.get_by_role("navigation")).to_have_count(0)

    @pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (844, 390), (390, 844), (320, 640)])
    @pytest.mark.parametrize("state", ["captions", "share-captions"])
    async def test_captions_stand_below_the_tiles_and_cover_nobody(
        self, desk: Gallery, state: str, size: tuple[int, int]
    ) -> None:
        page = desk.page
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await desk.show(state)
        captions = await page.get_by_role("region", name="Captions").bounding_box()
        controls = await page.get_by_role("region", name="Call controls").bounding_box()
        assert captions is not None and controls is not None
        assert captions["y"] + captions["height"] <= controls["y"]
        await expect(page.locator(".caption.is-first")).to_be_in_viewport(ratio=1)
        tiles = page.locator(".tile")
        for number in range(await tiles.count()):
            tile = await tiles.nth(number).bounding_box()
            assert tile is not None
            assert tile["y"] + tile["height"] < captions["y"] + 1
        await page.set_viewport_size({"width": 1024, "height": 768})

    async def test_who_switches_captions_hears_it_also_while_nobody_speaks(self, desk: Gallery) -> None:
        await desk.show("two")
        said = desk.page.locator("p.sr[aria-live=polite]")
        await desk.page.keyboard.press("Control+Alt+u")
        await expect(said).to_have_text("Captions off")
        await desk.page.keyboard.press("Control+Alt+u")
        await expect(said).to_have_text("Captions on")

    async def test_captions_are_read_on_above_a_sheet(self, phone: Gallery) -> None:
        page = phone.page
        await phone.show("captions-chat")
        await page.get_by_role("complementary", name="Chat").evaluate("one => one.getAnimations()[0]?.finished")
        sheet = await page.get_by_role("complementary", name="Chat").bounding_box()
        caption = await page.locator(".caption.is-first").bounding_box()
        assert sheet is not None and caption is not None
        assert sheet["y"] - 80 < caption["y"] < caption["y"] + caption["height"] <= sheet["y"]

    async def test_the_end_of_a_caption_stays_in_sight_in_another_width(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("captions")
        await page.set_viewport_size({"width": 320, "height": 640})
        words = page.locator(".caption-words").first
        is_cut = "one => one.scrollHeight > one.clientHeight + 1"
        await page.wait_for_function(is_cut, arg=await words.element_handle())
        is_at_end = "one => one.scrollTop + one.clientHeight >= one.scrollHeight - 1"
        await page.wait_for_function(is_at_end, arg=await words.element_handle())
        await page.set_viewport_size({"width": 1024, "height": 768})

    async def test_full_screen_and_back(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("four")
        for item, is_full in (("Full screen", True), ("Leave full screen", False)):
            await page.get_by_role("button", name="More actions").click()
            await page.get_by_role("menuitem", name=item).click()
            await page.wait_for_function("is => (document.fullscreenElement !== null) === is", arg=is_full)


class TestPeople:
    async def test_a_tile_keeps_a_name_and_its_signs_together(self, desk: Gallery) -> None:
        await desk.show("host")
        stage = desk.page.get_by_role("region", name="People in the meeting")
        await expect(stage.get_by_role("group", name="Grace Hopper")).to_match_aria_snapshot(
            """
            - group "Grace Hopper":
              - img "Hand raised, number 2"
              - img "Muted"
              - text: Grace Hopper
              - button "Pin Grace Hopper for me"
            """
        )

    async def test_hands_stand_in_the_order_of_raising(self, desk: Gallery) -> None:
        await desk.show("hands-people")
        numbers = desk.page.get_by_role("region", name="Raised hands").locator(".chip-hand")
        assert await numbers.all_inner_texts() == [str(number + 1) for number in range(11)]

    async def test_a_search_finds_a_part_of_a_name_or_says_that_there_is_nobody(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("people")
        panel = page.get_by_role("complementary", name="People")
        await panel.get_by_label("Find someone").fill("hohen")
        await expect(panel.locator(".people-name")).to_have_text(["Maximiliane von Hohenstein-Wartenberg"])
        await panel.get_by_label("Find someone").fill("nobody like this")
        await expect(panel.locator(".people-name")).to_have_count(0)
        await expect(panel.get_by_text("Nobody")).to_be_visible()

    async def test_whoever_is_on_another_page_is_pinned_from_the_list(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("people")
        panel = page.get_by_role("complementary", name="People")
        actions = page.get_by_role("button", name="Actions for Grace Hopper")
        await actions.click()
        await expect(panel.get_by_role("button", name="Remove")).to_have_count(0)
        await panel.get_by_role("button", name="Pin Grace Hopper for me").press("Enter")
        await has_focus(actions)
        tile = page.get_by_role("region", name="People in the meeting").get_by_role("group", name="Grace Hopper")
        await expect(tile.get_by_role("img", name="Pinned for you")).to_be_visible()
        await actions.click()
        await panel.get_by_role("button", name="Unpin Grace Hopper").click()
        await expect(page.get_by_role("img", name="Pinned for you")).to_have_count(0)

    async def test_the_search_stays_in_sight_as_long_as_it_narrows_the_list(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("people-search")
        panel = page.get_by_role("complementary", name="People")
        search = panel.get_by_label("Find someone")
        await search.fill("grace")
        await page.get_by_role("button", name="Actions for Grace Hopper").click()
        await panel.get_by_role("button", name="Remove").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        await expect(panel.get_by_text("Nobody by that name")).to_be_visible()
        await search.fill("")
        await expect(panel.locator(".people-name")).to_have_count(8)

    async def test_who_unmuted_and_was_muted_again_can_be_asked_again(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("people-search")
        panel = page.get_by_role("complementary", name="People")
        await page.get_by_role("button", name="Actions for Ada Lovelace").click()
        await panel.get_by_role("button", name="Mute", exact=True).click()
        for _ in range(2):
            await panel.get_by_role("button", name="Ask to unmute").click()
            await panel.get_by_role("button", name="Mute", exact=True).click()
        await expect(panel.get_by_role("button", name="Ask to unmute")).to_be_visible()

    async def test_nobody_is_let_in_together_who_has_to_come_one_by_one(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("knock-two")
        await expect(page.get_by_role("button", name="See all")).to_be_visible()
        await expect(page.get_by_role("button", name="Admit all")).to_have_count(0)
        await expect(page).to_have_title("(2) Friday planning · onepizza")


class TestRecordingConsent:
    async def test_no_number_of_escapes_answers_it(self, desk: Gallery) -> None:
        page = desk.page
        await desk.show("recorded")
        question = page.get_by_role("alertdialog", name="This meeting is recorded")
        for _ in range(3):
            await page.keyboard.press("Escape")
        await expect(question).to_be_visible()
        assert await question.evaluate("one => one.matches(':modal') && one.contains(document.activeElement)")
        await question.get_by_role("button", name="Stay").click()
        await expect(question).to_have_count(0)


class TestChat:
    async def test_a_new_message_goes_after_a_moment_but_not_under_the_pointer(
        self, shared_browser: Browser, address: str
    ) -> None:
        async with gallery(shared_browser, address) as shown:
            await shown.page.clock.install()
            await shown.show("message")
            message = shown.page.get_by_role("button", name="Open the chat")
            await message.hover()
            await shown.page.clock.run_for(20_000)
            await expect(message).to_be_visible()
            await shown.page.mouse.move(2, 2)
            await shown.page.clock.run_for(1000)
            await expect(message).to_have_count(0)

    async def test_a_reaction_at_the_end_is_seen_by_who_reads_the_end(self, desk: Gallery) -> None:
        page = desk.page
        await page.set_viewport_size({"width": 1024, "height": 420})
        await desk.show("chat")
        log = page.get_by_role("log")
        # Without a mouse or a focus that would scroll: the reaction may as well be somebody else's.
        await page.get_by_role("button", name="React to your message").last.evaluate("one => one.click()")
        await page.get_by_role("button", name="Heart").evaluate("one => one.click()")
        await expect(page.get_by_role("list", name="Reactions")).to_be_in_viewport()
        assert await log.evaluate("one => one.scrollHeight - one.scrollTop - one.clientHeight < 2")
        await page.set_viewport_size({"width": 1024, "height": 768})

    async def test_what_opens_at_the_end_of_a_list_is_in_sight(self, desk: Gallery) -> None:
        page = desk.page
        await page.set_viewport_size({"width": 1024, "height": 420})
        await desk.show("chat")
        await page.get_by_role("button", name="React to your message").last.evaluate("one => one.click()")
        await expect(page.get_by_role("button", name="Heart")).to_be_in_viewport(ratio=1)
        await desk.show("people-search")
        await page.get_by_label("Find someone").fill("")
        await page.get_by_role("button", name="Actions for Grace Hopper").evaluate("one => one.click()")
        await expect(page.get_by_role("button", name="Remove", exact=True)).to_be_in_viewport(ratio=1)
        await page.set_viewport_size({"width": 1024, "height": 768})
