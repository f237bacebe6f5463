"""Thousands of connections lost at once are told to their rooms in slices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from onepizza.realtime import goodbyes
from onepizza.realtime.goodbyes import Goodbyes
from onepizza.rooms.commands import Disconnected, Leave
from onepizza.rooms.errors import NotJoined, RoomNotLive


class Rooms:
    """Keeps what it was told; meetings named after a failure raise it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def tell(self, meeting_id: str, command: Any) -> None:
        self.told.append((meeting_id, command))
        failures = {"ended": RoomNotLive(), "kicked": NotJoined(), "broken": RuntimeError("a bug")}
        if meeting_id in failures:
            raise failures[meeting_id]


class TestGoodbyes:
    async def test_are_told_in_order_and_not_within_the_call(self) -> None:
        rooms = Rooms()
        queue = Goodbyes(rooms)  # type: ignore[arg-type]
        queue.add("a", Leave("1"))
        queue.add("b", Disconnected("2"))
        assert rooms.told == []
        await asyncio.sleep(0)
        assert rooms.told == [("a", Leave("1")), ("b", Disconnected("2"))]

    @pytest.mark.parametrize("meeting_id", ["ended", "kicked", "broken"])
    async def test_one_that_fails_keeps_nobody_else_waiting(self, meeting_id: str) -> None:
        rooms = Rooms()
        queue = Goodbyes(rooms)  # type: ignore[arg-type]
        queue.add(meeting_id, Leave("1"))
        queue.add("a", Leave("2"))
        while len(rooms.told) < 2:
            await asyncio.sleep(0)
        assert rooms.told[1:] == [("a", Leave("2"))]

    async def test_others_have_their_turn_in_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(goodbyes, "_SLICE_S", 0.0)
        rooms = Rooms()
        queue = Goodbyes(rooms)  # type: ignore[arg-type]
        for number in range(3):
            queue.add("a", Leave(str(number)))
        seen: list[int] = []
        for _ in range(3):
            await asyncio.sleep(0)
            seen.append(len(rooms.told))
        assert seen == [1, 2, 3]
