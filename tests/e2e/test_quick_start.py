"""The README's Quick start, line by line: real curl and jq in a real shell, the real socket.io-client in Node."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio

from tests.support.service import Service, running_service, start_service
from tests.support.turn import free_port

ROOT = Path(__file__).resolve().parents[2]
INTEROP = ROOT / "tests" / "interop"
ADDRESS = "http://localhost:3000"
TIMEOUT_S = 20


def _blocks() -> dict[str, str]:
    """Return the code of each numbered step of the Quick start."""
    text = (ROOT / "README.md").read_text()
    quick_start = text[text.index("## Quick start") : text.index("## Where things are")]
    steps = re.findall(r"\*\*(\d)\. [^\n]*\*\*\n\n```\w+\n(.*?)```", quick_start, re.DOTALL)
    return dict(steps)


async def _run(*command: str, cwd: Path, stdin: str | None = None) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(TIMEOUT_S):
        out, err = await process.communicate((stdin or "").encode())
    assert process.returncode == 0, err.decode()
    return out.decode()


async def _shell(service: Service, code: str, cwd: Path, **replacements: str) -> str:
    code = code.replace(ADDRESS, service.address)
    for old, new in replacements.items():
        assert old in code
        code = code.replace(old, new)
    return await _run("bash", "-e", "-o", "pipefail", cwd=cwd, stdin=code)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with running_service(tmp_path / "data") as service:
        yield service


@pytest.mark.node
class TestQuickStart:
    def test_the_document_has_all_five_steps(self) -> None:
        assert sorted(_blocks()) == ["1", "2", "3", "4", "5"]

    async def test_every_line_works(self, service: Service, tmp_path: Path) -> None:
        steps = _blocks()

        guest = json.loads(await _shell(service, steps["1"], tmp_path))
        assert guest["title"] == "Quick Sync"
        assert guest["joinUrl"] == f"/join/{guest['meetingId']}"

        account = json.loads(await _shell(service, steps["2"], tmp_path))
        assert (account["email"], account["accountType"]) == ("you@example.com", "personal")
        key = account["apiKey"]

        await self._meeting_by_api(service, steps["3"], key, tmp_path)

        scheduled = json.loads(await _shell(service, f'API_KEY="{key}"\n{steps["4"]}', tmp_path))
        assert (scheduled["status"], scheduled["scheduledAt"]) == ("scheduled", "2027-04-01T09:00:00.000Z")

        await self._bot(service, steps["5"], guest["meetingId"], tmp_path)

    async def _meeting_by_api(self, service: Service, step: str, key: str, cwd: Path) -> None:
        """Run step 3 with a participant in the meeting, whose id takes the place of PARTICIPANT_ID."""
        create, manage = step.split("# Check participants")
        created = await _shell(service, create + "\necho $MEETING_ID $ADMIN_TOKEN", cwd, mk_yourkey=key)
        join_line, ids = created.strip().splitlines()
        meeting_id, admin_token = ids.split()
        assert join_line == f"Join: {service.address}/join/{meeting_id}"

        ada = socketio.AsyncClient()
        joined: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        muted, ended = asyncio.Event(), asyncio.Event()
        ada.on("joined", joined.set_result)
        ada.on("admin:mute", lambda *_: muted.set())
        ada.on("meeting:ended", lambda *_: ended.set())
        await ada.connect(service.address)
        await ada.emit("join-meeting", {"meetingId": meeting_id, "name": "Ada"})
        async with asyncio.timeout(TIMEOUT_S):
            participant_id = (await joined)["participantId"]
            head = f'API_KEY="{key}"\nBASE="{service.address}"\nMEETING_ID={meeting_id}\nADMIN_TOKEN={admin_token}\n'
            shown = await _shell(service, head + manage, cwd, PARTICIPANT_ID=participant_id)
            await muted.wait()
            await ended.wait()
        await ada.disconnect()
        decoder = json.JSONDecoder()
        details, _ = decoder.raw_decode(shown)
        assert [person["name"] for person in details["participants"]] == ["Ada"]

    async def _bot(self, service: Service, step: str, meeting_id: str, cwd: Path) -> None:
        """Run step 5 while Ada is in the meeting; she must see all the bot does, and the bot must hear of her."""
        ada = socketio.AsyncClient()
        heard: asyncio.Queue[tuple[str, dict[str, object]]] = asyncio.Queue()
        for event in ("joined", "participant:joined", "chat:message", "participant:updated", "react"):
            ada.on(event, lambda data, event=event: heard.put_nowait((event, data)))
        await ada.connect(service.address)
        await ada.emit("join-meeting", {"meetingId": meeting_id, "name": "Ada"})
        async with asyncio.timeout(TIMEOUT_S):
            assert (await heard.get())[0] == "joined"

        script = INTEROP / "quick-start.generated.mjs"
        script.write_text(step.replace(ADDRESS, service.address).replace("abc-defg-hij", meeting_id))
        bot = await asyncio.create_subprocess_exec("node", str(script), stdout=asyncio.subprocess.PIPE, cwd=cwd)
        try:
            assert bot.stdout is not None
            async with asyncio.timeout(TIMEOUT_S):
                events = [await heard.get() for _ in range(4)]
                lines = [(await bot.stdout.readline()).decode().strip() for _ in range(2)]
        finally:
            bot.kill()
            await bot.wait()
            script.unlink()
            await ada.disconnect()

        assert [event for event, _ in events] == [
            "participant:joined",
            "chat:message",
            "participant:updated",
            "react",
        ]
        joined, chat, hand, reaction = (data for _, data in events)
        bot_id = joined["participantId"]
        assert joined["name"] == "Bot"
        assert (chat["from"], chat["name"], chat["text"]) == (bot_id, "Bot", "Hello from the bot!")
        assert (hand["participantId"], hand["isHandRaised"]) == (bot_id, True)
        assert (reaction["participantId"], reaction["emoji"]) == (bot_id, "👍")
        assert lines[0] == f"I am {bot_id} — others: [ 'Ada' ]"
        assert lines[1] == "Bot: Hello from the bot!"


class _Host:
    """Hosts a meeting over a socket and keeps what it hears."""

    def __init__(self, meeting: dict[str, str]) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self._meeting = meeting
        self._heard: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        for event in ("joined", "participant:joined", "participant:updated"):
            self._heard[event] = asyncio.Queue()
            self.client.on(event, self._heard[event].put_nowait)

    async def come(self, address: str) -> dict[str, Any]:
        await self.client.connect(address)
        door = {"meetingId": self._meeting["meetingId"], "name": "Ada", "isAdmin": True}
        answer = await self.client.call("join-meeting", {**door, "adminToken": self._meeting["adminToken"]})
        assert answer["ok"], answer
        return await self.hears("joined")

    async def hears(self, event: str) -> dict[str, Any]:
        return await self._heard[event].get()

    async def asks(self, text: str) -> None:
        assert (await self.client.call("chat:message", {"text": text}))["ok"]

    async def waits_for_those_who_are_away(self) -> None:
        """Wait until the one guest is back; that it is away is told right behind `joined`, so before any answer."""
        await self.asks("Hello")
        updates = self._heard["participant:updated"]
        is_away = False
        while is_away or not updates.empty():
            is_away = (await updates.get()).get("isReconnecting", is_away)


async def _is_kept(service: Service, meeting_id: str, key: dict[str, str]) -> None:
    """Wait until the bot's coming and the host's going are in the database; attendance is written with the room."""
    async with httpx.AsyncClient(base_url=service.address, headers=key) as rest:
        kept: dict[str, bool] = {}
        while kept != {"Bot": False, "Ada": True}:
            stays = (await rest.get(f"/api/meetings/{meeting_id}/attendance")).json()["attendance"]
            kept = {stay["name"]: stay["leftAt"] is not None for stay in stays}


class TestGuideForPrograms:
    """The Python bot of `/llms.txt`, as a reader copies it: only the meeting's id is filled in."""

    async def test_the_bot_answers_comes_back_after_a_crash_and_ends_when_removed(self, tmp_path: Path) -> None:
        port = free_port()
        service = await start_service(tmp_path, port=port)
        async with httpx.AsyncClient(base_url=service.address) as rest:
            account = {"email": "you@example.com", "password": "secret123"}
            key = {"x-api-key": (await rest.post("/api/auth/register", json=account)).json()["apiKey"]}
            meeting = (await rest.post("/api/meetings", json={"title": "Agents"}, headers=key)).json()
            guide = (await rest.get("/llms.txt")).text
        [code] = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
        script = tmp_path / "bot.py"
        script.write_text(code.replace("MEETING_ID", meeting["meetingId"]))

        host = _Host(meeting)
        await host.come(service.address)
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-u", str(script), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        assert bot.stdout is not None
        try:
            async with asyncio.timeout(2 * TIMEOUT_S):
                first = await host.hears("participant:joined")
                assert (await host.hears("participant:updated"))["isHandRaised"] is True
                await host.asks("Anybody there?")
                assert b"'ok': True" in await bot.stdout.readline()

                await host.client.call("leave-meeting", {})
                await host.client.shutdown()
                await _is_kept(service, meeting["meetingId"], key)
                await service.kill()
                service = await start_service(tmp_path, port=port)
                host = _Host(meeting)
                [seat] = (await host.come(service.address))["participants"]
                assert seat["participantId"] == first["participantId"]
                await host.waits_for_those_who_are_away()
                await host.asks("And now?")
                assert b"'ok': True" in await bot.stdout.readline()
                await host.client.call("host:kick", {"participantId": first["participantId"], "reason": "Enough"})
                assert (await bot.stdout.readline()).decode() == "removed: Enough\n"
                assert await bot.wait() == 0
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()
            await host.client.shutdown()
            await service.stop()
