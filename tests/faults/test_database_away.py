"""PostgreSQL restarts or hangs under a running program: REST says so and when to come back, running meetings go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import pytest_asyncio

from tests.support.bot import Bot
from tests.support.embedded import server_of
from tests.support.service import Service, running_service

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

HANGS_AT_MOST_S = 6.0
CHAT_WITHIN_S = 1.0


class Standup:
    """A meeting with Ada, its host, and Bob inside, and one that nobody has opened."""

    def __init__(self, service: Service, data_dir: Path, http: httpx.AsyncClient) -> None:
        self.service = service
        self.data_dir = data_dir
        self.http = http
        self.ada: Bot
        self.bob: Bot
        self.ids: set[str] = set()
        self.meeting: dict[str, str] = {}
        self.unopened: dict[str, str] = {}

    async def begin(self, email: str) -> None:
        """Register, book and join."""
        account = {"email": email, "password": "secret-1234"}
        registered = await self.http.post("/api/auth/register", json=account)
        self.http.headers["x-api-key"] = registered.json()["apiKey"]
        self.meeting, self.unopened = [
            (await self.http.post("/api/meetings", json={"title": "Standup"})).json() for _ in range(2)
        ]
        self.http.headers["x-admin-token"] = self.meeting["adminToken"]
        self.ada, self.bob = [
            await Bot.connect(self.service.address, self.meeting["meetingId"], name) for name in ("Ada", "Bob")
        ]
        asked = {"meetingId": self.meeting["meetingId"], "name": "Ada", "isAdmin": True}
        seated = await self.ada.call("join-meeting", asked | {"adminToken": self.meeting["adminToken"]})
        self.ids = {seated["participantId"], (await self.bob.join())["participantId"]}

    def requests(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Calls of every kind that need the database."""
        path = f"/api/meetings/{self.meeting['meetingId']}"
        return [
            ("GET", "/api/meetings", {}),
            ("GET", path, {}),
            ("GET", f"{path}/attendance", {}),
            ("GET", "/api/meetings/history", {}),
            ("POST", "/api/meetings", {"json": {"title": "Another"}}),
            ("PATCH", f"{path}/settings", {"json": {"muteOnJoin": True}}),
            ("POST", f"{path}/invite", {}),
            ("POST", f"{path}/mute-all", {}),
            ("POST", "/api/auth/login", {"json": {"email": "nobody@example.com", "password": "secret-1234"}}),
        ]

    async def ask(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        """Call and check what holds of every answer: no fault of ours, and a fault of the database says when."""
        answer = await self.http.request(method, path, **arguments)
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text)
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["code"] == "service_unavailable"
        return answer

    @asynccontextmanager
    async def chatting(self) -> AsyncIterator[list[float]]:
        """Chat all through the block; the list grows by how long each line took to the other one."""
        took: list[float] = []
        is_over = asyncio.Event()

        async def chat() -> None:
            while not is_over.is_set():
                started_at = time.monotonic()
                text = f"line {len(took)}"
                assert (await self.bob.call("chat:message", {"text": text}))["ok"]
                assert (await self.ada.told("chat:message"))["text"] == text
                took.append(time.monotonic() - started_at)
                await asyncio.sleep(max(0.0, started_at + 0.2 - time.monotonic()))

        task = asyncio.create_task(chat())
        try:
            yield took
        finally:
            is_over.set()
            await task

    async def check_nobody_noticed(self) -> None:
        """Both are in as who they were, and were told of nothing that looks like trouble."""
        details = (await self.ask("GET", f"/api/meetings/{self.meeting['meetingId']}", {})).json()
        assert self.ids <= {person["participantId"] for person in details["participants"]}
        for bot in (self.ada, self.bob):
            trouble = [event for event in bot.events if event[0] in ("meeting:ended", "server:restarting")]
            about = {
                told.get("participantId")
                for name, told in bot.events
                if name in ("participant:left", "participant:updated")
            }
            assert (trouble, about & self.ids) == ([], set())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Service, Path]]:
    """The program on its embedded database."""
    data_dir = tmp_path_factory.mktemp("data")
    async with running_service(data_dir, {"LIMIT_CHAT_BURST": "1000"}) as service:
        yield service, data_dir


@pytest_asyncio.fixture(loop_scope="module")
async def standup(program: tuple[Service, Path], request: pytest.FixtureRequest) -> AsyncIterator[Standup]:
    """A running meeting."""
    service, data_dir = program
    async with httpx.AsyncClient(base_url=service.address, timeout=20, trust_env=False) as http:
        made = Standup(service, data_dir, http)
        await made.begin(f"{request.node.name}@example.com")
        yield made
        await made.ada.leave()
        await made.bob.leave()


class TestRestart:
    async def test_is_503_with_a_time_to_come_back_and_the_meeting_goes_on(self, standup: Standup) -> None:
        statuses: list[int] = []
        is_over = asyncio.Event()

        async def client() -> None:
            while not is_over.is_set():
                for method, path, arguments in standup.requests():
                    statuses.append((await standup.ask(method, path, arguments)).status_code)

        async with standup.chatting() as took:
            clients = [asyncio.create_task(client()) for _ in range(2)]
            for end in (psutil.Process.kill, lambda process: process.send_signal(2)):
                old = server_of(standup.data_dir)
                end(old)
                async with asyncio.timeout(20):
                    while old.is_running() or (await standup.http.get("/readyz")).status_code != 200:
                        await asyncio.sleep(0.02)
            is_over.set()
            await asyncio.gather(*clients)
        assert {200, 201, 503} <= set(statuses)
        assert max(took) < CHAT_WITHIN_S
        for method, path, arguments in standup.requests():
            assert (await standup.ask(method, path, arguments)).status_code != 503
        await standup.check_nobody_noticed()


class TestHang:
    async def test_fails_requests_within_six_seconds_and_the_meeting_goes_on(self, standup: Standup) -> None:
        postmaster = server_of(standup.data_dir)
        stopped = [postmaster, *postmaster.children(recursive=True)]
        for process in stopped:
            process.suspend()
        try:
            async with standup.chatting() as took:
                started_at = time.monotonic()
                answers, (settings, unopened) = await asyncio.gather(
                    asyncio.gather(*(standup.ask(*request) for request in standup.requests())),
                    self._over_sockets(standup),
                )
                took_s = time.monotonic() - started_at
        finally:
            for process in stopped:
                process.resume()
        assert [answer.status_code for answer in answers] == [503] * len(answers)
        assert (settings["code"], unopened["code"]) == ("service_unavailable", "service_unavailable")
        assert took_s < HANGS_AT_MOST_S
        assert max(took) < CHAT_WITHIN_S
        for method, path, arguments in standup.requests():
            assert (await standup.ask(method, path, arguments)).status_code != 503
        await standup.check_nobody_noticed()

    async def _over_sockets(self, standup: Standup) -> list[dict[str, Any]]:
        """What needs no record works; return how changing settings and opening a meeting are refused."""
        address = standup.service.address
        cyd, dee, eve = [
            await Bot.connect(address, meeting_id, name)
            for meeting_id, name in (
                (standup.meeting["meetingId"], "Cyd"),
                (standup.unopened["meetingId"], "Dee"),
                ((await standup.http.post("/api/meetings/guest")).json()["meetingId"], "Eve"),
            )
        ]
        assert (await cyd.join())["ok"]
        assert (await eve.join())["ok"]
        assert (await standup.ada.call("host:mute-all", {}))["ok"]
        refused = await asyncio.gather(standup.ada.call("host:settings", {"locked": True}), dee.join())
        for bot in (cyd, dee, eve):
            await bot.leave()
        return refused
