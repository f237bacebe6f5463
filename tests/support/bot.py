"""A participant without a browser: the stock Socket.IO client with every event kept, to be awaited."""

from __future__ import annotations

import asyncio
from typing import Any, Self

import socketio

WAIT_S = 15.0


class Bot:
    """One participant; `events` are all that came, in order, as (name, payload)."""

    def __init__(self, name: str, meeting_id: str) -> None:
        self.name = name
        self.meeting_id = meeting_id
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._came = asyncio.Condition()
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("*", self._keep)

    @classmethod
    async def connect(cls, address: str, meeting_id: str, name: str) -> Self:
        """Open the socket; nothing is joined yet."""
        bot = cls(name, meeting_id)
        await bot._client.connect(address, transports=["websocket"])
        return bot

    async def join(self) -> dict[str, Any]:
        """Ask for a seat and return the acknowledgement: `isWaiting`, or the participant's id."""
        return await self.call("join-meeting", {"meetingId": self.meeting_id, "name": self.name})

    async def call(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        return await self._client.call(event, payload, timeout=WAIT_S)

    async def told(self, event: str) -> dict[str, Any]:
        """Wait for an event of this name that nobody asked for yet, and return its payload."""
        async with asyncio.timeout(WAIT_S), self._came:
            while True:
                for index, (name, payload) in enumerate(self.events):
                    if name == event:
                        del self.events[index]
                        return payload
                await self._came.wait()

    async def leave(self) -> None:
        """Say goodbye."""
        await self._client.disconnect()

    async def _keep(self, event: str, payload: dict[str, Any] | None = None) -> None:
        async with self._came:
            self.events.append((event, payload or {}))
            self._came.notify_all()
