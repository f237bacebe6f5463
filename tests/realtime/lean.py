"""A Socket.IO client of a few lines, for tests that need many; it keeps what it hears, and knows if it is inside."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidState

from tests.realtime.stage import ADMIN_TOKEN, MEETING, Stage
from tests.support.whole import Whole

ACK_WITHIN_S = 20.0
OPEN_WITHIN_S = 60.0
"""A machine that does much else takes its time; what is measured is measured in CPU seconds."""


class Lean:
    """One socket. `people` is the roster as this client makes it out from what it was sent, itself included."""

    def __init__(self, ws: ClientConnection, sid: str) -> None:
        self.ws = ws
        self.sid = sid
        self.heard: list[tuple[str, Any]] = []
        self.outside: list[str] = []
        self.people: set[str] = set()
        self.own_id: str | None = None
        self.was_sent_away = False
        self.token: str | None = None
        self.name = ""
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._count = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, house: Stage | Whole, **headers: str) -> Lean:
        """Open a WebSocket and join the namespace."""
        ws = await house.served.ws(additional_headers=headers, open_timeout=OPEN_WITHIN_S)
        await ws.recv()
        await ws.send("40")
        answer = str(await ws.recv())
        assert answer.startswith("40"), answer
        return cls(ws, msgspec.json.decode(answer[2:])["sid"])

    @property
    def is_connected(self) -> bool:
        return not self._reading.done()

    @property
    def is_in(self) -> bool:
        return self.own_id is not None

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in self.ws:
                packet = str(message)
                if packet == "2":
                    await self.ws.send("3")
                elif packet.startswith("42"):
                    self._hear(*msgspec.json.decode(packet[2:]))
                elif packet.startswith("43"):
                    number, _, rest = packet[2:].partition("[")
                    self._acks.pop(int(number)).set_result(msgspec.json.decode("[" + rest)[0])
        self.own_id = None
        for answer in self._acks.values():
            answer.cancel()

    def _hear(self, event: str, payload: Any = None) -> None:
        self.heard.append((event, payload))
        if event == "joined":
            self.own_id, self.token = payload["participantId"], payload["resumeToken"]
            self.people = {self.own_id} | {person["participantId"] for person in payload["participants"]}
        elif event == "participant:joined":
            assert payload["participantId"] not in self.people, "joined twice"
            self.people.add(payload["participantId"])
        elif event == "participant:left":
            self.people.remove(payload["participantId"])
        elif event in ("admin:kick", "meeting:ended") or (event == "error" and payload["code"] == "replaced"):
            self.own_id = None
            self.was_sent_away = True
        if not self.is_in:
            self.outside.append(event)

    def send(self, event: str, payload: Any, number: str = "") -> None:
        """Send without waiting, as browsers do; `number` asks for an acknowledgement."""
        self.ws.protocol.send_text(f"42{number}".encode() + msgspec.json.encode([event, payload]))
        self.ws.send_data()

    def asking(self, event: str, payload: Any = None) -> asyncio.Future[Any]:
        """Send without waiting and return what the answer will be."""
        self._count += 1
        answer = self._acks[self._count] = asyncio.get_running_loop().create_future()
        self.send(event, payload, str(self._count))
        return answer

    async def ask(self, event: str, payload: Any = None) -> Any:
        """Send and return the acknowledgement; `{}` when the line was cut instead."""
        if not self.is_connected:
            return {}
        try:
            return await asyncio.wait_for(self.asking(event, payload), ACK_WITHIN_S)
        except InvalidState:
            await self._reading
            return {}
        except asyncio.CancelledError:
            return {}

    async def join(self, name: str = "Ada", **fields: Any) -> Any:
        """Try to join and return the acknowledgement; `host=True` brings the admin token."""
        if fields.pop("host", False):
            fields |= {"isAdmin": True, "adminToken": ADMIN_TOKEN}
        self.name = name
        return await self.ask("join-meeting", {"meetingId": MEETING, "name": name} | fields)

    async def settle(self) -> None:
        """Return once everything that the server had to say to this client has been heard."""
        await self.ask("client:report", {"type": "feature.probe"})

    async def leave(self) -> None:
        """Give the seat up; the socket stays."""
        if (await self.ask("leave-meeting")).get("ok"):
            self.own_id = None

    async def hang_up(self, code: int = 1000) -> None:
        """Close the WebSocket with this code."""
        await self.ws.close(code)
        await self._reading

    async def cut(self) -> None:
        """Lose the line."""
        self.ws.transport.abort()
        await self._reading


async def gone(house: Stage | Whole, client: Lean) -> None:
    """Return once the server knows that this socket is gone, and its room does too."""
    async with asyncio.timeout(ACK_WITHIN_S):
        while house.realtime._server.get(client.sid) is not None:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.001)
