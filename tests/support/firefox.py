"""Firefox ESR with fake devices over WebDriver BiDi: Playwright does not speak to the packaged one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

FIREFOX = Path("/usr/bin/firefox-esr")
START_TIMEOUT_S = 30
WAIT_S = 20
POLL_S = 0.1

#: Fake devices without a question; a page may play sound at once; nothing is fetched from outside.
PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "remote.log.level": "Warn",
}


class FirefoxPage:
    """One tab: what a test needs of it, in the page's own terms (selectors, expressions)."""

    def __init__(self, bidi: _Bidi, context: str) -> None:
        self._bidi = bidi
        self._context = context

    @property
    def errors(self) -> list[str]:
        """Uncaught errors, `console.error` and blocked content of the tab."""
        return self._bidi.errors.setdefault(self._context, [])

    async def goto(self, address: str) -> None:
        await self._bidi.call("browsingContext.navigate", context=self._context, url=address, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """Return the value of an expression or its promise; it must fit into JSON."""
        answer = await self._bidi.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    async def wait_for(self, expression: str, timeout_s: float = WAIT_S) -> Any:
        """Ask until the expression is truthy, and return its value."""
        value: Any = None
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := await self.evaluate(expression)):
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s in Firefox: {expression} (last: {value!r})") from None
        return value

    async def click(self, selector: str) -> None:
        """Press the middle of an element with a real pointer."""
        element = await self._element(selector)
        await self._act(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    async def type(self, selector: str, text: str) -> None:
        """Click into a field and press the keys."""
        await self.click(selector)
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keyboard", "actions": keys})

    async def screenshot(self, path: Path) -> None:
        answer = await self._bidi.call("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(answer["data"]))

    async def resize(self, width: int, height: int) -> None:
        await self._bidi.call(
            "browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height}
        )

    async def close(self) -> None:
        await self._bidi.call("browsingContext.close", context=self._context)

    async def _element(self, selector: str) -> dict[str, str]:
        await self.wait_for(f"document.querySelector({json.dumps(selector)}) !== null")
        found = await self._bidi.call(
            "browsingContext.locateNodes", context=self._context, locator={"type": "css", "value": selector}
        )
        return {"sharedId": found["nodes"][0]["sharedId"]}

    async def _act(self, source: dict[str, Any]) -> None:
        await self._bidi.call("input.performActions", context=self._context, actions=[source])


class Firefox:
    """A running Firefox."""

    def __init__(self, bidi: _Bidi) -> None:
        self._bidi = bidi

    async def open(self, width: int = 1024, height: int = 640, *, script: str = "") -> FirefoxPage:
        """Open an empty tab; `script` runs in it before any page's own."""
        context = (await self._bidi.call("browsingContext.create", type="tab"))["context"]
        if script:
            await self._bidi.call(
                "script.addPreloadScript", functionDeclaration=f"() => {{{script}}}", contexts=[context]
            )
        page = FirefoxPage(self._bidi, context)
        await page.resize(width, height)
        return page


class _Bidi:
    """Commands and their answers over one socket, and the log lines that come in between."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._open: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self.errors: dict[str, list[str]] = {}

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        async with asyncio.timeout(WAIT_S):
            return await answer

    async def close(self) -> None:
        self._reader.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                self._take(json.loads(text))
        for answer in self._open.values():
            answer.cancel("Firefox has gone")

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            entry = message["params"]
            if message["method"] == "log.entryAdded" and entry["level"] == "error":
                self.errors.setdefault(entry["source"].get("context", ""), []).append(entry["text"] or "")
            return
        answer = self._open.pop(message["id"])
        if answer.cancelled():
            return
        if message["type"] == "error":
            answer.set_exception(AssertionError(f"{message['error']}: {message['message']}"))
        else:
            answer.set_result(message["result"])


@asynccontextmanager
async def firefox(**preferences: bool | int | str) -> AsyncIterator[Firefox]:
    """Run a headless Firefox with a profile of its own for the length of a block."""
    assert FIREFOX.exists(), "Firefox is missing: tools/debian_packages.sh installs it"
    with TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in {**PREFERENCES, **preferences}.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines))
        process = await asyncio.create_subprocess_exec(
            *(FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={"HOME": profile, "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        drain: asyncio.Task[None] | None = None
        try:
            assert process.stderr is not None
            async with asyncio.timeout(START_TIMEOUT_S):
                address = await _address(process.stderr)
            drain = asyncio.create_task(_drain(process.stderr))
            async with connect(f"{address}/session", max_size=None) as socket:
                bidi = _Bidi(socket)
                await bidi.call("session.new", capabilities={})
                await bidi.call("session.subscribe", events=["log.entryAdded"])
                try:
                    yield Firefox(bidi)
                finally:
                    with contextlib.suppress(asyncio.CancelledError, AssertionError, ConnectionClosed, TimeoutError):
                        await bidi.call("browser.close")
                    await bidi.close()
        finally:
            await _end(process)
            if drain is not None:
                await drain


async def _address(stderr: asyncio.StreamReader) -> str:
    said: list[str] = []
    while line := (await stderr.readline()).decode(errors="replace"):
        said.append(line)
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
    raise AssertionError(f"Firefox ended:\n{''.join(said)}")


async def _drain(stderr: asyncio.StreamReader) -> None:
    while await stderr.read(65536):
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(5):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
