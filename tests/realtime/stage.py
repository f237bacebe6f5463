"""The edge on a real server with real clients, over rooms whose clock is moved by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
import socketio
from socketio.packet import DISCONNECT, Packet

from onepizza.core.clock import FakeClock
from onepizza.core.facts import Fact
from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits, Settings
from onepizza.meetings.errors import MeetingHasEnded, MeetingNotFound, MeetingNotStarted
from onepizza.meetings.meeting import Invite, SettingsChange
from onepizza.realtime.edge import Realtime, build_server
from onepizza.rooms.commands import AddInvite, Describe, RoomRules, RoomSettings, RoomSpec, RoomView, UpdateSettings
from onepizza.rooms.directory import Directory
from tests.socketio.serving import Served, serve

MEETING = "abc-defg-hij"
OTHER = "xyz-abcd-efg"
ADMIN_TOKEN = "d4" * 32
ICE = [{"urls": "stun:stun.example.org"}]
WAIT_S = 5.0
_LIMITS = Limits()


class Meetings:
    """A meeting service without a database; `gate` holds up whoever opens a meeting."""

    def __init__(self, directory: Directory, clock: FakeClock) -> None:
        self._directory = directory
        self._clock = clock
        self.known = {MEETING, OTHER}
        self.ended: list[tuple[str, str]] = []
        self.gate: asyncio.Event | None = None
        self.opening = asyncio.Event()
        self.failure: Exception | None = None
        self.rules = RoomRules()

    async def open(self, meeting_id: str) -> None:
        self.opening.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if meeting_id == "old-meet-ing":
            raise MeetingHasEnded
        if meeting_id == "sch-edul-edd":
            raise MeetingNotStarted(datetime(2026, 4, 1, 14, tzinfo=UTC))
        if meeting_id not in self.known:
            raise MeetingNotFound
        now = self._clock.now()
        token = secret_hash(ADMIN_TOKEN)
        self._directory.open(RoomSpec(meeting_id, "Standup", 7, False, token, RoomSettings(), self.rules, now))

    async def update_settings(self, meeting_id: str, change: SettingsChange) -> object:
        return await self._directory.call(meeting_id, UpdateSettings(**msgspec.structs.asdict(change)))

    async def create_invite(self, meeting_id: str, name: str | None) -> Invite:
        await self._directory.call(meeting_id, AddInvite(secret_hash("invite"), name, self._clock.now() + 86_400))
        return Invite("invite", f"/join/{meeting_id}?invite=invite", name)

    async def end(self, meeting_id: str, reason: str) -> bool:
        self.ended.append((meeting_id, reason))
        return await self._directory.close(meeting_id, reason) is not None


class Person:
    """A stock Socket.IO client that keeps everything it hears, in order."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.gone = asyncio.Event()
        self._news = asyncio.Condition()
        self._read = 0
        self.client.on("*", self._hear)
        self.client.on("disconnect", self._lost)

    async def _hear(self, event: str, *args: Any) -> None:
        async with self._news:
            self.heard.append((event, args[0] if args else None))
            self._news.notify_all()

    async def _lost(self, *_: Any) -> None:
        self.gone.set()

    async def connect(self, **headers: str) -> Person:
        await self.client.connect(
            f"http://127.0.0.1:{self._stage.served.port}", transports=["websocket"], headers=headers
        )
        return self

    async def emit(self, event: str, payload: Any = None) -> None:
        await self.client.emit(event, payload)

    async def ask(self, event: str, payload: Any = None) -> Any:
        """Emit and return the acknowledgement."""
        return await self.client.call(event, payload, timeout=WAIT_S)

    async def next(self, event: str) -> Any:
        """Return the next payload of this event that was not returned yet, skipping other events."""
        async with self._news, asyncio.timeout(WAIT_S):
            while True:
                while self._read < len(self.heard):
                    name, payload = self.heard[self._read]
                    self._read += 1
                    if name == event:
                        return payload
                await self._news.wait()

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    def clear(self) -> None:
        self.heard.clear()
        self._read = 0

    async def join(self, name: str = "Ada", **fields: Any) -> dict[str, Any]:
        """Join and return `joined`; `host=True` brings the admin token."""
        if fields.pop("host", False):
            fields |= {"isAdmin": True, "adminToken": ADMIN_TOKEN}
        answer = await self.ask("join-meeting", {"meetingId": MEETING, "name": name} | fields)
        assert answer.get("ok") is True, answer
        joined = await self.next("joined")
        assert answer == {"ok": True, "participantId": joined["participantId"], "isResumed": joined["isResumed"]}
        return joined

    async def settle(self) -> list[tuple[str, Any]]:
        """Return what was heard since the last `clear`, once the server has nothing more to say to this client."""
        await self.ask("client:report", {"type": "feature.probe"})
        await asyncio.sleep(0)
        return list(self.heard)

    async def cut(self) -> None:
        """Lose the connection without a goodbye."""
        websocket = self.client.eio.ws
        transport = websocket._response.connection.transport
        transport.abort()

    async def leave(self) -> None:
        """Say goodbye as the protocol has it; the client's own `disconnect` cuts the line before that goes out."""
        await self.client._send_packet(Packet(DISCONNECT, namespace="/"))
        await self.client.eio.queue.join()
        await self.client.disconnect()


class Stage:
    """Everything a test needs; `people` are disconnected at its end."""

    def __init__(self, served: Served, realtime: Realtime, directory: Directory, clock: FakeClock) -> None:
        self.served = served
        self.realtime = realtime
        self.directory = directory
        self.clock = clock
        self.facts: list[Fact] = []
        self.meetings: Meetings
        self.people: list[Person] = []

    async def person(self, **headers: str) -> Person:
        """Connect somebody new."""
        person = Person(self)
        self.people.append(person)
        return await person.connect(**headers)

    async def joined(self, name: str, **fields: Any) -> Person:
        """Connect somebody and join."""
        person = await self.person()
        await person.join(name, **fields)
        return person

    def describe(self) -> RoomView:
        return self.directory.tell(MEETING, Describe())

    def names(self) -> list[str]:
        """The names on the roster; empty without a room."""
        return [person.name for person in self.describe().participants] if self.directory.is_live(MEETING) else []

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.directory.tick()
        self.realtime.sweep()


@contextlib.asynccontextmanager
async def stage(limits: Limits = _LIMITS, trusted_proxies: tuple[str, ...] = ()) -> AsyncIterator[Stage]:
    clock = FakeClock()
    settings = Settings(
        onepizza_data_dir=Path("unused"),
        limits=limits,
        allowed_origins=("*",),
        trusted_proxies=tuple(ip_network(network) for network in trusted_proxies),
    )
    server = build_server(settings)
    realtime = Realtime(server, settings, clock)
    facts: list[Fact] = []
    directory = Directory(realtime.outbox, facts.append, clock.now)
    meetings = Meetings(directory, clock)
    realtime.mount(directory, meetings, lambda: ICE)
    async with serve(server) as served:
        made = Stage(served, realtime, directory, clock)
        made.meetings = meetings
        made.facts = facts
        try:
            yield made
        finally:
            for person in made.people:
                await person.client.shutdown()
                if person.client.eio.http is not None:
                    await person.client.eio.http.close()  # a refused handshake leaves it open


def ids_of(joined: dict[str, Any]) -> list[str]:
    """The ids of the others in a `joined`."""
    return [person["participantId"] for person in joined["participants"]]
