"""The program on one database, killed and started again, and people in its meetings who come back."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.service import Service, start_service

ENVIRONMENT = {
    "LIMIT_UNJOINED_SOCKETS_PER_ADDRESS": "1000",
    "LIMIT_JOINED_SOCKETS_PER_ADDRESS": "1000",
    "SEAT_HOLD_SECONDS": "3",
    "EMPTY_MEETING_GRACE_SECONDS": "1",
    "PEAK_MIN_SECONDS": "0",
    "NODE_ENV": "development",
    "SESSION_SECRET": "a-secret-that-the-tests-keep-over-restarts-0123456789",
}
ANSWERS = ('42["joined"', '42["error"', '42["waiting-room:waiting"')


class Person:
    """One participant of one meeting, who comes back as the same one over a new socket; `origin` is its address."""

    def __init__(self, meeting_id: str, name: str, origin: str = "127.0.0.1") -> None:
        self.origin = origin
        self.meeting_id = meeting_id
        self.name = name
        self.participant_id = ""
        self.resume_token: str | None = None
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def join(self, address: str, **fields: Any) -> dict[str, Any]:
        """Connect, join with the token of the last time if there is one, and return `joined`."""
        event, answer = await self.knock(address, **fields)
        assert event == "joined", answer
        self.resume_token = answer["resumeToken"]
        self.participant_id = answer["participantId"]
        return answer

    async def knock(self, address: str, **fields: Any) -> tuple[str, dict[str, Any]]:
        """Connect, ask for a seat, and return the event that answered."""
        self._socket = await connect(
            f"{address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket",
            compression=None,
            additional_headers={"X-Forwarded-For": self.origin},
        )
        await self._socket.recv()
        await self._socket.send("40")
        payload = {"meetingId": self.meeting_id, "name": self.name, **fields}
        if self.resume_token is not None:
            payload["resumeToken"] = self.resume_token
        await self.emit("join-meeting", payload)
        async with asyncio.timeout(10):
            while True:
                packet = str(await self._socket.recv())
                if packet.startswith(ANSWERS):
                    break
        self._reading = asyncio.create_task(self._read(self._socket))
        event, answer = msgspec.json.decode(packet[2:])
        return event, answer

    async def emit(self, event: str, payload: Any) -> None:
        assert self._socket is not None
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send("42" + msgspec.json.encode([event, payload]).decode())

    async def forget_socket(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._socket is not None:
            self._socket.transport.abort()

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for packet in socket:
                if packet == "2":
                    await socket.send("3")


class House:
    """The program on one database, killed and started again."""

    def __init__(self, data_dir: Path, dsn: str) -> None:
        self._data_dir = data_dir
        self._environment = {**ENVIRONMENT, "DATABASE_PUBLIC_URL": dsn}
        self.service: Service | None = None
        self.headers: dict[str, str] = {}

    def also(self, **environment: str) -> None:
        """Set further variables for the next start."""
        self._environment |= environment

    @property
    def address(self) -> str:
        assert self.service is not None
        return self.service.address

    async def start(self) -> None:
        """Start the program and wait until it answers; the first answer has to be that it is ready."""
        self.service = await start_service(self._data_dir, self._environment)
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(httpx.ConnectError):
                    assert (await self.ask("GET", "/readyz")).status_code == 200
                    return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self.service is not None
        await self.service.kill()

    async def ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.address, timeout=10, verify=False) as http:
            return await http.request(method, path, **arguments)

    async def stop(self) -> None:
        if self.service is not None and self.service.process.returncode is None:
            await self.service.stop()


async def book(house: House, count: int) -> dict[str, str]:
    """Register and create so many meetings; return the admin token of each."""
    answer = await house.ask("POST", "/api/auth/register", json={"email": "you@example.com", "password": "secret-1234"})
    house.headers = {"x-api-key": answer.json()["apiKey"]}
    tokens: dict[str, str] = {}
    for number in range(count):
        answer = await house.ask("POST", "/api/meetings", json={"title": f"Number {number}"}, headers=house.headers)
        tokens[answer.json()["meetingId"]] = answer.json()["adminToken"]
    return tokens


async def live(house: House) -> dict[str, int]:
    """Return the participants of each meeting that is open."""
    listed = (await house.ask("GET", "/api/meetings", headers=house.headers)).json()["meetings"]
    return {meeting["meetingId"]: meeting["participantCount"] for meeting in listed}
