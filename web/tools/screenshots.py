"""Take a picture of every state of the client's gallery, and run axe on each.

Usage: `.venv/bin/python web/tools/screenshots.py [--only name,name] [--widths 1440,390] [--themes light,dark] [--locale de-DE] [--axe]`.
Starts the Vite dev server itself; pictures go to `screenshots/` (not in the repository).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: 844 is a phone on its side.
HEIGHTS = {1920: 1080, 1440: 900, 1024: 768, 844: 390, 390: 844, 320: 640}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]

#: What to press before the picture, by state.
STEPS: dict[str, list[str]] = {
    "pinned": ["[aria-label='Pin Grace Hopper for me']"],
    "chat": [".control[aria-label^='Chat']"],
    "cover": [".control[aria-label^='Chat']"],
    "chat-empty": [".control[aria-label^='Chat']"],
    "people": ["people"],
    "people-search": ["people", "Find someone=o"],
    "names-people": ["people"],
    "hands-people": ["people"],
    "names-chat": [".control[aria-label^='Chat']"],
    "host": ["people", "[aria-label='Actions for Grace Hopper']"],
    "remove": ["people", "[aria-label='Actions for Grace Hopper']", "text=Remove"],
    "people-waiting": ["people"],
    "more-host-waiting": [".control[aria-label^='More']"],
    "record-ask": [".control[aria-label^='More']", "text=Record"],
    "recorded-stay": ["text=Stay"],
    "meeting-settings": [".control[aria-label^='More']", "text=Meeting settings"],
    "invite": [".control[aria-label^='More']", "text=Invite one person"],
    "invite-made": [".control[aria-label^='More']", "text=Invite one person", "[type=submit]"],
    "captions-chat": [".control[aria-label^='Chat']"],
    "leave": [".control.is-leave"],
    "more": [".control[aria-label^='More']"],
    "more-guest": [".control[aria-label^='More']"],
    "react": [".control[aria-label^='React']"],
    "captions-settings": [".control[aria-label^='More']", "text=Captions"],
    "self-hidden": [".control[aria-label^='More']", "text=Hide my picture"],
    "shortcuts": ["key=?"],
    "chat-reactions": [".control[aria-label^='Chat']", "[aria-label='React to the message of Mehmet Yılmaz']"],
    "chat-unsent": [".control[aria-label^='Chat']"],
    "connection": [".control[aria-label^='More']", ".menu-item >> text=Connection"],
    "settings": [".control[aria-label^='More']", "text=Settings"],
    "sign-in-wrong": ["E-mail=robin@example.com", "Password=wrong", "[type=submit]"],
    "sign-in-limited": ["E-mail=robin@example.com", "Password=wrong", "[type=submit]"],
    "sign-up-company": [".choice-option >> text=Company"],
    "sign-up-empty": [".choice-option >> text=Company", "E-mail=robin", "Password=pizza", "[type=submit]"],
    "sign-up-taken": ["E-mail=robin@example.com", "Password=correct horse battery", "[type=submit]"],
    "new-meeting": ["text=New meeting"],
    "new-meeting-later": ["text=New meeting", ".choice-option >> text=Later"],
    "share-code": ["summary"],
    "meeting-remove": ["[aria-label='Remove Grace Hopper']"],
    "meeting-mute-all": ["text=Mute all"],
    "meeting-edit": ["[aria-label='Edit title and size']"],
    "meeting-links": [
        "Their name (optional)=Bob",
        ".share-form [type=submit]",
        "[aria-label='Link for a host: Make a link']",
    ],
    "keys-new": ["text=New key"],
    "keys-made": ["text=New key", "[type=submit]"],
    "keys-delete": ["[aria-label='Delete “Standup bot”']"],
    "company-code": ["text=New invite code", ".dialog .button-primary"],
    "company-remove": ["[aria-label='Remove ada@acme.example']"],
    "profile-wrong": ["Current password=wrong", "New password=correct horse battery", "[type=submit]"],
}

FIND_SERIOUS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ") + " | " + (n.any[0]?.message ?? "")).slice(0, 4).join("; ")}`);
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_vite(port: int) -> subprocess.Popen[bytes]:
    vite = ROOT / "node_modules" / ".bin" / "vite"
    process = subprocess.Popen(
        [str(vite), "--port", str(port), "--strictPort"],
        cwd=ROOT / "web",
        env={**os.environ, "GALLERY_IS_STILL": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.terminate()
    raise SystemExit("vite did not start")


async def press(page: Page, step: str) -> None:
    if step == "people":
        wide = page.locator(".control:visible", has_text="People")
        await (wide if await wide.count() else page.locator(".head-people")).first.click()
        return
    label, _, typed = step.partition("=")
    if label == "key":
        await page.keyboard.press(typed)
        return
    if step[0].isupper() and typed:
        await page.get_by_label(label, exact=True).fill(typed)
        return
    await page.locator(step).locator("visible=true").first.click()


async def shoot(page: Page, base: str, state: str, target: Path, *, axe: bool) -> list[str]:
    await page.goto(f"{base}/gallery.html?state={state}")
    await page.wait_for_selector("#app > *")
    await page.evaluate("document.fonts.ready")
    await page.wait_for_timeout(350)
    for step in STEPS.get(state, []):
        await press(page, step)
        await page.wait_for_timeout(80)
    await page.mouse.move(2, 2)
    await page.wait_for_timeout(350 if state != "reactions" else 250)
    await page.screenshot(path=target, full_page=state == "home" or state.startswith("meeting-"))
    overflow = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    problems = ["scrolls sideways"] if overflow else []
    if axe:
        await page.add_script_tag(path=AXE)
        problems += await page.evaluate(FIND_SERIOUS)
    return problems


async def run_one(
    browser: Browser, base: str, names: list[str], width: int, theme: str, *, locale: str, axe: bool
) -> int:
    context = await browser.new_context(
        locale=locale,
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=2 if width < 900 else 1,
        has_touch=width < 900,
        is_mobile=width < 900,
    )
    page = await context.new_page()
    failures = 0
    page.on("pageerror", lambda error: print(f"  error in page: {error}"))
    for name in names:
        problems = await shoot(
            page,
            base,
            name,
            OUT / f"{name}-{width}-{theme}{'' if locale.startswith('en') else '-' + locale[:2]}.png",
            axe=axe,
        )
        for problem in problems:
            failures += 1
            print(f"{name} {width} {theme}: {problem}")
    await context.close()
    return failures


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--widths", default="1440,1024,390")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--locale", default="en-US")
    parser.add_argument("--axe", action="store_true")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    port = free_port()
    vite = start_vite(port)
    base = f"http://127.0.0.1:{port}"
    failures = 0
    try:
        async with async_playwright() as playwright:
            chromium = shutil.which("chromium") or "/usr/bin/chromium"
            browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
            page = await browser.new_page()
            await page.goto(f"{base}/gallery.html")
            await page.wait_for_selector(".gallery")
            every = await page.locator(".gallery a").all_inner_texts()
            await page.close()
            names = [name for name in options.only.split(",") if name] or every
            for width in [int(width) for width in options.widths.split(",")]:
                for theme in options.themes.split(","):
                    failures += await run_one(
                        browser, base, names, width, theme, locale=options.locale, axe=options.axe
                    )
            await browser.close()
    finally:
        vite.terminate()
        vite.wait()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
